/* test-squashfs-patch.c: a file of which only some ranges change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "formats/squashfs/graft-squashfs-patch.h"
#include "formats/squashfs/test-squashfs-common.h"

#define PATH "/LiveOS/rootfs.img"

/* In blocks of the image; a count of 0 is one byte. */
typedef struct
{
  double first;
  double count;
  char kind; /* 'n'oise, 't'ext that compresses, 'z'ero */
} Change;

/* The file: text, noise, a hole, noise, text, and an end of half a block. */
static const struct
{
  guint blocks;
  char kind;
} layout[] = { { 3, 't' }, { 2, 'n' }, { 4, 'z' }, { 3, 'n' }, { 2, 't' } };

#define N_BLOCKS 14

static void
fill (guint8 *data, gsize length, char kind, guint seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < length; i++)
    if (kind == 'n')
      data[i] = g_rand_int (random);
    else
      data[i] = kind == 'z' ? 0 : 'a' + (i / 7) % 20;
}

static GBytes *
make_file (gsize block)
{
  gsize size = N_BLOCKS * block + block / 2, at = 0;
  guint8 *data = g_malloc0 (size);

  for (guint i = 0; i < G_N_ELEMENTS (layout); i++)
    {
      fill (data + at, layout[i].blocks * block, layout[i].kind, i);
      at += layout[i].blocks * block;
    }
  fill (data + at, size - at, 't', 99);
  return g_bytes_new_take (data, size);
}

/* The patched input of @base with @changes; *@wanted is changed in the same way. */
static GraftInput *
make_patch (GraftInput *base, gsize block, const Change *changes, guint n, guint8 *wanted)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (GraftPatchedRange));

  for (guint i = 0; i < n; i++)
    {
      GraftPatchedRange range = { .offset = changes[i].first * block, .stored = -1 };

      range.length = changes[i].count > 0 ? changes[i].count * block : 1;
      range.length = MIN (range.length, graft_input_get_size (base) - range.offset);
      fill (wanted + range.offset, range.length, changes[i].kind, 1000 + i);
      if (changes[i].kind != 'z')
        range.data = g_memdup2 (wanted + range.offset, range.length);
      g_array_append_val (ranges, range);
    }
  return graft_patched_input_new_take (base, graft_input_get_size (base), block, ranges, -1,
                                       "patched");
}

typedef struct
{
  TestFolder *folder;
  gsize block;
  GraftImage *image;
  GraftNode *root;
  guint8 *wanted;
  GraftWritten *written;
  GraftImage *result;
} Patched;

static void
patched_clear (Patched *self)
{
  g_clear_object (&self->result);
  g_clear_pointer (&self->written, graft_written_free);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_object (&self->image);
  g_clear_pointer (&self->folder, test_folder_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Patched, patched_clear)

static void
patched_init (Patched *self, const char *arguments, gsize block)
{
  g_autoptr (GBytes) bytes = make_file (block);
  g_autofree char *with_block = g_strdup_printf ("-b %" G_GSIZE_FORMAT " %s", block, arguments);
  g_autofree char *path = NULL;

  self->folder = test_folder_new ();
  self->block = block;
  test_folder_fill (self->folder);
  test_folder_add (self->folder, PATH + 1, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   0644);
  path = test_mksquashfs (self->folder, "image", with_block);
  self->image = test_open (path);
  self->root = graft_image_dup_part (self->image, 0);
  self->wanted = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
patched_write (Patched *self, const Change *changes, guint n)
{
  const GraftImageOptions options = { .effort = GRAFT_EFFORT_FAST, .n_threads = 2 };
  g_autoptr (GraftNode) node = test_find (self->root, PATH);
  g_autoptr (GraftNode) changed = NULL;
  g_autoptr (GraftInput) base = NULL;
  g_autoptr (GraftInput) content = NULL;
  g_autoptr (GError) error = NULL;
  GraftNodeInit init = graft_node_to_init (node);

  base = graft_node_open (node, &error);
  g_assert_no_error (error);
  content = make_patch (base, self->block, changes, n, self->wanted);
  init.content = content;
  changed = graft_node_new (&init);
  self->root = test_edit (self->root, PATH, changed);
  self->result
      = test_write (self->folder, self->image, self->root, &options, "result", &self->written);
}

/* The stored file of @image at PATH. */
static GArray *
read_blocks (GraftImage *image, GraftSquashfsInode *inode)
{
  GraftSquashfs *squashfs = GRAFT_SQUASHFS (image);
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GraftNode) node = test_find (root, PATH);
  GArray *sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_squashfs_tree_read_inode (squashfs, node, inode, &error));
  g_assert_true (graft_squashfs_inode_read_blocks (squashfs->metadata, inode,
                                                   squashfs->super.block_size, sizes, &error));
  return sizes;
}

