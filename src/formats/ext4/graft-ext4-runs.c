/* graft-ext4-runs.c: where the bytes of an inode are: extents, or the older maps of blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Walked here and not by the library, which follows what a hostile image makes of the tree for as
 * long as it takes. Here each level must be one less deep than that above, blocks only go forward,
 * and no inode has more blocks than there are.
 */

#include <glib/gi18n-lib.h>

#include "base/graft-bytes.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-inode.h"

#define EXTENT_MAGIC 0xf30a
#define EXTENT_SIZE 12
/* Longer ones are allocated, but not written yet: they read as zeros. */
#define EXTENT_WRITTEN_MOST 32768
/* The kernel's EXT4_MAX_EXTENT_DEPTH. */
#define EXTENT_DEPTH 5
#define N_DIRECT 12

typedef struct
{
  const GraftExt4Volume *volume;
  const GraftExt4Inode *inode;
  GArray *runs;
  guint64 next;     /* the first logical block that no run has */
  guint64 n_mapped; /* blocks in runs, written or not */
  guint64 n_maps;   /* blocks that hold extents or block numbers */
} Walk;

static gboolean
fail (Walk *self, guint64 block, const char *text, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("inode %u: block %s: %s"),
               self->inode->number, GRAFT_NUMBER (block), text);
  return FALSE;
}

static gboolean
add_run (Walk *self, guint64 logical, guint64 physical, guint64 count, gboolean written,
         GError **error)
{
  guint64 n_blocks = self->volume->n_blocks;
  GraftExt4Run *last
      = self->runs->len > 0 ? &g_array_index (self->runs, GraftExt4Run, self->runs->len - 1) : NULL;

  if (count == 0)
    return fail (self, physical, _ ("it stands for no bytes"), error);
  if (logical < self->next)
    return fail (self, physical, _ ("two blocks stand for the same bytes"), error);
  if (physical == 0 || physical >= n_blocks || n_blocks - physical < count)
    return fail (self, physical, _ ("it lies outside of the file system"), error);
  self->n_mapped += count;
  if (self->n_mapped > n_blocks)
    return fail (self, physical, _ ("there are more blocks than the file system has"), error);
  self->next = logical + count;
  if (!written)
    return TRUE;
  if (last != NULL && last->logical + last->count == logical
      && last->physical + last->count == physical)
    last->count += count;
  else
    {
      const GraftExt4Run run = { logical, physical, count };

      g_array_append_val (self->runs, run);
    }
  return TRUE;
}

static guint8 *
read_map (Walk *self, guint64 block, GError **error)
{
  guint32 size = self->volume->block_size;
  g_autofree guint8 *data = g_malloc (size);

  if (block == 0 || block >= self->volume->n_blocks)
    {
      fail (self, block, _ ("it lies outside of the file system"), error);
      return NULL;
    }
  if (++self->n_maps > self->volume->n_blocks)
    {
      fail (self, block, _ ("there are more blocks than the file system has"), error);
      return NULL;
    }
  if (!graft_ext4_io_read (self->volume->io, block * size, data, size, error))
    return NULL;
  return g_steal_pointer (&data);
}

static gboolean walk_extents (Walk *self, guint64 block, const guint8 *data, gsize size, int depth,
                              GError **error);

/* The node at @block, one level down. */
static gboolean
walk_child (Walk *self, guint64 block, int depth, GError **error)
{
  g_autofree guint8 *data = read_map (self, block, error);
  guint16 most = 0;
  gsize size = self->volume->block_size;

  if (data == NULL)
    return FALSE;
  graft_bytes_get_le16 (data, size, 4, &most);
  /* Where the checksum stands depends on this number. */
  if (EXTENT_SIZE * (gsize)(most + 1) > size)
    return fail (self, block, _ ("its extents would be longer than a block"), error);
  if (ext2fs_has_feature_metadata_csum (self->volume->fs->super)
      && EXTENT_SIZE * (gsize)(most + 1) + 4 <= size
      && !ext2fs_extent_block_csum_verify (self->volume->fs, self->inode->number,
                                           (struct ext3_extent_header *)(gpointer)data))
    return fail (self, block, _ ("its extents do not match their checksum"), error);
  return walk_extents (self, block, data, size, depth, error);
}

