/* graft-decoded-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decoded bytes are kept in pieces of 1 MiB: the last few as they are, so that short steps back
 * cost nothing. The first time that an earlier place is asked for, the stream is decoded again;
 * from then on each piece that goes by is kept packed with lz4, which costs a fraction of decoding
 * it anew: reading in any order costs two decodings, not one each.
 */

#include "coders/graft-decoded-input.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <lz4.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "coders/graft-decoder.h"

#define ENCODED_CHUNK (128 * 1024)
#define PIECE (1024 * 1024)
/* Pieces kept as they are, beside those of a range that is kept whole. */
#define N_RECENT 8
/* Packed pieces altogether. */
#define PACKED_LIMIT (G_GUINT64_CONSTANT (128) << 20)

typedef struct
{
  guint8 *plain;
  char *packed;
  int packed_length;
} Piece;

#define GRAFT_TYPE_DECODED_INPUT (graft_decoded_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftDecodedInput, graft_decoded_input, GRAFT, DECODED_INPUT, GraftInput)

struct _GraftDecodedInput
{
  GraftInput parent_instance;

  GraftInput *source;
  GraftCompression compression;
  guint64 size;
  gboolean keep_all;

  GMutex lock; /* guards all below */
  GraftDecoder *decoder;
  guint8 *encoded;
  const guint8 *next;
  gsize available;
  guint64 source_offset;
  guint64 n_decoded; /* pieces that the decoder has left behind it */
  gboolean packing;
  guint64 packed_size;
  GHashTable *pieces; /* of index to Piece */
  GQueue recent;      /* of indexes of pieces with @plain, the latest used first */
};

G_DEFINE_TYPE (GraftDecodedInput, graft_decoded_input, GRAFT_TYPE_INPUT)

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_free (piece->plain);
  g_free (piece->packed);
  g_free (piece);
}

static gsize
get_piece_length (GraftDecodedInput *self, guint64 index)
{
  return MIN (self->size - index * PIECE, PIECE);
}

static void
pack (GraftDecodedInput *self, guint64 index, Piece *piece)
{
  int length = get_piece_length (self, index);
  g_autofree char *packed = NULL;

  if (!self->packing || piece->packed != NULL || self->packed_size >= PACKED_LIMIT)
    return;
  packed = g_malloc (LZ4_compressBound (length));
  piece->packed_length = LZ4_compress_default ((const char *)piece->plain, packed, length,
                                               LZ4_compressBound (length));
  piece->packed = g_realloc (g_steal_pointer (&packed), piece->packed_length);
  self->packed_size += piece->packed_length;
}

/* Puts the plain bytes of a piece first among the recent ones; others may lose theirs. */
static void
remember (GraftDecodedInput *self, guint64 index, guint8 *plain)
{
  Piece *piece = g_hash_table_lookup (self->pieces, GSIZE_TO_POINTER (index));

  if (piece == NULL)
    {
      piece = g_new0 (Piece, 1);
      g_hash_table_insert (self->pieces, GSIZE_TO_POINTER (index), piece);
    }
  piece->plain = plain;
  pack (self, index, piece);
  g_queue_push_head (&self->recent, GSIZE_TO_POINTER (index));
  while (!self->keep_all && self->recent.length > N_RECENT)
    {
      gpointer oldest = g_queue_pop_tail (&self->recent);

      piece = g_hash_table_lookup (self->pieces, oldest);
      g_clear_pointer (&piece->plain, g_free);
      if (piece->packed == NULL)
        g_hash_table_remove (self->pieces, oldest);
    }
}

static void
restart (GraftDecodedInput *self)
{
  if (self->decoder != NULL)
    self->packing = TRUE;
  g_clear_pointer (&self->decoder, graft_decoder_free);
  self->source_offset = 0;
  self->available = 0;
  self->n_decoded = 0;
  self->decoder = graft_decoder_new (self->compression);
}

/* Decodes the next piece. */
static gboolean
decode_piece (GraftDecodedInput *self, guint8 *out, gsize room, GError **error)
{
  gboolean end = FALSE;

  while (room > 0 && !end)
    {
      if (self->available == 0)
        {
          gssize count = graft_input_read_some (self->source, self->source_offset, self->encoded,
                                                ENCODED_CHUNK, error);

          if (count < 0)
            return FALSE;
          self->source_offset += count;
          self->next = self->encoded;
          self->available = count;
        }
      if (!graft_decoder_run (self->decoder, &self->next, &self->available,
                              self->source_offset == graft_input_get_size (self->source), &out,
                              &room, &end, error))
        return FALSE;
    }
  if (room > 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("the %s stream ends before byte %s of its content"),
                   graft_compression_get_name (self->compression), GRAFT_NUMBER (self->size));
      return FALSE;
    }
  self->n_decoded++;
  return TRUE;
}