static GBytes *
read_stored (GraftImage *image, guint64 offset, guint32 size)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = graft_input_read_bytes (graft_image_get_input (image), offset,
                                          SQFS_ON_DISK_BLOCK_SIZE (size), &error);

  g_assert_no_error (error);
  return bytes;
}

static gboolean
is_changed (const Change *changes, guint n, gsize block, guint64 offset, guint64 end)
{
  for (guint i = 0; i < n; i++)
    {
      guint64 from = changes[i].first * block;
      guint64 to = from + (changes[i].count > 0 ? (guint64)(changes[i].count * block) : 1);

      if (from < end && to > offset)
        return TRUE;
    }
  return FALSE;
}

/* Each block that no change touches has the stored bytes that it had; a block of zeros is not
 * stored, and the inode says how many bytes are not. */
static void
assert_blocks (Patched *self, const Change *changes, guint n)
{
  GraftSquashfsInode before, after;
  g_autoptr (GArray) old = read_blocks (self->image, &before);
  g_autoptr (GArray) new = read_blocks (self->result, &after);
  guint64 from = before.start, to = after.start, sparse = 0;

  g_assert_cmpuint (old->len, ==, new->len);
  g_assert_cmpuint (before.size, ==, after.size);
  for (guint i = 0; i < old->len; i++)
    {
      guint32 left = g_array_index (old, guint32, i), right = g_array_index (new, guint32, i);
      guint64 offset = (guint64)i * self->block, length = MIN (before.size - offset, self->block);
      g_autoptr (GBytes) a = read_stored (self->image, from, left);
      g_autoptr (GBytes) b = read_stored (self->result, to, right);
      gboolean zero = self->wanted[offset] == 0
                      && memcmp (self->wanted + offset, self->wanted + offset + 1, length - 1) == 0;

      g_assert_cmpint (right == 0, ==, zero);
      sparse += zero ? length : 0;
      if (!is_changed (changes, n, self->block, offset, offset + length))
        {
          g_assert_cmpuint (left, ==, right);
          g_assert_true (g_bytes_equal (a, b));
        }
      from += SQFS_ON_DISK_BLOCK_SIZE (left);
      to += SQFS_ON_DISK_BLOCK_SIZE (right);
    }
  /* Or a file of nothing but zeros would have no blocks at all. */
  g_assert_cmpuint (after.sparse, ==, MIN (sparse, after.size - 1));
  g_assert_cmpint (before.fragment == GRAFT_SQUASHFS_NONE, ==,
                   after.fragment == GRAFT_SQUASHFS_NONE);
}

static void
assert_content (Patched *self)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (self->result, 0);
  g_autoptr (GraftNode) node = test_find (root, PATH);
  g_autoptr (GBytes) bytes = test_read (node);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), self->wanted,
                   N_BLOCKS * self->block + self->block / 2);
}

static const struct
{
  const char *name;
  guint n;
  Change changes[6];
} cases[] = {
  { "none", 0, { { 0 } } },
  { "first-byte", 1, { { 0, 0, 'n' } } },
  { "last-byte-of-a-block", 1, { { 2.75, 0.25, 'n' } } },
  { "first-and-last", 2, { { 0, 1, 'n' }, { 14, 0.5, 'n' } } },
  { "across-an-edge", 1, { { 2.5, 1, 'n' } } },
  { "end", 1, { { 14.25, 0.25, 't' } } },
  { "hole-filled", 2, { { 6, 1, 't' }, { 8.5, 0, 't' } } },
  { "all-trimmed", 1, { { 0, 14.5, 'z' } } },
  { "trimmed", 3, { { 0, 2, 'z' }, { 9, 2, 'z' }, { 14, 0.5, 'z' } } },
  { "zeros-among-text", 1, { { 1.25, 0.5, 'z' } } },
  { "each-second",
    6,
    { { 0, 1, 'n' },
      { 2, 1, 't' },
      { 4, 1, 'n' },
      { 6, 1, 'n' },
      { 10, 1, 't' },
      { 12, 1, 'n' } } },
  { "all", 1, { { 0, 14.5, 'n' } } },
};

