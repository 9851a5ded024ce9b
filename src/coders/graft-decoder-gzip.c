/* graft-decoder-gzip.c: one gzip member (RFC 1952)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second member is a stream of its own, as for the kernel.
 */

#include <glib/gi18n-lib.h>
#include <zlib.h>

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "coders/graft-crc32.h"
#include "coders/graft-decoder-private.h"

/* zlib: a gzip header and trailer around the largest window. */
#define WINDOW_BITS_GZIP (15 + 16)
/* At the end of a member: the CRC-32 of its content, and the lower 32 bits of its length. */
#define TRAILER 8

typedef struct
{
  GraftDecoder parent;
  z_stream stream;
  guint32 crc;
  guint8 last_bytes[TRAILER]; /* of what was used of the encoded bytes */
} GraftDecoderGzip;

static GraftDecoder *
graft_decoder_gzip_create (void)
{
  GraftDecoderGzip *self = g_new0 (GraftDecoderGzip, 1);

  /* Fails for want of memory only. */
  if (inflateInit2 (&self->stream, WINDOW_BITS_GZIP) != Z_OK)
    g_error ("zlib: no memory");
  /* We check the content ourselves, see graft-crc32.c. */
  inflateValidate (&self->stream, 0);
  return &self->parent;
}

static void
note_used (GraftDecoderGzip *self, const guint8 *bytes, gsize count)
{
  gsize fresh = MIN (count, TRAILER);

  memmove (self->last_bytes, self->last_bytes + fresh, TRAILER - fresh);
  memcpy (self->last_bytes + TRAILER - fresh, bytes + count - fresh, fresh);
}

static gboolean
check_trailer (GraftDecoderGzip *self, GError **error)
{
  guint32 crc = 0, length = 0;

  graft_bytes_get_le32 (self->last_bytes, TRAILER, 0, &crc);
  graft_bytes_get_le32 (self->last_bytes, TRAILER, 4, &length);
  if (crc == self->crc && length == (guint32)self->stream.total_out)
    return TRUE;
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                       _ ("the gzip stream is damaged (its checksum is wrong)"));
  return FALSE;
}

static gboolean
graft_decoder_gzip_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length, gboolean last,
                         guint8 **out, gsize *out_length, gboolean *ret_end, GError **error)
{
  GraftDecoderGzip *self = (GraftDecoderGzip *)decoder;
  uInt in_count = MIN (*in_length, G_MAXINT), out_count = MIN (*out_length, G_MAXINT);
  int status;

  self->stream.next_in = (Bytef *)*in;
  self->stream.avail_in = in_count;
  self->stream.next_out = *out;
  self->stream.avail_out = out_count;
  status = inflate (&self->stream, Z_NO_FLUSH);
  in_count -= self->stream.avail_in;
  out_count -= self->stream.avail_out;
  self->crc = graft_crc32 (self->crc, *out, out_count);
  if (in_count > 0)
    note_used (self, *in, in_count);
  *in += in_count;
  *in_length -= in_count;
  *out += out_count;
  *out_length -= out_count;
  *ret_end = status == Z_STREAM_END;
  if (status == Z_STREAM_END)
    return check_trailer (self, error);
  if (status == Z_OK || status == Z_BUF_ERROR)
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("the gzip stream is damaged (%s)"),
               self->stream.msg != NULL ? self->stream.msg : _ ("preset dictionary"));
  return FALSE;
}

static void
graft_decoder_gzip_destroy (GraftDecoder *decoder)
{
  GraftDecoderGzip *self = (GraftDecoderGzip *)decoder;

  inflateEnd (&self->stream);
  g_free (self);
}

const GraftDecoderClass graft_decoder_gzip_class = {
  graft_decoder_gzip_create,
  graft_decoder_gzip_step,
  graft_decoder_gzip_destroy,
};
