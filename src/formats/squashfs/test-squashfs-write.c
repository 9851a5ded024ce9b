/* test-squashfs-write.c: edited images, written and verified
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <unistd.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/test-squashfs-common.h"

static const GraftImageOptions usual = { .effort = GRAFT_EFFORT_SAME };

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
};

static char *
get_bytes (TestFolder *folder, const char *name, gsize *ret_length)
{
  g_autofree char *path = test_folder_get (folder, name);
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;

  g_file_get_contents (path, &bytes, ret_length, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
assert_same_file (TestFolder *folder, const char *a, const char *b)
{
  gsize left_length, right_length;
  g_autofree char *left = get_bytes (folder, a, &left_length);
  g_autofree char *right = get_bytes (folder, b, &right_length);

  g_assert_cmpmem (left, left_length, right, right_length);
}

static guint32
get_inode_count (GraftImage *image)
{
  return GRAFT_SQUASHFS (image)->super.inode_count;
}

/* What must be kept of the source's superblock. */
static void
assert_style_kept (GraftImage *before, GraftImage *after)
{
  const GraftSquashfs *a = GRAFT_SQUASHFS (before), *b = GRAFT_SQUASHFS (after);

  g_assert_cmpuint (a->super.flags, ==, b->super.flags);
  g_assert_cmpuint (a->super.modification_time, ==, b->super.modification_time);
  g_assert_cmpuint (a->super.block_size, ==, b->super.block_size);
  g_assert_cmpuint (a->super.compression_id, ==, b->super.compression_id);
  g_assert_true (g_bytes_equal (a->stored_options, b->stored_options));
  g_assert_cmpuint (a->super.export_table_start == GRAFT_SQUASHFS_NO_TABLE, ==,
                    b->super.export_table_start == GRAFT_SQUASHFS_NO_TABLE);
}

static void
test_way (gconstpointer data)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *edited = test_folder_get (folder, "edited");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) tool = NULL;
  g_autoptr (GraftNode) result_root = NULL;
  g_autoptr (GraftWritten) written = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", data);
  image = test_open (path);
  root = test_edit_much (graft_image_dup_part (image, 0));
  result = test_write (folder, image, root, &usual, "edited", &written);
  assert_style_kept (image, result);
  g_assert_cmpuint (graft_input_get_size (graft_image_get_input (result)) % 4096, ==, 0);

  result_root = graft_image_dup_part (result, 0);
  test_assert_same_tree (root, result_root);
  tool = test_find (result_root, "/usr/bin/tool-too");
  g_assert_cmpuint (graft_node_get_nlink (tool), ==, 2);
  test_assert_unsquashfs_agrees (folder, edited, result_root);
  g_assert_cmpuint (written->copied, >, written->encoded / 4);
}

/* Writing what was not touched gives the same bytes, also those behind the image. */
static void
test_untouched (gconstpointer data)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autofree char *ignored = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", data);
  ignored = test_run ("sh -c 'printf signature >>%s'", path);
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  result = test_write (folder, image, root, &usual, "copy", NULL);
  assert_same_file (folder, "image", "copy");
}

/* An edit that is taken back by an equal one carries everything over: only tables are new. */
static void
test_attributes_only (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftWritten) written = NULL;
  GraftSquashfs *before, *after;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp zstd");
  image = test_open (path);
  root = test_chmod_node (graft_image_dup_part (image, 0), "/usr/lib/big", 0600);
  result = test_write (folder, image, root, &usual, "edited", &written);
  before = GRAFT_SQUASHFS (image);
  after = GRAFT_SQUASHFS (result);
  g_assert_cmpuint (written->carried->len, ==, 1);
  g_assert_cmpuint (written->copied, ==, before->super.inode_table_start - sizeof (sqfs_super_t));
  g_assert_cmpuint (after->super.inode_table_start, ==, before->super.inode_table_start);
  g_assert_cmpuint (get_inode_count (image), ==, get_inode_count (result));
}

/* What nothing uses any more is left out, and fragments are numbered anew. */
static void
test_dead_space (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftWritten) written = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz -b 16K");
  image = test_open (path);
  root = test_edit (graft_image_dup_part (image, 0), "/usr/lib", NULL);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("/usr/share/files/file%02u", i);

      root = test_edit (root, name, NULL);
    }
  result = test_write (folder, image, root, &usual, "edited", &written);
  g_assert_cmpuint (GRAFT_SQUASHFS (result)->super.fragment_entry_count, <,
                    GRAFT_SQUASHFS (image)->super.fragment_entry_count);
  g_assert_cmpuint (GRAFT_SQUASHFS (result)->super.fragment_entry_count, >, 0);
  g_assert_cmpuint (written->copied, <, GRAFT_SQUASHFS (image)->super.inode_table_start / 2);
}

