/* graft-encoder-lz4.c: lz4 in its legacy frame, the only one that the kernel takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A magic, then chunks of 8 MiB (the last may be shorter), each with its encoded length in front,
 * as "lz4 -l" writes them. There is no end mark.
 */

#include <glib/gi18n-lib.h>
#include <lz4.h>
#include <lz4hc.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "coders/graft-encoder-private.h"

#define LEGACY_MAGIC 0x184c2102
#define LEGACY_CHUNK (8 * 1024 * 1024)

typedef struct
{
  GraftEncoder parent;
  int level;
  gboolean started;
  guint8 *chunk;
  gsize length;
  guint8 *encoded;
} GraftEncoderLz4;

static GraftEncoder *
graft_encoder_lz4_create (GraftLevel level, guint n_threads, GError **error)
{
  /* Beyond 9 it is 2 seconds a chunk, which cannot be cancelled, for 0.7 % fewer bytes. */
  static const int levels[] = { [GRAFT_LEVEL_FAST] = LZ4HC_CLEVEL_MIN,
                                [GRAFT_LEVEL_USUAL] = LZ4HC_CLEVEL_DEFAULT,
                                [GRAFT_LEVEL_SMALLEST] = LZ4HC_CLEVEL_DEFAULT };
  GraftEncoderLz4 *self = g_new0 (GraftEncoderLz4, 1);

  self->level = levels[level];
  self->chunk = g_malloc (LEGACY_CHUNK);
  self->encoded = g_malloc (4 + LZ4_COMPRESSBOUND (LEGACY_CHUNK));
  return &self->parent;
}

static gboolean
write_chunk (GraftEncoderLz4 *self, GError **error)
{
  int count = LZ4_compress_HC ((const char *)self->chunk, (char *)self->encoded + 4, self->length,
                               LZ4_COMPRESSBOUND (LEGACY_CHUNK), self->level);

  if (count <= 0)
    return graft_encoder_fail ("liblz4", _ ("internal error"), error);
  self->length = 0;
  graft_bytes_put_le32 (self->encoded, count);
  return graft_output_write (self->parent.output, self->encoded, 4 + count, error);
}

static gboolean
graft_encoder_lz4_run (GraftEncoder *encoder, const void *data, gsize length, gboolean finish,
                       GError **error)
{
  GraftEncoderLz4 *self = (GraftEncoderLz4 *)encoder;
  const guint8 *from = data;

  if (!self->started)
    {
      guint8 magic[4];

      graft_bytes_put_le32 (magic, LEGACY_MAGIC);
      if (!graft_output_write (encoder->output, magic, sizeof magic, error))
        return FALSE;
      self->started = TRUE;
    }
  while (length > 0)
    {
      gsize count = MIN (length, LEGACY_CHUNK - self->length);

      memcpy (self->chunk + self->length, from, count);
      self->length += count;
      from += count;
      length -= count;
      if (self->length == LEGACY_CHUNK && !write_chunk (self, error))
        return FALSE;
    }
  return !finish || self->length == 0 || write_chunk (self, error);
}

static void
graft_encoder_lz4_destroy (GraftEncoder *encoder)
{
  GraftEncoderLz4 *self = (GraftEncoderLz4 *)encoder;

  g_free (self->chunk);
  g_free (self->encoded);
  g_free (self);
}

const GraftEncoderClass graft_encoder_lz4_class = {
  graft_encoder_lz4_create,
  graft_encoder_lz4_run,
  graft_encoder_lz4_destroy,
  NULL,
};
