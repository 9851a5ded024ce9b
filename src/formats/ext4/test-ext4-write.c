/* test-ext4-write.c: what is written, what is refused, and what it costs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <sys/stat.h>

#include "formats/ext4/graft-ext4-edit.h"
#include "formats/ext4/test-ext4-common.h"

/* The same edits, the same bytes. */
static void
test_reproducible (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *first = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024", "8M");
  image = test_open (path);
  root = test_add_bytes (graft_image_dup_part (image, 0), "/new", 3, 200000);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraftPatchedInput) patch
          = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), root, 0, NULL, NULL, NULL, &error);
      g_autoptr (GraftInput) input = NULL;
      g_autofree char *digest = NULL;

      g_assert_no_error (error);
      input = GRAFT_INPUT (g_object_ref (patch));
      digest = graft_input_digest (input, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (first != NULL ? first : digest, ==, digest);
      g_free (first);
      first = g_steal_pointer (&digest);
    }
}

/* Refused before anything is written, with the numbers. */
static void
test_full (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftPatchedInput) patch = NULL;
  GraftExt4Need need;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024 -m 0", "6M");
  image = test_open (path);
  root = test_add_bytes (graft_image_dup_part (image, 0), "/new", 3, 5000000);
  g_assert_true (graft_ext4_image_measure (GRAFT_EXT4_IMAGE (image), root, &need, NULL, &error));
  g_assert_cmpuint (need.needed_blocks, >, need.available_blocks);
  g_assert_cmpuint (need.available_blocks, ==,
                    graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (image)));
  g_assert_cmpuint (need.available_inodes, ==,
                    graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (image)));
  g_assert_cmpuint (need.needed_inodes, ==, 1);
  patch = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), root, 0, NULL, NULL, NULL, &error);
  g_assert_null (patch);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM);
}

static void
test_read_only (void)
{
  static const struct
  {
    const char *arguments, *commands, *reason;
  } cases[] = {
    { "-t ext4", "feature needs_recovery\n", "needs_recovery" },
    { "-t ext4", "ssv state 2\n", "marked as having errors" },
    { "-t ext4", "ssv state 0\n", "was not unmounted" },
    { "-t ext4 -O quota", "", "quota" },
    { "-t ext4 -O inline_data", "", "inline_data" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;
      g_autofree char *reason = NULL;
      g_autoptr (GraftImage) image = NULL;
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GraftPatchedInput) patch = NULL;

      test_folder_fill (folder, 10);
      path = test_make_image (folder, "rootfs.img", cases[i].arguments, "8M");
      test_debugfs (folder, path, cases[i].commands);
      image = test_open (path);
      reason = graft_ext4_image_dup_read_only_reason (GRAFT_EXT4_IMAGE (image));
      g_assert_nonnull (reason);
      g_assert_nonnull (strstr (reason, cases[i].reason));
      root = test_add_bytes (graft_image_dup_part (image, 0), "/new", 3, 10);
      patch = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), root, 0, NULL, NULL, NULL, &error);
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED);
    }
}

/* A file of 3 MB comes into the image, with so many bytes of changes in memory. */
static GraftPatchedInput *
fill_with_memory (const char *path, gsize memory)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) base = graft_file_input_new (path, &error);
  g_autoptr (GraftExt4Io) io = graft_ext4_io_new (base, 4096, TRUE);
  g_autoptr (GBytes) bytes = test_make_bytes (9, 3000000);
  g_autoptr (GraftNode) node = test_new_file (bytes);
  g_autoptr (GraftInput) content = graft_node_open (node, &error);
  GraftExt4Edit edit = { .io = io };
  guint32 inode = 0;

  g_assert_no_error (error);
  graft_ext4_io_set_memory (io, memory);
  g_assert_cmpint (graft_ext4_io_open_filesystem (io, EXT2_FLAG_RW, &edit.fs), ==, 0);
  g_assert_cmpint (ext2fs_read_bitmaps (edit.fs), ==, 0);
  edit.fs->flags |= EXT2_FLAG_MASTER_SB_ONLY;
  edit.fs->now = 1700000000;
  graft_ext4_edit_find_free (&edit);
  g_assert_true (graft_ext4_edit_create (&edit, EXT2_ROOT_INO, node, &inode, &error));
  g_assert_true (graft_ext4_edit_fill (&edit, inode, content, NULL, &error));
  g_assert_true (
      graft_ext4_edit_link (&edit, EXT2_ROOT_INO, "new", inode, GRAFT_NODE_REGULAR, &error));
  g_assert_cmpint (ext2fs_flush (edit.fs), ==, 0);
  ext2fs_free (edit.fs);
  return graft_ext4_io_finish (io);
}