static const guint8 *
unpack (GraftDecodedInput *self, guint64 index, Piece *piece)
{
  gsize length = get_piece_length (self, index);
  guint8 *plain = g_malloc (length);

  LZ4_decompress_safe (piece->packed, (char *)plain, piece->packed_length, length);
  remember (self, index, plain);
  return plain;
}

static const guint8 *
get_piece (GraftDecodedInput *self, guint64 index, GError **error)
{
  Piece *piece = g_hash_table_lookup (self->pieces, GSIZE_TO_POINTER (index));

  if (piece != NULL && piece->plain != NULL)
    return piece->plain;
  if (piece != NULL)
    return unpack (self, index, piece);
  if (self->decoder == NULL || index < self->n_decoded)
    restart (self);
  for (;;)
    {
      guint64 current = self->n_decoded;
      gsize length = get_piece_length (self, current);
      g_autofree guint8 *plain = NULL;

      if (g_cancellable_set_error_if_cancelled (g_cancellable_get_current (), error))
        return NULL;
      plain = g_malloc (length);
      if (!decode_piece (self, plain, length, error))
        {
          g_clear_pointer (&self->decoder, graft_decoder_free);
          g_prefix_error (error, _ ("%s: "), graft_input_get_name (GRAFT_INPUT (self)));
          return NULL;
        }
      piece = g_hash_table_lookup (self->pieces, GSIZE_TO_POINTER (current));
      if (piece != NULL && piece->plain != NULL)
        continue;
      remember (self, current, g_steal_pointer (&plain));
      if (current == index)
        return ((Piece *)g_hash_table_lookup (self->pieces, GSIZE_TO_POINTER (index)))->plain;
    }
}

static guint64
graft_decoded_input_get_size_ (GraftInput *input)
{
  return GRAFT_DECODED_INPUT (input)->size;
}

static gboolean
graft_decoded_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                             GError **error)
{
  GraftDecodedInput *self = GRAFT_DECODED_INPUT (input);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  guint8 *to = buffer;

  while (length > 0)
    {
      gsize within = offset % PIECE;
      gsize count = MIN (length, PIECE - within);
      const guint8 *plain = get_piece (self, offset / PIECE, error);

      if (plain == NULL)
        return FALSE;
      memcpy (to, plain + within, count);
      to += count;
      offset += count;
      length -= count;
    }
  return TRUE;
}

static gboolean
graft_decoded_input_check_unchanged (GraftInput *input, GError **error)
{
  return graft_input_check_unchanged (GRAFT_DECODED_INPUT (input)->source, error);
}

static void
graft_decoded_input_finalize (GObject *object)
{
  GraftDecodedInput *self = GRAFT_DECODED_INPUT (object);

  g_clear_object (&self->source);
  g_clear_pointer (&self->decoder, graft_decoder_free);
  g_free (self->encoded);
  g_hash_table_unref (self->pieces);
  g_queue_clear (&self->recent);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (graft_decoded_input_parent_class)->finalize (object);
}

static void
graft_decoded_input_class_init (GraftDecodedInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_decoded_input_finalize;
  input_class->get_size = graft_decoded_input_get_size_;
  input_class->read_at = graft_decoded_input_read_at;
  input_class->check_unchanged = graft_decoded_input_check_unchanged;
}

static void
graft_decoded_input_init (GraftDecodedInput *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->recent);
  self->pieces = g_hash_table_new_full (NULL, NULL, NULL, piece_free);
}

void
graft_decoded_input_rest (GraftInput *input)
{
  GraftDecodedInput *self = GRAFT_IS_DECODED_INPUT (input) ? GRAFT_DECODED_INPUT (input) : NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (self == NULL || self->keep_all)
    return;
  locker = g_mutex_locker_new (&self->lock);
  g_clear_pointer (&self->decoder, graft_decoder_free);
  while (self->recent.length > 0)
    {
      gpointer index = g_queue_pop_head (&self->recent);
      Piece *piece = g_hash_table_lookup (self->pieces, index);

      g_clear_pointer (&piece->plain, g_free);
      if (piece->packed == NULL)
        g_hash_table_remove (self->pieces, index);
    }
}

GraftInput *
graft_decoded_input_new (GraftInput *encoded, GraftCompression compression, guint64 size,
                         guint64 keep, const char *name)
{
  GraftDecodedInput *self = g_object_new (GRAFT_TYPE_DECODED_INPUT, NULL);

  self->source = g_object_ref (encoded);
  self->compression = compression;
  self->size = size;
  self->keep_all = size <= keep;
  self->encoded = g_malloc (ENCODED_CHUNK);
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
