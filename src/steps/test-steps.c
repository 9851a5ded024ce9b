/* test-steps.c: the steps that edit single entries of a set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

/* Modification time of what comes from the host. */
#define HOST_TIME 1500000000

/* The newest entry of the initrd is line 6's: 1006. */
static const char *const initrd_text = "#fake initrd\n"
                                       "early\n"
                                       "f 0644 /kernel/x86/microcode/GenuineIntel.bin code\n"
                                       "--\n"
                                       "d 0755 /etc\n"
                                       "f 0640 /etc/hosts localhost\n"
                                       "l /etc/link hosts\n";

static const char *const root_text = "#fake squashfs\n"
                                     "d 0755 /usr\n"
                                     "d 0755 /usr/bin\n"
                                     "f 0755 /usr/bin/busybox old\n"
                                     "h /usr/bin/ash /usr/bin/busybox\n"
                                     "l /bin usr/bin\n"
                                     "l /dangling no/where\n"
                                     "l /sh bin/ash\n"
                                     "c 0600 /console 5 1\n"
                                     "f 0644 /dos one\\r\\ntwo\\r\\n\n"
                                     "f 0644 /unix one\\ntwo\n"
                                     "f 0644 /empty\n";

typedef struct
{
  char *top;
  GraftBootSet *set;
} Fixture;

static char *
host_path (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->top, "host", name, NULL);
}

static void
write_file (const char *path, const char *content)
{
  g_autofree char *parent = g_path_get_dirname (path);
  const struct timespec times[2]
      = { { .tv_sec = HOST_TIME, .tv_nsec = 5 }, { .tv_sec = HOST_TIME } };

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

/* A file of the user's machine; returns its path. */
static char *
add_host_file (Fixture *fixture, const char *name, const char *content, guint32 mode)
{
  char *path = host_path (fixture, name);

  write_file (path, content);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}

static void
add_member (Fixture *fixture, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (fixture->top, "set", name, NULL);

  write_file (path, content);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL, *host = NULL;

  fixture->top = g_dir_make_tmp ("bootgraft-steps-XXXXXX", NULL);
  folder = g_build_filename (fixture->top, "set", NULL);
  host = host_path (fixture, NULL);
  g_assert_cmpint (g_mkdir (host, 0700), ==, 0);
  add_member (fixture, "vmlinuz", "#fake kernel\n");
  add_member (fixture, "initrd.img", initrd_text);
  add_member (fixture, "root.squashfs", root_text);
  add_member (fixture, "broken.squashfs", "#fake squashfs\nbroken\n");
  add_member (fixture, "pxelinux.cfg/default", "LABEL a\nKERNEL vmlinuz\n");
  fixture->set = graft_boot_set_open (folder, NULL, &error);
  g_assert_no_error (error);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->set);
  remove_all (fixture->top);
  g_free (fixture->top);
}

/* Applies @step, which must succeed. */
static void
apply (Fixture *fixture, GraftStep *step)
{
  g_autoptr (GError) error = NULL;
  gboolean done = graft_step_apply (step, fixture->set, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  g_object_unref (step);
}

/* Applies @step, which must fail so and change nothing. */
static void
refuse (Fixture *fixture, GraftStep *step, GQuark domain, GraftErrorCode code, const char *message)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = graft_boot_set_is_changed (fixture->set);

  g_assert_false (graft_step_apply (step, fixture->set, NULL, NULL, NULL, &error));
  g_assert_cmpstr (error->message, ==, message);
  g_assert_error (error, domain, (gint)code);
  g_assert_cmpint (graft_boot_set_is_changed (fixture->set), ==, changed);
  g_object_unref (step);
}

static GraftNode *
lookup (Fixture *fixture, const char *image, const char *path)
{
  GraftMember *member = graft_boot_set_find_member (fixture->set, image, NULL);
  g_autoptr (GraftNode) root = graft_overlay_dup_root (graft_member_get_overlay (member), NULL);

  return graft_path_find (root, path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);
}

