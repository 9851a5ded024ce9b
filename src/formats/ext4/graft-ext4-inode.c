/* graft-ext4-inode.c: one inode
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-inode.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-xattrs.h"

/* As the kernel's old_decode_dev() and new_decode_dev(): the first of two numbers is of the old
 * kind, and where it is zero the second is of the new one. */
static void
read_device (GraftExt4Inode *self)
{
  guint32 old = 0, new = 0;

  graft_bytes_get_le32 (self->raw, self->raw_size, GRAFT_EXT4_I_BLOCK, &old);
  graft_bytes_get_le32 (self->raw, self->raw_size, GRAFT_EXT4_I_BLOCK + 4, &new);
  if (old != 0)
    {
      self->rdev_major = (old >> 8) & 0xff;
      self->rdev_minor = old & 0xff;
      return;
    }
  self->rdev_major = (new & 0xfff00) >> 8;
  self->rdev_minor = (new & 0xff) | ((new >> 12) & 0xfff00);
}

/* The two low bits of the extra field are bits 32 and 33 of the seconds, the others nanoseconds. */
static void
read_time (GraftExt4Inode *self, const struct ext2_inode_large *large)
{
  guint32 extra;

  self->attributes.mtime = (gint32)large->i_mtime;
  if (self->raw_size <= EXT2_GOOD_OLD_INODE_SIZE
      || large->i_extra_isize < G_STRUCT_OFFSET (struct ext2_inode_large, i_mtime_extra) + 4
                                    - EXT2_GOOD_OLD_INODE_SIZE)
    return;
  extra = large->i_mtime_extra;
  self->attributes.mtime += (gint64)(extra & 3) << 32;
  self->attributes.mtime_nsec = extra >> 2 < 1000000000 ? extra >> 2 : 0;
}

static gboolean
fail (guint32 number, const char *text, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("inode %u: %s"), number, text);
  return FALSE;
}

gboolean
graft_ext4_inode_read (const GraftExt4Volume *volume, guint32 number, GraftExt4Inode *ret_inode,
                       GError **error)
{
  ext2_filsys fs = volume->fs;
  g_auto (GraftExt4Inode) self = { .number = number };
  const struct ext2_inode_large *large;
  errcode_t code;

  self.raw_size = EXT2_INODE_SIZE (fs->super);
  self.raw = g_malloc0 (MAX (self.raw_size, sizeof *large));
  code
      = ext2fs_read_inode_full (fs, number, (struct ext2_inode *)(gpointer)self.raw, self.raw_size);
  if (code != 0)
    {
      g_autofree char *what = g_strdup_printf (_ ("inode %u"), number);

      return graft_ext4_fail (volume->io, code, what, error);
    }
  large = (const struct ext2_inode_large *)(gpointer)self.raw;
  if (large->i_links_count == 0 || !graft_node_type_from_mode (large->i_mode, &self.type))
    return fail (number, _ ("it is not in use"), error);
  self.attributes.mode = large->i_mode & 07777;
  self.attributes.uid = inode_uid (*large);
  self.attributes.gid = inode_gid (*large);
  self.size = large->i_size;
  if (self.type == GRAFT_NODE_REGULAR || self.type == GRAFT_NODE_DIRECTORY)
    self.size |= (guint64)large->i_size_high << 32;
  self.nlink = large->i_links_count;
  self.flags = large->i_flags;
  self.xattr_block = ext2fs_file_acl_block (fs, (const struct ext2_inode *)large);
  self.n_sectors = large->i_blocks;
  read_time (&self, large);
  if (self.type == GRAFT_NODE_CHAR_DEVICE || self.type == GRAFT_NODE_BLOCK_DEVICE)
    read_device (&self);
  if (self.size > G_MAXINT64)
    return fail (number, _ ("it says that it has more bytes than any file can have"), error);
  *ret_inode = self;
  self.raw = NULL;
  return TRUE;
}

void
graft_ext4_inode_clear (GraftExt4Inode *self)
{
  g_clear_pointer (&self->raw, g_free);
}

gboolean
graft_ext4_inode_is_inline (const GraftExt4Inode *inode)
{
  return (inode->flags & EXT4_INLINE_DATA_FL) != 0;
}

gboolean
graft_ext4_inode_is_fast_link (const GraftExt4Volume *volume, const GraftExt4Inode *inode)
{
  guint64 sectors = inode->xattr_block != 0 ? EXT2_CLUSTER_SIZE (volume->fs->super) / 512 : 0;

  return inode->type == GRAFT_NODE_SYMLINK && inode->size < GRAFT_EXT4_I_BLOCK_SIZE
         && (inode->flags & (EXT4_EXTENTS_FL | EXT4_INLINE_DATA_FL)) == 0
         && (inode->n_sectors <= sectors || ext2fs_has_feature_ea_inode (volume->fs->super));
}

static GBytes *
read_runs (const GraftExt4Volume *volume, const GraftExt4Inode *inode, GError **error)
{
  g_autoptr (GArray) runs = graft_ext4_inode_read_runs (volume, inode, error);
  g_autofree guint8 *data = NULL;

  if (runs == NULL)
    return NULL;
  data = g_malloc0 (inode->size + 1);
  for (guint i = 0; i < runs->len; i++)
    {
      const GraftExt4Run *run = &g_array_index (runs, GraftExt4Run, i);
      guint64 from = run->logical * volume->block_size;

      if (from < inode->size
          && !graft_ext4_io_read (volume->io, run->physical * volume->block_size, data + from,
                                  MIN (inode->size - from, run->count * volume->block_size), error))
        return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), inode->size);
}

GBytes *
graft_ext4_inode_read_content (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                               gsize most, GError **error)
{
  if (inode->size > most)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("inode %u: its %s bytes are more than can be handled here"), inode->number,
                   GRAFT_NUMBER (inode->size));
      return NULL;
    }
  if (graft_ext4_inode_is_inline (inode))
    return graft_ext4_xattrs_read_inline (volume, inode, error);
  if (graft_ext4_inode_is_fast_link (volume, inode))
    return g_bytes_new (inode->raw + GRAFT_EXT4_I_BLOCK, inode->size);
  return read_runs (volume, inode, error);
}
