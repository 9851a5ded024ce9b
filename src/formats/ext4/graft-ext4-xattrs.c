/* graft-ext4-xattrs.c: the extended attributes of an inode
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-xattrs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-error.h"

#define ENTRY_SIZE 16
#define BLOCK_HEADER_SIZE 32
#define EA_INODE_FLAG 0x200000
#define INDEX_ACL_ACCESS 2
#define INDEX_ACL_DEFAULT 3
#define INDEX_ENCRYPTION 9

/* Where entries stand, and where offsets of values count from. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize first;
  guint64 block; /* 0: in the inode */
} Area;

typedef struct
{
  const GraftExt4Volume *volume;
  const GraftExt4Inode *inode;
  GPtrArray *xattrs;
  GBytes *inline_data;
  guint64 total;
  guint64 n_clusters; /* in inodes that hold a value */
} Reading;

static gboolean
fail (Reading *self, const Area *area, GraftErrorCode code, const char *text, GError **error)
{
  if (area->block == 0)
    g_set_error (error, GRAFT_IMAGE_ERROR, code, _ ("inode %u: its extended attributes: %s"),
                 self->inode->number, text);
  else
    g_set_error (error, GRAFT_IMAGE_ERROR, code,
                 _ ("inode %u: its extended attributes in block %s: %s"), self->inode->number,
                 GRAFT_NUMBER (area->block), text);
  return FALSE;
}

/* By the kernel's fs/ext4/xattr.h. */
static const char *
get_prefix (guint8 index)
{
  static const char *const prefixes[] = {
    [0] = "",
    [1] = "user.",
    [INDEX_ACL_ACCESS] = "system.posix_acl_access",
    [INDEX_ACL_DEFAULT] = "system.posix_acl_default",
    [4] = "trusted.",
    [6] = "security.",
    [7] = "system.",
    [8] = "system.richacl",
    [10] = "gnu.",
  };

  return index < G_N_ELEMENTS (prefixes) ? prefixes[index] : NULL;
}

GBytes *
graft_ext4_acl_from_stored (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) list = g_byte_array_new ();
  guint8 entry[8] = { 0 };
  guint32 version = 0, id;
  gsize at = 4;

  graft_bytes_get_le32 (data, size, 0, &version);
  if (version != 1)
    return NULL;
  graft_bytes_put_le32 (entry, 2);
  g_byte_array_append (list, entry, 4);
  while (at < size)
    {
      guint16 tag = 0, permissions = 0;

      if (!graft_bytes_get_le16 (data, size, at, &tag)
          || !graft_bytes_get_le16 (data, size, at + 2, &permissions))
        return NULL;
      at += 4;
      id = G_MAXUINT32;
      /* Only named users and groups have a number. */
      if (tag == 0x02 || tag == 0x08)
        {
          if (!graft_bytes_get_le32 (data, size, at, &id))
            return NULL;
          at += 4;
        }
      else if (tag != 0x01 && tag != 0x04 && tag != 0x10 && tag != 0x20)
        return NULL;
      graft_bytes_put_le16 (entry, tag);
      graft_bytes_put_le16 (entry + 2, permissions);
      graft_bytes_put_le32 (entry + 4, id);
      g_byte_array_append (list, entry, sizeof entry);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&list));
}

/* The value that stands in the inode @number. */
static GBytes *
read_value_inode (Reading *self, const Area *area, guint32 number, guint32 size, GError **error)
{
  g_auto (GraftExt4Inode) inode = { 0 };
  guint32 cluster;

  if (!graft_ext4_inode_read (self->volume, number, &inode, error))
    return NULL;
  if (inode.type != GRAFT_NODE_REGULAR || (inode.flags & EA_INODE_FLAG) == 0 || inode.size != size
      || graft_ext4_inode_is_inline (&inode))
    {
      fail (self, area, GRAFT_ERROR_CORRUPTED, _ ("a value is in an inode that is not made for it"),
            error);
      return NULL;
    }
  cluster = EXT2_CLUSTER_SIZE (self->volume->fs->super);
  self->n_clusters += size / cluster + (size % cluster != 0);
  return graft_ext4_inode_read_content (self->volume, &inode, GRAFT_LIMIT_XATTR_VALUE, error);
}

