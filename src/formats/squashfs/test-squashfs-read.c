/* test-squashfs-read.c: opening, listing and reading what mksquashfs made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "formats/squashfs/test-squashfs-common.h"

/* mksquashfs's words for one way to make an image. */
static const struct
{
  const char *name;
  const char *arguments;
} ways[] = {
  { "gzip", "-comp gzip" },
  { "gzip-options", "-comp gzip -Xcompression-level 5 -Xwindow-size 12" },
  { "lzma", "-comp lzma" },
  { "xz", "-comp xz" },
  { "xz-options", "-comp xz -Xbcj x86 -Xdict-size 8192" },
  { "lz4", "-comp lz4" },
  { "lz4-high", "-comp lz4 -Xhc" },
  { "lzo", "-comp lzo" },
  { "lzo-level", "-comp lzo -Xcompression-level 3" },
  { "lzo-1", "-comp lzo -Xalgorithm lzo1x_1" },
  { "lzo-1-11", "-comp lzo -Xalgorithm lzo1x_1_11" },
  { "lzo-1-12", "-comp lzo -Xalgorithm lzo1x_1_12 -b 1M" },
  { "lzo-1-15", "-comp lzo -Xalgorithm lzo1x_1_15 -b 4096" },
  { "zstd", "-comp zstd" },
  { "zstd-options", "-comp zstd -Xcompression-level 3" },
  { "blocks-4k", "-comp zstd -b 4096" },
  { "blocks-1m", "-comp xz -b 1M" },
  { "no-fragments", "-comp gzip -no-fragments" },
  { "tail-ends", "-comp gzip -always-use-fragments" },
  { "not-compressed", "-comp gzip -noI -noD -noF -noX" },
  { "inodes-not-compressed", "-comp xz -noI" },
  { "no-duplicates", "-comp zstd -no-duplicates" },
  { "no-exports", "-comp zstd -no-exports" },
  { "no-xattrs", "-comp zstd -no-xattrs" },
  { "sparse-stored", "-comp lz4 -no-sparse" },
  { "not-padded", "-comp gzip -nopad" },
};

static void
test_way (gconstpointer data)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", data);
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  g_assert_cmpuint (graft_image_get_n_parts (image), ==, 1);
  g_assert_cmpstr (graft_image_get_format (image), ==, "squashfs");
  g_assert_true (graft_node_is_directory (root));
  test_assert_unsquashfs_agrees (folder, path, root);
}

static void
test_facts (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_auto (GStrv) facts = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp lz4 -b 64K -no-fragments");
  image = test_open (path);
  facts = graft_squashfs_list_facts (GRAFT_SQUASHFS (image));
  g_assert_cmpstr (graft_image_get_compression (image), ==, "lz4");
  g_assert_cmpuint (graft_squashfs_get_block_size (GRAFT_SQUASHFS (image)), ==, 65536);
  g_assert_true (g_strv_contains ((const char *const *)facts, "block size 65536"));
  g_assert_true (g_strv_contains ((const char *const *)facts, "no fragments"));
  g_assert_true (g_strv_contains ((const char *const *)facts, "made 2009-02-13 23:31:30 UTC"));
  g_assert_true (g_strv_contains ((const char *const *)facts, "exportable by NFS"));
}

static void
test_none (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image", "-noD -noF");
  image = test_open (path);
  g_assert_cmpstr (graft_image_get_compression (image), ==, "none");
}

/* Listing is remembered, and each name of a file is the same node. */
static void
test_nodes (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) again = NULL;
  g_autoptr (GraftNode) motd = NULL;
  g_autoptr (GraftNode) hard = NULL;
  g_autoptr (GraftNode) other = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp zstd");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  again = graft_image_dup_part (image, 0);
  motd = test_find (root, "/etc/motd");
  hard = test_find (again, "/usr/hard");
  other = test_find (root, "/usr/bin/tool");
  g_assert_true (root == again);
  g_assert_true (motd == hard);
  g_assert_true (graft_node_is_same_file (motd, hard));
  g_assert_false (graft_node_is_same_file (motd, other));
  g_assert_cmpuint (graft_node_get_nlink (motd), ==, 2);
  g_assert_true (graft_node_get_source (motd) == (GraftTree *)image);
  g_assert_cmpuint (graft_node_get_handle (motd), !=, graft_node_get_handle (other));
}

