/* graft-squashfs-inode.c: one inode as it is stored
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.adoc "Inode Table": a head of 16 bytes, a body by type, and for files and links a list or
 * text of variable length.
 */

#include "formats/squashfs/graft-squashfs-inode.h"

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"

#define HEAD_SIZE 16
#define LONGEST_BODY 40

/* Bytes of the fixed body behind the head, by stored type. */
static const guint8 body_sizes[] = { 0, 16, 16, 8, 8, 8, 4, 4, 24, 40, 8, 12, 12, 8, 8 };

/* format.adoc gives the fields of each type in this order. */
static void
parse_body (GraftSquashfsInode *inode, const guint8 *data, gsize size)
{
  guint32 start32 = 0, size32 = 0;
  guint16 short_size = 0, short_offset = 0;

  if (inode->type == GRAFT_SQUASHFS_TYPE_DIRECTORY && !inode->extended)
    {
      graft_bytes_get_le32 (data, size, 0, &start32);
      graft_bytes_get_le32 (data, size, 4, &inode->nlink);
      graft_bytes_get_le16 (data, size, 8, &short_size);
      graft_bytes_get_le16 (data, size, 10, &short_offset);
      graft_bytes_get_le32 (data, size, 12, &inode->parent);
      inode->start = start32;
      inode->size = short_size;
      inode->offset = short_offset;
    }
  else if (inode->type == GRAFT_SQUASHFS_TYPE_DIRECTORY)
    {
      graft_bytes_get_le32 (data, size, 0, &inode->nlink);
      graft_bytes_get_le32 (data, size, 4, &size32);
      graft_bytes_get_le32 (data, size, 8, &start32);
      graft_bytes_get_le32 (data, size, 12, &inode->parent);
      graft_bytes_get_le16 (data, size, 18, &short_offset);
      graft_bytes_get_le32 (data, size, 20, &inode->xattr);
      inode->start = start32;
      inode->size = size32;
      inode->offset = short_offset;
    }
  else if (inode->type == GRAFT_SQUASHFS_TYPE_FILE && !inode->extended)
    {
      graft_bytes_get_le32 (data, size, 0, &start32);
      graft_bytes_get_le32 (data, size, 4, &inode->fragment);
      graft_bytes_get_le32 (data, size, 8, &inode->fragment_offset);
      graft_bytes_get_le32 (data, size, 12, &size32);
      inode->start = start32;
      inode->size = size32;
      inode->nlink = 1;
    }
  else if (inode->type == GRAFT_SQUASHFS_TYPE_FILE)
    {
      graft_bytes_get_le64 (data, size, 0, &inode->start);
      graft_bytes_get_le64 (data, size, 8, &inode->size);
      graft_bytes_get_le64 (data, size, 16, &inode->sparse);
      graft_bytes_get_le32 (data, size, 24, &inode->nlink);
      graft_bytes_get_le32 (data, size, 28, &inode->fragment);
      graft_bytes_get_le32 (data, size, 32, &inode->fragment_offset);
      graft_bytes_get_le32 (data, size, 36, &inode->xattr);
    }
  else
    {
      gboolean device = inode->type == GRAFT_SQUASHFS_TYPE_BLOCK_DEVICE
                        || inode->type == GRAFT_SQUASHFS_TYPE_CHAR_DEVICE;

      graft_bytes_get_le32 (data, size, 0, &inode->nlink);
      if (inode->type == GRAFT_SQUASHFS_TYPE_SYMLINK)
        graft_bytes_get_le32 (data, size, 4, &size32);
      if (device)
        graft_bytes_get_le32 (data, size, 4, &inode->rdev);
      /* That of a link stands behind its target. */
      if (inode->extended && inode->type != GRAFT_SQUASHFS_TYPE_SYMLINK)
        graft_bytes_get_le32 (data, size, device ? 8 : 4, &inode->xattr);
      inode->size = size32;
    }
}

