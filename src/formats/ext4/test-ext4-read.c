/* test-ext4-read.c: file systems of many kinds, whole and damaged, read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "formats/ext4/graft-ext4-io.h"
#include "formats/ext4/test-ext4-common.h"

static void
assert_file (GraftImage *image, const char *path, const char *host)
{
  g_autoptr (GraftNode) node = test_find (image, path);
  g_autoptr (GBytes) bytes = test_read (node);
  g_autofree char *content = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (host, &content, &length, NULL));
  g_assert_cmpmem (content, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* What mke2fs was given is what is read, whatever the kind. */
static void
test_kinds (void)
{
  static const char *const kinds[] = {
    "-t ext4",
    "-t ext4 -b 1024 -O ^metadata_csum,uninit_bg,64bit",
    "-t ext2 -b 1024 -I 128",
    "-t ext3 -b 2048",
    "-t ext4 -O inline_data",
    "-t ext4 -O bigalloc -C 16384",
  };
  static const char *const files[] = { "etc/motd", "usr/large", "usr/sparse", "usr/bin/tool" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *path = NULL;
      g_autoptr (GraftImage) image = NULL;
      g_autoptr (GraftNode) motd = NULL, hard = NULL, link = NULL, target = NULL, big = NULL;
      g_autoptr (GraftDirectory) listed = NULL;

      test_folder_fill (folder, 300);
      path = test_make_image (folder, "rootfs.img", kinds[i], "8M");
      image = test_open (path);
      g_assert_cmpstr (graft_image_get_label (image), ==, "Anaconda");
      for (guint k = 0; k < G_N_ELEMENTS (files); k++)
        {
          g_autofree char *host = g_build_filename (folder->tree, files[k], NULL);

          assert_file (image, files[k], host);
        }
      motd = test_find (image, "/etc/motd");
      hard = test_find (image, "/usr/hard");
      link = test_find (image, "/etc/link");
      target = test_find (image, "/etc/long");
      big = test_find (image, "/big");
      listed = graft_node_list (big, NULL);
      g_assert_true (graft_node_is_same_file (motd, hard));
      g_assert_cmpuint (graft_node_get_nlink (motd), ==, 2);
      g_assert_cmpuint (graft_node_get_attributes (motd)->mode, ==, 0640);
      g_assert_cmpint (graft_node_get_attributes (motd)->mtime, ==, 1600000000);
      g_assert_cmpstr (graft_node_get_target (link), ==, "motd");
      g_assert_cmpuint (strlen (graft_node_get_target (target)), ==, 300);
      g_assert_cmpuint (graft_directory_get_n_entries (listed), ==, 300);
    }
}

static GBytes *
get_xattr (GraftNode *node, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < xattrs->len; i++)
    if (strcmp (((GraftXattr *)g_ptr_array_index (xattrs, i))->name, name) == 0)
      return g_bytes_ref (((GraftXattr *)g_ptr_array_index (xattrs, i))->value);
  g_error ("there is no %s", name);
}

/* Devices of the old and the new kind; an attribute in the inode, and one whose value is so long
 * that it stands in an inode of its own. */
static void
test_special (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *value = g_build_filename (folder->path, "value", NULL);
  g_autofree char *commands = NULL;
  g_autoptr (GBytes) long_value = test_make_bytes (3, 4096);
  g_autoptr (GBytes) found = NULL, small = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) old = NULL, new = NULL, motd = NULL, fifo = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 4096 -O ea_inode", "8M");
  g_assert_true (g_file_set_contents (value, g_bytes_get_data (long_value, NULL), 4096, NULL));
  commands = g_strdup_printf ("mknod old c 5 1\nmknod new b 259 60000\nmknod fifo p\n"
                              "ea_set etc/motd user.small abc\nea_set -f %s etc/motd user.long\n",
                              value);
  test_debugfs (folder, path, commands);
  image = test_open (path);
  old = test_find (image, "/old");
  new = test_find (image, "/new");
  fifo = test_find (image, "/fifo");
  motd = test_find (image, "/etc/motd");
  g_assert_cmpint (graft_node_get_node_type (old), ==, GRAFT_NODE_CHAR_DEVICE);
  g_assert_cmpuint (graft_node_get_rdev_major (old), ==, 5);
  g_assert_cmpuint (graft_node_get_rdev_minor (old), ==, 1);
  g_assert_cmpuint (graft_node_get_rdev_major (new), ==, 259);
  g_assert_cmpuint (graft_node_get_rdev_minor (new), ==, 60000);
  g_assert_cmpint (graft_node_get_node_type (fifo), ==, GRAFT_NODE_FIFO);
  small = get_xattr (motd, "user.small");
  g_assert_cmpmem (g_bytes_get_data (small, NULL), g_bytes_get_size (small), "abc", 3);
  found = get_xattr (motd, "user.long");
  g_assert_true (g_bytes_equal (found, long_value));
}