static void
test_devices (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) disk = NULL;
  g_autoptr (GraftNode) pipe = NULL;
  g_autoptr (GraftNode) owned = NULL;

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image",
                          "-p 'disk b 660 70000 6 259 1048575' -p 'null c 666 0 0 1 3' "
                          "-p 'pipe i 644 0 0 f' -p 'sock i 600 1 2 s' -p 'file m 7 8 9'");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  disk = test_find (root, "/disk");
  pipe = test_find (root, "/pipe");
  owned = test_find (root, "/file");
  g_assert_cmpuint (graft_node_get_node_type (disk), ==, GRAFT_NODE_BLOCK_DEVICE);
  g_assert_cmpuint (graft_node_get_rdev_major (disk), ==, 259);
  g_assert_cmpuint (graft_node_get_rdev_minor (disk), ==, 1048575);
  g_assert_cmpuint (graft_node_get_attributes (disk)->uid, ==, 70000);
  g_assert_cmpuint (graft_node_get_node_type (pipe), ==, GRAFT_NODE_FIFO);
  g_assert_cmpuint (graft_node_get_attributes (owned)->mode, ==, 07);
  g_assert_cmpuint (graft_node_get_attributes (owned)->gid, ==, 9);
  test_assert_unsquashfs_agrees (folder, path, root);
}

/* Several sets, one shared by two files, and a value so long that mksquashfs stores it once and
 * refers to it. */
static void
test_xattrs (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *value = g_strnfill (3000, 'v');
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) c = NULL;
  g_autoptr (GPtrArray) xattrs = NULL;
  g_autoptr (GError) error = NULL;

  for (const char *name = "a\0b\0c\0d\0"; *name != '\0'; name += 2)
    {
      g_autofree char *full = g_build_filename (folder->tree, name, NULL);

      test_folder_add (folder, name, name, 1, 0644);
      if (*name == 'd')
        continue;
      if (setxattr (full, "user.note", "text", 4, 0) != 0)
        {
          g_test_skip ("the temporary folder has no extended attributes");
          return;
        }
      if (*name != 'a')
        {
          g_assert_cmpint (setxattr (full, "user.long", value, strlen (value), 0), ==, 0);
          g_assert_cmpint (setxattr (full, "user.empty", "", 0, 0), ==, 0);
        }
      if (*name == 'c' && geteuid () == 0)
        g_assert_cmpint (setxattr (full, "trusted.c", "\0\1\2", 3, 0), ==, 0);
    }
  path = test_mksquashfs (folder, "image", "-comp xz");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  c = test_find (root, "/c");
  xattrs = graft_node_list_xattrs (c, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (xattrs->len, ==, geteuid () == 0 ? 4 : 3);
  test_assert_unsquashfs_agrees (folder, path, root);
}

/* A folder whose list fills several metadata blocks and has an index. */
static void
test_large_folder (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) child = NULL;
  g_autoptr (GraftDirectory) listed = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/with-a-rather-long-name-%04u", i);

      test_folder_add (folder, name, name, i % 7, 0644);
    }
  path = test_mksquashfs (folder, "image", "-comp gzip");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  child = test_find (root, "/many");
  listed = graft_node_list (child, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graft_directory_get_n_entries (listed), ==, 3000);
  test_assert_unsquashfs_agrees (folder, path, root);
}

/* Counts what is read, to see that nothing is decoded twice. */
#define TEST_TYPE_COUNTING_INPUT (test_counting_input_get_type ())
G_DECLARE_FINAL_TYPE (TestCountingInput, test_counting_input, TEST, COUNTING_INPUT, GraftInput)

struct _TestCountingInput
{
  GraftInput parent_instance;

  GraftInput *base;
  gint64 total;
};

G_DEFINE_TYPE (TestCountingInput, test_counting_input, GRAFT_TYPE_INPUT)

static guint64
test_counting_input_get_size (GraftInput *input)
{
  return graft_input_get_size (TEST_COUNTING_INPUT (input)->base);
}

