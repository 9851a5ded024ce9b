/* graft-ext4-listing.c: the names in one folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks are read from the first to the last; the index of a large folder (htree) stands in blocks
 * that look like such without a name to who does not know of it.
 */

#include "formats/ext4/graft-ext4-listing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-xattrs.h"

#define ENTRY_SIZE 8

typedef struct
{
  const GraftExt4Volume *volume;
  const GraftExt4Inode *inode;
  GArray *names;
  guint64 most;
} Reading;

static void
clear_listed (gpointer data)
{
  g_free (((GraftExt4Listed *)data)->name);
}

/* @block: in the folder. */
static gboolean
fail (Reading *self, guint64 block, const char *text, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("the folder of inode %u, its block %s: %s"), self->inode->number,
               GRAFT_NUMBER (block), text);
  return FALSE;
}

static gboolean
add_name (Reading *self, guint64 block, guint32 inode, const guint8 *bytes, guint length,
          GError **error)
{
  GraftExt4Listed listed = { NULL, inode };

  if (length == 0 || memchr (bytes, '/', length) != NULL || memchr (bytes, 0, length) != NULL)
    return fail (self, block, _ ("it has a name that no file can have"), error);
  if (bytes[0] == '.' && (length == 1 || (length == 2 && bytes[1] == '.')))
    return TRUE;
  if (self->names->len >= self->most)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("more names in one image than can be handled"));
      return FALSE;
    }
  listed.name = g_strndup ((const char *)bytes, length);
  g_array_append_val (self->names, listed);
  return TRUE;
}

/* In blocks of 64 KiB the length of a whole one does not fit: 0 and 65535 stand for it, and the low
 * bits for the ones above (the kernel's ext4_rec_len_from_disk()). */
static gsize
get_record_length (guint16 stored, gsize size)
{
  if (size < 65536)
    return stored;
  if (stored == 0 || stored == 65535)
    return size;
  return (stored & 65532) | ((gsize)(stored & 3) << 16);
}

static gboolean
read_entries (Reading *self, guint64 block, const guint8 *data, gsize size, GError **error)
{
  for (gsize at = 0; at < size;)
    {
      guint32 inode = 0;
      guint16 stored = 0;
      guint8 name_length = 0;
      gsize length;

      if (!graft_bytes_get_le32 (data, size, at, &inode)
          || !graft_bytes_get_le16 (data, size, at + 4, &stored)
          || !graft_bytes_get_u8 (data, size, at + 6, &name_length))
        return fail (self, block, _ ("an entry ends in the middle"), error);
      length = get_record_length (stored, self->volume->block_size);
      if (length < ENTRY_SIZE || length % 4 != 0 || length > size - at
          || (inode != 0 && ENTRY_SIZE + (gsize)name_length > length))
        return fail (self, block, _ ("an entry has a wrong length"), error);
      if (inode != 0 && !add_name (self, block, inode, data + at + ENTRY_SIZE, name_length, error))
        return FALSE;
      at += length;
    }
  return TRUE;
}

static gboolean
read_block (Reading *self, guint64 logical, guint64 physical, guint8 *data, GError **error)
{
  const GraftExt4Volume *volume = self->volume;
  guint32 size = volume->block_size;

  if (!graft_ext4_io_read (volume->io, physical * size, data, size, error))
    return FALSE;
  if (!ext2fs_dir_block_csum_verify (volume->fs, self->inode->number,
                                     (struct ext2_dir_entry *)(gpointer)data))
    return fail (self, logical, _ ("it does not match its checksum"), error);
  return read_entries (self, logical, data, size, error);
}

static gboolean
read_blocks (Reading *self, GError **error)
{
  guint32 size = self->volume->block_size;
  guint64 n_blocks = self->inode->size / size, next = 0;
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GArray) runs = NULL;

  if (self->inode->size % size != 0 || n_blocks == 0)
    return fail (self, 0, _ ("its size is not a number of blocks"), error);
  runs = graft_ext4_inode_read_runs (self->volume, self->inode, error);
  if (runs == NULL)
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    {
      const GraftExt4Run *run = &g_array_index (runs, GraftExt4Run, i);

      if (run->logical != next && next < n_blocks)
        break;
      for (guint64 k = 0; k < run->count && next < n_blocks; k++, next++)
        if (!read_block (self, next, run->physical + k, data, error))
          return FALSE;
    }
  return next == n_blocks || fail (self, next, _ ("it is missing"), error);
}

/* The number of the folder above stands for "." and ".."; then entries in what is left of the
 * sixty bytes, then those in the attribute. */
static gboolean
read_inline (Reading *self, GError **error)
{
  g_autoptr (GBytes) content
      = graft_ext4_inode_read_content (self->volume, self->inode, G_MAXUINT16, error);
  const guint8 *data;
  gsize size, first;

  if (content == NULL)
    return FALSE;
  data = g_bytes_get_data (content, &size);
  first = MIN (size, GRAFT_EXT4_I_BLOCK_SIZE);
  if (size < 4)
    return fail (self, 0, _ ("its size is not a number of blocks"), error);
  return read_entries (self, 0, data + 4, first - 4, error)
         && read_entries (self, 0, data + first, size - first, error);
}

GArray *
graft_ext4_listing_read (const GraftExt4Volume *volume, const GraftExt4Inode *inode, guint64 most,
                         GError **error)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (GraftExt4Listed));
  Reading self = { .volume = volume, .inode = inode, .names = names, .most = most };
  gboolean ok;

  g_array_set_clear_func (names, clear_listed);
  if ((inode->flags & EXT4_ENCRYPT_FL) != 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("the folder of inode %u is encrypted"), inode->number);
      return NULL;
    }
  ok = graft_ext4_inode_is_inline (inode) ? read_inline (&self, error) : read_blocks (&self, error);
  return ok ? g_steal_pointer (&names) : NULL;
}
