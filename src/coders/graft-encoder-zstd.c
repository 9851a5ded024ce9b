/* graft-encoder-zstd.c: zstd (RFC 8878), one frame with a checksum
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * On one thread: what libzstd writes with threads differs from what it writes without, and a
 * library built without them cannot.
 */

#include <glib/gi18n-lib.h>
#include <zstd.h>

#include "coders/graft-encoder-private.h"

typedef struct
{
  GraftEncoder parent;
  ZSTD_CCtx *context;
  void *buffer;
  gsize buffer_size;
} GraftEncoderZstd;

static GraftEncoder *
graft_encoder_zstd_create (GraftLevel level, guint n_threads, GError **error)
{
  static const int levels[]
      = { [GRAFT_LEVEL_FAST] = 6, [GRAFT_LEVEL_USUAL] = 9, [GRAFT_LEVEL_SMALLEST] = 19 };
  GraftEncoderZstd *self = g_new0 (GraftEncoderZstd, 1);

  self->context = ZSTD_createCCtx ();
  if (self->context == NULL)
    {
      g_free (self);
      graft_encoder_fail ("libzstd", _ ("not enough memory"), error);
      return NULL;
    }
  ZSTD_CCtx_setParameter (self->context, ZSTD_c_compressionLevel, levels[level]);
  ZSTD_CCtx_setParameter (self->context, ZSTD_c_checksumFlag, 1);
  self->buffer_size = ZSTD_CStreamOutSize ();
  self->buffer = g_malloc (self->buffer_size);
  return &self->parent;
}

static gboolean
graft_encoder_zstd_run (GraftEncoder *encoder, const void *data, gsize length, gboolean finish,
                        GError **error)
{
  GraftEncoderZstd *self = (GraftEncoderZstd *)encoder;
  ZSTD_inBuffer in = { data, length, 0 };
  size_t status;

  do
    {
      ZSTD_outBuffer out = { self->buffer, self->buffer_size, 0 };

      status
          = ZSTD_compressStream2 (self->context, &out, &in, finish ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError (status))
        return graft_encoder_fail ("libzstd", ZSTD_getErrorName (status), error);
      if (!graft_output_write (encoder->output, self->buffer, out.pos, error))
        return FALSE;
    }
  while (finish ? status != 0 : in.pos < in.size);
  return TRUE;
}

static void
graft_encoder_zstd_destroy (GraftEncoder *encoder)
{
  GraftEncoderZstd *self = (GraftEncoderZstd *)encoder;

  ZSTD_freeCCtx (self->context);
  g_free (self->buffer);
  g_free (self);
}

const GraftEncoderClass graft_encoder_zstd_class = {
  graft_encoder_zstd_create,
  graft_encoder_zstd_run,
  graft_encoder_zstd_destroy,
  NULL,
};
