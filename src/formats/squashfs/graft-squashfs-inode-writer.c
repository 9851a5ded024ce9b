/* graft-squashfs-inode-writer.c: inodes and directories of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inodes are put together as extended ones; the library makes basic ones of those that have
 * nothing to say that a basic one could not.
 */

#include "formats/squashfs/graft-squashfs-inode-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/squashfs/graft-squashfs-error.h"

/* The superblock counts owners in 16 bits; the library takes one more. */
#define MAX_IDS 65535

typedef struct
{
  GraftSquashfsPlan *plan;
  const GraftSquashfsTables *tables;
  GCancellable *cancellable;
} Writer;

guint32
graft_squashfs_clamp_time (gint64 mtime)
{
  return CLAMP (mtime, 0, (gint64)G_MAXUINT32);
}

static gboolean
fail (Writer *self, int code, GError **error)
{
  return graft_squashfs_fail_writing (self->tables->stream, code, _ ("the inode table"), error);
}

static gboolean
get_id (Writer *self, guint32 id, guint16 *ret_index, GError **error)
{
  int code = sqfs_id_table_id_to_index (self->tables->ids, id, ret_index);

  if (code == SQFS_ERROR_OVERFLOW || (code == 0 && *ret_index >= MAX_IDS))
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("A squashfs holds files of at most %d owners and groups"), MAX_IDS);
      return FALSE;
    }
  return code == 0 || fail (self, code, error);
}

static gboolean
set_base (Writer *self, guint32 number, sqfs_inode_t *base, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  const GraftAttributes *attributes = graft_node_get_attributes (planned->node);

  base->mode = attributes->mode & 07777;
  base->mod_time = graft_squashfs_clamp_time (attributes->mtime);
  base->inode_number = number;
  return get_id (self, attributes->uid, &base->uid_idx, error)
         && get_id (self, attributes->gid, &base->gid_idx, error);
}

/* Writes what has a fixed size, and a link's target. */
static gboolean
put_inode (Writer *self, guint32 number, sqfs_inode_generic_t *inode, GError **error)
{
  sqfs_meta_writer_t *inodes = self->tables->inodes;
  sqfs_u64 block = 0;
  sqfs_u32 offset = 0;
  int code;

  if (!set_base (self, number, &inode->base, error))
    return FALSE;
  sqfs_meta_writer_get_position (inodes, &block, &offset);
  graft_squashfs_plan_get (self->plan, number)->ref = GRAFT_SQUASHFS_REF (block, offset);
  code = sqfs_meta_writer_write_inode (inodes, inode);
  return code == 0 || fail (self, code, error);
}

/* With the inode the library would put them on the stack: up to 128 MB. */
static gboolean
put_blocks (Writer *self, const GraftSquashfsContent *content, GError **error)
{
  for (guint i = 0; i < content->n_blocks; i++)
    {
      guint32 size = g_array_index (self->plan->blocks, guint32, content->first_block + i);
      guint32 stored = GUINT32_TO_LE (size);
      int code = sqfs_meta_writer_append (self->tables->inodes, &stored, sizeof stored);

      if (code != 0)
        return fail (self, code, error);
    }
  return TRUE;
}

static gboolean
write_file (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  const GraftSquashfsContent *content
      = &g_array_index (self->plan->contents, GraftSquashfsContent, planned->content);
  sqfs_inode_generic_t inode = {
    .base.type = SQFS_INODE_EXT_FILE,
    .data.file_ext = {
      .blocks_start = content->start,
      .file_size = content->size,
      /* A file of nothing but zeros would otherwise have no blocks at all in stat(2), which
       * mksquashfs avoids in this way too. */
      .sparse = content->sparse > 0 && content->sparse >= content->size ? content->size - 1
                                                                        : content->sparse,
      .nlink = planned->nlink,
      .fragment_idx = content->fragment,
      .fragment_offset = content->fragment_offset,
      .xattr_idx = planned->xattr,
    },
  };

  sqfs_inode_make_basic (&inode);
  return put_inode (self, number, &inode, error) && put_blocks (self, content, error);
}

static gboolean
write_link (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  const char *target = graft_node_get_target (planned->node);
  gsize length = target != NULL ? strlen (target) : 0;
  g_autofree sqfs_inode_generic_t *inode = g_malloc0 (sizeof *inode + length);

  inode->base.type = SQFS_INODE_EXT_SLINK;
  inode->data.slink_ext = (sqfs_inode_slink_ext_t){
    .nlink = planned->nlink,
    .target_size = length,
    .xattr_idx = planned->xattr,
  };
  if (length > 0)
    memcpy (inode->extra, target, length);
  sqfs_inode_make_basic (inode);
  return put_inode (self, number, inode, error);
}

