/* graft-squashfs-codec-lz4.c: blocks as bare lz4 blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-codec.h"

#include <lz4.h>
#include <lz4hc.h>

/* Of the "high compression" levels; 0 stands for the plain encoder. */
#define FAST_HIGH_LEVEL 4

typedef struct
{
  GraftSquashfsCodec base;

  int high_level;
} Lz4Codec;

static GraftSquashfsCodec *
lz4_new (const GraftSquashfsOptions *options, guint32 window, GraftEffort effort)
{
  Lz4Codec *self = g_new0 (Lz4Codec, 1);

  if (effort == GRAFT_EFFORT_SMALLEST)
    self->high_level = LZ4HC_CLEVEL_MAX;
  else if (options->lz4_high)
    self->high_level = effort == GRAFT_EFFORT_FAST ? FAST_HIGH_LEVEL : LZ4HC_CLEVEL_MAX;
  return &self->base;
}

static gboolean
lz4_decode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
            gsize *ret_length)
{
  int result = LZ4_decompress_safe ((const char *)in, (char *)out, length, room);

  if (result < 0)
    return FALSE;
  *ret_length = result;
  return TRUE;
}

static gboolean
lz4_encode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
            gsize *ret_length)
{
  Lz4Codec *self = (Lz4Codec *)codec;

  if (self->high_level > 0)
    *ret_length = LZ4_compress_HC ((const char *)in, (char *)out, length, room, self->high_level);
  else
    *ret_length = LZ4_compress_default ((const char *)in, (char *)out, length, room);
  return TRUE;
}

static void
lz4_free (GraftSquashfsCodec *codec)
{
  g_free (codec);
}

const GraftSquashfsCodecClass graft_squashfs_codec_lz4 = {
  .new_ = lz4_new,
  .decode = lz4_decode,
  .encode = lz4_encode,
  .free_ = lz4_free,
};
