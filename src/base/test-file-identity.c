/* test-file-identity.c: one file looked at twice, and two that look alike
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is told otherwise in FUSE is seen by tests/flatpak.
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/graft-file-identity.h"

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bootgraft-identity-XXXXXX", NULL);
  g_autofree char *one = g_build_filename (folder, "one", NULL);
  g_autofree char *name = g_build_filename (folder, "name", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  const struct timespec times[2] = { { .tv_sec = 5 }, { .tv_sec = 5 } };
  struct stat was, now;
  int fd;

  g_assert_true (g_file_set_contents (one, "x", 1, NULL)
                 && g_file_set_contents (other, "x", 1, NULL));
  g_assert_cmpint (link (one, name), ==, 0);
  g_assert_cmpint (utimensat (AT_FDCWD, one, times, 0), ==, 0);
  g_assert_cmpint (utimensat (AT_FDCWD, other, times, 0), ==, 0);
  g_assert_cmpint (stat (one, &was), ==, 0);

  fd = open (name, O_PATH | O_CLOEXEC);
  g_assert_cmpint (fstat (fd, &now), ==, 0);
  g_assert_true (graft_file_is_same (fd, &was, &now));
  close (fd);
  /* As large and as old, and not the same. */
  fd = open (other, O_PATH | O_CLOEXEC);
  g_assert_cmpint (fstat (fd, &now), ==, 0);
  g_assert_false (graft_file_is_same (fd, &was, &now));
  close (fd);
  fd = open (folder, O_PATH | O_CLOEXEC);
  g_assert_cmpint (fstat (fd, &now), ==, 0);
  g_assert_false (graft_file_is_same (fd, &was, &now));
  close (fd);

  g_unlink (one);
  g_unlink (name);
  g_unlink (other);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-identity/files", test_files);
  return g_test_run ();
}