static gboolean
walk_extents (Walk *self, guint64 block, const guint8 *data, gsize size, int depth, GError **error)
{
  guint16 magic = 0, count = 0, found = 0;

  graft_bytes_get_le16 (data, size, 0, &magic);
  graft_bytes_get_le16 (data, size, 2, &count);
  graft_bytes_get_le16 (data, size, 6, &found);
  if (magic != EXTENT_MAGIC || found > EXTENT_DEPTH || (depth >= 0 && found != depth)
      || EXTENT_SIZE * (gsize)(count + 1) > size)
    return fail (self, block, _ ("it holds no extents, or not those that belong there"), error);
  for (guint i = 1; i <= count; i++)
    {
      gsize at = EXTENT_SIZE * (gsize)i;
      guint32 logical = 0, low = 0;
      guint16 length = 0, high = 0;
      gboolean ok;

      graft_bytes_get_le32 (data, size, at, &logical);
      if (found > 0)
        {
          graft_bytes_get_le32 (data, size, at + 4, &low);
          graft_bytes_get_le16 (data, size, at + 8, &high);
          ok = walk_child (self, low | (guint64)high << 32, found - 1, error);
        }
      else
        {
          graft_bytes_get_le16 (data, size, at + 4, &length);
          graft_bytes_get_le16 (data, size, at + 6, &high);
          graft_bytes_get_le32 (data, size, at + 8, &low);
          ok = add_run (self, logical, low | (guint64)high << 32,
                        length > EXTENT_WRITTEN_MOST ? length - EXTENT_WRITTEN_MOST : length,
                        length <= EXTENT_WRITTEN_MOST, error);
        }
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

/* The @count numbers at @data, which stand @level maps above the blocks; @logical is the first. */
static gboolean
walk_numbers (Walk *self, const guint8 *data, guint count, int level, guint64 logical,
              GError **error)
{
  guint64 per_map = self->volume->block_size / 4, span = 1;

  for (int i = 0; i < level; i++)
    span *= per_map;
  for (guint i = 0; i < count; i++, logical += span)
    {
      g_autofree guint8 *map = NULL;
      guint32 block = 0;

      graft_bytes_get_le32 (data, (gsize)count * 4, (gsize)i * 4, &block);
      if (block == 0)
        continue;
      if (level == 0)
        {
          if (!add_run (self, logical, block, 1, TRUE, error))
            return FALSE;
          continue;
        }
      map = read_map (self, block, error);
      if (map == NULL || !walk_numbers (self, map, per_map, level - 1, logical, error))
        return FALSE;
    }
  return TRUE;
}

GArray *
graft_ext4_inode_read_runs (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                            GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (GraftExt4Run));
  const guint8 *map = inode->raw + GRAFT_EXT4_I_BLOCK;
  Walk walk = { .volume = volume, .inode = inode, .runs = runs };
  guint64 per_map = volume->block_size / 4, logical = N_DIRECT, span = per_map;

  if ((inode->flags & EXT4_EXTENTS_FL) != 0)
    return walk_extents (&walk, 0, map, GRAFT_EXT4_I_BLOCK_SIZE, -1, error)
               ? g_steal_pointer (&runs)
               : NULL;
  if (!walk_numbers (&walk, map, N_DIRECT, 0, 0, error))
    return NULL;
  for (int level = 1; level <= 3; level++)
    {
      if (!walk_numbers (&walk, map + 4 * (N_DIRECT + level - 1), 1, level, logical, error))
        return NULL;
      logical += span;
      span *= per_map;
    }
  return g_steal_pointer (&runs);
}