/* The same bytes for any number of threads. */
static void
test_threads (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz -b 16K");
  image = test_open (path);
  root = test_edit_much (graft_image_dup_part (image, 0));
  for (guint n = 1; n <= 7; n += 2)
    {
      const GraftImageOptions options = { .effort = GRAFT_EFFORT_FAST, .n_threads = n };
      g_autofree char *name = g_strdup_printf ("threads-%u", n);
      g_autoptr (GraftImage) result = test_write (folder, image, root, &options, name, NULL);

      if (n > 1)
        assert_same_file (folder, "threads-1", name);
    }
}

/* Sets of the source are kept, new ones are added, in an image that had none as well. */
static void
test_xattrs (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *edited = test_folder_get (folder, "edited");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) first = NULL;
  g_autoptr (GraftImage) second = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftNode) marked = NULL;
  g_autoptr (GraftNode) first_root = NULL;
  g_autoptr (GraftNode) second_root = NULL;
  g_autoptr (GBytes) value = test_make_bytes (1, 1000);
  g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  g_autoptr (GPtrArray) two = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  g_autofree char *found = NULL;
  GraftNodeInit init;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp gzip -no-xattrs");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  g_ptr_array_add (one, graft_xattr_new ("security.note", value));
  g_ptr_array_add (two, graft_xattr_new ("security.note", value));
  g_ptr_array_add (two, graft_xattr_new ("user.note", value));
  for (const char *const *name = (const char *const[]){ "/etc/motd", "/etc", "/etc/link", NULL };
       *name != NULL; name++)
    {
      g_autoptr (GraftNode) plain = test_find (root, *name);
      g_autoptr (GraftNode) with = NULL;

      init = graft_node_to_init (plain);
      init.xattrs = init.type == GRAFT_NODE_SYMLINK ? one : two;
      with = graft_node_new (&init);
      root = test_edit (root, *name, with);
    }
  first = test_write (folder, image, root, &usual, "first", NULL);
  first_root = test_edit (graft_image_dup_part (first, 0), "/usr", NULL);
  second = test_write (folder, first, first_root, &usual, "edited", NULL);
  g_assert_cmpuint (GRAFT_SQUASHFS (first)->super.flags & SQFS_FLAG_NO_XATTRS, ==, 0);
  second_root = graft_image_dup_part (second, 0);
  test_assert_same_tree (first_root, second_root);
  found = test_dump (second_root);
  g_assert_nonnull (strstr (found, "security.note="));
  if (geteuid () == 0)
    test_assert_unsquashfs_agrees (folder, edited, second_root);
}

/* The table has index entries, by which the kernel and unsquashfs find names. */
static void
test_large_folder (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *edited = test_folder_get (folder, "edited");
  g_autofree char *found = NULL;
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) children = NULL;
  g_autoptr (GraftNode) many = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755 } };

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image", "-comp gzip");
  image = test_open (path);
  for (guint i = 0; i < 4000; i++)
    {
      g_autofree char *name = g_strdup_printf ("a-name-that-takes-room-%05u", i);
      g_autoptr (GBytes) bytes = g_bytes_new (name, strlen (name));
      g_autoptr (GraftNode) file = test_new_file (bytes);

      graft_directory_builder_add (builder, name, file);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.children = children;
  many = graft_node_new (&init);
  root = test_edit (graft_image_dup_part (image, 0), "/many", many);
  result = test_write (folder, image, root, &usual, "edited", NULL);
  test_assert_unsquashfs_agrees (folder, edited, root);
  found = test_run ("unsquashfs -cat %s many/a-name-that-takes-room-03999", edited);
  g_assert_cmpstr (found, ==, "a-name-that-takes-room-03999");
}

/* Files that are compressed already are stored as they are, whole blocks and ends. */
static void
test_packed (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *packed = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftWritten) written = NULL;
  g_autoptr (GBytes) all = NULL;
  GraftSquashfs *squashfs;
  sqfs_fragment_t fragment;
  gsize length;

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image", "-comp xz");
  packed = test_run ("sh -c 'head -c 300000 /dev/urandom >%s/random && xz -k %s/random'",
                     folder->path, folder->path);
  g_free (packed);
  packed = get_bytes (folder, "random.xz", &length);
  all = g_bytes_new (packed, length);
  image = test_open (path);
  root = test_add_bytes (graft_image_dup_part (image, 0), "/module.ko.xz", all);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("/small%02u.ko.xz", i);
      g_autoptr (GByteArray) small = g_byte_array_new ();
      g_autoptr (GBytes) bytes = NULL;

      g_byte_array_append (small, (guint8 *)packed, 32);
      g_byte_array_append (small, (guint8 *)packed + 2000 + i * 9000, 9000);
      bytes = g_byte_array_free_to_bytes (g_steal_pointer (&small));
      root = test_add_bytes (root, name, bytes);
    }
  result = test_write (folder, image, root, &usual, "edited", &written);
  squashfs = GRAFT_SQUASHFS (result);
  /* That of the source, two of small packed ends. */
  g_assert_cmpuint (squashfs->super.fragment_entry_count, ==, 3);
  for (guint i = 1; i < 3; i++)
    {
      g_assert_cmpint (sqfs_frag_table_lookup (squashfs->fragments, i, &fragment), ==, 0);
      g_assert_false (SQFS_IS_BLOCK_COMPRESSED (fragment.size));
    }
}

