/* test-document.c: by the paths that a portal gives; what a real one does is in tests/flatpak
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-document.h"

#include <glib/gstdio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HOST_PATH "user.document-portal.host-path"

/**
 * Fixture:
 * @root: as the portal's folder; what lies in it is made by each test
 */
typedef struct
{
  char *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_build_filename (g_get_user_runtime_dir (), "doc", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", fixture->root, NULL };

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (fixture->root);
}

/* The path of a file that is there afterwards. */
static char *
make_file (Fixture *fixture, const char *path)
{
  char *whole = g_build_filename (fixture->root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (whole, "content", -1, NULL));
  return whole;
}

static void
test_alone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *alone = make_file (fixture, "1a2b/initrd.img");
  g_autofree char *beside = make_file (fixture, "3c4d/set/initrd.img");
  g_autofree char *folder = g_path_get_dirname (beside);
  g_autofree char *id = g_path_get_dirname (folder);
  g_autofree char *slashes = g_strdup_printf ("%s//1a2b//initrd.img", fixture->root);
  g_autofree char *other = g_strdup_printf ("%suments/1a2b/initrd.img", fixture->root);
  g_autofree char *gone = g_build_filename (fixture->root, "1a2b", "gone.img", NULL);

  g_assert_true (graft_document_is_alone (alone));
  g_assert_true (graft_document_is_alone (slashes));
  g_assert_false (graft_document_is_alone (beside));
  g_assert_false (graft_document_is_alone (folder));
  g_assert_false (graft_document_is_alone (id));
  g_assert_false (graft_document_is_alone (fixture->root));
  g_assert_false (graft_document_is_alone (other));
  g_assert_false (graft_document_is_alone (gone));
  g_assert_false (graft_document_is_alone ("/boot/initrd.img"));
  g_assert_false (graft_document_is_alone ("initrd.img"));
  g_assert_false (graft_document_is_alone (""));

  g_assert_true (graft_document_can_hold (folder));
  g_assert_true (graft_document_can_hold ("/srv/tftp"));
  g_assert_true (graft_document_can_hold ("/"));
  g_assert_false (graft_document_can_hold (id));
  g_assert_false (graft_document_can_hold (fixture->root));
}

static void
assert_shown (const char *path, const char *expected)
{
  g_autofree char *shown = graft_document_dup_display_name (path);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *alone = make_file (fixture, "1a2b/initrd.img");
  g_autofree char *beside = make_file (fixture, "3c4d/set/boot/initrd.img");
  g_autofree char *folder = g_path_get_dirname (beside);

  assert_shown (alone, "initrd.img");
  assert_shown (folder, "set/boot");
  assert_shown (fixture->root, "");
  assert_shown ("/srv/tftp/initrd.img", "/srv/tftp/initrd.img");
  assert_shown ("", "");
  g_assert_null (graft_document_dup_host_path (alone));
  g_assert_null (graft_document_dup_host_path ("/srv/tftp"));
}

/* What newer portals say of a document; what they cannot mean is not believed. */
static void
test_host_path (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "", "relative/initrd.img" };
  g_autofree char *alone = make_file (fixture, "1a2b/initrd.img");
  g_autofree char *host = NULL;

  if (setxattr (alone, HOST_PATH, "/srv/set/initrd.img", 20, 0) < 0)
    {
      g_test_skip ("the runtime folder takes no attributes");
      return;
    }
  host = graft_document_dup_host_path (alone);
  g_assert_cmpstr (host, ==, "/srv/set/initrd.img");
  assert_shown (alone, "/srv/set/initrd.img");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_cmpint (setxattr (alone, HOST_PATH, wrong[i], strlen (wrong[i]), 0), ==, 0);
      g_assert_null (graft_document_dup_host_path (alone));
      assert_shown (alone, "initrd.img");
    }
}

static void
test_given (Fixture *fixture, gconstpointer data)
{
  g_autofree char *beside = make_file (fixture, "3c4d/set/initrd.img");
  g_autofree char *folder = g_path_get_dirname (beside);
  g_autofree char *kernel = make_file (fixture, "3c4d/set/vmlinuz");
  g_autofree char *other = make_file (fixture, "5e6f/set/initrd.img");
  g_autofree char *alone = make_file (fixture, "1a2b/vmlinuz");
  g_autofree char *given = NULL, *by_file = NULL;
  const char *const folders[] = { "cobbler:none", "/", other, alone, folder, NULL };
  const char *const files[] = { beside, NULL };
  const char *const others[] = { other, alone, fixture->root, NULL };

  /* Two documents of one file, as the portal has them. */
  g_assert_cmpint (g_unlink (alone), ==, 0);
  g_assert_cmpint (link (kernel, alone), ==, 0);
  given = graft_document_find_given (alone, folders);
  g_assert_cmpstr (given, ==, kernel);
  by_file = graft_document_find_given (alone, files);
  g_assert_cmpstr (by_file, ==, kernel);
  g_assert_null (graft_document_find_given (alone, others));
  /* It has all that lies beside it already. */
  g_assert_null (graft_document_find_given (beside, folders));
}

int
main (int argc, char **argv)
{
  /* Not G_TEST_OPTION_ISOLATE_DIRS: GLib never frees the folders that it makes for each test. */
  g_autofree char *runtime = g_dir_make_tmp ("bootgraft-document-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/document/alone", Fixture, NULL, set_up, test_alone, tear_down);
  g_test_add ("/document/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/document/host-path", Fixture, NULL, set_up, test_host_path, tear_down);
  g_test_add ("/document/given", Fixture, NULL, set_up, test_given, tear_down);
  status = g_test_run ();
  g_rmdir (runtime);
  return status;
}
