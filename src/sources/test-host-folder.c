/* test-host-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-host-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "sources/graft-source-fixture.h"

static GraftNode *
open_folder (GraftSourceFixture *fixture)
{
  g_autofree char *path = graft_test_folder_build (fixture->folder, "in");
  g_autoptr (GError) error = NULL;
  GraftNode *root = graft_host_folder_open (path, fixture->store, &error);

  g_assert_no_error (error);
  return root;
}

static GraftNode *
look_up (GraftNode *root, const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &error);

  g_assert_no_error (error);
  return node;
}

static char *
read_text (GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_node_open (node, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = graft_input_read_all (input, &error);
  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_tree (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) root = NULL;
  g_autofree char *dump = NULL;
  g_autofree char *expected = NULL;

  graft_test_folder_run (fixture->folder, "cd in; umask 022; mkdir -p a/b; printf hi >a/b/file;"
                                          "ln -s /etc/passwd a/link; chmod 4750 a/b/file;"
                                          "mkfifo -m 0600 pipe; : >\"$(printf 'x\\377')\"");
  root = open_folder (fixture);
  dump = graft_fake_image_dump (root);
  expected = g_strdup_printf ("directory 0755 %1$u:%2$u /\n"
                              "directory 0755 %1$u:%2$u /a\n"
                              "directory 0755 %1$u:%2$u /a/b\n"
                              "file 4750 %1$u:%2$u /a/b/file hi\n"
                              "symlink 0777 %1$u:%2$u /a/link /etc/passwd\n"
                              "fifo 0600 %1$u:%2$u /pipe\n"
                              "file 0644 %1$u:%2$u /x\\xff \n",
                              getuid (), getgid ());
  g_assert_cmpstr (dump, ==, expected);
}

static void
test_times_and_sizes (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) file = NULL;

  graft_test_folder_run (fixture->folder, "cd in; printf 12345 >file; touch -d @99.25 file");
  root = open_folder (fixture);
  file = look_up (root, "file");
  g_assert_cmpint (graft_node_get_attributes (file)->mtime, ==, 99);
  g_assert_cmpint (graft_node_get_attributes (file)->mtime_nsec, ==, 250000000);
  g_assert_cmpuint (graft_node_get_size (file), ==, 5);
}

static void
test_hard_links (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) one = NULL;
  g_autoptr (GraftNode) two = NULL;
  g_autoptr (GraftNode) other = NULL;

  graft_test_folder_run (fixture->folder, "cd in; mkdir a b; echo x >a/one; ln a/one b/two;"
                                          "echo x >other");
  root = open_folder (fixture);
  one = look_up (root, "a/one");
  two = look_up (root, "b/two");
  other = look_up (root, "other");
  g_assert_true (graft_node_is_same_file (one, two));
  g_assert_false (graft_node_is_same_file (one, other));
  g_assert_cmpuint (graft_node_get_nlink (one), ==, 2);
}

/* Once listed, once read: what happens to the folder after that changes nothing. */
static void
test_snapshot (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) file = NULL;
  g_autoptr (GraftNode) again = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  graft_test_folder_run (fixture->folder, "head -c 20000 /dev/zero | tr '\\0' a >in/file");
  root = open_folder (fixture);
  file = look_up (root, "file");
  before = read_text (file);
  graft_test_folder_run (fixture->folder, "rm in/file; echo new >in/new");
  after = read_text (file);
  again = look_up (root, "file");
  g_assert_cmpstr (before, ==, after);
  g_assert_true (file == again);
  g_assert_null (graft_node_get_child (root, "new", NULL));
}

static void
assert_changed (GraftSourceFixture *fixture, const char *path, const char *script)
{
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (fixture->folder, "rm -rf in; mkdir -p in/a; echo old >in/a/file;"
                                          "echo secret >secret; touch -d @99 in/a/file");
  root = open_folder (fixture);
  node = look_up (root, path);
  graft_test_folder_run (fixture->folder, script);
  input = graft_node_open (node, &error);
  g_assert_null (input);
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
  g_assert_nonnull (strstr (error->message, "in/a/file was changed on disk"));
}

/* Between listing and opening, the file becomes something else. None of these is read, or waited
 * for. */
static void
test_races (GraftSourceFixture *fixture, gconstpointer data)
{
  assert_changed (fixture, "a/file", "echo longer >in/a/file; touch -d @99 in/a/file");
  assert_changed (fixture, "a/file", "echo new >in/a/file");
  assert_changed (fixture, "a/file", "rm in/a/file");
  assert_changed (fixture, "a/file", "rm in/a/file; ln -s ../../secret in/a/file");
  assert_changed (fixture, "a/file", "rm in/a/file; mkfifo in/a/file");
  assert_changed (fixture, "a/file", "rm in/a/file; mkdir in/a/file");
  assert_changed (fixture, "a/file",
                  "mkdir b; mv in/a/file b; cp -p b/file b/old; mv b/old b/file;"
                  "rm -r in/a; ln -s ../b in/a");
  assert_changed (fixture, "a/file", "cp -p in/a/file new; mv new in/a/file");
}

static void
test_not_a_file (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) pipe = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (fixture->folder, "mkfifo in/pipe");
  root = open_folder (fixture);
  pipe = look_up (root, "pipe");
  g_assert_null (graft_node_open (pipe, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
}

static void
test_missing (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autofree char *path = graft_test_folder_build (fixture->folder, "none\n");
  g_autofree char *file = graft_test_folder_build (fixture->folder, "file");
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_host_folder_open (path, fixture->store, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "none\\n cannot be opened"));
  g_clear_error (&error);
  graft_test_folder_run (fixture->folder, ": >file");
  g_assert_null (graft_host_folder_open (file, fixture->store, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND);
}

/* Root may read everything, so for this test it is nobody. */
static void
test_unreadable (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) folder = NULL;
  g_autoptr (GraftNode) file = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_root = geteuid () == 0;

  graft_test_folder_run (fixture->folder,
                         "chmod 0755 . in; cd in; mkdir a; echo x >file; chmod 0 a file");
  root = open_folder (fixture);
  g_assert_true (!is_root || seteuid (65534) == 0);
  folder = look_up (root, "a");
  file = look_up (root, "file");
  g_assert_null (graft_node_list (folder, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "in/a: cannot be opened: Permission denied"));
  g_clear_error (&error);
  g_assert_null (graft_node_open (file, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO);
  g_assert_true (!is_root || seteuid (0) == 0);
}

/* The tree lives as long as the store, whoever opened it. */
static void
test_lives_with_store (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) file = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autofree char *text = NULL;
  GraftNode *root;

  graft_test_folder_run (fixture->folder, "mkdir in/a; echo hi >in/a/file");
  root = open_folder (fixture);
  file = look_up (root, "a/file");
  graft_node_unref (root);
  text = read_text (file);
  g_assert_cmpstr (text, ==, "hi\n");
}

int
main (int argc, char **argv)
{
#define ADD(name, func)                                                                            \
  g_test_add ("/host-folder/" name, GraftSourceFixture, NULL, graft_source_fixture_set_up, func,   \
              graft_source_fixture_tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("tree", test_tree);
  ADD ("times-and-sizes", test_times_and_sizes);
  ADD ("hard-links", test_hard_links);
  ADD ("snapshot", test_snapshot);
  ADD ("races", test_races);
  ADD ("not-a-file", test_not_a_file);
  ADD ("missing", test_missing);
  ADD ("unreadable", test_unreadable);
  ADD ("lives-with-store", test_lives_with_store);
  return g_test_run ();
}