static GBytes *
read_value (Reading *self, const Area *area, gsize at, GError **error)
{
  guint16 offset = 0;
  guint32 inode = 0, size = 0;

  graft_bytes_get_le16 (area->data, area->size, at + 2, &offset);
  graft_bytes_get_le32 (area->data, area->size, at + 4, &inode);
  graft_bytes_get_le32 (area->data, area->size, at + 8, &size);
  self->total += size;
  if (size > GRAFT_LIMIT_XATTR_VALUE || self->total > GRAFT_LIMIT_XATTRS)
    {
      fail (self, area, GRAFT_ERROR_TOO_LARGE, _ ("a value is longer than any may be"), error);
      return NULL;
    }
  if (inode != 0)
    return read_value_inode (self, area, inode, size, error);
  if (offset > area->size || area->size - offset < size)
    {
      fail (self, area, GRAFT_ERROR_CORRUPTED, _ ("a value lies outside of them"), error);
      return NULL;
    }
  return g_bytes_new (area->data + offset, size);
}

static gboolean
add_entry (Reading *self, const Area *area, gsize at, guint8 index, const char *name,
           GError **error)
{
  const char *prefix = get_prefix (index);
  g_autofree char *full = g_strconcat (prefix != NULL ? prefix : "", name, NULL);
  g_autoptr (GBytes) value = NULL;

  /* The key of an encrypted file, which the kernel shows to nobody. */
  if (index == INDEX_ENCRYPTION)
    return TRUE;
  if (prefix == NULL)
    return fail (self, area, GRAFT_ERROR_CORRUPTED, _ ("one is of an unknown kind"), error);
  value = read_value (self, area, at, error);
  if (value == NULL)
    return FALSE;
  if (index == 7 && strcmp (name, "data") == 0)
    {
      g_clear_pointer (&self->inline_data, g_bytes_unref);
      self->inline_data = g_steal_pointer (&value);
      return TRUE;
    }
  if (index == INDEX_ACL_ACCESS || index == INDEX_ACL_DEFAULT)
    {
      g_autoptr (GBytes) stored = g_steal_pointer (&value);

      value
          = graft_ext4_acl_from_stored (g_bytes_get_data (stored, NULL), g_bytes_get_size (stored));
      if (value == NULL)
        return fail (self, area, GRAFT_ERROR_CORRUPTED, _ ("the access list is damaged"), error);
    }
  g_ptr_array_add (self->xattrs, graft_xattr_new (full, value));
  return TRUE;
}

static gboolean
read_area (Reading *self, const Area *area, GError **error)
{
  gsize at = area->first;

  while (TRUE)
    {
      guint8 length = 0, index = 0;
      guint32 end = 0;
      g_autofree char *name = NULL;

      /* Four zero bytes end them, or the end of their place. */
      if (!graft_bytes_get_le32 (area->data, area->size, at, &end) || end == 0)
        return TRUE;
      graft_bytes_get_u8 (area->data, area->size, at, &length);
      graft_bytes_get_u8 (area->data, area->size, at + 1, &index);
      if (area->size - at < ENTRY_SIZE + (gsize)length)
        return fail (self, area, GRAFT_ERROR_CORRUPTED, _ ("they end in the middle"), error);
      if (memchr (area->data + at + ENTRY_SIZE, 0, length) != NULL)
        return fail (self, area, GRAFT_ERROR_CORRUPTED, _ ("a name has a zero byte"), error);
      name = g_strndup ((const char *)area->data + at + ENTRY_SIZE, length);
      if (!add_entry (self, area, at, index, name, error))
        return FALSE;
      at += (ENTRY_SIZE + (gsize)length + 3) & ~(gsize)3;
    }
}

static gboolean
read_behind_inode (Reading *self, GError **error)
{
  const GraftExt4Inode *inode = self->inode;
  guint16 extra = 0;
  guint32 magic = 0;
  gsize at;
  Area area = { 0 };

  if (inode->raw_size <= EXT2_GOOD_OLD_INODE_SIZE)
    return TRUE;
  graft_bytes_get_le16 (inode->raw, inode->raw_size, EXT2_GOOD_OLD_INODE_SIZE, &extra);
  at = EXT2_GOOD_OLD_INODE_SIZE + (gsize)extra;
  if (at % 4 != 0 || at > inode->raw_size)
    return fail (self, &area, GRAFT_ERROR_CORRUPTED, _ ("they lie outside of the inode"), error);
  if (!graft_bytes_get_le32 (inode->raw, inode->raw_size, at, &magic)
      || magic != EXT2_EXT_ATTR_MAGIC)
    return TRUE;
  area.data = inode->raw + at + 4;
  area.size = inode->raw_size - at - 4;
  return read_area (self, &area, error);
}

