/* graft-squashfs-inode.c: what an inode says, whatever its stored type
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-inode.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "formats/squashfs/graft-squashfs-error.h"

static gboolean fail (const GraftSquashfsInode *inode, GraftErrorCode code, GError **error,
                      const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (const GraftSquashfsInode *inode, GraftErrorCode code, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GRAFT_IMAGE_ERROR, code, _ ("inode %u: %s"), inode->number, text);
  return FALSE;
}

static void
take_directory (GraftSquashfsInode *inode, const sqfs_inode_generic_t *stored)
{
  if (stored->base.type == SQFS_INODE_DIR)
    {
      inode->nlink = stored->data.dir.nlink;
      inode->size = stored->data.dir.size;
      inode->start = stored->data.dir.start_block;
      inode->offset = stored->data.dir.offset;
    }
  else
    {
      inode->nlink = stored->data.dir_ext.nlink;
      inode->size = stored->data.dir_ext.size;
      inode->start = stored->data.dir_ext.start_block;
      inode->offset = stored->data.dir_ext.offset;
    }
}

static void
take_file (GraftSquashfsInode *inode, const sqfs_inode_generic_t *stored)
{
  gboolean extended = stored->base.type == SQFS_INODE_EXT_FILE;

  inode->nlink = extended ? stored->data.file_ext.nlink : 1;
  inode->sparse = extended ? stored->data.file_ext.sparse : 0;
  sqfs_inode_get_file_size (stored, &inode->size);
  sqfs_inode_get_file_block_start (stored, &inode->start);
  sqfs_inode_get_frag_location (stored, &inode->fragment, &inode->fragment_offset);
}

static void
take_fields (GraftSquashfsInode *inode, const sqfs_inode_generic_t *stored)
{
  const sqfs_inode_t *base = &stored->base;

  inode->type
      = base->type > GRAFT_SQUASHFS_EXTENDED ? base->type - GRAFT_SQUASHFS_EXTENDED : base->type;
  inode->mode = base->mode & 07777;
  inode->uid = base->uid_idx;
  inode->gid = base->gid_idx;
  inode->mtime = base->mod_time;
  inode->number = base->inode_number;
  sqfs_inode_get_xattr_index (stored, &inode->xattr);
  /* The basic and the extended types of all but files and folders begin alike. */
  switch (inode->type)
    {
    case SQFS_INODE_DIR:
      take_directory (inode, stored);
      break;
    case SQFS_INODE_FILE:
      take_file (inode, stored);
      break;
    case SQFS_INODE_SLINK:
      inode->nlink = stored->data.slink.nlink;
      inode->size = stored->data.slink.target_size;
      break;
    case SQFS_INODE_BDEV:
    case SQFS_INODE_CDEV:
      inode->nlink = stored->data.dev.nlink;
      inode->rdev = stored->data.dev.devno;
      break;
    default:
      inode->nlink = stored->data.ipc.nlink;
      break;
    }
}

static gboolean
check_inode (const GraftSquashfsInode *inode, const sqfs_super_t *super, GError **error)
{
  if (inode->number == 0 || inode->number > super->inode_count)
    return fail (inode, GRAFT_ERROR_CORRUPTED, error,
                 _ ("it is not among the %u that the superblock counts"), super->inode_count);
  if (inode->uid >= super->id_count || inode->gid >= super->id_count)
    return fail (inode, GRAFT_ERROR_CORRUPTED, error,
                 _ ("it belongs to owner %u, group %u of a table of %u"), (guint)inode->uid + 1,
                 (guint)inode->gid + 1, super->id_count);
  if (inode->fragment != GRAFT_SQUASHFS_NONE
      && (inode->fragment >= super->fragment_entry_count
          || inode->fragment_offset >= super->block_size))
    return fail (inode, GRAFT_ERROR_CORRUPTED, error,
                 _ ("it ends in fragment %u, byte %u; there are %u fragments of %u bytes"),
                 inode->fragment, inode->fragment_offset, super->fragment_entry_count,
                 super->block_size);
  return TRUE;
}

gboolean
graft_squashfs_inode_read (GraftSquashfsMetadata *metadata, const sqfs_super_t *super, guint64 ref,
                           GraftSquashfsInode *ret_inode, GError **error)
{
  GraftSquashfsInode inode = { .ref = ref, .fragment = GRAFT_SQUASHFS_NONE };
  g_autoptr (sqfs_inode_generic_t) stored
      = graft_squashfs_metadata_read_inode (metadata, ref, FALSE, error);

  if (stored == NULL)
    return FALSE;
  take_fields (&inode, stored);
  if (!check_inode (&inode, super, error))
    return FALSE;
  *ret_inode = inode;
  return TRUE;
}

gboolean
graft_squashfs_inode_read_blocks (GraftSquashfsMetadata *metadata, const GraftSquashfsInode *self,
                                  guint32 block_size, GArray *sizes, GError **error)
{
  g_autoptr (sqfs_inode_generic_t) stored
      = graft_squashfs_metadata_read_inode (metadata, self->ref, TRUE, error);
  gsize n;

  if (stored == NULL)
    return FALSE;
  n = sqfs_inode_get_file_block_count (stored);
  for (gsize i = 0; i < n; i++)
    if (SQFS_ON_DISK_BLOCK_SIZE (stored->extra[i]) > block_size)
      return fail (self, GRAFT_ERROR_CORRUPTED, error,
                   _ ("it has a block of %u stored bytes, more than a block's %u"),
                   SQFS_ON_DISK_BLOCK_SIZE (stored->extra[i]), block_size);
  g_array_append_vals (sizes, stored->extra, n);
  return TRUE;
}

char *
graft_squashfs_inode_read_target (GraftSquashfsMetadata *metadata, const GraftSquashfsInode *self,
                                  GError **error)
{
  g_autoptr (sqfs_inode_generic_t) stored
      = graft_squashfs_metadata_read_inode (metadata, self->ref, TRUE, error);
  const char *target;

  if (stored == NULL)
    return NULL;
  target = (const char *)stored->extra;
  if (strlen (target) != self->size)
    {
      fail (self, GRAFT_ERROR_CORRUPTED, error, _ ("it is a link whose target has a NUL in it"));
      return NULL;
    }
  return g_strdup (target);
}

GraftNodeType
graft_squashfs_type_to_node_type (guint type)
{
  static const GraftNodeType types[] = {
    [SQFS_INODE_DIR] = GRAFT_NODE_DIRECTORY,    [SQFS_INODE_FILE] = GRAFT_NODE_REGULAR,
    [SQFS_INODE_SLINK] = GRAFT_NODE_SYMLINK,    [SQFS_INODE_BDEV] = GRAFT_NODE_BLOCK_DEVICE,
    [SQFS_INODE_CDEV] = GRAFT_NODE_CHAR_DEVICE, [SQFS_INODE_FIFO] = GRAFT_NODE_FIFO,
    [SQFS_INODE_SOCKET] = GRAFT_NODE_SOCKET,
  };

  return types[type];
}
