/* graft-squashfs-inode-writer.c: inodes and directories of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.adoc "Inode Table": extended inodes only where a basic one has no room for what is so:
 * xattrs, several names, zeros that are not stored, more than 4 GiB, a long list.
 */

#include "formats/squashfs/graft-squashfs-inode-writer.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-listing-writer.h"

#define HEAD_SIZE 16
#define LONGEST_BODY 40

/* A basic directory inode has 16 bits for the list's size, an extended one for the index's. */
#define MAX_IDS 65535

typedef struct
{
  GraftSquashfsPlan *plan;
  GraftSquashfsTables *tables;
  GHashTable *id_numbers; /* owner or group → its place in the ids, plus one */
  GCancellable *cancellable;
} Writer;

/* What a directory's inode tells of its list. */
typedef struct
{
  guint64 ref;
  guint32 size;
  guint n_index;
  GByteArray *index; /* no-ref */
} Listing;

guint32
graft_squashfs_clamp_time (gint64 mtime)
{
  return CLAMP (mtime, 0, (gint64)G_MAXUINT32);
}

static gboolean
get_id (Writer *self, guint32 id, guint16 *ret_index, GError **error)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->id_numbers, GUINT_TO_POINTER (id)));

  if (known == 0)
    {
      if (self->tables->ids->len >= MAX_IDS)
        {
          g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                       "A squashfs holds files of at most %d owners and groups", MAX_IDS);
          return FALSE;
        }
      g_array_append_val (self->tables->ids, id);
      known = self->tables->ids->len;
      g_hash_table_insert (self->id_numbers, GUINT_TO_POINTER (id), GUINT_TO_POINTER (known));
    }
  *ret_index = known - 1;
  return TRUE;
}

static gboolean
put_head (Writer *self, guint32 number, GraftSquashfsType type, gboolean extended, GError **error)
{
  GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  const GraftAttributes *attributes = graft_node_get_attributes (planned->node);
  guint8 data[HEAD_SIZE];
  guint16 uid, gid;

  if (!get_id (self, attributes->uid, &uid, error) || !get_id (self, attributes->gid, &gid, error))
    return FALSE;
  planned->ref = graft_squashfs_metadata_writer_get_ref (self->tables->inodes);
  graft_bytes_put_le16 (data, type + (extended ? GRAFT_SQUASHFS_EXTENDED : 0));
  graft_bytes_put_le16 (data + 2, attributes->mode & 07777);
  graft_bytes_put_le16 (data + 4, uid);
  graft_bytes_put_le16 (data + 6, gid);
  graft_bytes_put_le32 (data + 8, graft_squashfs_clamp_time (attributes->mtime));
  graft_bytes_put_le32 (data + 12, number);
  graft_squashfs_metadata_writer_put (self->tables->inodes, data, sizeof data);
  return TRUE;
}

static gboolean
write_directory_inode (Writer *self, guint32 number, const Listing *listing, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  GraftSquashfsMetadataWriter *inodes = self->tables->inodes;
  guint32 size = listing->size + GRAFT_SQUASHFS_DIRECTORY_EXTRA;
  gboolean extended
      = size > G_MAXUINT16 || listing->n_index > 0 || planned->xattr != GRAFT_SQUASHFS_NONE;
  /* mksquashfs gives the root the number behind the last as its parent. */
  guint32 parent = planned->parent != 0 ? planned->parent : self->plan->inodes->len + 1;
  guint8 data[LONGEST_BODY];

  if (!put_head (self, number, GRAFT_SQUASHFS_TYPE_DIRECTORY, extended, error))
    return FALSE;
  if (!extended)
    {
      graft_bytes_put_le32 (data, GRAFT_SQUASHFS_REF_BLOCK (listing->ref));
      graft_bytes_put_le32 (data + 4, planned->nlink);
      graft_bytes_put_le16 (data + 8, size);
      graft_bytes_put_le16 (data + 10, GRAFT_SQUASHFS_REF_OFFSET (listing->ref));
      graft_bytes_put_le32 (data + 12, parent);
      graft_squashfs_metadata_writer_put (inodes, data, 16);
      return TRUE;
    }
  graft_bytes_put_le32 (data, planned->nlink);
  graft_bytes_put_le32 (data + 4, size);
  graft_bytes_put_le32 (data + 8, GRAFT_SQUASHFS_REF_BLOCK (listing->ref));
  graft_bytes_put_le32 (data + 12, parent);
  graft_bytes_put_le16 (data + 16, listing->n_index);
  graft_bytes_put_le16 (data + 18, GRAFT_SQUASHFS_REF_OFFSET (listing->ref));
  graft_bytes_put_le32 (data + 20, planned->xattr);
  graft_squashfs_metadata_writer_put (inodes, data, 24);
  if (listing->n_index > 0)
    graft_squashfs_metadata_writer_put (inodes, listing->index->data, listing->index->len);
  return TRUE;
}

static void
put_blocks (Writer *self, const GraftSquashfsContent *content)
{
  for (guint i = 0; i < content->n_blocks; i++)
    {
      guint8 data[4];

      graft_bytes_put_le32 (data,
                            g_array_index (self->plan->blocks, guint32, content->first_block + i));
      graft_squashfs_metadata_writer_put (self->tables->inodes, data, sizeof data);
    }
}