static void
test_cases (gconstpointer data)
{
  const char *const *way = data;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Patched) patched = { 0 };

      g_test_message ("%s %s", way[0], cases[i].name);
      patched_init (&patched, way[0], atoi (way[1]));
      patched_write (&patched, cases[i].changes, cases[i].n);
      assert_content (&patched);
      assert_blocks (&patched, cases[i].changes, cases[i].n);
      if (i % 4 == 0)
        {
          g_autofree char *path = test_folder_get (patched.folder, "result");

          test_assert_unsquashfs_agrees (patched.folder, path, patched.root);
        }
    }
}

/* One that is longer than the source: its end, which was no whole block, is one now; what is behind
 * that is not stored where it is zero. */
static void
test_longer (gconstpointer data)
{
  const char *const *way = data;
  const gsize block = atoi (way[1]), size = (N_BLOCKS + 9) * block + block / 4;
  const GraftImageOptions options = { .effort = GRAFT_EFFORT_FAST, .n_threads = 2 };
  g_auto (Patched) patched = { 0 };
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (GraftPatchedRange));
  g_autoptr (GArray) sizes = NULL;
  g_autoptr (GraftNode) node = NULL, changed = NULL, root = NULL, found = NULL;
  g_autoptr (GraftInput) base = NULL, content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  GraftPatchedRange range = { .offset = (N_BLOCKS + 4) * block, .length = block, .stored = -1 };
  GraftNodeInit init;
  GraftSquashfsInode inode;

  patched_init (&patched, way[0], block);
  patched.wanted = g_realloc (patched.wanted, size);
  memset (patched.wanted + N_BLOCKS * block + block / 2, 0, size - N_BLOCKS * block - block / 2);
  fill (patched.wanted + range.offset, block, 'n', 5);
  range.data = g_memdup2 (patched.wanted + range.offset, block);
  g_array_append_val (ranges, range);
  node = test_find (patched.root, PATH);
  base = graft_node_open (node, &error);
  g_assert_no_error (error);
  content
      = graft_patched_input_new_take (base, size, block, g_steal_pointer (&ranges), -1, "longer");
  init = graft_node_to_init (node);
  init.content = content;
  changed = graft_node_new (&init);
  g_assert_cmpuint (graft_node_get_size (changed), ==, size);
  patched.root = test_edit (patched.root, PATH, changed);
  patched.result = test_write (patched.folder, patched.image, patched.root, &options, "result",
                               &patched.written);
  root = graft_image_dup_part (patched.result, 0);
  found = test_find (root, PATH);
  bytes = test_read (found);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), patched.wanted, size);
  sizes = read_blocks (patched.result, &inode);
  g_assert_cmpuint (sizes->len, ==, N_BLOCKS + 10);
  g_assert_cmpuint (inode.fragment, ==, GRAFT_SQUASHFS_NONE);
  for (guint i = N_BLOCKS + 1; i < sizes->len; i++)
    g_assert_cmpint (g_array_index (sizes, guint32, i) != 0, ==, i == N_BLOCKS + 4);
  path = test_folder_get (patched.folder, "result");
  test_assert_unsquashfs_agrees (patched.folder, path, patched.root);
}

/* Runs that are long enough go past the encoder; what is encoded is what was touched. */
static void
test_long_runs (void)
{
  const gsize size = 24 << 20, block = 131072;
  g_auto (Patched) patched = { 0 };
  g_autofree guint8 *noise = g_malloc (size);
  g_autofree char *path = NULL;
  static const Change changes[]
      = { { 3.5, 0, 'n' }, { 70, 2, 'n' }, { 72.5, 1, 'n' }, { 150, 1, 'z' } };
  GraftSquashfsInode inode;
  g_autoptr (GArray) sizes = NULL;

  fill (noise, size, 'n', 7);
  patched.folder = test_folder_new ();
  patched.block = block;
  patched.wanted = g_memdup2 (noise, size);
  test_folder_add (patched.folder, PATH + 1, noise, size, 0644);
  path = test_mksquashfs (patched.folder, "image", "-b 131072 -comp gzip");
  patched.image = test_open (path);
  patched.root = graft_image_dup_part (patched.image, 0);
  patched_write (&patched, changes, G_N_ELEMENTS (changes));
  sizes = read_blocks (patched.result, &inode);
  g_assert_cmpuint (g_array_index (sizes, guint32, 150), ==, 0);
  g_assert_cmpuint (inode.sparse, ==, block);
  /* Block 3, and 70 to 73. */
  g_assert_cmpuint (patched.written->encoded, <, 5 * block + 8192);
  g_assert_cmpuint (patched.written->copied, ==, size - 6 * block);
  {
    g_autoptr (GraftNode) root = graft_image_dup_part (patched.result, 0);
    g_autoptr (GraftNode) node = test_find (root, PATH);
    g_autoptr (GBytes) bytes = test_read (node);

    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), patched.wanted,
                     size);
  }
}