static guint
count_stored (GraftPatchedInput *patch)
{
  guint n_stored = 0;

  for (guint i = 0; i < graft_patched_input_get_n_ranges (patch); i++)
    {
      const GraftPatchedRange *range = graft_patched_input_get_range (patch, i);

      n_stored += range->data == NULL && !graft_patched_range_is_zero (range);
    }
  return n_stored;
}

/* What left memory for the temporary file, and came back from there, is what it was. */
static void
test_spill (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *edited = g_build_filename (folder->path, "edited.img", NULL);
  g_autofree char *checked = NULL;
  g_autoptr (GraftPatchedInput) inside = NULL, outside = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean equal = FALSE;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024", "8M");
  inside = fill_with_memory (path, GRAFT_EXT4_MEMORY);
  outside = fill_with_memory (path, 0);
  g_assert_cmpuint (count_stored (inside), ==, 0);
  g_assert_cmpuint (count_stored (outside), >, 3000000 / 4096 - 10);
  g_assert_true (
      graft_input_equal (GRAFT_INPUT (inside), GRAFT_INPUT (outside), &equal, NULL, &error));
  g_assert_true (equal);
  bytes = graft_input_read_all (GRAFT_INPUT (outside), &error);
  g_assert_no_error (error);
  g_assert_true (
      g_file_set_contents (edited, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
  checked = test_run (0, "e2fsck -fn %s", edited);
}

static GraftNode *
set_xattr (GraftNode *root, const char *path, const char *name, GBytes *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &error);
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  g_autoptr (GraftNode) edited = NULL;
  GraftNodeInit init = graft_node_to_init (node);

  if (value != NULL)
    g_ptr_array_add (xattrs, graft_xattr_new (name, value));
  init.xattrs = xattrs;
  edited = graft_node_new (&init);
  return test_edit (root, path, edited);
}

/* A value of many blocks stands in an inode of its own, which comes and goes with it. */
static void
test_large_value (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GBytes) value = test_make_bytes (4, 60000);
  g_autofree char *path = NULL;
  g_autofree char *stored = g_build_filename (folder->path, "value", NULL);
  g_autofree char *got = NULL;
  g_autofree char *content = NULL;
  gsize length = 0;
  g_autoptr (GraftImage) image = NULL, with = NULL, without = NULL;
  g_autoptr (GraftNode) root = NULL, again = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024 -O ea_inode", "8M");
  image = test_open (path);
  root = set_xattr (graft_image_dup_part (image, 0), "/usr/bin/tool", "user.large", value);
  with = test_write (folder, image, root, "with.img");
  got = test_run (0, "debugfs -R 'ea_get -f %s usr/bin/tool user.large' %s/with.img", stored,
                  folder->path);
  g_assert_true (g_file_get_contents (stored, &content, &length, NULL));
  g_assert_cmpmem (content, length, g_bytes_get_data (value, NULL), 60000);
  g_assert_cmpuint (graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (with)), ==,
                    graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (image)) - 1);
  again = set_xattr (graft_image_dup_part (with, 0), "/usr/bin/tool", NULL, NULL);
  without = test_write (folder, with, again, "without.img");
  g_assert_cmpuint (graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (without)), ==,
                    graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (image)));
  g_assert_cmpuint (graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (without)), ==,
                    graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (image)));
}

static void
remove_from (GraftImage *image, GraftNode **root, const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftNode *without = graft_path_with (*root, path, NULL, FALSE, &error);

  g_assert_no_error (error);
  graft_node_unref (*root);
  *root = without;
}

/* A value that does not fit behind the inode stands in a block, which several inodes may share. The
 * block goes with the last of them; test_write() has e2fsck count. */
