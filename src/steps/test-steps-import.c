/* test-steps-import.c: the steps that bring files of the user's machine into an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"

/* In a folder under its own name, in the place of a file under all of that one's names. */
static void
test_upload (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *program = graft_step_fixture_add_host_file (fixture, "program", "new", 04755);
  g_autofree char *text = graft_step_fixture_add_host_file (fixture, "text", "words", 0600);

  graft_step_fixture_apply (fixture, graft_step_upload_new (program, "root.squashfs:/bin", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/program",
                                   "file 0755 0:0 1500000000 new");
  graft_step_fixture_apply (fixture, graft_step_upload_new (text, "root.squashfs:/usr/renamed", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/renamed",
                                   "file 0644 0:0 1500000000 words");
  graft_step_fixture_apply (fixture, graft_step_upload_new (program, "root.squashfs:/bin/ash", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/busybox",
                                   "file 0755 0:0 1500000000 new");
  /* What becomes of the host's file afterwards does not matter. */
  g_assert_cmpint (g_unlink (program), ==, 0);
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/busybox",
                                   "file 0755 0:0 1500000000 new");
}

static void
test_upload_refused (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *none = graft_step_fixture_dup_host_path (fixture, "none");
  g_autofree char *pipe = graft_step_fixture_dup_host_path (fixture, "pipe");
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, NULL);
  g_autofree char *old = graft_step_fixture_add_host_file (fixture, "old", "x", 0600);
  g_autofree char *no_such
      = g_strdup_printf ("%s cannot be opened: No such file or directory", none);
  g_autofree char *a_pipe = g_strdup_printf ("%s is a device or pipe, not a regular file", pipe);
  g_autofree char *a_folder = g_strdup_printf ("%s is a folder, not a regular file", folder);
  g_autofree char *too_old = g_strdup_printf ("%s has a time before 1970 or after 2106, which no "
                                              "image can hold: give it another (touch)",
                                              old);
  const struct timespec times[2] = { { .tv_sec = -5 }, { .tv_sec = -5 } };

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (utimensat (AT_FDCWD, old, times, 0), ==, 0);
  graft_step_fixture_refuse (fixture, graft_step_upload_new (none, "root.squashfs:/x", 9),
                             GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND, no_such);
  graft_step_fixture_refuse (fixture, graft_step_upload_new (pipe, "root.squashfs:/x", 9),
                             GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID, a_pipe);
  graft_step_fixture_refuse (fixture, graft_step_upload_new (folder, "root.squashfs:/x", 9),
                             GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID, a_folder);
  graft_step_fixture_refuse (fixture, graft_step_upload_new (old, "root.squashfs:/x", 9),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED, too_old);
  graft_step_fixture_refuse (
      fixture, graft_step_upload_new ("/proc/self/status", "root.squashfs:/x", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_CHANGED,
      "/proc/self/status is longer than its size: it grows, or is not kept on a disk; copy it "
      "first");
}

static void
test_copy_in (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, "tool");
  g_autofree char *run
      = graft_step_fixture_add_host_file (fixture, "tool/bin/run", "program", 0700);
  g_autofree char *text = graft_step_fixture_add_host_file (fixture, "tool/text", "words", 0640);
  g_autofree char *second = graft_step_fixture_dup_host_path (fixture, "tool/second");
  g_autofree char *link_path = graft_step_fixture_dup_host_path (fixture, "tool/link");
  g_autoptr (GraftNode) first_node = NULL, second_node = NULL;

  g_assert_cmpint (link (text, second), ==, 0);
  g_assert_cmpint (symlink ("/no/where", link_path), ==, 0);
  graft_step_fixture_apply (fixture, graft_step_copy_in_new (folder, "root.squashfs:/usr", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/tool/bin/run",
                                   "file 0755 0:0 1500000000 program");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/tool/text",
                                   "file 0644 0:0 1500000000 words");
  first_node = graft_step_fixture_lookup (fixture, "root.squashfs", "/usr/tool/text");
  second_node = graft_step_fixture_lookup (fixture, "root.squashfs", "/usr/tool/second");
  g_assert_true (first_node == second_node);
  g_assert_cmpuint (graft_node_get_nlink (first_node), ==, 2);
  g_clear_pointer (&first_node, graft_node_unref);
  first_node = graft_step_fixture_lookup (fixture, "root.squashfs", "/usr/tool/link");
  g_assert_cmpstr (graft_node_get_target (first_node), ==, "/no/where");
  g_clear_pointer (&first_node, graft_node_unref);
  first_node = graft_step_fixture_lookup (fixture, "root.squashfs", "/usr/tool");
  g_assert_cmpuint (graft_node_get_attributes (first_node)->mode, ==, 0755);
}

/* A folder of that name is joined, one that is not there is made; links on the way are followed. */
static void
test_copy_in_joins (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, "bin");
  g_autofree char *dot = g_build_filename (folder, ".", NULL);
  g_autofree char *ash = graft_step_fixture_add_host_file (fixture, "bin/ash", "new", 0700);
  g_autofree char *more = graft_step_fixture_add_host_file (fixture, "bin/sub/more", "more", 0600);

  graft_step_fixture_apply (fixture, graft_step_copy_in_new (folder, "root.squashfs:/", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/bin",
                                   "symlink 0777 0:0 1005 usr/bin");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/busybox",
                                   "file 0755 0:0 1500000000 new");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/sub/more",
                                   "file 0644 0:0 1500000000 more");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin",
                                   "directory 0755 0:0 1002 ");
  graft_step_fixture_apply (fixture, graft_step_copy_in_new (dot, "root.squashfs:/other", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/other/ash",
                                   "file 0755 0:0 1500000000 new");
  graft_step_fixture_apply (fixture, graft_step_copy_in_new (dot, "root.squashfs:/other", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/other/bin/ash",
                                   "file 0755 0:0 1500000000 new");
}

static void
test_copy_in_refused (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, "usr");
  g_autofree char *file
      = graft_step_fixture_add_host_file (fixture, "usr/bin", "not a folder", 0600);
  g_autofree char *early = graft_step_fixture_add_host_file (fixture, "usr/a", "comes first", 0600);
  g_autofree char *pipe = graft_step_fixture_dup_host_path (fixture, "odd/below/pipe");
  g_autofree char *odd = graft_step_fixture_dup_host_path (fixture, "odd");
  g_autofree char *parent = g_path_get_dirname (pipe);
  g_autofree char *a_pipe = g_strdup_printf (
      "%s is a device, pipe or socket: only files, folders and links are copied in", pipe);

  /* All or nothing: /usr/a was copied before /usr/bin was refused. */
  graft_step_fixture_refuse (
      fixture, graft_step_copy_in_new (folder, "root.squashfs:/", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /usr/bin is a folder: delete it first, if that is meant");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/a", "nothing");
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  graft_step_fixture_refuse (fixture, graft_step_copy_in_new (odd, "root.squashfs:/usr", 9),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED, a_pipe);
  graft_step_fixture_refuse (fixture, graft_step_copy_in_new ("/", "root.squashfs:/usr", 9),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                             "/ has no name to be copied by: give a folder in it");
}

static void
test_cancel (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, "tool");
  g_autofree char *text = graft_step_fixture_add_host_file (fixture, "tool/text", "words", 0640);
  g_autoptr (GraftStep) step = graft_step_copy_in_new (folder, "root.squashfs:/usr", 9);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (graft_step_apply (step, fixture->set, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (graft_boot_set_is_changed (fixture->set));
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("bootgraft-state-XXXXXX", NULL);
  int result;

  /* The store of what is imported lies there. */
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/steps-import/" name, GraftStepFixture, NULL, graft_step_fixture_set_up, func,      \
              graft_step_fixture_tear_down)
  ADD ("upload", test_upload);
  ADD ("upload-refused", test_upload_refused);
  ADD ("copy-in", test_copy_in);
  ADD ("copy-in-joins", test_copy_in_joins);
  ADD ("copy-in-refused", test_copy_in_refused);
  ADD ("cancel", test_cancel);
  result = g_test_run ();
  graft_set_fixture_remove (state);
  return result;
}
