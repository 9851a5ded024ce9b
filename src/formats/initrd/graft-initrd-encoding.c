/* graft-initrd-encoding.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-encoding.h"

#include "coders/graft-decoded-input.h"
#include "coders/graft-fingerprint.h"

#define CHUNK (256 * 1024)

struct _GraftInitrdEncoding
{
  GraftEncoder *encoder;
  GraftFingerprint *fingerprint;
  GraftInput *content;
  guint64 size;       /* of what went in */
  GraftInput *stream; /* the old one, stored */
  guint64 offset;     /* of that in the old image */
  GArray *blocks;     /* (nullable): of GraftXzBlock, those of @stream */
  guint next_block;   /* the first that is not behind what was copied */
  GraftWritten *written;
  GCancellable *cancellable;
  guint8 *buffer;
};

static gboolean
list_blocks (GraftInitrdEncoding *self, GraftImage *image, GraftInitrdSegment *segment,
             GError **error)
{
  GraftInput *input = graft_image_get_input (image);

  self->offset = segment->info.offset;
  self->stream = graft_slice_input_new (input, segment->info.offset, segment->stream_size,
                                        graft_input_get_name (input), error);
  if (self->stream == NULL)
    return FALSE;
  self->blocks = graft_xz_blocks_list (self->stream, error);
  return self->blocks != NULL;
}

GraftInitrdEncoding *
graft_initrd_encoding_new (GraftImage *image, GraftInitrdSegment *segment,
                           GraftCompression compression, GraftLevel level, guint n_threads,
                           GraftOutput *output, GraftWritten *written, GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GraftInitrdEncoding) self = g_new0 (GraftInitrdEncoding, 1);

  self->fingerprint = graft_fingerprint_new ();
  self->written = written;
  self->cancellable = cancellable;
  self->buffer = g_malloc (CHUNK);
  self->content = graft_initrd_segment_open (segment, graft_image_get_input (image), error);
  if (self->content == NULL)
    return NULL;
  /* From here on the content is read by this input, which takes the place of the other's memory. */
  graft_decoded_input_rest (graft_cpio_archive_get_content (segment->archive));
  self->encoder = graft_encoder_new (compression, level, n_threads, output, error);
  if (self->encoder == NULL)
    return NULL;
  graft_encoder_set_cancellable (self->encoder, cancellable);
  if (compression == GRAFT_COMPRESSION_XZ && segment->compression == GRAFT_COMPRESSION_XZ
      && !list_blocks (self, image, segment, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
graft_initrd_encoding_free (GraftInitrdEncoding *self)
{
  g_clear_pointer (&self->encoder, graft_encoder_free);
  graft_fingerprint_free (self->fingerprint);
  g_clear_object (&self->content);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->blocks, g_array_unref);
  g_free (self->buffer);
  g_free (self);
}

GraftInput *
graft_initrd_encoding_get_content (GraftInitrdEncoding *self)
{
  return self->content;
}

gboolean
graft_initrd_encoding_write (const void *bytes, gsize length, gpointer data, GError **error)
{
  GraftInitrdEncoding *self = data;

  graft_fingerprint_update (self->fingerprint, bytes, length);
  self->size += length;
  return graft_encoder_write (self->encoder, bytes, length, error);
}

/* @encode: else only the fingerprint is taken. */
static gboolean
pass (GraftInitrdEncoding *self, guint64 offset, guint64 end, gboolean encode, GError **error)
{
  while (offset < end)
    {
      gsize count = MIN (end - offset, CHUNK);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !graft_input_read_at (self->content, offset, self->buffer, count, error))
        return FALSE;
      graft_fingerprint_update (self->fingerprint, self->buffer, count);
      self->size += count;
      if (encode && !graft_encoder_write (self->encoder, self->buffer, count, error))
        return FALSE;
      offset += count;
    }
  return TRUE;
}

/* The next block that lies within the range; NULL when there is none. */
static const GraftXzBlock *
find_block (GraftInitrdEncoding *self, guint64 offset, guint64 end)
{
  const GraftXzBlock *block;

  while (self->blocks != NULL && self->next_block < self->blocks->len)
    {
      block = &g_array_index (self->blocks, GraftXzBlock, self->next_block);
      if (block->content_offset >= offset)
        return block->content_offset + block->content_size <= end ? block : NULL;
      self->next_block++;
    }
  return NULL;
}

static gboolean
carry_block (GraftInitrdEncoding *self, const GraftXzBlock *block, GError **error)
{
  guint64 offset;

  if (!graft_encoder_add_block (self->encoder, self->stream, block, &offset, error))
    return FALSE;
  graft_written_add_carried (self->written, self->offset + block->offset, offset,
                             graft_xz_block_get_stored_size (block));
  self->next_block++;
  return pass (self, block->content_offset, block->content_offset + block->content_size, FALSE,
               error);
}

gboolean
graft_initrd_encoding_copy (guint64 offset, guint64 length, gpointer data, GError **error)
{
  GraftInitrdEncoding *self = data;
  guint64 end = offset + length;

  while (offset < end)
    {
      const GraftXzBlock *block = find_block (self, offset, end);

      if (!pass (self, offset, block != NULL ? block->content_offset : end, TRUE, error))
        return FALSE;
      if (block == NULL)
        return TRUE;
      if (!carry_block (self, block, error))
        return FALSE;
      offset = block->content_offset + block->content_size;
    }
  return TRUE;
}

gboolean
graft_initrd_encoding_finish (GraftInitrdEncoding *self, GraftInitrdEncoded *encoded,
                              GError **error)
{
  if (!graft_encoder_finish (self->encoder, error))
    return FALSE;
  encoded->size = self->size;
  encoded->fingerprint = graft_fingerprint_finish (self->fingerprint);
  return TRUE;
}