static void
test_value_in_block (void)
{
  static const char *const arguments[] = { "-t ext4 -b 1024", "-t ext4 -I 128 -O ^metadata_csum",
                                           "-t ext3", "-t ext4 -b 1024 -O ^metadata_csum" };

  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (GBytes) value = test_make_bytes (4, 300);
      g_autofree char *path = NULL;
      g_autoptr (GraftImage) image = NULL, with = NULL, without = NULL;
      g_autoptr (GraftNode) root = NULL, again = NULL;
      guint64 before;

      test_folder_fill (folder, 10);
      path = test_make_image (folder, "rootfs.img", arguments[i], "8M");
      image = test_open (path);
      before = graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (image));
      root = set_xattr (graft_image_dup_part (image, 0), "/usr/bin/tool", "user.note", value);
      root = set_xattr (root, "/usr/large", "user.note", value);
      root = set_xattr (root, "/etc/motd", "user.note", value);
      with = test_write (folder, image, root, "with.img");
      g_assert_cmpuint (graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (with)), <, before);
      again = set_xattr (graft_image_dup_part (with, 0), "/usr/bin/tool", NULL, NULL);
      remove_from (with, &again, "/usr/large");
      again = test_add_bytes (again, "/etc/motd", 3, 10);
      without = test_write (folder, with, again, "without.img");
      g_assert_cmpuint (graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (without)), >=, before);
    }
}

/* As file systems of the nineties have none. */
static void
test_without_xattrs (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext2 -O none,filetype", "8M");
  image = test_open (path);
  root = test_add_bytes (graft_image_dup_part (image, 0), "/new", 3, 500000);
  root = test_edit (root, "/usr", NULL);
  result = test_write (folder, image, root, "edited.img");
}

static guint64
get_stored_bytes (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return (guint64)status.st_blocks * 512;
}

/* What takes no room on the disk takes none in the new file; nor does what has become free. */
static void
test_holes (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *added = g_build_filename (folder->path, "added.img", NULL);
  g_autofree char *gone = g_build_filename (folder->path, "gone.img", NULL);
  g_autoptr (GraftImage) image = NULL, larger = NULL, smaller = NULL;
  g_autoptr (GraftNode) root = NULL, again = NULL;
  guint64 before;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024", "200M");
  before = get_stored_bytes (path);
  g_assert_cmpuint (before, <, 20 << 20);
  image = test_open (path);
  root = test_add_bytes (graft_image_dup_part (image, 0), "/new", 3, 5000000);
  larger = test_write (folder, image, root, "added.img");
  g_assert_cmpuint (get_stored_bytes (added), >=, 5000000);
  g_assert_cmpuint (get_stored_bytes (added), <, before + 5000000 + (1 << 20));
  again = test_edit (graft_image_dup_part (larger, 0), "/new", NULL);
  smaller = test_write (folder, larger, again, "gone.img");
  g_assert_cmpuint (get_stored_bytes (gone), <, before + (1 << 20));
}

/* In a folder that ignores case a name may be there once. */
static void
test_case (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *commands = NULL;
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GraftNode) root = NULL, other = NULL;
  g_autoptr (GraftPatchedInput) patch = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -O casefold", "8M");
  commands = g_strdup_printf ("mkdir fold\nsif fold flags 0x40080000\ncd fold\n"
                              "write %s/etc/motd Name\n",
                              folder->tree);
  test_debugfs (folder, path, commands);
  image = test_open (path);
  other = test_add_bytes (graft_image_dup_part (image, 0), "/fold/other", 3, 10);
  other = test_add_bytes (other, "/etc/MOTD", 4, 10);
  result = test_write (folder, image, other, "edited.img");
  root = test_add_bytes (graft_image_dup_part (image, 0), "/fold/nAME", 3, 10);
  patch = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), root, 0, NULL, NULL, NULL, &error);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "/fold/nAME"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ext4/write/reproducible", test_reproducible);
  g_test_add_func ("/ext4/write/full", test_full);
  g_test_add_func ("/ext4/write/read-only", test_read_only);
  g_test_add_func ("/ext4/write/spill", test_spill);
  g_test_add_func ("/ext4/write/large-value", test_large_value);
  g_test_add_func ("/ext4/write/value-in-block", test_value_in_block);
  g_test_add_func ("/ext4/write/without-xattrs", test_without_xattrs);
  g_test_add_func ("/ext4/write/holes", test_holes);
  g_test_add_func ("/ext4/write/case", test_case);
  return g_test_run ();
}