static gboolean
write_special (Writer *self, guint32 number, guint type, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  guint32 major = graft_node_get_rdev_major (planned->node);
  guint32 minor = graft_node_get_rdev_minor (planned->node);
  sqfs_inode_generic_t inode = { .base.type = type };

  if (type == SQFS_INODE_EXT_BDEV || type == SQFS_INODE_EXT_CDEV)
    inode.data.dev_ext = (sqfs_inode_dev_ext_t){
      .nlink = planned->nlink,
      /* The kernel's new_encode_dev(). */
      .devno = (minor & 0xff) | major << 8 | (minor & 0xfff00) << 12,
      .xattr_idx = planned->xattr,
    };
  else
    inode.data.ipc_ext
        = (sqfs_inode_ipc_ext_t){ .nlink = planned->nlink, .xattr_idx = planned->xattr };
  sqfs_inode_make_basic (&inode);
  return put_inode (self, number, &inode, error);
}

static gboolean write_directory (Writer *self, guint32 number, GError **error);

static gboolean
write_inode (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);

  /* Another name of what was written. */
  if (planned->ref != GRAFT_SQUASHFS_NO_TABLE)
    return TRUE;
  switch (graft_node_get_node_type (planned->node))
    {
    case GRAFT_NODE_DIRECTORY:
      return write_directory (self, number, error);
    case GRAFT_NODE_REGULAR:
      return write_file (self, number, error);
    case GRAFT_NODE_SYMLINK:
      return write_link (self, number, error);
    case GRAFT_NODE_BLOCK_DEVICE:
      return write_special (self, number, SQFS_INODE_EXT_BDEV, error);
    case GRAFT_NODE_CHAR_DEVICE:
      return write_special (self, number, SQFS_INODE_EXT_CDEV, error);
    case GRAFT_NODE_FIFO:
      return write_special (self, number, SQFS_INODE_EXT_FIFO, error);
    case GRAFT_NODE_SOCKET:
    default:
      return write_special (self, number, SQFS_INODE_EXT_SOCKET, error);
    }
}

/* The inode of the list that was just written. The library counts every entry as a link. */
static gboolean
put_directory (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  /* mksquashfs gives the root the number behind the last as its parent. */
  guint32 parent = planned->parent != 0 ? planned->parent : self->plan->inodes->len + 1;
  g_autoptr (sqfs_inode_generic_t) inode
      = sqfs_dir_writer_create_inode (self->tables->directory, 0, planned->xattr, parent);

  if (inode == NULL)
    return fail (self, SQFS_ERROR_ALLOC, error);
  if (inode->base.type == SQFS_INODE_DIR)
    inode->data.dir.nlink = planned->nlink;
  else
    inode->data.dir_ext.nlink = planned->nlink;
  return put_inode (self, number, inode, error);
}

static gboolean
write_directory (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  const guint32 *children = &g_array_index (self->plan->entries, guint32, planned->first_entry);
  sqfs_dir_writer_t *directory = self->tables->directory;
  g_autoptr (GraftDirectory) listed = graft_node_list (planned->node, error);
  int code;

  if (listed == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < planned->n_entries; i++)
    if (!write_inode (self, children[i], error))
      return FALSE;
  code = sqfs_dir_writer_begin (directory, 0);
  for (guint i = 0; i < planned->n_entries && code == 0; i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);

      code = sqfs_dir_writer_add_entry (
          directory, entry->name, children[i],
          graft_squashfs_plan_get (self->plan, children[i])->ref,
          graft_node_type_to_mode (graft_node_get_node_type (entry->node)));
    }
  if (code == 0)
    code = sqfs_dir_writer_end (directory);
  if (code != 0)
    return graft_squashfs_fail_writing (self->tables->stream, code, _ ("the directory table"),
                                        error);
  return put_directory (self, number, error);
}

gboolean
graft_squashfs_inode_writer_run (GraftSquashfsPlan *plan, const GraftSquashfsTables *tables,
                                 GCancellable *cancellable, GError **error)
{
  Writer self = { .plan = plan, .tables = tables, .cancellable = cancellable };
  int code;

  if (!write_directory (&self, 1, error))
    return FALSE;
  code = sqfs_meta_writer_flush (tables->inodes);
  return code == 0 || fail (&self, code, error);
}
