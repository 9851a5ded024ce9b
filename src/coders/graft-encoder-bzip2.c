/* graft-encoder-bzip2.c: bzip2, one stream: for the kernel a second would be another archive
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <bzlib.h>
#include <glib/gi18n-lib.h>

#include "coders/graft-encoder-private.h"

/* In units of 100 kB, for all levels: of .ko files 1 takes 90 % of the time of 9. */
#define BLOCK_SIZE 9
#define BUFFER (128 * 1024)

typedef struct
{
  GraftEncoder parent;
  bz_stream stream;
  char *buffer;
} GraftEncoderBzip2;

static GraftEncoder *
graft_encoder_bzip2_create (GraftLevel level, guint n_threads, GError **error)
{
  GraftEncoderBzip2 *self = g_new0 (GraftEncoderBzip2, 1);

  if (BZ2_bzCompressInit (&self->stream, BLOCK_SIZE, 0, 0) != BZ_OK)
    {
      g_free (self);
      graft_encoder_fail ("libbz2", _ ("not enough memory"), error);
      return NULL;
    }
  self->buffer = g_malloc (BUFFER);
  return &self->parent;
}

static gboolean
graft_encoder_bzip2_run (GraftEncoder *encoder, const void *data, gsize length, gboolean finish,
                         GError **error)
{
  GraftEncoderBzip2 *self = (GraftEncoderBzip2 *)encoder;
  int status = BZ_OK;

  self->stream.next_in = (char *)data;
  self->stream.avail_in = length;
  /* Asked to go on with nothing it says that it was asked wrongly. */
  while (finish ? status != BZ_STREAM_END : self->stream.avail_in > 0)
    {
      self->stream.next_out = self->buffer;
      self->stream.avail_out = BUFFER;
      status = BZ2_bzCompress (&self->stream, finish ? BZ_FINISH : BZ_RUN);
      if (status < 0)
        return graft_encoder_fail ("libbz2", _ ("internal error"), error);
      if (!graft_output_write (encoder->output, self->buffer, BUFFER - self->stream.avail_out,
                               error))
        return FALSE;
    }
  return TRUE;
}

static void
graft_encoder_bzip2_destroy (GraftEncoder *encoder)
{
  GraftEncoderBzip2 *self = (GraftEncoderBzip2 *)encoder;

  BZ2_bzCompressEnd (&self->stream);
  g_free (self->buffer);
  g_free (self);
}

const GraftEncoderClass graft_encoder_bzip2_class = {
  graft_encoder_bzip2_create,
  graft_encoder_bzip2_run,
  graft_encoder_bzip2_destroy,
  NULL,
};
