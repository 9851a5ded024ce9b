/* graft-decoder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-decoder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "coders/graft-decoder-private.h"

#define CHUNK (256 * 1024)

/* No compression: the stream is all there is. */

static GraftDecoder *
copy_create (void)
{
  return g_new0 (GraftDecoder, 1);
}

static gboolean
copy_step (GraftDecoder *self, const guint8 **in, gsize *in_length, gboolean last, guint8 **out,
           gsize *out_length, gboolean *ret_end, GError **error)
{
  gsize count = MIN (*in_length, *out_length);

  if (count > 0)
    memcpy (*out, *in, count);
  *in += count;
  *in_length -= count;
  *out += count;
  *out_length -= count;
  *ret_end = last && *in_length == 0;
  return TRUE;
}

static void
copy_destroy (GraftDecoder *self)
{
  g_free (self);
}

static const GraftDecoderClass copy_class = { copy_create, copy_step, copy_destroy };

static const GraftDecoderClass *
find_class (GraftCompression compression)
{
  switch (compression)
    {
    case GRAFT_COMPRESSION_NONE:
      return &copy_class;
    case GRAFT_COMPRESSION_GZIP:
      return &graft_decoder_gzip_class;
    case GRAFT_COMPRESSION_XZ:
      return &graft_decoder_xz_class;
    case GRAFT_COMPRESSION_ZSTD:
      return &graft_decoder_zstd_class;
    case GRAFT_COMPRESSION_LZ4_LEGACY:
      return &graft_decoder_lz4_legacy_class;
    case GRAFT_COMPRESSION_LZ4_FRAME:
      return &graft_decoder_lz4_frame_class;
    case GRAFT_COMPRESSION_BZIP2:
      return &graft_decoder_bzip2_class;
    case GRAFT_COMPRESSION_LZMA:
      return &graft_decoder_lzma_class;
    case GRAFT_COMPRESSION_LZO:
      return &graft_decoder_lzo_class;
    default:
      g_assert_not_reached ();
    }
}

GraftDecoder *
graft_decoder_new (GraftCompression compression)
{
  const GraftDecoderClass *klass = find_class (compression);
  GraftDecoder *self = klass->create ();

  self->klass = klass;
  self->compression = compression;
  return self;
}

void
graft_decoder_free (GraftDecoder *self)
{
  self->klass->destroy (self);
}

gsize
graft_decoder_get_wanted (GraftDecoder *self)
{
  return self->wanted;
}

gboolean
graft_decoder_is_truncated (GraftDecoder *self)
{
  return self->truncated;
}

guint64
graft_decoder_get_used (GraftDecoder *self)
{
  return self->total_in - self->overrun;
}

static gboolean
check_ratio (GraftDecoder *self, GError **error)
{
  if (self->total_out <= GRAFT_LIMIT_RATIO_FLOOR || self->compression == GRAFT_COMPRESSION_NONE
      || self->total_out / GRAFT_LIMIT_RATIO <= self->total_in)
    return TRUE;
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
      _ ("the %s stream unpacks to more than %d times its size, which only a harmful file does"),
      graft_compression_get_name (self->compression), GRAFT_LIMIT_RATIO);
  return FALSE;
}

gboolean
graft_decoder_run (GraftDecoder *self, const guint8 **in, gsize *in_length, gboolean last,
                   guint8 **out, gsize *out_length, gboolean *ret_end, GError **error)
{
  gboolean end = FALSE;

  while (!end && *out_length > 0)
    {
      gsize in_before = *in_length, out_before = *out_length;

      if (!self->klass->step (self, in, in_length, last, out, out_length, &end, error))
        return FALSE;
      self->total_in += in_before - *in_length;
      self->total_out += out_before - *out_length;
      if (!check_ratio (self, error))
        return FALSE;
      if (end || *in_length < in_before || *out_length < out_before)
        continue;
      if (*in_length == 0 && !last)
        break;
      self->truncated = *in_length == 0;
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   self->truncated ? _ ("the %s stream ends in the middle")
                                   : _ ("the %s stream does not go on"),
                   graft_compression_get_name (self->compression));
      return FALSE;
    }
  *ret_end = end;
  return TRUE;
}

/* What graft_decode_all() collects. */
static gboolean
append_decoded (GraftDecoder *decoder, const guint8 *data, gsize length, gboolean last,
                guint8 *buffer, guint64 limit, GByteArray *result, gboolean *ret_end,
                GError **error)
{
  gboolean end = FALSE;
  gboolean full = TRUE;

  while (!end && (length > 0 || last || full))
    {
      guint8 *out = buffer;
      gsize room = CHUNK;

      if (!graft_decoder_run (decoder, &data, &length, last, &out, &room, &end, error))
        return FALSE;
      full = room == 0;
      if (result->len + (CHUNK - room) > limit)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                       _ ("the %s stream unpacks to more than %s bytes"),
                       graft_compression_get_name (decoder->compression), GRAFT_NUMBER (limit));
          return FALSE;
        }
      g_byte_array_append (result, buffer, CHUNK - room);
    }
  *ret_end = end;
  return TRUE;
}

GBytes *
graft_decode_all (GraftInput *input, GraftCompression compression, guint64 limit, guint64 *ret_used,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftDecoder) decoder = graft_decoder_new (compression);
  g_autoptr (GByteArray) result = g_byte_array_new ();
  g_autofree guint8 *encoded = g_malloc (CHUNK);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 offset = 0, size = graft_input_get_size (input);
  gboolean end = FALSE;

  /* A GByteArray holds less than 4 GiB. */
  limit = MIN (limit, G_MAXUINT32 / 2);
  while (!end)
    {
      gssize count = graft_input_read_some (input, offset, encoded, CHUNK, error);

      if (count < 0)
        return NULL;
      offset += count;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (!append_decoded (decoder, encoded, count, offset == size, buffer, limit, result, &end,
                           error))
        {
          g_prefix_error (error, _ ("%s: "), graft_input_get_name (input));
          return NULL;
        }
    }
  if (ret_used != NULL)
    *ret_used = graft_decoder_get_used (decoder);
  return g_byte_array_free_to_bytes (g_steal_pointer (&result));
}
