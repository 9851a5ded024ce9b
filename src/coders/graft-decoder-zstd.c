/* graft-decoder-zstd.c: one zstd frame (RFC 8878)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second frame is a stream of its own, as for the kernel.
 */

#include <glib/gi18n-lib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/graft-error.h"
#include "coders/graft-decoder-private.h"

/* 128 MiB: the largest window the kernel takes (lib/decompress_unzstd.c). */
#define WINDOW_LOG_MAX 27

typedef struct
{
  GraftDecoder parent;
  ZSTD_DCtx *context;
} GraftDecoderZstd;

static GraftDecoder *
graft_decoder_zstd_create (void)
{
  GraftDecoderZstd *self = g_new0 (GraftDecoderZstd, 1);

  self->context = ZSTD_createDCtx ();
  if (self->context == NULL)
    g_error ("libzstd: no memory");
  ZSTD_DCtx_setParameter (self->context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
  return &self->parent;
}

static gboolean
graft_decoder_zstd_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length, gboolean last,
                         guint8 **out, gsize *out_length, gboolean *ret_end, GError **error)
{
  GraftDecoderZstd *self = (GraftDecoderZstd *)decoder;
  ZSTD_inBuffer from = { *in, *in_length, 0 };
  ZSTD_outBuffer to = { *out, *out_length, 0 };
  size_t status = ZSTD_decompressStream (self->context, &to, &from);

  if (ZSTD_isError (status))
    {
      if (ZSTD_getErrorCode (status) == ZSTD_error_frameParameter_windowTooLarge)
        g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                     _ ("the zstd stream needs a window of more than %d MiB"),
                     (1 << WINDOW_LOG_MAX) >> 20);
      else
        g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                     _ ("the zstd stream is damaged (%s)"), ZSTD_getErrorName (status));
      return FALSE;
    }
  *in += from.pos;
  *in_length -= from.pos;
  *out += to.pos;
  *out_length -= to.pos;
  *ret_end = status == 0;
  return TRUE;
}

static void
graft_decoder_zstd_destroy (GraftDecoder *decoder)
{
  GraftDecoderZstd *self = (GraftDecoderZstd *)decoder;

  ZSTD_freeDCtx (self->context);
  g_free (self);
}

const GraftDecoderClass graft_decoder_zstd_class = {
  graft_decoder_zstd_create,
  graft_decoder_zstd_step,
  graft_decoder_zstd_destroy,
};
