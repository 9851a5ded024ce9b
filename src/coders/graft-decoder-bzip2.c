/* graft-decoder-bzip2.c: one bzip2 stream
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second stream behind it, as pbzip2 makes them, is one of its own, as for the kernel
 * (lib/decompress_bunzip2.c).
 */

#include <bzlib.h>
#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "coders/graft-decoder-private.h"

typedef struct
{
  GraftDecoder parent;
  bz_stream stream;
} GraftDecoderBzip2;

static GraftDecoder *
graft_decoder_bzip2_create (void)
{
  GraftDecoderBzip2 *self = g_new0 (GraftDecoderBzip2, 1);

  if (BZ2_bzDecompressInit (&self->stream, 0, FALSE) != BZ_OK)
    g_error ("libbz2: no memory");
  return &self->parent;
}

static gboolean
graft_decoder_bzip2_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length, gboolean last,
                          guint8 **out, gsize *out_length, gboolean *ret_end, GError **error)
{
  GraftDecoderBzip2 *self = (GraftDecoderBzip2 *)decoder;
  guint in_count = MIN (*in_length, G_MAXINT), out_count = MIN (*out_length, G_MAXINT);
  int status;

  self->stream.next_in = (char *)*in;
  self->stream.avail_in = in_count;
  self->stream.next_out = (char *)*out;
  self->stream.avail_out = out_count;
  status = BZ2_bzDecompress (&self->stream);
  in_count -= self->stream.avail_in;
  out_count -= self->stream.avail_out;
  *in += in_count;
  *in_length -= in_count;
  *out += out_count;
  *out_length -= out_count;
  *ret_end = status == BZ_STREAM_END;
  if (status == BZ_OK || status == BZ_STREAM_END)
    return TRUE;
  /* 3.6 MB, once the header is read. */
  if (status == BZ_MEM_ERROR)
    g_error ("libbz2: no memory");
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("the bzip2 stream is damaged (%s)"),
      status == BZ_DATA_ERROR_MAGIC ? _ ("its header is not bzip2") : _ ("its checksum is wrong"));
  return FALSE;
}

static void
graft_decoder_bzip2_destroy (GraftDecoder *decoder)
{
  GraftDecoderBzip2 *self = (GraftDecoderBzip2 *)decoder;

  BZ2_bzDecompressEnd (&self->stream);
  g_free (self);
}

const GraftDecoderClass graft_decoder_bzip2_class = {
  graft_decoder_bzip2_create,
  graft_decoder_bzip2_step,
  graft_decoder_bzip2_destroy,
};