static gboolean fail (const GraftSquashfsInode *inode, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
fail (const GraftSquashfsInode *inode, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, "inode %u %s", inode->number, text);
  return FALSE;
}

static gboolean
check_inode (const GraftSquashfsInode *inode, const GraftSquashfsSuper *super, GError **error)
{
  if (inode->number == 0 || inode->number > super->n_inodes)
    return fail (inode, error, "is not among the %u that the superblock counts", super->n_inodes);
  if (inode->uid >= super->n_ids || inode->gid >= super->n_ids)
    return fail (inode, error, "belongs to owner %u, group %u of a table of %u",
                 (guint)inode->uid + 1, (guint)inode->gid + 1, super->n_ids);
  if (inode->fragment != GRAFT_SQUASHFS_NONE
      && (inode->fragment >= super->n_fragments || inode->fragment_offset >= super->block_size))
    return fail (inode, error, "ends in fragment %u, byte %u; there are %u fragments of %u bytes",
                 inode->fragment, inode->fragment_offset, super->n_fragments, super->block_size);
  if (inode->size > G_MAXINT64)
    return fail (inode, error, "has an impossible size");
  if (inode->type == GRAFT_SQUASHFS_TYPE_SYMLINK && inode->size > GRAFT_LIMIT_PATH)
    return fail (inode, error, "is a link with a target of %" G_GUINT64_FORMAT " bytes",
                 inode->size);
  return TRUE;
}

/* The fixed-size bytes of a link's extended inode stand behind its target. */
static gboolean
read_link_xattr (GraftSquashfsMetadata *metadata, GraftSquashfsInode *inode, GError **error)
{
  GraftSquashfsCursor cursor = inode->rest;
  guint8 data[GRAFT_LIMIT_PATH];
  guint8 index[4];

  if (!graft_squashfs_metadata_read (metadata, &cursor, data, inode->size, error)
      || !graft_squashfs_metadata_read (metadata, &cursor, index, sizeof index, error))
    return FALSE;
  return graft_bytes_get_le32 (index, sizeof index, 0, &inode->xattr);
}

gboolean
graft_squashfs_inode_read (GraftSquashfsMetadata *metadata, const GraftSquashfsSuper *super,
                           guint64 ref, GraftSquashfsInode *ret_inode, GError **error)
{
  GraftSquashfsInode inode = { .fragment = GRAFT_SQUASHFS_NONE, .xattr = GRAFT_SQUASHFS_NONE };
  guint8 data[LONGEST_BODY];
  guint16 type = 0;

  inode.rest = graft_squashfs_metadata_seek (metadata, super->inode_table, ref);
  if (!graft_squashfs_metadata_read (metadata, &inode.rest, data, HEAD_SIZE, error))
    return FALSE;
  graft_bytes_get_le16 (data, HEAD_SIZE, 0, &type);
  graft_bytes_get_le16 (data, HEAD_SIZE, 2, &inode.mode);
  graft_bytes_get_le16 (data, HEAD_SIZE, 4, &inode.uid);
  graft_bytes_get_le16 (data, HEAD_SIZE, 6, &inode.gid);
  graft_bytes_get_le32 (data, HEAD_SIZE, 8, &inode.mtime);
  graft_bytes_get_le32 (data, HEAD_SIZE, 12, &inode.number);
  inode.mode &= 07777;
  if (type == 0 || type >= G_N_ELEMENTS (body_sizes))
    return fail (&inode, error, "is of type %u, which squashfs does not have", type);

  inode.extended = type > GRAFT_SQUASHFS_EXTENDED;
  inode.type = inode.extended ? type - GRAFT_SQUASHFS_EXTENDED : type;
  if (!graft_squashfs_metadata_read (metadata, &inode.rest, data, body_sizes[type], error))
    return FALSE;
  parse_body (&inode, data, body_sizes[type]);
  if (!check_inode (&inode, super, error))
    return FALSE;
  if (inode.extended && inode.type == GRAFT_SQUASHFS_TYPE_SYMLINK
      && !read_link_xattr (metadata, &inode, error))
    return FALSE;
  *ret_inode = inode;
  return TRUE;
}

