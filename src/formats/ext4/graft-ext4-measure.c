/* graft-ext4-measure.c: whether there is room for what is planned, before anything is done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is needed is never told too small: each file may lie in as many pieces as it has blocks.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-plan.h"
#include "formats/ext4/graft-ext4-xattrs.h"

#define EXTENT_SIZE 12
/* So many extents stand in an inode. */
#define EXTENTS_INSIDE 4
#define DIRECT_BLOCKS 12
#define ENTRY_SIZE(length) ((8 + (length) + 3) & ~(guint64)3)
#define LONGEST_ENTRY ENTRY_SIZE (255)

typedef struct
{
  GraftExt4Image *source;
  ext2_filsys fs;
  guint64 per_cluster; /* blocks */
  GraftExt4Need *need;
} Measure;

static gboolean
fail (errcode_t code, guint32 number, GError **error)
{
  g_autofree char *what = g_strdup_printf (_ ("inode %u"), number);

  return graft_ext4_fail (NULL, code, what, error);
}

static guint64
divide_up (guint64 value, guint64 by)
{
  return value / by + (value % by != 0);
}

static void
add_blocks (Measure *self, guint64 blocks)
{
  self->need->needed_blocks += divide_up (blocks, self->per_cluster) * self->per_cluster;
}

/* Blocks for @size bytes, and those that say where they are. */
static void
add_content (Measure *self, guint64 size)
{
  guint64 block = self->fs->blocksize, blocks = divide_up (size, block), maps;

  add_blocks (self, blocks);
  if (ext2fs_has_feature_extents (self->fs->super))
    {
      maps = divide_up (blocks, self->per_cluster) <= EXTENTS_INSIDE
                 ? 0
                 : divide_up (blocks, block / EXTENT_SIZE - 2) * 2;
      /* Each of these takes a cluster of its own. */
      self->need->needed_blocks += maps * self->per_cluster;
    }
  else if (blocks > DIRECT_BLOCKS)
    self->need->needed_blocks += (divide_up (blocks, block / 4) + 4) * self->per_cluster;
}

static gboolean
add_xattrs (Measure *self, const GraftExt4Planned *planned, GError **error)
{
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (planned->node, error);
  guint64 total = 0;

  if (xattrs == NULL)
    return FALSE;
  if (xattrs->len > 0)
    add_blocks (self, 1);
  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);

      total += g_bytes_get_size (xattr->value) + LONGEST_ENTRY;
    }
  /* Where they do not fit into one block, it is for the library to say which go into inodes. */
  if (!ext2fs_has_feature_ea_inode (self->fs->super) || total <= self->fs->blocksize)
    return TRUE;
  for (guint i = 0; i < xattrs->len; i++)
    {
      self->need->needed_inodes++;
      add_content (self, g_bytes_get_size (((GraftXattr *)xattrs->pdata[i])->value));
    }
  return TRUE;
}

/* A folder's entries that come. In a folder with an index each may be the one for which a block
 * that is full becomes two half full ones: once for each block that there is, and again for each
 * half that they fill. In one without, they are put where there is room, or behind. */
static gboolean
add_entries (Measure *self, const GraftExt4Planned *planned, GError **error)
{
  guint64 bytes = 0, count = 0, splits, block = self->fs->blocksize;
  struct ext2_inode inode;
  errcode_t code;

  for (guint i = 0; i < planned->changes->len; i++)
    {
      const GraftExt4Change *change = &g_array_index (planned->changes, GraftExt4Change, i);

      if (change->planned == NULL)
        continue;
      bytes += ENTRY_SIZE (strlen (change->name));
      count++;
    }
  if (!planned->kept)
    {
      bytes += 2 * ENTRY_SIZE (2);
      add_content (self, divide_up (bytes, block - LONGEST_ENTRY - EXTENT_SIZE) * block);
      return TRUE;
    }
  if (count == 0)
    return TRUE;
  code = ext2fs_read_inode (self->fs, planned->inode, &inode);
  if (code != 0)
    return fail (code, planned->inode, error);
  splits = MIN (count, EXT2_I_SIZE (&inode) / block + divide_up (2 * bytes, block));
  add_content (self, MAX (splits, divide_up (bytes, block - LONGEST_ENTRY - EXTENT_SIZE)) * block);
  /* The index itself, two levels or three, and maps of blocks that were in the inode. */
  add_blocks (self, 5 + splits / (block / 16));
  return TRUE;
}

