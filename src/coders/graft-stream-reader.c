/* graft-stream-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-stream-reader.h"

#include <sys/mman.h>

#include "coders/graft-xz-ahead.h"

/* Fewer calls against what the second-level cache holds: measured best for gzip and zstd. */
#define ENCODED_CHUNK (256 * 1024)
#define DECODED_CHUNK (512 * 1024)
/* A chunk of the legacy lz4 frame: with room for one the decoder writes to it directly. */
#define DECODED_CHUNK_LZ4 (8 * 1024 * 1024)
/* Encoded, it is hardly ever larger; the length before the next one comes with it. */
#define ENCODED_CHUNK_LZ4 (DECODED_CHUNK_LZ4 + 64 * 1024)

#define HUGE_PAGE (2 * 1024 * 1024)

struct _GraftStreamReader
{
  GraftInput *input;
  GraftDecoder *decoder;
  guint64 offset; /* of the next bytes to read */
  guint8 *encoded;
  gsize encoded_size;
  const guint8 *next;
  gsize available;
  guint8 *decoded;
  gsize decoded_size;
  gboolean ended;
  GraftXzAhead *ahead; /* in place of all that is above */
};

/* Where lz4 is as quick as it is, taking 8 MiB in small pages is a fifth of the work. Freed with
 * g_aligned_free(). */
static guint8 *
allocate (gsize size)
{
  gboolean huge = size >= HUGE_PAGE;
  guint8 *buffer = g_aligned_alloc (1, size, huge ? HUGE_PAGE : sizeof (guint64));

  if (huge)
    madvise (buffer, size, MADV_HUGEPAGE);
  return buffer;
}

/* Room for what the decoder wants at a time, at once: a larger buffer for each larger chunk would
 * be fresh pages each time. No memory for what is not there. */
static gsize
get_encoded_size (GraftStreamReader *self, GraftCompression compression)
{
  guint64 size = graft_input_get_size (self->input), left = size - MIN (self->offset, size);

  if (compression != GRAFT_COMPRESSION_LZ4_LEGACY)
    return ENCODED_CHUNK;
  return CLAMP (left, ENCODED_CHUNK, ENCODED_CHUNK_LZ4);
}

GraftStreamReader *
graft_stream_reader_new (GraftInput *input, guint64 offset, GraftCompression compression)
{
  GraftStreamReader *self = g_new0 (GraftStreamReader, 1);

  self->input = g_object_ref (input);
  self->decoder = graft_decoder_new (compression);
  self->offset = offset;
  self->encoded_size = get_encoded_size (self, compression);
  self->encoded = allocate (self->encoded_size);
  self->decoded_size
      = compression == GRAFT_COMPRESSION_LZ4_LEGACY ? DECODED_CHUNK_LZ4 : DECODED_CHUNK;
  self->decoded = allocate (self->decoded_size);
  return self;
}

GraftStreamReader *
graft_stream_reader_new_ahead (GraftInput *input, guint64 offset, GraftCompression compression,
                               guint64 least)
{
  g_autoptr (GraftXzAhead) ahead
      = compression == GRAFT_COMPRESSION_XZ ? graft_xz_ahead_new (input, offset, least) : NULL;
  GraftStreamReader *self;

  if (ahead == NULL)
    return graft_stream_reader_new (input, offset, compression);
  self = g_new0 (GraftStreamReader, 1);
  self->ahead = g_steal_pointer (&ahead);
  return self;
}

gboolean
graft_stream_reader_is_ahead (GraftStreamReader *self)
{
  return self->ahead != NULL;
}

void
graft_stream_reader_free (GraftStreamReader *self)
{
  g_clear_pointer (&self->ahead, graft_xz_ahead_free);
  g_clear_object (&self->input);
  g_clear_pointer (&self->decoder, graft_decoder_free);
  g_aligned_free (self->encoded);
  g_aligned_free (self->decoded);
  g_free (self);
}

static gboolean
refill (GraftStreamReader *self, GError **error)
{
  guint64 size = graft_input_get_size (self->input);
  gsize wanted = graft_decoder_get_wanted (self->decoder);
  gssize count;

  /* No memory for what is not there. */
  wanted = MIN (wanted > 0 ? wanted : ENCODED_CHUNK, size - MIN (self->offset, size));
  if (wanted > self->encoded_size)
    {
      g_aligned_free (self->encoded);
      self->encoded_size = wanted;
      self->encoded = allocate (wanted);
    }
  count = graft_input_read_some (self->input, self->offset, self->encoded, wanted, error);
  if (count < 0)
    return FALSE;
  self->offset += count;
  self->next = self->encoded;
  self->available = count;
  return TRUE;
}

gboolean
graft_stream_reader_next (GraftStreamReader *self, const guint8 **ret_data, gsize *ret_length,
                          GCancellable *cancellable, GError **error)
{
  guint8 *out = self->decoded;
  gsize room = self->decoded_size;
  guint64 size;

  if (self->ahead != NULL)
    return graft_xz_ahead_next (self->ahead, ret_data, ret_length, cancellable, error);
  size = graft_input_get_size (self->input);
  while (!self->ended && (room == self->decoded_size || (room > 0 && self->available > 0)))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || (self->available == 0 && !refill (self, error))
          || !graft_decoder_run (self->decoder, &self->next, &self->available, self->offset >= size,
                                 &out, &room, &self->ended, error))
        return FALSE;
    }
  *ret_data = self->decoded;
  *ret_length = self->decoded_size - room;
  return TRUE;
}

guint64
graft_stream_reader_get_used (GraftStreamReader *self)
{
  return self->ahead != NULL ? graft_xz_ahead_get_stream_size (self->ahead)
                             : graft_decoder_get_used (self->decoder);
}

gboolean
graft_stream_reader_is_truncated (GraftStreamReader *self)
{
  return self->ahead == NULL && graft_decoder_is_truncated (self->decoder);
}