static gboolean
test_counting_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                             GError **error)
{
  TestCountingInput *self = TEST_COUNTING_INPUT (input);

  self->total += length;
  return graft_input_read_at (self->base, offset, buffer, length, error);
}

static void
test_counting_input_finalize (GObject *object)
{
  g_clear_object (&TEST_COUNTING_INPUT (object)->base);
  G_OBJECT_CLASS (test_counting_input_parent_class)->finalize (object);
}

static void
test_counting_input_class_init (TestCountingInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_counting_input_finalize;
  GRAFT_INPUT_CLASS (klass)->get_size = test_counting_input_get_size;
  GRAFT_INPUT_CLASS (klass)->read_at = test_counting_input_read_at;
}

static void
test_counting_input_init (TestCountingInput *self)
{
}

/* Reads all files in steps of a few bytes, folder by folder. */
static gboolean
read_slowly (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_autoptr (GraftInput) input = NULL;
  guint8 buffer[777];
  guint64 offset = 0;
  gssize count = 0;

  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return TRUE;
  input = graft_node_open (node, error);
  g_assert_nonnull (input);
  do
    {
      count = graft_input_read_some (input, offset, buffer, sizeof buffer, error);
      offset += MAX (count, 0);
    }
  while (count > 0);
  return count == 0;
}

static void
test_reads_once (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftInput) file = NULL;
  g_autoptr (TestCountingInput) counting = g_object_new (TEST_TYPE_COUNTING_INPUT, NULL);
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GError) error = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp zstd -no-duplicates");
  file = graft_file_input_new (path, &error);
  g_assert_no_error (error);
  counting->base = g_object_ref (file);
  image = graft_squashfs_get_format ()->open (GRAFT_INPUT (counting), NULL, &error);
  g_assert_no_error (error);
  root = graft_image_dup_part (image, 0);
  g_assert_true (graft_path_walk (root, "/", read_slowly, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (counting->total, <=, graft_input_get_size (file));
}

static gpointer
walk_in_thread (gpointer data)
{
  return test_walk_all (data);
}

static void
test_threads (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  GThread *threads[4];

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz -b 4096");
  image = test_open (path);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("walk", walk_in_thread, image);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_null (g_thread_join (threads[i]));
}

/* A file stays readable when the image it came from is no longer held. */
static void
test_input_outlives_image (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) error = NULL;
  guint8 data[6];

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp gzip");
  {
    g_autoptr (GraftImage) image = test_open (path);
    g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
    g_autoptr (GraftNode) node = test_find (root, "/etc/motd");

    input = graft_node_open (node, &error);
    g_assert_no_error (error);
  }
  g_assert_true (graft_input_read_at (input, 0, data, sizeof data, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (data, sizeof data, "hello\n", 6);
  g_assert_true (g_str_has_suffix (graft_input_get_name (input), "image:/etc/motd"));
}

/* Appending to an image numbers inodes on. */
static void
test_appended (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *ignored = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp gzip");
  ignored = test_run ("mksquashfs %s/etc %s -no-progress -quiet -no-recovery", folder->tree, path);
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  test_assert_unsquashfs_agrees (folder, path, root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name = g_strconcat ("/squashfs/read/", ways[i].name, NULL);

      g_test_add_data_func (name, ways[i].arguments, test_way);
    }
  g_test_add_func ("/squashfs/read/facts", test_facts);
  g_test_add_func ("/squashfs/read/none", test_none);
  g_test_add_func ("/squashfs/read/nodes", test_nodes);
  g_test_add_func ("/squashfs/read/devices", test_devices);
  g_test_add_func ("/squashfs/read/xattrs", test_xattrs);
  g_test_add_func ("/squashfs/read/large-folder", test_large_folder);
  g_test_add_func ("/squashfs/read/reads-once", test_reads_once);
  g_test_add_func ("/squashfs/read/threads", test_threads);
  g_test_add_func ("/squashfs/read/input-outlives-image", test_input_outlives_image);
  g_test_add_func ("/squashfs/read/appended", test_appended);
  return g_test_run ();
}
