/* test-squashfs-lzo.c: the compressor that is ours, beside those of mksquashfs and gensquashfs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-lzo.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/test-squashfs-common.h"

#define OPTIONS_AT 96

/* What is stored of a file whose end has a block of its own. */
static GBytes *
read_stored (GraftImage *image, const char *path)
{
  GraftSquashfs *squashfs = GRAFT_SQUASHFS (image);
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GraftNode) node = test_find (root, path);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) error = NULL;
  GraftSquashfsInode inode = { 0 };
  gsize length = 0;
  GBytes *bytes;

  g_assert_true (graft_squashfs_tree_read_inode (squashfs, node, &inode, &error));
  g_assert_cmpuint (inode.fragment, ==, GRAFT_SQUASHFS_NONE);
  g_assert_true (graft_squashfs_inode_read_blocks (squashfs->metadata, &inode,
                                                   squashfs->super.block_size, sizes, &error));
  for (guint i = 0; i < sizes->len; i++)
    {
      guint32 stored = g_array_index (sizes, guint32, i);

      g_assert_true (SQFS_IS_BLOCK_COMPRESSED (stored));
      length += SQFS_ON_DISK_BLOCK_SIZE (stored);
    }
  bytes = graft_input_read_bytes (graft_image_get_input (image), inode.start, length, &error);
  g_assert_no_error (error);
  return bytes;
}

/* The same file, as mksquashfs stored it and as it is stored here with the image's own options. */
static GBytes *
store_again (const char *arguments, GraftEffort effort)
{
  const GraftImageOptions options = { .effort = effort };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GBytes) theirs = NULL;
  GBytes *ours;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", arguments);
  image = test_open (path);
  theirs = read_stored (image, "/usr/lib/big");
  /* What test_folder_fill() has there. */
  root = test_add_made (graft_image_dup_part (image, 0), "/again", 1, 300000);
  result = test_write (folder, image, root, &options, "edited", NULL);
  ours = read_stored (result, "/again");
  g_assert_cmpint (g_bytes_equal (ours, theirs), ==, effort == GRAFT_EFFORT_SAME);
  return ours;
}

/* New blocks are made with the algorithm and the level that the image has. */
static void
test_like_mksquashfs (void)
{
  static const char *const ways[] = {
    "-comp lzo",
    "-comp lzo -Xcompression-level 1",
    "-comp lzo -Xcompression-level 9",
    "-comp lzo -Xalgorithm lzo1x_1",
    "-comp lzo -Xalgorithm lzo1x_1_11",
    "-comp lzo -Xalgorithm lzo1x_1_12",
    "-comp lzo -Xalgorithm lzo1x_1_15",
  };
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_ptr_array_add (stored, store_again (ways[i], GRAFT_EFFORT_SAME));
      /* Otherwise it would not matter which is taken; levels 8 and 9 often agree. */
      for (guint j = 0; j < i; j++)
        if (i != 2 || j != 0)
          g_assert_false (g_bytes_equal (stored->pdata[i], stored->pdata[j]));
    }
}

/* Other efforts take another level. */
static void
test_efforts (void)
{
  g_autoptr (GBytes) fast = store_again ("-comp lzo", GRAFT_EFFORT_FAST);
  g_autoptr (GBytes) smallest
      = store_again ("-comp lzo -Xalgorithm lzo1x_1_11", GRAFT_EFFORT_SMALLEST);

  g_assert_cmpuint (g_bytes_get_size (smallest), <, g_bytes_get_size (fast));
}

/* Another writer of the format. */
static void
test_gensquashfs (void)
{
  static const char *const ways[] = { "", "-X level=3", "-X algorithm=lzo1x_1_15,level=0" };
  const GraftImageOptions options = { .effort = GRAFT_EFFORT_SAME };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *path = test_folder_get (folder, "image");
      g_autofree char *edited = test_folder_get (folder, "edited");
      g_autofree char *ignored = NULL;
      g_autoptr (GraftImage) image = NULL;
      g_autoptr (GraftImage) result = NULL;
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GraftNode) result_root = NULL;

      test_folder_fill (folder);
      ignored = test_run ("gensquashfs -q -k -D %s -c lzo %s %s", folder->tree, ways[i], path);
      image = test_open (path);
      root = graft_image_dup_part (image, 0);
      test_assert_unsquashfs_agrees (folder, path, root);
      root = test_edit_much (root);
      result = test_write (folder, image, root, &options, "edited", NULL);
      result_root = graft_image_dup_part (result, 0);
      test_assert_same_tree (root, result_root);
      test_assert_unsquashfs_agrees (folder, edited, result_root);
      g_assert_true (g_bytes_equal (GRAFT_SQUASHFS (image)->stored_options,
                                    GRAFT_SQUASHFS (result)->stored_options));
    }
}

static GBytes *
with_options (GBytes *bytes, guint16 length, guint32 algorithm, guint32 level)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  guint8 *changed = g_memdup2 (data, size);

  graft_bytes_put_le16 (changed + OPTIONS_AT, GRAFT_SQUASHFS_METADATA_RAW | length);
  graft_bytes_put_le32 (changed + OPTIONS_AT + 2, algorithm);
  graft_bytes_put_le32 (changed + OPTIONS_AT + 6, level);
  return g_bytes_new_take (changed, size);
}