/* "TYPE MODE UID:GID TIME CONTENT-OR-TARGET"; "nothing". */
static char *
show (Fixture *fixture, const char *image, const char *path)
{
  g_autoptr (GraftNode) node = lookup (fixture, image, path);
  const GraftAttributes *attributes;
  g_autofree char *content = NULL, *escaped = NULL;

  if (node == NULL)
    return g_strdup ("nothing");
  attributes = graft_node_get_attributes (node);
  content = g_strdup (graft_node_get_target (node) != NULL ? graft_node_get_target (node) : "");
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    {
      g_autoptr (GraftInput) input = graft_node_open (node, NULL);
      g_autoptr (GBytes) bytes = graft_input_read_all (input, NULL);

      g_free (content);
      content = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  g_assert_cmpuint (attributes->mtime_nsec, ==, 0);
  escaped = g_strescape (content, NULL);
  return g_strdup_printf ("%s %04o %u:%u %" G_GINT64_FORMAT " %s",
                          graft_node_type_get_name (graft_node_get_node_type (node)),
                          attributes->mode, attributes->uid, attributes->gid, attributes->mtime,
                          escaped);
}

static void
assert_shown (Fixture *fixture, const char *image, const char *path, const char *expected)
{
  g_autofree char *shown = show (fixture, image, path);

  g_assert_cmpstr (shown, ==, expected);
}

static GraftStep *
write_step (const char *address, const char *content, gint64 time)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));

  return graft_step_write_new (address, bytes, time);
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  apply (fixture, graft_step_delete_new ("root.squashfs:/bin/ash"));
  assert_shown (fixture, "root.squashfs", "/usr/bin/ash", "nothing");
  /* A link goes itself. */
  apply (fixture, graft_step_delete_new ("root.squashfs:/bin"));
  assert_shown (fixture, "root.squashfs", "/usr/bin/busybox", "file 0755 0:0 1003 old");
  refuse (fixture, graft_step_delete_new ("root.squashfs:/bin"), GRAFT_OVERLAY_ERROR,
          GRAFT_ERROR_NOT_FOUND, "root.squashfs: /bin does not exist");
  refuse (fixture, graft_step_delete_new ("root.squashfs"), GRAFT_OVERLAY_ERROR,
          GRAFT_ERROR_REFUSED, "root.squashfs: / is the root folder: it stays where it is");
}

/* What an address may name that cannot be edited. */
static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  const char *members = "vmlinuz, initrd.img, broken.squashfs, root.squashfs, pxelinux.cfg/default";
  g_autofree char *no_image
      = g_strdup_printf ("the set has no image other.img; it has %s", members);
  g_autofree char *no_slash = g_strdup_printf (
      "a path in an image starts with “/” (IMAGE:/path): the set has no image initrd.img:etc; it "
      "has %s",
      members);

  refuse (fixture, graft_step_delete_new ("vmlinuz:/x"), GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
          "vmlinuz is a kernel: it has no files inside that could be edited");
  refuse (
      fixture, graft_step_delete_new ("default:/x"), GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
      "pxelinux.cfg/default is a boot entry, not an image: it has no files inside that could be "
      "edited");
  refuse (fixture, graft_step_delete_new ("broken.squashfs:/x"), GRAFT_IMAGE_ERROR,
          GRAFT_ERROR_CORRUPTED, "broken.squashfs is broken at byte 12");
  refuse (fixture, graft_step_delete_new ("other.img:/x"), GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
          no_image);
  refuse (fixture, graft_step_delete_new ("initrd.img:etc"), GRAFT_STEP_ERROR,
          GRAFT_ERROR_NOT_FOUND, no_slash);
  refuse (fixture, graft_step_delete_new ("initrd.img@3:/x"), GRAFT_STEP_ERROR,
          GRAFT_ERROR_NOT_FOUND, "initrd.img: segment 3 is not there");
  refuse (fixture, graft_step_delete_new (":/x"), GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
          "“:/x” names no image: an address is IMAGE:/path");
}