static gboolean
write_file_inode (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  const GraftSquashfsContent *content
      = &g_array_index (self->plan->contents, GraftSquashfsContent, planned->content);
  /* A file of nothing but zeros would otherwise have no blocks at all in stat(2), which mksquashfs
   * avoids in this way too. */
  guint64 sparse = content->sparse > 0 && content->sparse >= content->size ? content->size - 1
                                                                           : content->sparse;
  gboolean extended = planned->nlink > 1 || sparse > 0 || content->size > G_MAXUINT32
                      || content->start > G_MAXUINT32 || planned->xattr != GRAFT_SQUASHFS_NONE;
  guint8 data[LONGEST_BODY];

  if (!put_head (self, number, GRAFT_SQUASHFS_TYPE_FILE, extended, error))
    return FALSE;
  if (!extended)
    {
      graft_bytes_put_le32 (data, content->start);
      graft_bytes_put_le32 (data + 4, content->fragment);
      graft_bytes_put_le32 (data + 8, content->fragment_offset);
      graft_bytes_put_le32 (data + 12, content->size);
      graft_squashfs_metadata_writer_put (self->tables->inodes, data, 16);
    }
  else
    {
      graft_bytes_put_le64 (data, content->start);
      graft_bytes_put_le64 (data + 8, content->size);
      graft_bytes_put_le64 (data + 16, sparse);
      graft_bytes_put_le32 (data + 24, planned->nlink);
      graft_bytes_put_le32 (data + 28, content->fragment);
      graft_bytes_put_le32 (data + 32, content->fragment_offset);
      graft_bytes_put_le32 (data + 36, planned->xattr);
      graft_squashfs_metadata_writer_put (self->tables->inodes, data, 40);
    }
  put_blocks (self, content);
  return TRUE;
}

static gboolean
write_other_inode (Writer *self, guint32 number, GraftSquashfsType type, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  GraftNode *node = planned->node;
  gboolean extended = planned->xattr != GRAFT_SQUASHFS_NONE;
  guint8 data[LONGEST_BODY];
  gsize length = 4;

  if (!put_head (self, number, type, extended, error))
    return FALSE;
  graft_bytes_put_le32 (data, planned->nlink);
  if (type == GRAFT_SQUASHFS_TYPE_SYMLINK)
    {
      const char *target = graft_node_get_target (node);

      target = target != NULL ? target : "";
      graft_bytes_put_le32 (data + 4, strlen (target));
      graft_squashfs_metadata_writer_put (self->tables->inodes, data, 8);
      graft_squashfs_metadata_writer_put (self->tables->inodes, target, strlen (target));
      length = 0;
    }
  if (type == GRAFT_SQUASHFS_TYPE_BLOCK_DEVICE || type == GRAFT_SQUASHFS_TYPE_CHAR_DEVICE)
    {
      guint32 major = graft_node_get_rdev_major (node), minor = graft_node_get_rdev_minor (node);

      /* The kernel's new_encode_dev(). */
      graft_bytes_put_le32 (data + 4, (minor & 0xff) | major << 8 | (minor & 0xfff00) << 12);
      length = 8;
    }
  if (extended)
    {
      graft_bytes_put_le32 (data + length, planned->xattr);
      length += 4;
    }
  graft_squashfs_metadata_writer_put (self->tables->inodes, data, length);
  return TRUE;
}

static gboolean write_directory (Writer *self, guint32 number, GError **error);

static gboolean
write_inode (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  GraftSquashfsType type
      = graft_squashfs_type_from_node_type (graft_node_get_node_type (planned->node));

  /* Another name of what was written. */
  if (planned->ref != GRAFT_SQUASHFS_NO_TABLE)
    return TRUE;
  if (type == GRAFT_SQUASHFS_TYPE_DIRECTORY)
    return write_directory (self, number, error);
  if (type == GRAFT_SQUASHFS_TYPE_FILE)
    return write_file_inode (self, number, error);
  return write_other_inode (self, number, type, error);
}

static gboolean
write_directory (Writer *self, guint32 number, GError **error)
{
  const GraftSquashfsPlanned *planned = graft_squashfs_plan_get (self->plan, number);
  g_autoptr (GraftSquashfsListingWriter) writer = graft_squashfs_listing_writer_new ();
  g_autoptr (GraftDirectory) listed = graft_node_list (planned->node, error);
  Listing listing = { 0 };

  if (listed == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < planned->n_entries; i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);
      guint32 child = g_array_index (self->plan->entries, guint32, planned->first_entry + i);

      if (!write_inode (self, child, error))
        return FALSE;
      graft_squashfs_listing_writer_add (
          writer, entry->name, graft_squashfs_plan_get (self->plan, child)->ref, child,
          graft_squashfs_type_from_node_type (graft_node_get_node_type (entry->node)));
    }
  listing.n_index = graft_squashfs_listing_writer_finish (
      writer, self->tables->directories, &listing.ref, &listing.size, &listing.index);
  return write_directory_inode (self, number, &listing, error);
}

gboolean
graft_squashfs_inode_writer_run (GraftSquashfsPlan *plan, GraftSquashfsTables *tables,
                                 GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) id_numbers = g_hash_table_new (NULL, NULL);
  Writer writer = {
    .plan = plan,
    .tables = tables,
    .id_numbers = id_numbers,
    .cancellable = cancellable,
  };

  if (!write_directory (&writer, 1, error))
    return FALSE;
  tables->root = graft_squashfs_plan_get (plan, 1)->ref;
  return TRUE;
}
