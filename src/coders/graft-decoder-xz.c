/* graft-decoder-xz.c: one xz stream (any check, any filter that liblzma knows), or one of lzma, the
 * form before xz
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An lzma stream has no checksum. It ends with a mark, or, when its header says how long its
 * content is, without one.
 */

#include <glib/gi18n-lib.h>
#include <lzma.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "coders/graft-decoder-private.h"

typedef struct
{
  GraftDecoder parent;
  lzma_stream stream;
} GraftDecoderXz;

static GraftDecoder *
graft_decoder_xz_create (void)
{
  GraftDecoderXz *self = g_new0 (GraftDecoderXz, 1);

  if (lzma_stream_decoder (&self->stream, GRAFT_LIMIT_DECODER_MEMORY, 0) != LZMA_OK)
    g_error ("liblzma: no memory");
  return &self->parent;
}

static GraftDecoder *
graft_decoder_lzma_create (void)
{
  GraftDecoderXz *self = g_new0 (GraftDecoderXz, 1);

  if (lzma_alone_decoder (&self->stream, GRAFT_LIMIT_DECODER_MEMORY) != LZMA_OK)
    g_error ("liblzma: no memory");
  return &self->parent;
}

static const char *
explain (GraftDecoderXz *self, lzma_ret status)
{
  if (self->parent.compression == GRAFT_COMPRESSION_LZMA)
    return status == LZMA_FORMAT_ERROR ? _ ("its header is not lzma") : _ ("it cannot be unpacked");
  return status == LZMA_FORMAT_ERROR ? _ ("its header is not xz") : _ ("its checksum is wrong");
}

static gboolean
set_error (GraftDecoderXz *self, lzma_ret status, GError **error)
{
  const char *name = graft_compression_get_name (self->parent.compression);

  if (status == LZMA_MEMLIMIT_ERROR || status == LZMA_MEM_ERROR)
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                 _ ("the %s stream needs more memory to unpack than the %u MiB that are allowed"),
                 name, (guint)(GRAFT_LIMIT_DECODER_MEMORY >> 20));
  else if (status == LZMA_OPTIONS_ERROR)
    g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                         _ ("the xz stream uses a filter or an option that is not known"));
  else
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                 _ ("the %s stream is damaged (%s)"), name, explain (self, status));
  return FALSE;
}

static gboolean
graft_decoder_xz_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length, gboolean last,
                       guint8 **out, gsize *out_length, gboolean *ret_end, GError **error)
{
  GraftDecoderXz *self = (GraftDecoderXz *)decoder;
  lzma_ret status;

  self->stream.next_in = *in;
  self->stream.avail_in = *in_length;
  self->stream.next_out = *out;
  self->stream.avail_out = *out_length;
  status = lzma_code (&self->stream, LZMA_RUN);
  *in = self->stream.next_in;
  *in_length = self->stream.avail_in;
  *out = self->stream.next_out;
  *out_length = self->stream.avail_out;
  *ret_end = status == LZMA_STREAM_END;
  if (status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR)
    return TRUE;
  return set_error (self, status, error);
}

static void
graft_decoder_xz_destroy (GraftDecoder *decoder)
{
  GraftDecoderXz *self = (GraftDecoderXz *)decoder;

  lzma_end (&self->stream);
  g_free (self);
}

const GraftDecoderClass graft_decoder_xz_class = {
  graft_decoder_xz_create,
  graft_decoder_xz_step,
  graft_decoder_xz_destroy,
};

const GraftDecoderClass graft_decoder_lzma_class = {
  graft_decoder_lzma_create,
  graft_decoder_xz_step,
  graft_decoder_xz_destroy,
};