static void
test_options (void)
{
  static const struct
  {
    guint16 length;
    guint32 algorithm;
    guint32 level;
    gboolean possible;
  } cases[] = {
    { 8, 4, 1, TRUE },
    { 8, 4, 9, TRUE },
    { 8, 0, 0, TRUE },
    { 8, 3, 0, TRUE },
    { 8, 4, 0, FALSE },
    { 8, 4, 10, FALSE },
    { 8, 4, G_MAXUINT32, FALSE },
    { 8, 0, 1, FALSE },
    { 8, 5, 0, FALSE },
    { 8, 5, 8, FALSE },
    { 8, 0x10000, 0, FALSE },
    { 8, G_MAXUINT32, 0, FALSE },
    { 4, 4, 8, FALSE },
    { 0, 4, 8, FALSE },
    { 12, 4, 8, FALSE },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  test_folder_add (folder, "file", "content", 7, 0644);
  path = test_mksquashfs (folder, "image", "-comp lzo -Xalgorithm lzo1x_1");
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  bytes = g_bytes_new_take (g_steal_pointer (&content), length);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) changed
          = with_options (bytes, cases[i].length, cases[i].algorithm, cases[i].level);
      g_autoptr (GError) error = NULL;

      if (!cases[i].possible)
        {
          test_assert_fails (changed, GRAFT_ERROR_CORRUPTED,
                             "lzo options at byte 96 make no sense");
          continue;
        }
      error = test_try_bytes (changed);
      g_assert_no_error (error);
    }
}

/* A block that cannot be had from its bytes, or would need more room than there is: said, and
 * nothing is written behind the room (which has its exact size, for sanitizers to see). */
static void
test_blocks (void)
{
  sqfs_compressor_config_t config;
  g_autoptr (sqfs_compressor_t) encoder = NULL;
  g_autoptr (sqfs_compressor_t) decoder = NULL;
  g_autoptr (GBytes) plain = test_make_bytes (7, 8192);
  g_autofree guint8 *stored = g_malloc (8192);
  gsize made = 0;
  sqfs_s32 length;

  g_assert_cmpint (sqfs_compressor_config_init (&config, SQFS_COMP_LZO, 8192, 0), ==, 0);
  encoder = graft_squashfs_block_compressor_new (&config, 8192, GRAFT_EFFORT_SAME);
  decoder = graft_squashfs_decoder_new (&config);
  length = graft_squashfs_encode (encoder, g_bytes_get_data (plain, NULL), 8192, stored);
  g_assert_cmpint (length, >, 1000);
  g_assert_cmpint (length, <, 8192);
  for (gsize room = 0; room <= 8192; room += room < 8190 ? 273 : 1)
    {
      g_autofree guint8 *out = g_malloc (MAX (room, 1));
      g_autofree guint8 *in = g_memdup2 (stored, length);

      g_assert_cmpint (graft_squashfs_decode (decoder, in, length, out, room, &made), ==,
                       room == 8192);
    }
  g_assert_cmpuint (made, ==, 8192);
  for (sqfs_s32 part = 0; part < length; part += 97)
    {
      g_autofree guint8 *out = g_malloc (8192);
      g_autofree guint8 *in = g_memdup2 (stored, MAX (part, 1));

      g_assert_false (graft_squashfs_decode (decoder, in, part, out, 8192, &made));
    }
}

/* What does not get shorter is not encoded; the encoder needs more room for it than it was given.
 */
static void
test_incompressible (void)
{
  static const guint algorithms[]
      = { SQFS_LZO1X_1, SQFS_LZO1X_1_11, SQFS_LZO1X_1_12, SQFS_LZO1X_1_15, SQFS_LZO1X_999 };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  guint8 block[4096];

  for (guint i = 0; i < sizeof block; i++)
    block[i] = g_rand_int (random);
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      g_autofree guint8 *out = g_malloc (sizeof block);
      g_autoptr (sqfs_compressor_t) encoder = NULL;
      sqfs_compressor_config_t config;

      g_assert_cmpint (sqfs_compressor_config_init (&config, SQFS_COMP_LZO, 8192, 0), ==, 0);
      config.opt.lzo.algorithm = algorithms[i];
      config.level = algorithms[i] == SQFS_LZO1X_999 ? 8 : 0;
      encoder = graft_squashfs_lzo_new (&config);
      g_assert_nonnull (encoder);
      g_assert_cmpint (graft_squashfs_encode (encoder, block, sizeof block, out), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/squashfs/lzo/like-mksquashfs", test_like_mksquashfs);
  g_test_add_func ("/squashfs/lzo/efforts", test_efforts);
  g_test_add_func ("/squashfs/lzo/gensquashfs", test_gensquashfs);
  g_test_add_func ("/squashfs/lzo/options", test_options);
  g_test_add_func ("/squashfs/lzo/blocks", test_blocks);
  g_test_add_func ("/squashfs/lzo/incompressible", test_incompressible);
  return g_test_run ();
}
