/* graft-squashfs-codec-xz.c: blocks as xz streams
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's decoder takes LZMA2 with a dictionary of at most the block (or the one in the
 * image's options), checked by CRC32 or not at all (kernel Documentation/staging/xz.rst). A BCJ
 * filter may be named in the options; each block says itself whether it uses one, and new ones do
 * not: on kernel modules it costs three encodings for no gain.
 */

#include <string.h>

#include "formats/squashfs/graft-squashfs-lzma.h"

typedef struct
{
  GraftSquashfsCodec base;

  /* All are tried and the shortest is kept: on blocks, more effort is not always shorter. */
  lzma_options_lzma options[2];
  guint n_options;
  guint32 window;
  guint8 *scratch; /* of the window's size; when there are several */
  lzma_stream encoder;
  lzma_stream decoder;
} XzCodec;

void
graft_squashfs_lzma_options (lzma_options_lzma *self, guint32 dictionary, GraftEffort effort)
{
  switch (effort)
    {
    case GRAFT_EFFORT_FAST:
      /* Measured on kernel modules: 7 % larger than preset 6 in blocks of 128 KiB, 9 % in 1 MiB, in
       * a sixth of the time. Most of that is the range coder's: less depth saves next to nothing.
       */
      lzma_lzma_preset (self, 1);
      self->depth = 6;
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
  guint32 dictionary = MIN (options->xz_dictionary, window);

  self->window = window;
  graft_squashfs_lzma_options (&self->options[self->n_options++], dictionary, effort);
  if (effort == GRAFT_EFFORT_SMALLEST)
    graft_squashfs_lzma_options (&self->options[self->n_options++], dictionary, GRAFT_EFFORT_SAME);
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
encode_with (XzCodec *self, lzma_options_lzma *options, const guint8 *in, gsize length, guint8 *out,
             gsize room, gsize *ret_length)
{
  lzma_stream *stream = &self->encoder;
  const lzma_filter filters[] = {
    { .id = LZMA_FILTER_LZMA2, .options = options },
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

static gboolean
xz_encode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
           gsize *ret_length)
{
  XzCodec *self = (XzCodec *)codec;
  gsize best = 0;

  if (!encode_with (self, &self->options[0], in, length, out, room, &best))
    return FALSE;
  for (guint i = 1; i < self->n_options; i++)
    {
      gsize other = 0;

      if (self->scratch == NULL)
        self->scratch = g_malloc (self->window);
      if (!encode_with (self, &self->options[i], in, length, self->scratch,
                        MIN (best > 0 ? best - 1 : room, self->window), &other))
        return FALSE;
      if (other > 0)
        memcpy (out, self->scratch, other);
      best = other > 0 ? other : best;
    }
  *ret_length = best;
  return TRUE;
}

static void
xz_free (GraftSquashfsCodec *codec)
{
  XzCodec *self = (XzCodec *)codec;

  lzma_end (&self->encoder);
  lzma_end (&self->decoder);
  g_free (self->scratch);
  g_free (self);
}

const GraftSquashfsCodecClass graft_squashfs_codec_xz = {
  .new_ = xz_new,
  .decode = xz_decode,
  .encode = xz_encode,
  .free_ = xz_free,
};