guint64
graft_squashfs_inode_get_n_blocks (const GraftSquashfsInode *self, guint32 block_size)
{
  guint64 full = self->size / block_size;

  return full + (self->fragment == GRAFT_SQUASHFS_NONE && self->size % block_size != 0 ? 1 : 0);
}

gboolean
graft_squashfs_inode_read_blocks (GraftSquashfsMetadata *metadata, const GraftSquashfsInode *self,
                                  guint32 block_size, GArray *sizes, GError **error)
{
  GraftSquashfsCursor cursor = self->rest;
  guint64 left = graft_squashfs_inode_get_n_blocks (self, block_size);

  if (left > GRAFT_LIMIT_IN_MEMORY / 16)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   "inode %u says that its file is %" G_GUINT64_FORMAT
                   " bytes long, more than can be handled",
                   self->number, self->size);
      return FALSE;
    }
  /* In pieces, so that a list which the table does not back ends at the table's end instead of in
   * memory. */
  while (left > 0)
    {
      guint8 data[2048];
      guint count = MIN (left, sizeof data / 4);

      if (!graft_squashfs_metadata_read (metadata, &cursor, data, count * 4, error))
        return FALSE;
      for (guint i = 0; i < count; i++)
        {
          guint32 size = 0;

          graft_bytes_get_le32 (data, sizeof data, i * 4, &size);
          if ((size & ~GRAFT_SQUASHFS_BLOCK_RAW) > block_size)
            return fail (self, error, "has a block of %u stored bytes, more than a block's %u",
                         size & ~GRAFT_SQUASHFS_BLOCK_RAW, block_size);
          g_array_append_val (sizes, size);
        }
      left -= count;
    }
  return TRUE;
}

char *
graft_squashfs_inode_read_target (GraftSquashfsMetadata *metadata, GraftSquashfsInode *self,
                                  GError **error)
{
  g_autofree char *target = g_malloc (self->size + 1);
  GraftSquashfsCursor cursor = self->rest;

  if (!graft_squashfs_metadata_read (metadata, &cursor, target, self->size, error))
    return NULL;
  target[self->size] = '\0';
  for (gsize i = 0; i < self->size; i++)
    if (target[i] == '\0')
      {
        fail (self, error, "is a link whose target has a NUL in it");
        return NULL;
      }
  return g_steal_pointer (&target);
}

static const struct
{
  GraftSquashfsType stored;
  GraftNodeType node;
} types[] = {
  { GRAFT_SQUASHFS_TYPE_DIRECTORY, GRAFT_NODE_DIRECTORY },
  { GRAFT_SQUASHFS_TYPE_FILE, GRAFT_NODE_REGULAR },
  { GRAFT_SQUASHFS_TYPE_SYMLINK, GRAFT_NODE_SYMLINK },
  { GRAFT_SQUASHFS_TYPE_BLOCK_DEVICE, GRAFT_NODE_BLOCK_DEVICE },
  { GRAFT_SQUASHFS_TYPE_CHAR_DEVICE, GRAFT_NODE_CHAR_DEVICE },
  { GRAFT_SQUASHFS_TYPE_FIFO, GRAFT_NODE_FIFO },
  { GRAFT_SQUASHFS_TYPE_SOCKET, GRAFT_NODE_SOCKET },
};

GraftNodeType
graft_squashfs_type_to_node_type (GraftSquashfsType type)
{
  return types[type - 1].node;
}

GraftSquashfsType
graft_squashfs_type_from_node_type (GraftNodeType type)
{
  guint i = 0;

  while (types[i].node != type)
    i++;
  return types[i].stored;
}
