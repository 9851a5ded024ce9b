/* test-workspace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "export/graft-file-at.h"
#include "export/graft-intent.h"
#include "export/graft-workspace.h"

typedef struct
{
  char *folder;
  int fd;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("bootgraft-workspace-XXXXXX", NULL);
  fixture->fd = open (fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (fixture->fd, >=, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close (fixture->fd);
  graft_file_at_remove (AT_FDCWD, fixture->folder);
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
  g_free (fixture->folder);
}

static guint
count_workspaces (Fixture *fixture)
{
  g_auto (GStrv) names = graft_workspace_list (fixture->fd);

  return g_strv_length (names);
}

static void
make_file (int fd, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_file_at_write (fd, name, text, 0644, &error));
  g_assert_no_error (error);
}

static void
assert_text (int fd, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graft_file_at_read (fd, name, 1000, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_is_private_and_goes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GraftWorkspace *workspace = graft_workspace_new (fixture->folder, &error);
  struct stat status;

  g_assert_no_error (error);
  g_assert_cmpint (fstat (graft_workspace_get_fd (workspace), &status), ==, 0);
  g_assert_cmphex (status.st_mode & 07777, ==, 0700);
  make_file (graft_workspace_get_fd (workspace), "file", "text");
  g_assert_cmpint (mkdirat (graft_workspace_get_fd (workspace), "folder", 0777), ==, 0);
  make_file (graft_workspace_get_fd (workspace), "folder/inner", "text");
  g_assert_cmpuint (count_workspaces (fixture), ==, 1);
  graft_workspace_free (workspace);
  g_assert_cmpuint (count_workspaces (fixture), ==, 0);
}

static void
test_publish (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftWorkspace) workspace = graft_workspace_new (fixture->folder, &error);

  make_file (graft_workspace_get_fd (workspace), "first", "one");
  make_file (graft_workspace_get_fd (workspace), "second", "two");
  g_assert_true (graft_workspace_publish (workspace, "first", "name", &error));
  /* A name that is taken is never replaced. */
  g_assert_false (graft_workspace_publish (workspace, "second", "name", &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID);
  assert_text (fixture->fd, "name", "one");
}

/* What a dead process left has a lock that nobody holds. */
static void
test_strays_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftWorkspace) workspace = NULL;
  g_autoptr (GraftWorkspace) living = graft_workspace_new (fixture->folder, &error);

  g_assert_cmpint (mkdirat (fixture->fd, ".bootgraft-dead00", 0700), ==, 0);
  make_file (fixture->fd, ".bootgraft-dead00/lock", "");
  make_file (fixture->fd, ".bootgraft-dead00/half", "half a file");
  g_assert_cmpint (mkdirat (fixture->fd, ".bootgraft-empty0", 0700), ==, 0);
  /* Neither of these is ours. */
  g_assert_cmpint (mkdirat (fixture->fd, ".bootgraft-other", 0700), ==, 0);
  make_file (fixture->fd, ".bootgraft-file00", "somebody's");
  workspace = graft_workspace_new (fixture->folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (faccessat (fixture->fd, ".bootgraft-dead00", F_OK, 0), ==, -1);
  g_assert_cmpint (faccessat (fixture->fd, ".bootgraft-empty0", F_OK, 0), ==, -1);
  g_assert_cmpint (faccessat (fixture->fd, ".bootgraft-other", F_OK, 0), ==, 0);
  g_assert_cmpint (faccessat (fixture->fd, ".bootgraft-file00", F_OK, 0), ==, 0);
  make_file (graft_workspace_get_fd (living), "still", "alive");
}

static void
test_intent_stays (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftWorkspace) workspace = NULL;

  g_assert_cmpint (mkdirat (fixture->fd, ".bootgraft-dead00", 0700), ==, 0);
  make_file (fixture->fd, ".bootgraft-dead00/lock", "");
  make_file (fixture->fd, ".bootgraft-dead00/intent.json", "{}");
  workspace = graft_workspace_new (fixture->folder, &error);
  g_assert_no_error (error);
  assert_text (fixture->fd, ".bootgraft-dead00/intent.json", "{}");
}

static void
test_missing_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);

  g_assert_null (graft_workspace_new (missing, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID);
}

static void
test_remove_follows_no_link (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (mkdirat (fixture->fd, "kept", 0700), ==, 0);
  make_file (fixture->fd, "kept/file", "text");
  g_assert_cmpint (mkdirat (fixture->fd, "gone", 0700), ==, 0);
  g_assert_cmpint (symlinkat ("../kept", fixture->fd, "gone/link"), ==, 0);
  graft_file_at_remove (fixture->fd, "gone");
  g_assert_cmpint (faccessat (fixture->fd, "gone", F_OK, 0), ==, -1);
  assert_text (fixture->fd, "kept/file", "text");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/workspace/is-private-and-goes", test_is_private_and_goes);
  ADD ("/workspace/publish", test_publish);
  ADD ("/workspace/strays-go", test_strays_go);
  ADD ("/workspace/intent-stays", test_intent_stays);
  ADD ("/workspace/missing-folder", test_missing_folder);
  ADD ("/workspace/remove-follows-no-link", test_remove_follows_no_link);
  return g_test_run ();
}
