/* graft-decoder-lz4.c: lz4, the legacy frame and the present one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The legacy frame is a magic and chunks, each with its length in front, each of up to 8 MiB when
 * unpacked; the magic may come again between chunks. There is no end mark: as in the kernel's
 * lib/decompress_unlz4.c it ends with the bytes, or at a length of 0 (padding). A length that no
 * chunk can have is taken for the start of something else, as lz4(1) does.
 */

#include <glib/gi18n-lib.h>
#include <lz4.h>
#include <lz4frame.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "coders/graft-decoder-private.h"

#define LEGACY_MAGIC 0x184c2102
#define LEGACY_CHUNK (8 * 1024 * 1024)

typedef struct
{
  GraftDecoder parent;
  gboolean started;
  gboolean in_chunk;   /* its length was read */
  guint32 chunk;       /* encoded bytes of the chunk */
  GByteArray *encoded; /* of the chunk, when they come piecemeal; or of the four length bytes */
  guint8 *decoded;     /* of the chunk, when the room given is less than a chunk may need */
  gsize decoded_length;
  gsize decoded_used;
} GraftDecoderLz4Legacy;

static GraftDecoder *
graft_decoder_lz4_legacy_create (void)
{
  GraftDecoderLz4Legacy *self = g_new0 (GraftDecoderLz4Legacy, 1);

  self->encoded = g_byte_array_new ();
  /* The magic and the first length. */
  self->parent.wanted = 2 * sizeof (guint32);
  return &self->parent;
}

/* Points at @wanted contiguous bytes: those given, if they are enough, else those collected. FALSE
 * when more are to come. */
static gboolean
collect (GraftDecoderLz4Legacy *self, const guint8 **in, gsize *in_length, gsize wanted,
         const guint8 **ret_data)
{
  gsize count = MIN (*in_length, wanted - self->encoded->len);

  if (self->encoded->len == 0 && count == wanted)
    *ret_data = *in;
  else if (count > 0)
    g_byte_array_append (self->encoded, *in, count);
  *in += count;
  *in_length -= count;
  if (self->encoded->len > 0)
    *ret_data = self->encoded->data;
  return count == wanted || self->encoded->len == wanted;
}

/* The next length; sets @ret_end when it is none: its bytes are not the stream's then. */
static gboolean
read_length (GraftDecoderLz4Legacy *self, const guint8 **in, gsize *in_length, gboolean last,
             gboolean *ret_end, GError **error)
{
  const guint8 *data = NULL;
  guint32 value;

  if (!collect (self, in, in_length, sizeof value, &data))
    {
      /* Fewer than four bytes are left of all: padding, or nothing. */
      if (last && self->started && graft_bytes_are_zero (self->encoded->data, self->encoded->len))
        {
          self->parent.overrun = self->encoded->len;
          *ret_end = TRUE;
        }
      return TRUE;
    }
  graft_bytes_get_le32 (data, sizeof value, 0, &value);
  g_byte_array_set_size (self->encoded, 0);
  if (value == LEGACY_MAGIC)
    {
      self->started = TRUE;
      return TRUE;
    }
  if (!self->started)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                           _ ("the lz4 stream is damaged (its header is not lz4)"));
      return FALSE;
    }
  *ret_end = value == 0 || value > LZ4_COMPRESSBOUND (LEGACY_CHUNK);
  self->parent.overrun = *ret_end ? sizeof value : 0;
  self->chunk = value;
  self->in_chunk = !*ret_end;
  /* The chunk and the next length. */
  self->parent.wanted = (gsize)value + sizeof value;
  return TRUE;
}

/* Hands out what was decoded into our own memory. */
static void
flush_decoded (GraftDecoderLz4Legacy *self, guint8 **out, gsize *out_length)
{
  gsize count = MIN (*out_length, self->decoded_length - self->decoded_used);

  memcpy (*out, self->decoded + self->decoded_used, count);
  self->decoded_used += count;
  *out += count;
  *out_length -= count;
}

