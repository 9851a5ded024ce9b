/* graft-encoder-xz.c: xz as the kernel takes it: CRC32, LZMA2, no other filter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In blocks: each is encoded on its own, so that threads share the work, and the stream is the same
 * for any number of them.
 */

#include <lzma.h>

#include "coders/graft-encoder-private.h"

#define BUFFER (128 * 1024)
/* Each takes about four blocks of memory. */
#define MAX_THREADS 64
#define BLOCK (4 * 1024 * 1024)
/* So long lzma_code() may wait for its threads before we look whether we were cancelled. */
#define PATIENCE_MS 100

typedef struct
{
  GraftEncoder parent;
  lzma_stream stream;
  guint8 *buffer;
} GraftEncoderXz;

static GraftEncoder *
graft_encoder_xz_create (GraftLevel level, guint n_threads, GError **error)
{
  static const guint32 presets[]
      = { [GRAFT_LEVEL_FAST] = 1, [GRAFT_LEVEL_USUAL] = 6, [GRAFT_LEVEL_SMALLEST] = 9 };
  GraftEncoderXz *self = g_new0 (GraftEncoderXz, 1);
  lzma_options_lzma options;
  lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL } };
  lzma_mt settings = {
    .threads = MIN (n_threads, MAX_THREADS),
    .block_size = BLOCK,
    .timeout = PATIENCE_MS,
    .filters = filters,
    .check = LZMA_CHECK_CRC32,
  };

  if (lzma_lzma_preset (&options, presets[level])
      || lzma_stream_encoder_mt (&self->stream, &settings) != LZMA_OK)
    {
      g_free (self);
      graft_encoder_fail ("liblzma", "not enough memory", error);
      return NULL;
    }
  self->buffer = g_malloc (BUFFER);
  return &self->parent;
}

static gboolean
graft_encoder_xz_run (GraftEncoder *encoder, const void *data, gsize length, gboolean finish,
                      GError **error)
{
  GraftEncoderXz *self = (GraftEncoderXz *)encoder;
  lzma_ret status;

  self->stream.next_in = data;
  self->stream.avail_in = length;
  do
    {
      self->stream.next_out = self->buffer;
      self->stream.avail_out = BUFFER;
      status = lzma_code (&self->stream, finish ? LZMA_FINISH : LZMA_RUN);
      if (status != LZMA_OK && status != LZMA_STREAM_END && status != LZMA_BUF_ERROR)
        return graft_encoder_fail (
            "liblzma", status == LZMA_MEM_ERROR ? "not enough memory" : "internal error", error);
      if (g_cancellable_set_error_if_cancelled (encoder->cancellable, error)
          || !graft_output_write (encoder->output, self->buffer, BUFFER - self->stream.avail_out,
                                  error))
        return FALSE;
    }
  while (finish ? status != LZMA_STREAM_END
                : self->stream.avail_in > 0 || self->stream.avail_out == 0);
  return TRUE;
}

static void
graft_encoder_xz_destroy (GraftEncoder *encoder)
{
  GraftEncoderXz *self = (GraftEncoderXz *)encoder;

  lzma_end (&self->stream);
  g_free (self->buffer);
  g_free (self);
}

const GraftEncoderClass graft_encoder_xz_class = {
  graft_encoder_xz_create,
  graft_encoder_xz_run,
  graft_encoder_xz_destroy,
};