static GraftSquashfsInode
get_inode (GraftImage *image, const char *path)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GraftNode) node = test_find (root, path);
  g_autoptr (GError) error = NULL;
  GraftSquashfsInode inode = { 0 };

  g_assert_true (graft_squashfs_tree_read_inode (GRAFT_SQUASHFS (image), node, &inode, &error));
  g_assert_no_error (error);
  return inode;
}

/* As many of each byte as in any other compressed stream, but in an order that every compressor
 * makes nothing of: stored as it is, such a block was not tried. */
static GraftNode *
add_orderly (GraftNode *root, const char *path, const char *magic, gsize length)
{
  guint8 *data = g_malloc (length);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, length);

  /* The sixth is zero, as it is in the magic of xz. */
  for (gsize i = 0; i < length; i++)
    data[i] = i + 251;
  memcpy (data, magic, strlen (magic));
  return test_add_bytes (root, path, bytes);
}

static void
assert_tried (GraftImage *image, const char *path, gboolean tried)
{
  GraftSquashfs *squashfs = GRAFT_SQUASHFS (image);
  GraftSquashfsInode inode = get_inode (image, path);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_squashfs_inode_read_blocks (squashfs->metadata, &inode,
                                                   squashfs->super.block_size, sizes, &error));
  if (inode.fragment != GRAFT_SQUASHFS_NONE)
    {
      sqfs_fragment_t fragment;

      g_assert_cmpint (sqfs_frag_table_lookup (squashfs->fragments, inode.fragment, &fragment), ==,
                       0);
      g_array_append_val (sizes, fragment.size);
    }
  g_assert_cmpuint (sizes->len, >, 0);
  for (guint i = 0; i < sizes->len; i++)
    g_assert_cmpint (SQFS_IS_BLOCK_COMPRESSED (g_array_index (sizes, guint32, i)), ==, tried);
}

/* A module that comes compressed is not compressed a second time, not even to see whether it would
 * get smaller: whole blocks, an end behind them, and one that is nothing but an end. */
static void
test_packed_is_not_tried (void)
{
  static const struct
  {
    const char *name;
    const char *magic;
    gboolean tried;
  } cases[] = {
    { "module.ko.xz",
      "\xfd"
      "7zXZ",
      FALSE },
    { "module.ko.zst", "\x28\xb5\x2f\xfd", FALSE },
    { "module.ko.gz", "\x1f\x8b\x08", FALSE },
    { "module.ko",
      "\x7f"
      "ELF",
      TRUE },
  };
  static const gsize lengths[] = { 3 * 131072, 2 * 131072 + 50000, 9000 };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image", "-comp gzip -no-duplicates -always-use-fragments");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases) * G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *name = g_strdup_printf ("/%u-%s", i / 4, cases[i % 4].name);

      root = add_orderly (root, name, cases[i % 4].magic, lengths[i / 4]);
    }
  result = test_write (folder, image, root, &usual, "edited", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases) * G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *name = g_strdup_printf ("/%u-%s", i / 4, cases[i % 4].name);

      assert_tried (result, name, cases[i % 4].tried);
    }
}

/* New files with the same bytes are stored once, where the source's are; and ends of files go into
 * fragments as the source's do. */
static void
test_flags (gconstpointer data)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  GraftSquashfsInode first, second, small;
  guint16 flags;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", data);
  image = test_open (path);
  root = test_edit_much (graft_image_dup_part (image, 0));
  result = test_write (folder, image, root, &usual, "edited", NULL);
  first = get_inode (result, "/usr/lib/new");
  second = get_inode (result, "/usr/lib/new-copy");
  small = get_inode (result, "/opt/deep/er/small");
  flags = GRAFT_SQUASHFS (image)->super.flags;
  g_assert_cmpuint (first.start == second.start, ==, (flags & SQFS_FLAG_NO_DUPLICATES) != 0);
  g_assert_cmpuint (first.fragment != GRAFT_SQUASHFS_NONE, ==,
                    (flags & SQFS_FLAG_ALWAYS_FRAGMENTS) != 0);
  g_assert_cmpuint (small.fragment != GRAFT_SQUASHFS_NONE, ==,
                    (flags & SQFS_FLAG_NO_FRAGMENTS) == 0);
}

