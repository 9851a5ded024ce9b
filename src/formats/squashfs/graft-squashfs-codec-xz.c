/* graft-squashfs-codec-xz.c: blocks as xz streams
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's decoder takes LZMA2 with a dictionary of at most the block (or the one in the
 * image's options), checked by CRC32 or not at all (kernel Documentation/staging/xz.rst). A BCJ
 * filter may be named in the options; each block says itself whether it uses one, and new ones do
 * not: on kernel modules it costs three encodings for no gain.
 */

#include "formats/squashfs/graft-squashfs-lzma.h"

typedef struct
{
  GraftSquashfsCodec base;

  lzma_options_lzma options;
  lzma_stream encoder;
  lzma_stream decoder;
} XzCodec;

void
graft_squashfs_lzma_options (lzma_options_lzma *self, guint32 dictionary, GraftEffort effort)
{
  switch (effort)
    {
    case GRAFT_EFFORT_FAST:
      /* Half way between presets 0 and 1, measured on kernel modules in blocks of 128 KiB: as fast
       * as 0 and 7.6 % larger than 6. */
      lzma_lzma_preset (self, 1);
      self->depth = 4;
      break;
    case GRAFT_EFFORT_SMALLEST:
      lzma_lzma_preset (self, 9 | LZMA_PRESET_EXTREME);
      break;
    case GRAFT_EFFORT_SAME:
    default:
      lzma_lzma_preset (self, LZMA_PRESET_DEFAULT);
      break;
    }
  self->dict_size = MAX (dictionary, LZMA_DICT_SIZE_MIN);
}

static GraftSquashfsCodec *
xz_new (const GraftSquashfsOptions *options, guint32 window, GraftEffort effort)
{
  XzCodec *self = g_new0 (XzCodec, 1);

  graft_squashfs_lzma_options (&self->options, MIN (options->xz_dictionary, window), effort);
  return &self->base;
}

static gboolean
xz_decode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
           gsize *ret_length)
{
  XzCodec *self = (XzCodec *)codec;
  lzma_stream *stream = &self->decoder;

  /* On a stream that was used before this keeps its memory. */
  if (lzma_stream_decoder (stream, GRAFT_SQUASHFS_LZMA_MEMORY, 0) != LZMA_OK)
    return FALSE;
  stream->next_in = in;
  stream->avail_in = length;
  stream->next_out = out;
  stream->avail_out = room;
  if (lzma_code (stream, LZMA_FINISH) != LZMA_STREAM_END)
    return FALSE;
  *ret_length = room - stream->avail_out;
  return TRUE;
}

static gboolean
xz_encode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
           gsize *ret_length)
{
  XzCodec *self = (XzCodec *)codec;
  lzma_stream *stream = &self->encoder;
  const lzma_filter filters[] = {
    { .id = LZMA_FILTER_LZMA2, .options = &self->options },
    { .id = LZMA_VLI_UNKNOWN },
  };

  if (lzma_stream_encoder (stream, filters, LZMA_CHECK_CRC32) != LZMA_OK)
    return FALSE;
  stream->next_in = in;
  stream->avail_in = length;
  stream->next_out = out;
  stream->avail_out = room;
  *ret_length = lzma_code (stream, LZMA_FINISH) == LZMA_STREAM_END ? room - stream->avail_out : 0;
  return TRUE;
}

static void
xz_free (GraftSquashfsCodec *codec)
{
  XzCodec *self = (XzCodec *)codec;

  lzma_end (&self->encoder);
  lzma_end (&self->decoder);
  g_free (self);
}

const GraftSquashfsCodecClass graft_squashfs_codec_xz = {
  .new_ = xz_new,
  .decode = xz_decode,
  .encode = xz_encode,
  .free_ = xz_free,
};
