/* graft-encoder-lzo.c: LZO1X in the container of lzop(1); see graft-lzop.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Without a name, a mode and a time, and with the one checksum of each block that the kernel
 * expects.
 */

#include <glib/gi18n-lib.h>
#include <lzo/lzo1x.h>
#include <string.h>
#include <zlib.h>

#include "base/graft-bytes.h"
#include "coders/graft-encoder-private.h"
#include "coders/graft-lzop.h"

/* liblzo 2.10, whatever is installed here: the number is only shown. */
#define LIBRARY_VERSION 0x20a0
#define HEADER_SIZE (GRAFT_LZOP_NAME_AT + 4)
#define BLOCK_HEADER_SIZE 12
/* The longest that LZO1X can get (its FAQ): what does not get shorter is stored as it is. */
#define ROOM (GRAFT_LZOP_BLOCK + GRAFT_LZOP_BLOCK / 16 + 64 + 3)

typedef struct
{
  GraftEncoder parent;
  int level; /* of LZO1X-999; 0: LZO1X-1 */
  gboolean started;
  guint8 *block;
  gsize length;
  guint8 *encoded;
  guint8 *work; /* liblzo's */
} GraftEncoderLzo;

static GraftEncoder *
graft_encoder_lzo_create (GraftLevel level, guint n_threads, GError **error)
{
  /* 40 MB of .ko files: LZO1X-1 0.1 s, 16.5 MB; LZO1X-999 at 7 2 s, 13.3 MB; at 9 20 s, 13.0 MB. */
  static const int levels[]
      = { [GRAFT_LEVEL_FAST] = 0, [GRAFT_LEVEL_USUAL] = 7, [GRAFT_LEVEL_SMALLEST] = 9 };
  GraftEncoderLzo *self;

  if (lzo_init () != LZO_E_OK)
    {
      graft_encoder_fail ("liblzo2", _ ("internal error"), error);
      return NULL;
    }
  self = g_new0 (GraftEncoderLzo, 1);
  self->level = levels[level];
  self->block = g_malloc (GRAFT_LZOP_BLOCK);
  self->encoded = g_malloc (BLOCK_HEADER_SIZE + ROOM);
  self->work = g_malloc0 (MAX (LZO1X_1_MEM_COMPRESS, LZO1X_999_MEM_COMPRESS));
  return &self->parent;
}

static gboolean
start (GraftEncoderLzo *self, GError **error)
{
  guint8 header[HEADER_SIZE] = { 0 };

  if (self->started)
    return TRUE;
  self->started = TRUE;
  memcpy (header, GRAFT_LZOP_MAGIC, GRAFT_LZOP_MAGIC_SIZE);
  graft_bytes_put_be16 (header + GRAFT_LZOP_VERSION_AT, GRAFT_LZOP_VERSION);
  graft_bytes_put_be16 (header + GRAFT_LZOP_LIBRARY_AT, LIBRARY_VERSION);
  graft_bytes_put_be16 (header + GRAFT_LZOP_NEEDED_AT, GRAFT_LZOP_VERSION_LEVEL);
  header[GRAFT_LZOP_METHOD_AT] = self->level > 0 ? GRAFT_LZOP_METHOD_999 : GRAFT_LZOP_METHOD_1;
  /* What lzop calls LZO1X-1 is its level 5. */
  header[GRAFT_LZOP_LEVEL_AT] = self->level > 0 ? self->level : 5;
  graft_bytes_put_be32 (header + GRAFT_LZOP_FLAGS_AT, GRAFT_LZOP_ADLER32_PLAIN | GRAFT_LZOP_UNIX);
  graft_bytes_put_be32 (
      header + GRAFT_LZOP_NAME_AT,
      adler32_z (1, header + GRAFT_LZOP_MAGIC_SIZE, GRAFT_LZOP_NAME_AT - GRAFT_LZOP_MAGIC_SIZE));
  return graft_output_write (self->parent.output, header, sizeof header, error);
}

static gboolean
write_block (GraftEncoderLzo *self, GError **error)
{
  guint8 *data = self->encoded + BLOCK_HEADER_SIZE;
  lzo_uint count = ROOM;
  int status = self->level > 0
                   ? lzo1x_999_compress_level (self->block, self->length, data, &count, self->work,
                                               NULL, 0, NULL, self->level)
                   : lzo1x_1_compress (self->block, self->length, data, &count, self->work);

  if (status != LZO_E_OK)
    return graft_encoder_fail ("liblzo2", _ ("internal error"), error);
  if (count >= self->length)
    {
      count = self->length;
      memcpy (data, self->block, count);
    }
  graft_bytes_put_be32 (self->encoded, self->length);
  graft_bytes_put_be32 (self->encoded + 4, count);
  graft_bytes_put_be32 (self->encoded + 8, adler32_z (1, self->block, self->length));
  self->length = 0;
  return graft_output_write (self->parent.output, self->encoded, BLOCK_HEADER_SIZE + count, error);
}

/* A block of no length. */
static gboolean
end (GraftEncoderLzo *self, GError **error)
{
  return (self->length == 0 || write_block (self, error))
         && graft_output_write_zeros (self->parent.output, 4, error);
}

static gboolean
graft_encoder_lzo_run (GraftEncoder *encoder, const void *data, gsize length, gboolean finish,
                       GError **error)
{
  GraftEncoderLzo *self = (GraftEncoderLzo *)encoder;
  const guint8 *from = data;

  if (!start (self, error))
    return FALSE;
  while (length > 0)
    {
      gsize count = MIN (length, GRAFT_LZOP_BLOCK - self->length);

      memcpy (self->block + self->length, from, count);
      self->length += count;
      from += count;
      length -= count;
      if (self->length == GRAFT_LZOP_BLOCK && !write_block (self, error))
        return FALSE;
    }
  return !finish || end (self, error);
}

static void
graft_encoder_lzo_destroy (GraftEncoder *encoder)
{
  GraftEncoderLzo *self = (GraftEncoderLzo *)encoder;

  g_free (self->block);
  g_free (self->encoded);
  g_free (self->work);
  g_free (self);
}

const GraftEncoderClass graft_encoder_lzo_class = {
  graft_encoder_lzo_create,
  graft_encoder_lzo_run,
  graft_encoder_lzo_destroy,
  NULL,
};
