/* graft-squashfs-listing-writer.c: the stored entries of one directory, made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.adoc "Directory Table" and "Directory Index": a new header begins when the next inode
 * lies in another metadata block, its number is too far from the header's, or 256 entries stand
 * behind it; and before the list has grown by 8 KiB. Those last are named in the index, by which
 * the kernel finds a name without reading the whole list.
 */

#include "formats/squashfs/graft-squashfs-listing-writer.h"

#include <string.h>

#include "base/graft-bytes.h"

#define HEADER_SIZE 12
#define ENTRY_SIZE 8
#define INDEX_SIZE 12

typedef struct
{
  guint32 position; /* of a header, in the list */
  char *name;       /* the first behind it */
} IndexEntry;

struct _GraftSquashfsListingWriter
{
  GByteArray *list;
  GArray *index;        /* of IndexEntry */
  guint32 header;       /* where the current header stands */
  guint n_run;          /* entries behind it; 0: none yet */
  guint32 block;        /* of their inodes */
  guint32 number;       /* the header's */
  guint32 last_indexed; /* where the header of the last index entry stands */
  GByteArray *stored_index;
};

static void
clear_index_entry (gpointer data)
{
  g_free (((IndexEntry *)data)->name);
}

GraftSquashfsListingWriter *
graft_squashfs_listing_writer_new (void)
{
  GraftSquashfsListingWriter *self = g_new0 (GraftSquashfsListingWriter, 1);

  self->list = g_byte_array_new ();
  self->index = g_array_new (FALSE, FALSE, sizeof (IndexEntry));
  g_array_set_clear_func (self->index, clear_index_entry);
  self->stored_index = g_byte_array_new ();
  return self;
}

void
graft_squashfs_listing_writer_free (GraftSquashfsListingWriter *self)
{
  g_byte_array_unref (self->list);
  g_array_unref (self->index);
  g_byte_array_unref (self->stored_index);
  g_free (self);
}

static void
begin_run (GraftSquashfsListingWriter *self, const char *name, guint32 block, guint32 number,
           gboolean indexed)
{
  guint8 header[HEADER_SIZE];

  self->header = self->list->len;
  self->block = block;
  self->number = number;
  self->n_run = 0;
  if (indexed)
    {
      const IndexEntry entry = { self->header, g_strdup (name) };

      g_array_append_val (self->index, entry);
      self->last_indexed = self->header;
    }
  graft_bytes_put_le32 (header, 0);
  graft_bytes_put_le32 (header + 4, block);
  graft_bytes_put_le32 (header + 8, number);
  g_byte_array_append (self->list, header, sizeof header);
}

void
graft_squashfs_listing_writer_add (GraftSquashfsListingWriter *self, const char *name, guint64 ref,
                                   guint32 number, GraftSquashfsType type)
{
  gint64 difference = (gint64)number - self->number;
  gsize length = strlen (name);
  gboolean full
      = self->list->len - self->last_indexed + ENTRY_SIZE + length > GRAFT_SQUASHFS_METADATA_SIZE;
  guint8 entry[ENTRY_SIZE];

  if (self->list->len == 0 || full || self->n_run == GRAFT_SQUASHFS_DIRECTORY_RUN
      || GRAFT_SQUASHFS_REF_BLOCK (ref) != self->block || difference < G_MININT16
      || difference > G_MAXINT16)
    {
      begin_run (self, name, GRAFT_SQUASHFS_REF_BLOCK (ref), number, full);
      difference = 0;
    }
  graft_bytes_put_le16 (entry, GRAFT_SQUASHFS_REF_OFFSET (ref));
  graft_bytes_put_le16 (entry + 2, (guint16)difference);
  graft_bytes_put_le16 (entry + 4, type);
  graft_bytes_put_le16 (entry + 6, length - 1);
  g_byte_array_append (self->list, entry, sizeof entry);
  g_byte_array_append (self->list, (const guint8 *)name, length);
  self->n_run++;
  graft_bytes_put_le32 (self->list->data + self->header, self->n_run - 1);
}

guint
graft_squashfs_listing_writer_finish (GraftSquashfsListingWriter *self,
                                      GraftSquashfsMetadataWriter *directories, guint64 *ret_ref,
                                      guint32 *ret_size, GByteArray **ret_index)
{
  guint32 done = 0;

  *ret_ref = graft_squashfs_metadata_writer_get_ref (directories);
  for (guint i = 0; i < self->index->len; i++)
    {
      const IndexEntry *entry = &g_array_index (self->index, IndexEntry, i);
      guint8 stored[INDEX_SIZE];

      graft_squashfs_metadata_writer_put (directories, self->list->data + done,
                                          entry->position - done);
      done = entry->position;
      graft_bytes_put_le32 (stored, entry->position);
      graft_bytes_put_le32 (stored + 4, GRAFT_SQUASHFS_REF_BLOCK (
                                            graft_squashfs_metadata_writer_get_ref (directories)));
      graft_bytes_put_le32 (stored + 8, strlen (entry->name) - 1);
      g_byte_array_append (self->stored_index, stored, sizeof stored);
      g_byte_array_append (self->stored_index, (const guint8 *)entry->name, strlen (entry->name));
    }
  if (self->list->len > 0)
    graft_squashfs_metadata_writer_put (directories, self->list->data + done,
                                        self->list->len - done);
  *ret_size = self->list->len;
  *ret_index = self->stored_index;
  return self->index->len;
}