/* Times outside of what squashfs holds are the nearest it can. */
static void
test_times (void)
{
  static const gint64 times[] = { -5, G_MAXUINT32, G_GINT64_CONSTANT (1) << 40 };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image", "-comp gzip");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      const GraftNodeInit init = { .type = GRAFT_NODE_FIFO, .attributes.mtime = times[i] };
      g_autoptr (GraftNode) node = graft_node_new (&init);
      g_autofree char *name = g_strdup_printf ("/%u", i);

      root = test_edit (root, name, node);
    }
  result = test_write (folder, image, root, &usual, "edited", NULL);
  g_assert_cmpuint (get_inode (result, "/0").mtime, ==, 0);
  g_assert_cmpuint (get_inode (result, "/1").mtime, ==, G_MAXUINT32);
  g_assert_cmpuint (get_inode (result, "/2").mtime, ==, G_MAXUINT32);
}

/* A file that cannot be read while it is encoded ends the writing with its message. */
static void
test_unreadable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *victim = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", NULL);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GError) error = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR };

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz -b 4096");
  image = test_open (path);
  victim = g_build_filename (folder->tree, "usr/lib/big", NULL);
  input = graft_file_input_new (victim, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (victim, 100000), ==, 0);
  init.content = input;
  node = graft_node_new (&init);
  root = test_edit (test_edit_much (graft_image_dup_part (image, 0)), "/victim", node);
  g_assert_false (graft_image_write (image, &root, &usual, output, written, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
}

static void
test_cancel (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", NULL);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz");
  image = test_open (path);
  root = test_edit_much (graft_image_dup_part (image, 0));
  g_cancellable_cancel (cancellable);
  g_assert_false (
      graft_image_write (image, &root, &usual, output, written, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

typedef struct
{
  double fraction;
  guint n_calls;
} Seen;

static void
progress_cb (double fraction, const char *what, gpointer data)
{
  Seen *seen = data;

  g_assert_cmpfloat (fraction, >=, seen->fraction);
  seen->fraction = fraction;
  seen->n_calls++;
}

static void
test_progress (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", NULL);
  g_autoptr (GraftWritten) written = graft_written_new ();
  Seen seen = { 0 };
  g_autoptr (GraftProgress) progress = graft_progress_new (progress_cb, &seen);

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp gzip -b 16K");
  image = test_open (path);
  root = test_edit_much (graft_image_dup_part (image, 0));
  g_assert_true (graft_image_write (image, &root, &usual, output, written, progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n_calls, >, 10);
  g_assert_cmpfloat (seen.fraction, >, 0.95);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name = g_strconcat ("/squashfs/write/", ways[i].name, NULL);

      g_test_add_data_func (name, ways[i].arguments, test_way);
    }
  g_test_add_data_func ("/squashfs/write/untouched", "-comp xz", test_untouched);
  g_test_add_data_func ("/squashfs/write/untouched-not-padded", "-comp lz4 -nopad", test_untouched);
  g_test_add_func ("/squashfs/write/attributes-only", test_attributes_only);
  g_test_add_func ("/squashfs/write/dead-space", test_dead_space);
  g_test_add_func ("/squashfs/write/threads", test_threads);
  g_test_add_func ("/squashfs/write/xattrs", test_xattrs);
  g_test_add_func ("/squashfs/write/large-folder", test_large_folder);
  g_test_add_func ("/squashfs/write/packed", test_packed);
  g_test_add_func ("/squashfs/write/packed-is-not-tried", test_packed_is_not_tried);
  g_test_add_data_func ("/squashfs/write/flags/usual", "-comp gzip", test_flags);
  g_test_add_data_func ("/squashfs/write/flags/no-duplicates", "-no-duplicates", test_flags);
  g_test_add_data_func ("/squashfs/write/flags/no-fragments", "-no-fragments", test_flags);
  g_test_add_data_func ("/squashfs/write/flags/tail-ends", "-always-use-fragments", test_flags);
  g_test_add_func ("/squashfs/write/times", test_times);
  g_test_add_func ("/squashfs/write/unreadable", test_unreadable);
  g_test_add_func ("/squashfs/write/cancel", test_cancel);
  g_test_add_func ("/squashfs/write/progress", test_progress);
  return g_test_run ();
}