static gboolean
add_planned (Measure *self, const GraftExt4Planned *planned, GError **error)
{
  const char *target = graft_node_get_target (planned->node);

  if (planned->changes != NULL && !add_entries (self, planned, error))
    return FALSE;
  if (!planned->kept)
    {
      self->need->needed_inodes++;
      if (graft_node_get_node_type (planned->node) == GRAFT_NODE_REGULAR)
        add_content (self, graft_node_get_size (planned->node));
      if (target != NULL)
        add_blocks (self, 1);
    }
  if (!planned->kept || planned->touched)
    return add_xattrs (self, planned, error);
  return TRUE;
}

/* Values of attributes that stand in inodes are counted to each inode that has them. */
static gboolean
count_values (Measure *self, guint32 number, guint64 *ret_blocks, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->source->lock);
  g_auto (GraftExt4Inode) inode = { 0 };
  guint64 clusters = 0;

  if (!graft_ext4_inode_read (&self->source->volume, number, &inode, error)
      || !graft_ext4_xattrs_count_clusters (&self->source->volume, &inode, &clusters, error))
    return FALSE;
  *ret_blocks = clusters * self->per_cluster;
  return TRUE;
}

/* What an inode that goes gives back: of what it counts, but not what others may share. */
static gboolean
add_gone (Measure *self, guint32 number, GError **error)
{
  struct ext2_inode inode;
  guint64 blocks, values = 0;
  errcode_t code = ext2fs_read_inode (self->fs, number, &inode);

  if (code != 0)
    return fail (code, number, error);
  if (!count_values (self, number, &values, error))
    return FALSE;
  blocks = ext2fs_get_stat_i_blocks (self->fs, &inode) / (self->fs->blocksize / 512);
  blocks -= MIN (blocks, values);
  if (ext2fs_file_acl_block (self->fs, &inode) != 0)
    blocks -= MIN (blocks, self->per_cluster);
  if (!ext2fs_inode_has_valid_blocks2 (self->fs, &inode))
    blocks = 0;
  self->need->available_blocks += blocks;
  self->need->available_inodes++;
  return TRUE;
}

static void
count_free (Measure *self)
{
  ext2_filsys fs = self->fs;

  for (blk64_t block = fs->super->s_first_data_block; block < ext2fs_blocks_count (fs->super);
       block += self->per_cluster)
    if (!ext2fs_test_block_bitmap2 (fs->block_map, block))
      self->need->available_blocks += self->per_cluster;
  for (ext2_ino_t number = EXT2_FIRST_INODE (fs->super); number <= fs->super->s_inodes_count;
       number++)
    if (!ext2fs_test_inode_bitmap2 (fs->inode_map, number))
      self->need->available_inodes++;
}

gboolean
graft_ext4_plan_measure (GraftExt4Plan *self, ext2_filsys fs, GraftExt4Need *ret_need,
                         GError **error)
{
  GraftExt4Need need = { 0 };
  Measure measure = {
    .source = self->source, .fs = fs, .per_cluster = EXT2FS_CLUSTER_RATIO (fs), .need = &need
  };
  GHashTableIter iter;
  gpointer key, fate;

  count_free (&measure);
  for (guint i = 0; i < self->all->len; i++)
    if (!add_planned (&measure, g_ptr_array_index (self->all, i), error))
      return FALSE;
  for (guint i = 0; i < self->gone_folders->len; i++)
    if (!add_gone (&measure, g_array_index (self->gone_folders, guint32, i), error))
      return FALSE;
  g_hash_table_iter_init (&iter, self->fates);
  while (g_hash_table_iter_next (&iter, &key, &fate))
    if (graft_ext4_fate_count_links (fate) == 0
        && !add_gone (&measure, GPOINTER_TO_UINT (key), error))
      return FALSE;
  *ret_need = need;
  return TRUE;
}