static void
test_segment (Fixture *fixture, gconstpointer data)
{
  GraftMember *initrd = graft_boot_set_find_member (fixture->set, "initrd.img", NULL);
  g_autoptr (GraftNode) early = NULL, microcode = NULL;

  apply (fixture, write_step ("initrd.img@1:/kernel/x86/microcode/AuthenticAMD.bin", "amd", 7));
  early = graft_overlay_dup_part (graft_member_get_overlay (initrd), 0, NULL);
  microcode = graft_path_find (early, "/kernel/x86/microcode/AuthenticAMD.bin", 0, NULL, NULL);
  g_assert_nonnull (microcode);
}

static void
test_mkdir (Fixture *fixture, gconstpointer data)
{
  apply (fixture, graft_step_mkdir_new ("initrd.img:/a//b/./c/", -1));
  assert_shown (fixture, "initrd.img", "/a", "directory 0755 0:0 1006 ");
  assert_shown (fixture, "initrd.img", "/a/b/c", "directory 0755 0:0 1006 ");
  apply (fixture, graft_step_mkdir_new ("root.squashfs:/bin/new", 55));
  assert_shown (fixture, "root.squashfs", "/usr/bin/new", "directory 0755 0:0 55 ");
  refuse (fixture, graft_step_mkdir_new ("root.squashfs:/unix/new", 55), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /unix is a file already: delete it first, if that is meant");
  refuse (
      fixture, graft_step_mkdir_new ("root.squashfs:/dangling/new", 55), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /dangling is a link that leads nowhere: name the place it should lead to, "
      "or delete it first");
  refuse (fixture, graft_step_mkdir_new ("root.squashfs:/usr/../x", 55), GRAFT_STEP_ERROR,
          GRAFT_ERROR_INVALID, "root.squashfs: /usr/../x has a component “..”");
}

/* A folder that is there is left as it is: nothing is new. */
static void
test_mkdir_again (Fixture *fixture, gconstpointer data)
{
  apply (fixture, graft_step_mkdir_new ("root.squashfs:/usr/bin", 55));
  apply (fixture, graft_step_mkdir_new ("root.squashfs:/", 55));
  g_assert_false (graft_boot_set_is_changed (fixture->set));
}

static void
test_symlink (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (4095, 't'), *too_long = g_strnfill (4096, 't');

  apply (fixture, graft_step_symlink_new ("../x", "initrd.img:/etc/new", -1));
  assert_shown (fixture, "initrd.img", "/etc/new", "symlink 0777 0:0 1006 ../x");
  /* Another link is made anew, not followed. */
  apply (fixture, graft_step_symlink_new ("elsewhere", "root.squashfs:/bin", 9));
  assert_shown (fixture, "root.squashfs", "/bin", "symlink 0777 0:0 9 elsewhere");
  apply (fixture, graft_step_symlink_new (longest, "root.squashfs:/long", 9));
  refuse (fixture, graft_step_symlink_new (too_long, "root.squashfs:/longer", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_INVALID,
          "root.squashfs: /longer cannot be made: a link's target has 1 to 4095 bytes");
  refuse (fixture, graft_step_symlink_new ("", "root.squashfs:/longer", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_INVALID,
          "root.squashfs: /longer cannot be made: a link's target has 1 to 4095 bytes");
  refuse (fixture, graft_step_symlink_new ("x", "root.squashfs:/usr", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /usr is a folder: delete it first, if that is meant");
  refuse (fixture, graft_step_symlink_new ("x", "root.squashfs:/unix", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /unix is a file already: delete it first, if that is meant");
  refuse (fixture, graft_step_symlink_new ("x", "root.squashfs:/none/x", 9), GRAFT_IMAGE_ERROR,
          GRAFT_ERROR_NOT_FOUND, "root.squashfs: /none does not exist");
}

/* A link stands for what it leads to, and all names of a file change. */
static void
test_attributes (Fixture *fixture, gconstpointer data)
{
  apply (fixture, graft_step_chmod_new (04711, "root.squashfs:/sh"));
  assert_shown (fixture, "root.squashfs", "/usr/bin/busybox", "file 4711 0:0 1003 old");
  assert_shown (fixture, "root.squashfs", "/usr/bin/ash", "file 4711 0:0 1003 old");
  assert_shown (fixture, "root.squashfs", "/sh", "symlink 0777 0:0 1007 bin/ash");
  apply (fixture, graft_step_chown_new (12, 345678, "initrd.img:/etc/link"));
  assert_shown (fixture, "initrd.img", "/etc/hosts", "file 0640 12:345678 1005 localhost");
  apply (fixture, graft_step_chmod_new (0700, "initrd.img:/etc"));
  assert_shown (fixture, "initrd.img", "/etc", "directory 0700 0:0 1004 ");
  assert_shown (fixture, "initrd.img", "/etc/hosts", "file 0640 12:345678 1005 localhost");
  apply (fixture, graft_step_chmod_new (0700, "root.squashfs"));
  assert_shown (fixture, "root.squashfs", "/", "directory 0700 0:0 0 ");
  refuse (fixture, graft_step_chmod_new (0700, "root.squashfs:/none"), GRAFT_STEP_ERROR,
          GRAFT_ERROR_NOT_FOUND, "root.squashfs: /none does not exist");
  refuse (
      fixture, graft_step_chown_new (1, 1, "root.squashfs:/dangling"), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /dangling is a link that leads nowhere: name the place it should lead to, "
      "or delete it first");
}

static void
test_write (Fixture *fixture, gconstpointer data)
{
  apply (fixture, write_step ("initrd.img:/etc/new", "text\n", -1));
  assert_shown (fixture, "initrd.img", "/etc/new", "file 0644 0:0 1006 text\\n");
  /* Owner and mode stay, through a link too. */
  apply (fixture, write_step ("initrd.img:/etc/link", "127.0.0.1", 99));
  assert_shown (fixture, "initrd.img", "/etc/hosts", "file 0640 0:0 99 127.0.0.1");
  apply (fixture, write_step ("root.squashfs:/sh", "", 99));
  assert_shown (fixture, "root.squashfs", "/usr/bin/busybox", "file 0755 0:0 99 ");
  refuse (fixture, write_step ("root.squashfs:/usr", "x", 99), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /usr is a folder: delete it first, if that is meant");
  refuse (fixture, write_step ("root.squashfs:/console", "x", 99), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /console is a device: delete it first, if that is meant");
  refuse (fixture, write_step ("root.squashfs:/none/x", "x", 99), GRAFT_IMAGE_ERROR,
          GRAFT_ERROR_NOT_FOUND, "root.squashfs: /none does not exist");
}

static void
test_append_line (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *address;
    const char *path;
    const char *shown;
  } cases[] = {
    { "root.squashfs:/dos", "/dos", "file 0644 0:0 9 one\\r\\ntwo\\r\\nthree\\r\\n" },
    { "root.squashfs:/unix", "/unix", "file 0644 0:0 9 one\\ntwo\\nthree\\n" },
    { "root.squashfs:/empty", "/empty", "file 0644 0:0 9 three\\n" },
    { "root.squashfs:/usr/new", "/usr/new", "file 0644 0:0 9 three\\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      apply (fixture, graft_step_append_line_new (cases[i].address, "three", 9));
      assert_shown (fixture, "root.squashfs", cases[i].path, cases[i].shown);
    }
  /* The last line tells how lines end. */
  apply (fixture, write_step ("root.squashfs:/dos", "one\ntwo\r\nthree", 9));
  apply (fixture, graft_step_append_line_new ("root.squashfs:/dos", "four", 9));
  assert_shown (fixture, "root.squashfs", "/dos",
                "file 0644 0:0 9 one\\ntwo\\r\\nthree\\r\\nfour\\r\\n");
}

static void
test_append_line_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (GRAFT_LIMIT_TEXT, 'x');
  g_autoptr (GBytes) binary = g_bytes_new_static ("a\0b", 3);

  apply (fixture, write_step ("root.squashfs:/large", large, 9));
  apply (fixture, graft_step_append_line_new ("root.squashfs:/large", "y", 9));
  refuse (fixture, graft_step_append_line_new ("root.squashfs:/large", "y", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_TOO_LARGE,
          "root.squashfs: /large is larger than 16 MB: lines are added to text files only");
  refuse (fixture, graft_step_append_line_new ("root.squashfs:/unix", "a\nb", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_INVALID,
          "root.squashfs: /unix gets one line at a time: this one has a line end in it");
  apply (fixture, graft_step_write_new ("root.squashfs:/binary", binary, 9));
  refuse (fixture, graft_step_append_line_new ("root.squashfs:/binary", "y", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /binary is no text: it has a NUL, and a line added to it would not be "
          "read as one");
}

/* In a folder under its own name, in the place of a file under all of that one's names. */
static void
test_upload (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = add_host_file (fixture, "program", "new", 04755);
  g_autofree char *text = add_host_file (fixture, "text", "words", 0600);

  apply (fixture, graft_step_upload_new (program, "root.squashfs:/bin", 9));
  assert_shown (fixture, "root.squashfs", "/usr/bin/program", "file 0755 0:0 1500000000 new");
  apply (fixture, graft_step_upload_new (text, "root.squashfs:/usr/renamed", 9));
  assert_shown (fixture, "root.squashfs", "/usr/renamed", "file 0644 0:0 1500000000 words");
  apply (fixture, graft_step_upload_new (program, "root.squashfs:/bin/ash", 9));
  assert_shown (fixture, "root.squashfs", "/usr/bin/busybox", "file 0755 0:0 1500000000 new");
  /* What becomes of the host's file afterwards does not matter. */
  g_assert_cmpint (g_unlink (program), ==, 0);
  assert_shown (fixture, "root.squashfs", "/usr/bin/busybox", "file 0755 0:0 1500000000 new");
}

static void
test_upload_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *none = host_path (fixture, "none");
  g_autofree char *pipe = host_path (fixture, "pipe");
  g_autofree char *folder = host_path (fixture, NULL);
  g_autofree char *old = add_host_file (fixture, "old", "x", 0600);
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
  refuse (fixture, graft_step_upload_new (none, "root.squashfs:/x", 9), GRAFT_IMAGE_ERROR,
          GRAFT_ERROR_NOT_FOUND, no_such);
  refuse (fixture, graft_step_upload_new (pipe, "root.squashfs:/x", 9), GRAFT_IMAGE_ERROR,
          GRAFT_ERROR_INVALID, a_pipe);
  refuse (fixture, graft_step_upload_new (folder, "root.squashfs:/x", 9), GRAFT_IMAGE_ERROR,
          GRAFT_ERROR_INVALID, a_folder);
  refuse (fixture, graft_step_upload_new (old, "root.squashfs:/x", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED, too_old);
  refuse (fixture, graft_step_upload_new ("/proc/self/status", "root.squashfs:/x", 9),
          GRAFT_STEP_ERROR, GRAFT_ERROR_CHANGED,
          "/proc/self/status is longer than its size: it grows, or is not kept on a disk; copy it "
          "first");
}

static void
test_copy_in (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = host_path (fixture, "tool");
  g_autofree char *run = add_host_file (fixture, "tool/bin/run", "program", 0700);
  g_autofree char *text = add_host_file (fixture, "tool/text", "words", 0640);
  g_autofree char *second = host_path (fixture, "tool/second");
  g_autofree char *link_path = host_path (fixture, "tool/link");
  g_autoptr (GraftNode) first_node = NULL, second_node = NULL;

  g_assert_cmpint (link (text, second), ==, 0);
  g_assert_cmpint (symlink ("/no/where", link_path), ==, 0);
  apply (fixture, graft_step_copy_in_new (folder, "root.squashfs:/usr", 9));
  assert_shown (fixture, "root.squashfs", "/usr/tool/bin/run", "file 0755 0:0 1500000000 program");
  assert_shown (fixture, "root.squashfs", "/usr/tool/text", "file 0644 0:0 1500000000 words");
  first_node = lookup (fixture, "root.squashfs", "/usr/tool/text");
  second_node = lookup (fixture, "root.squashfs", "/usr/tool/second");
  g_assert_true (first_node == second_node);
  g_assert_cmpuint (graft_node_get_nlink (first_node), ==, 2);
  g_clear_pointer (&first_node, graft_node_unref);
  first_node = lookup (fixture, "root.squashfs", "/usr/tool/link");
  g_assert_cmpstr (graft_node_get_target (first_node), ==, "/no/where");
  g_clear_pointer (&first_node, graft_node_unref);
  first_node = lookup (fixture, "root.squashfs", "/usr/tool");
  g_assert_cmpuint (graft_node_get_attributes (first_node)->mode, ==, 0755);
}

/* A folder of that name is joined, one that is not there is made; links on the way are followed. */
static void
test_copy_in_joins (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = host_path (fixture, "bin");
  g_autofree char *dot = g_build_filename (folder, ".", NULL);
  g_autofree char *ash = add_host_file (fixture, "bin/ash", "new", 0700);
  g_autofree char *more = add_host_file (fixture, "bin/sub/more", "more", 0600);

  apply (fixture, graft_step_copy_in_new (folder, "root.squashfs:/", 9));
  assert_shown (fixture, "root.squashfs", "/bin", "symlink 0777 0:0 1005 usr/bin");
  assert_shown (fixture, "root.squashfs", "/usr/bin/busybox", "file 0755 0:0 1500000000 new");
  assert_shown (fixture, "root.squashfs", "/usr/bin/sub/more", "file 0644 0:0 1500000000 more");
  assert_shown (fixture, "root.squashfs", "/usr/bin", "directory 0755 0:0 1002 ");
  apply (fixture, graft_step_copy_in_new (dot, "root.squashfs:/other", 9));
  assert_shown (fixture, "root.squashfs", "/other/ash", "file 0755 0:0 1500000000 new");
  apply (fixture, graft_step_copy_in_new (dot, "root.squashfs:/other", 9));
  assert_shown (fixture, "root.squashfs", "/other/bin/ash", "file 0755 0:0 1500000000 new");
}

static void
test_copy_in_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = host_path (fixture, "usr");
  g_autofree char *file = add_host_file (fixture, "usr/bin", "not a folder", 0600);
  g_autofree char *early = add_host_file (fixture, "usr/a", "comes first", 0600);
  g_autofree char *pipe = host_path (fixture, "odd/below/pipe");
  g_autofree char *odd = host_path (fixture, "odd");
  g_autofree char *parent = g_path_get_dirname (pipe);
  g_autofree char *a_pipe = g_strdup_printf (
      "%s is a device, pipe or socket: only files, folders and links are copied in", pipe);

  /* All or nothing: /usr/a was copied before /usr/bin was refused. */
  refuse (fixture, graft_step_copy_in_new (folder, "root.squashfs:/", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED,
          "root.squashfs: /usr/bin is a folder: delete it first, if that is meant");
  assert_shown (fixture, "root.squashfs", "/usr/a", "nothing");
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  refuse (fixture, graft_step_copy_in_new (odd, "root.squashfs:/usr", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_REFUSED, a_pipe);
  refuse (fixture, graft_step_copy_in_new ("/", "root.squashfs:/usr", 9), GRAFT_STEP_ERROR,
          GRAFT_ERROR_INVALID, "/ has no name to be copied by: give a folder in it");
}

static void
test_labels (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  struct
  {
    GraftStep *step;
    const char *label;
  } cases[] = {
    { graft_step_upload_new ("/tmp/a\nb", "i:/x", 0), "Copy a\\nb to i:/x" },
    { graft_step_copy_in_new ("/tmp/folder/", "i:/x", 0), "Copy folder to i:/x" },
    { graft_step_delete_new ("i:/x"), "Delete i:/x" },
    { graft_step_mkdir_new ("i:/x", 0), "Make the folder i:/x" },
    { graft_step_symlink_new ("t", "i:/x", 0), "Make the link i:/x to t" },
    { graft_step_chmod_new (0755, "i:/x"), "Set the mode of i:/x to 0755" },
    { graft_step_chown_new (1, 2, "i:/x"), "Set the owner of i:/x to 1:2" },
    { graft_step_write_new ("i:/x", bytes, 0), "Write i:/x" },
    { graft_step_append_line_new ("i:/x", "l", 0), "Add a line to i:/x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *label = graft_step_dup_label (cases[i].step);

      g_assert_cmpstr (label, ==, cases[i].label);
      g_object_unref (cases[i].step);
    }
}

/* A step that says something, changes something, and succeeds or not. */
typedef struct
{
  GraftStep parent_instance;
  gboolean succeeds;
} TalkingStep;

typedef GraftStepClass TalkingStepClass;
static GType talking_step_get_type (void);
G_DEFINE_TYPE (TalkingStep, talking_step, graft_step_get_type ())

static gboolean
talking_step_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                    GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftMember *root = graft_boot_set_find_member (set, "root.squashfs", NULL);

  g_ptr_array_add (report->lost, g_strdup ("aufs"));
  g_ptr_array_add (report->notes, g_strdup ("a note"));
  g_assert_true (graft_overlay_remove (graft_member_get_overlay (root), -1, "/unix", NULL));
  if (!((TalkingStep *)step)->succeeds)
    g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED, "no");
  return ((TalkingStep *)step)->succeeds;
}

static void
talking_step_class_init (TalkingStepClass *klass)
{
  klass->apply = talking_step_apply;
}

static void
talking_step_init (TalkingStep *self)
{
}

/* What a step that failed did and said is forgotten. */
static void
test_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStepReport) report = graft_step_report_new ();
  TalkingStep *step = g_object_new (talking_step_get_type (), NULL);

  g_assert_false (graft_step_apply ((GraftStep *)step, fixture->set, report, NULL, NULL, NULL));
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  g_assert_cmpuint (report->lost->len + report->notes->len, ==, 0);
  step->succeeds = TRUE;
  g_assert_true (graft_step_apply ((GraftStep *)step, fixture->set, report, NULL, NULL, NULL));
  g_assert_true (graft_boot_set_is_changed (fixture->set));
  g_assert_cmpstr (g_ptr_array_index (report->lost, 0), ==, "aufs");
  g_assert_cmpstr (g_ptr_array_index (report->notes, 0), ==, "a note");
  g_object_unref (step);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = host_path (fixture, "tool");
  g_autofree char *text = add_host_file (fixture, "tool/text", "words", 0640);
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
#define ADD(name, func) g_test_add ("/steps/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("delete", test_delete);
  ADD ("addresses", test_addresses);
  ADD ("segment", test_segment);
  ADD ("mkdir", test_mkdir);
  ADD ("mkdir-again", test_mkdir_again);
  ADD ("symlink", test_symlink);
  ADD ("attributes", test_attributes);
  ADD ("write", test_write);
  ADD ("append-line", test_append_line);
  ADD ("append-line-refused", test_append_line_refused);
  ADD ("upload", test_upload);
  ADD ("upload-refused", test_upload_refused);
  ADD ("copy-in", test_copy_in);
  ADD ("copy-in-joins", test_copy_in_joins);
  ADD ("copy-in-refused", test_copy_in_refused);
  ADD ("all-or-nothing", test_all_or_nothing);
  ADD ("cancel", test_cancel);
  g_test_add_func ("/steps/labels", test_labels);
  result = g_test_run ();
  remove_all (state);
  return result;
}