/* What was carried over and what is new: each byte of it matters. */
static void
test_flipped (void)
{
  g_auto (Patched) patched = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  GraftSquashfsInode inode;
  g_autoptr (GArray) sizes = NULL;
  guint64 end;

  patched_init (&patched, "-comp gzip", 4096);
  patched_write (&patched, cases[10].changes, cases[10].n);
  bytes = graft_input_read_all (graft_image_get_input (patched.result), &error);
  g_assert_no_error (error);
  sizes = read_blocks (patched.result, &inode);
  end = inode.start;
  for (guint i = 0; i < sizes->len; i++)
    end += SQFS_ON_DISK_BLOCK_SIZE (g_array_index (sizes, guint32, i));
  for (guint64 offset = inode.start; offset < end; offset += 211)
    {
      gsize size = g_bytes_get_size (bytes);
      guint8 *changed = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
      g_autoptr (GBytes) damaged = g_bytes_new_take (changed, size);
      g_autoptr (GraftImage) result = NULL;

      changed[offset] ^= 0x10;
      result = test_open_bytes (damaged, &error);
      g_assert_no_error (error);
      g_assert_false (graft_image_verify (patched.image, &patched.root, result, patched.written,
                                          FALSE, NULL, NULL, NULL));
    }
}

/* A patch of another image's file is new content, whole; so is one when everything is encoded
 * anew. */
static void
test_not_ours (void)
{
  const GraftImageOptions same = { .n_threads = 1 }, other = { .compression = "xz" };
  static const Change change = { 1, 1, 'n' };
  g_auto (Patched) patched = { 0 };
  g_autoptr (GraftImage) twin = NULL;

  patched_init (&patched, "-comp gzip", 4096);
  patched_write (&patched, &change, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = test_folder_get (patched.folder, "image");
      g_autofree char *name = g_strdup_printf ("again%u", i);
      g_autoptr (GraftImage) image = i == 0 ? test_open (path) : g_object_ref (patched.image);
      g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
      g_autoptr (GraftNode) node = test_find (patched.root, PATH);
      g_autoptr (GraftImage) result = NULL;
      g_autoptr (GraftNode) found = NULL;
      g_autoptr (GBytes) bytes = NULL;

      root = test_edit (g_steal_pointer (&root), PATH, node);
      result = test_write (patched.folder, image, root, i == 0 ? &same : &other, name, NULL);
      g_clear_pointer (&root, graft_node_unref);
      root = graft_image_dup_part (result, 0);
      found = test_find (root, PATH);
      bytes = test_read (found);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), patched.wanted,
                       N_BLOCKS * patched.block + patched.block / 2);
    }
}

int
main (int argc, char **argv)
{
  static const char *const ways[][3] = {
    { "-comp gzip", "4096", "gzip-4k" },
    { "-comp xz", "131072", "xz-128k" },
    { "-comp zstd -always-use-fragments", "16384", "zstd-fragments" },
    { "-comp lz4 -no-fragments", "8192", "lz4-no-fragments" },
    { "-comp lzo -always-use-fragments", "65536", "lzo-fragments" },
    { "-comp gzip -noD -noF -always-use-fragments", "4096", "not-compressed" },
    { "-comp gzip -no-duplicates -no-exports", "32768", "plain" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name = g_strdup_printf ("/squashfs/patch/%s", ways[i][2]);

      g_autofree char *longer = g_strdup_printf ("/squashfs/patch/longer/%s", ways[i][2]);

      g_test_add_data_func (name, ways[i], test_cases);
      g_test_add_data_func (longer, ways[i], test_longer);
    }
  g_test_add_func ("/squashfs/patch/long-runs", test_long_runs);
  g_test_add_func ("/squashfs/patch/flipped", test_flipped);
  g_test_add_func ("/squashfs/patch/not-ours", test_not_ours);
  return g_test_run ();
}