static gboolean
decode_chunk (GraftDecoderLz4Legacy *self, const guint8 *data, guint8 **out, gsize *out_length,
              GError **error)
{
  gboolean direct = *out_length >= LEGACY_CHUNK;
  int count;

  if (!direct && self->decoded == NULL)
    self->decoded = g_malloc (LEGACY_CHUNK);
  count = LZ4_decompress_safe ((const char *)data, (char *)(direct ? *out : self->decoded),
                               self->chunk, LEGACY_CHUNK);
  self->in_chunk = FALSE;
  if (count < 0)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                           _ ("the lz4 stream is damaged (a chunk cannot be unpacked)"));
      return FALSE;
    }
  g_byte_array_set_size (self->encoded, 0);
  if (direct)
    {
      *out += count;
      *out_length -= count;
      return TRUE;
    }
  self->decoded_length = count;
  self->decoded_used = 0;
  flush_decoded (self, out, out_length);
  return TRUE;
}

static gboolean
graft_decoder_lz4_legacy_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length,
                               gboolean last, guint8 **out, gsize *out_length, gboolean *ret_end,
                               GError **error)
{
  GraftDecoderLz4Legacy *self = (GraftDecoderLz4Legacy *)decoder;
  const guint8 *data = NULL;

  if (self->decoded_used < self->decoded_length)
    {
      flush_decoded (self, out, out_length);
      return TRUE;
    }
  if (!self->in_chunk)
    return read_length (self, in, in_length, last, ret_end, error);
  if (!collect (self, in, in_length, self->chunk, &data))
    return TRUE;
  return decode_chunk (self, data, out, out_length, error);
}

static void
graft_decoder_lz4_legacy_destroy (GraftDecoder *decoder)
{
  GraftDecoderLz4Legacy *self = (GraftDecoderLz4Legacy *)decoder;

  g_byte_array_unref (self->encoded);
  g_free (self->decoded);
  g_free (self);
}

const GraftDecoderClass graft_decoder_lz4_legacy_class = {
  graft_decoder_lz4_legacy_create,
  graft_decoder_lz4_legacy_step,
  graft_decoder_lz4_legacy_destroy,
};

typedef struct
{
  GraftDecoder parent;
  LZ4F_dctx *context;
} GraftDecoderLz4Frame;

static GraftDecoder *
graft_decoder_lz4_frame_create (void)
{
  GraftDecoderLz4Frame *self = g_new0 (GraftDecoderLz4Frame, 1);

  if (LZ4F_isError (LZ4F_createDecompressionContext (&self->context, LZ4F_VERSION)))
    g_error ("liblz4: no memory");
  return &self->parent;
}

static gboolean
graft_decoder_lz4_frame_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length,
                              gboolean last, guint8 **out, gsize *out_length, gboolean *ret_end,
                              GError **error)
{
  GraftDecoderLz4Frame *self = (GraftDecoderLz4Frame *)decoder;
  size_t used = *in_length, made = *out_length;
  size_t status = LZ4F_decompress (self->context, *out, &made, *in, &used, NULL);

  if (LZ4F_isError (status))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("the lz4 stream is damaged (%s)"), LZ4F_getErrorName (status));
      return FALSE;
    }
  *in += used;
  *in_length -= used;
  *out += made;
  *out_length -= made;
  *ret_end = status == 0;
  return TRUE;
}

static void
graft_decoder_lz4_frame_destroy (GraftDecoder *decoder)
{
  GraftDecoderLz4Frame *self = (GraftDecoderLz4Frame *)decoder;

  LZ4F_freeDecompressionContext (self->context);
  g_free (self);
}

const GraftDecoderClass graft_decoder_lz4_frame_class = {
  graft_decoder_lz4_frame_create,
  graft_decoder_lz4_frame_step,
  graft_decoder_lz4_frame_destroy,
};