/* The error of opening, listing and reading all of what debugfs made of the image. */
static GError *
try_damaged (const char *arguments, const char *commands)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autofree char *dump = NULL;
  GError *error = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", arguments, "8M");
  test_debugfs (folder, path, commands);
  input = graft_file_input_new (path, &error);
  g_assert_no_error (error);
  image = graft_ext4_image_get_format ()->open (input, NULL, &error);
  if (image == NULL)
    return error;
  root = graft_image_dup_part (image, 0);
  dump = test_dump (root, &error);
  return error;
}

static void
test_damaged (void)
{
  static const struct
  {
    const char *arguments, *commands, *message;
  } cases[] = {
    /* A folder in itself: the walk must end. */
    { "-t ext4", "link / etc/loop\n", "a folder can only be in one place" },
    { "-t ext4", "link usr/bin usr/bin/loop\n", "a folder can only be in one place" },
    { "-t ext4", "link <8> journal\n", "is the file system's own" },
    { "-t ext4", "sif usr/bin/tool links_count 0\n", "it is not in use" },
    { "-t ext4", "sif usr/bin/tool mode 0\n", "it is not in use" },
    { "-t ext4", "sif etc size 1000\n", "its size is not a number of blocks" },
    { "-t ext4", "sif etc size 4096000\n", "it is missing" },
    { "-t ext2", "sif usr/large block[0] 99999999\n", "outside of the file system" },
    { "-t ext2", "sif usr/large block[IND] 99999999\n", "outside of the file system" },
    /* A map of blocks that points to itself, at each level. */
    { "-t ext2 -b 1024", "sif usr/large block[TIND] 1\nsif usr/large block[12] 1\n", "inode" },
    { "-t ext4", "sif usr/large block[0] 0\n", "it holds no extents" },
    { "-t ext4", "sif usr/bin/tool file_acl 99999999\n", "outside of the file system" },
    { "-t ext4", "sif usr/bin/tool file_acl 1\n", "the block holds none" },
    { "-t ext4", "ssv blocks_per_group 0\n", "the superblock" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = try_damaged (cases[i].arguments, cases[i].commands);

      if (error == NULL)
        g_error ("“%s” was not noticed", cases[i].commands);
      if (error->domain != GRAFT_IMAGE_ERROR || strstr (error->message, cases[i].message) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].message);
    }
}

/* Bytes that do not match their checksum are not believed. */
static void
test_checksums (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  gsize length = 0;
  char *name;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autofree char *dump = NULL;
  g_autoptr (GError) error = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -O metadata_csum", "8M");
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  name = memmem (content, length, "file-0003", 9);
  g_assert_nonnull (name);
  name[0] = 'F';
  bytes = g_bytes_new (content, length);
  input = graft_memory_input_new (bytes, "rootfs.img");
  image = graft_ext4_image_get_format ()->open (input, NULL, &error);
  g_assert_no_error (error);
  root = graft_image_dup_part (image, 0);
  dump = test_dump (root, &error);
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "does not match its checksum"));
}

/* Changed units leave memory, come back, and end in the patch; the base stays as it was. */
static void
test_io (void)
{
  const gsize unit = 4096, size = 10 * unit + 100;
  g_autoptr (GBytes) bytes = test_make_bytes (1, size);
  g_autofree guint8 *wanted = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
  g_autofree guint8 *got = g_malloc (size);
  g_autoptr (GraftInput) base = graft_memory_input_new (bytes, "base");
  g_autoptr (GraftExt4Io) io = graft_ext4_io_new (base, unit, TRUE);
  g_autoptr (GraftPatchedInput) patch = NULL;
  g_autoptr (GraftInput) patched = NULL;
  g_autoptr (GError) error = NULL;

  graft_ext4_io_set_memory (io, 0);
  for (guint64 i = 0; i < 6; i++)
    graft_ext4_io_zero_unit (io, i + 2);
  memset (wanted + 2 * unit, 0, 6 * unit);
  g_assert_true (graft_ext4_io_read (io, 0, got, size, &error));
  g_assert_cmpmem (got, size, wanted, size);
  g_assert_false (graft_ext4_io_read (io, size - 1, got, 2, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  patch = graft_ext4_io_finish (io);
  g_assert_cmpuint (graft_patched_input_get_n_ranges (patch), ==, 6);
  g_assert_true (graft_patched_range_is_zero (graft_patched_input_get_range (patch, 0)));
  patched = GRAFT_INPUT (g_object_ref (patch));
  g_assert_true (graft_input_read_at (patched, 0, got, size, &error));
  g_assert_cmpmem (got, size, wanted, size);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ext4/io", test_io);
  g_test_add_func ("/ext4/read/kinds", test_kinds);
  g_test_add_func ("/ext4/read/special", test_special);
  g_test_add_func ("/ext4/read/checksums", test_checksums);
  g_test_add_func ("/ext4/read/damaged", test_damaged);
  return g_test_run ();
}