static gboolean
read_block (Reading *self, GError **error)
{
  const GraftExt4Volume *volume = self->volume;
  g_autofree guint8 *data = NULL;
  guint32 magic = 0, blocks = 0;
  Area area = {
    .size = volume->block_size,
    .first = BLOCK_HEADER_SIZE,
    .block = self->inode->xattr_block,
  };

  if (area.block == 0)
    return TRUE;
  if (area.block >= volume->n_blocks)
    return fail (self, &area, GRAFT_ERROR_CORRUPTED, _ ("it lies outside of the file system"),
                 error);
  data = g_malloc (area.size);
  if (!graft_ext4_io_read (volume->io, area.block * volume->block_size, data, area.size, error))
    return FALSE;
  area.data = data;
  graft_bytes_get_le32 (data, area.size, 0, &magic);
  graft_bytes_get_le32 (data, area.size, 8, &blocks);
  if (magic != EXT2_EXT_ATTR_MAGIC || blocks != 1)
    return fail (self, &area, GRAFT_ERROR_CORRUPTED, _ ("the block holds none"), error);
  if (!ext2fs_ext_attr_block_csum_verify (volume->fs, self->inode->number, area.block,
                                          (struct ext2_ext_attr_header *)(gpointer)data))
    return fail (self, &area, GRAFT_ERROR_CORRUPTED, _ ("they do not match their checksum"), error);
  return read_area (self, &area, error);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const GraftXattr *left = *(const GraftXattr *const *)a, *right = *(const GraftXattr *const *)b;

  return strcmp (left->name, right->name);
}

GPtrArray *
graft_ext4_xattrs_read (const GraftExt4Volume *volume, const GraftExt4Inode *inode, GError **error)
{
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  Reading self = { .volume = volume, .inode = inode, .xattrs = xattrs };
  gboolean ok = read_behind_inode (&self, error) && read_block (&self, error);
  const Area area = { 0 };

  g_clear_pointer (&self.inline_data, g_bytes_unref);
  if (!ok)
    return NULL;
  g_ptr_array_sort (xattrs, compare_names);
  for (guint i = 1; i < xattrs->len; i++)
    if (compare_names (&xattrs->pdata[i - 1], &xattrs->pdata[i]) == 0)
      {
        fail (&self, &area, GRAFT_ERROR_CORRUPTED, _ ("one of them is there twice"), error);
        return NULL;
      }
  return g_steal_pointer (&xattrs);
}

gboolean
graft_ext4_xattrs_count_clusters (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                                  guint64 *ret_clusters, GError **error)
{
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  Reading self = { .volume = volume, .inode = inode, .xattrs = xattrs };
  gboolean ok = read_behind_inode (&self, error) && read_block (&self, error);

  g_clear_pointer (&self.inline_data, g_bytes_unref);
  if (ok)
    *ret_clusters = self.n_clusters;
  return ok;
}

GBytes *
graft_ext4_xattrs_read_inline (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                               GError **error)
{
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  Reading self = { .volume = volume, .inode = inode, .xattrs = xattrs };
  g_autoptr (GBytes) rest = NULL;
  g_autoptr (GByteArray) content = g_byte_array_new ();
  const Area area = { 0 };
  gboolean ok = read_behind_inode (&self, error);

  rest = self.inline_data;
  if (!ok)
    return NULL;
  g_byte_array_append (content, inode->raw + GRAFT_EXT4_I_BLOCK, GRAFT_EXT4_I_BLOCK_SIZE);
  if (rest != NULL)
    g_byte_array_append (content, g_bytes_get_data (rest, NULL), g_bytes_get_size (rest));
  if (inode->size > content->len)
    {
      fail (&self, &area, GRAFT_ERROR_CORRUPTED, _ ("the content of the inode is too short"),
            error);
      return NULL;
    }
  g_byte_array_set_size (content, inode->size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}
