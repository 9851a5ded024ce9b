/* graft-encoder-lzma.c: lzma in the form before xz, which has a header of 13 bytes and no checksum
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As "xz --format=lzma" writes it: of a length that is not said, with a mark at its end.
 */

#include <glib/gi18n-lib.h>
#include <lzma.h>

#include "coders/graft-encoder-private.h"

#define BUFFER (128 * 1024)

typedef struct
{
  GraftEncoder parent;
  lzma_stream stream;
  guint8 *buffer;
} GraftEncoderLzma;

static GraftEncoder *
graft_encoder_lzma_create (GraftLevel level, guint n_threads, GError **error)
{
  /* lc, lp and pb of all presets make 0x5d, the byte by which the kernel knows lzma
   * (lib/decompress.c). A larger dictionary would be memory that the kernel has to find, too. */
  static const struct
  {
    guint32 preset, dictionary;
  } levels[] = {
    [GRAFT_LEVEL_FAST] = { 1, 1 << 20 },
    [GRAFT_LEVEL_USUAL] = { 6, 8 << 20 },
    [GRAFT_LEVEL_SMALLEST] = { 9 | LZMA_PRESET_EXTREME, 16 << 20 },
  };
  GraftEncoderLzma *self = g_new0 (GraftEncoderLzma, 1);
  lzma_options_lzma options;

  lzma_lzma_preset (&options, levels[level].preset);
  options.dict_size = levels[level].dictionary;
  if (lzma_alone_encoder (&self->stream, &options) != LZMA_OK)
    {
      g_free (self);
      graft_encoder_fail ("liblzma", _ ("not enough memory"), error);
      return NULL;
    }
  self->buffer = g_malloc (BUFFER);
  return &self->parent;
}

static gboolean
graft_encoder_lzma_run (GraftEncoder *encoder, const void *data, gsize length, gboolean finish,
                        GError **error)
{
  GraftEncoderLzma *self = (GraftEncoderLzma *)encoder;
  lzma_ret status;

  self->stream.next_in = data;
  self->stream.avail_in = length;
  do
    {
      self->stream.next_out = self->buffer;
      self->stream.avail_out = BUFFER;
      status = lzma_code (&self->stream, finish ? LZMA_FINISH : LZMA_RUN);
      if (status != LZMA_OK && status != LZMA_STREAM_END)
        return graft_encoder_fail ("liblzma", _ ("internal error"), error);
      if (!graft_output_write (encoder->output, self->buffer, BUFFER - self->stream.avail_out,
                               error))
        return FALSE;
    }
  while (finish ? status != LZMA_STREAM_END : self->stream.avail_in > 0);
  return TRUE;
}

static void
graft_encoder_lzma_destroy (GraftEncoder *encoder)
{
  GraftEncoderLzma *self = (GraftEncoderLzma *)encoder;

  lzma_end (&self->stream);
  g_free (self->buffer);
  g_free (self);
}

const GraftEncoderClass graft_encoder_lzma_class = {
  graft_encoder_lzma_create,
  graft_encoder_lzma_run,
  graft_encoder_lzma_destroy,
  NULL,
};
