/* graft-squashfs-metadata-writer.c: packing a table into metadata blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-metadata-writer.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"

struct _GraftSquashfsMetadataWriter
{
  GraftSquashfsCodec *codec; /* no-ref; NULL: not compressed */
  gboolean failed;
  GByteArray *blocks;
  GArray *positions; /* of guint64 */
  guint32 length;
  guint8 data[GRAFT_SQUASHFS_METADATA_SIZE];
};

GraftSquashfsMetadataWriter *
graft_squashfs_metadata_writer_new (GraftSquashfsCodec *codec)
{
  GraftSquashfsMetadataWriter *self = g_new0 (GraftSquashfsMetadataWriter, 1);

  self->codec = codec;
  self->blocks = g_byte_array_new ();
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

void
graft_squashfs_metadata_writer_free (GraftSquashfsMetadataWriter *self)
{
  g_byte_array_unref (self->blocks);
  g_array_unref (self->positions);
  g_free (self);
}

guint64
graft_squashfs_metadata_writer_get_ref (GraftSquashfsMetadataWriter *self)
{
  return GRAFT_SQUASHFS_REF (self->blocks->len, self->length);
}

static void
pack (GraftSquashfsMetadataWriter *self)
{
  guint8 encoded[GRAFT_SQUASHFS_METADATA_SIZE];
  guint8 head[2];
  const guint64 position = self->blocks->len;
  gsize length = 0;

  if (self->length == 0)
    return;
  if (self->codec != NULL && self->length > 1
      && !graft_squashfs_codec_encode (self->codec, self->data, self->length, encoded,
                                       self->length - 1, &length))
    self->failed = TRUE;
  graft_bytes_put_le16 (head, length > 0 ? length : self->length | GRAFT_SQUASHFS_METADATA_RAW);
  g_byte_array_append (self->blocks, head, sizeof head);
  g_byte_array_append (self->blocks, length > 0 ? encoded : self->data,
                       length > 0 ? length : self->length);
  g_array_append_val (self->positions, position);
  self->length = 0;
}

void
graft_squashfs_metadata_writer_put (GraftSquashfsMetadataWriter *self, const void *data,
                                    gsize length)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gsize count = MIN (length, GRAFT_SQUASHFS_METADATA_SIZE - self->length);

      memcpy (self->data + self->length, from, count);
      self->length += count;
      from += count;
      length -= count;
      if (self->length == GRAFT_SQUASHFS_METADATA_SIZE)
        pack (self);
    }
}

gboolean
graft_squashfs_metadata_writer_finish (GraftSquashfsMetadataWriter *self, GByteArray **ret_blocks,
                                       GArray **ret_positions, GError **error)
{
  pack (self);
  if (self->failed)
    {
      g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
                           "There is not enough memory to compress the image's tables");
      return FALSE;
    }
  *ret_blocks = self->blocks;
  if (ret_positions != NULL)
    *ret_positions = self->positions;
  return TRUE;
}
