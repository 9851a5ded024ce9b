/* graft-squashfs-codec-lzma.c: blocks as LZMA_alone streams
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Written by mksquashfs -comp lzma; the mainline kernel does not read it, some vendors' do. The
 * stream's header (five bytes of settings, eight of decoded length) always tells the length, and
 * whether an end marker follows differs from writer to writer, so the decoder is told that the
 * length is unknown and stops at it.
 */

#include "formats/squashfs/graft-squashfs-lzma.h"

#include <string.h>

#include "base/graft-bytes.h"

#define SETTINGS_SIZE 5
#define HEADER_SIZE 13

typedef struct
{
  GraftSquashfsCodec base;

  lzma_options_lzma options;
  lzma_stream encoder;
  lzma_stream decoder;
} LzmaCodec;

static GraftSquashfsCodec *
lzma_new (const GraftSquashfsOptions *options, guint32 window, GraftEffort effort)
{
  LzmaCodec *self = g_new0 (LzmaCodec, 1);

  graft_squashfs_lzma_options (&self->options, window, effort);
  return &self->base;
}

static gboolean
lzma_decode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
             gsize *ret_length)
{
  LzmaCodec *self = (LzmaCodec *)codec;
  lzma_stream *stream = &self->decoder;
  guint8 header[HEADER_SIZE];
  guint64 size;
  lzma_ret result;

  if (!graft_bytes_get_le64 (in, length, SETTINGS_SIZE, &size) || size > room)
    return FALSE;
  if (lzma_alone_decoder (stream, GRAFT_SQUASHFS_LZMA_MEMORY) != LZMA_OK)
    return FALSE;
  memcpy (header, in, SETTINGS_SIZE);
  memset (header + SETTINGS_SIZE, 0xff, HEADER_SIZE - SETTINGS_SIZE);
  stream->next_in = header;
  stream->avail_in = HEADER_SIZE;
  stream->next_out = out;
  stream->avail_out = size;
  if (lzma_code (stream, LZMA_RUN) != LZMA_OK)
    return FALSE;
  stream->next_in = in + HEADER_SIZE;
  stream->avail_in = length - HEADER_SIZE;
  result = lzma_code (stream, LZMA_FINISH);
  if ((result != LZMA_STREAM_END && result != LZMA_OK) || stream->avail_out != 0)
    return FALSE;
  *ret_length = size;
  return TRUE;
}

static gboolean
lzma_encode (GraftSquashfsCodec *codec, const guint8 *in, gsize length, guint8 *out, gsize room,
             gsize *ret_length)
{
  LzmaCodec *self = (LzmaCodec *)codec;
  lzma_stream *stream = &self->encoder;

  if (lzma_alone_encoder (stream, &self->options) != LZMA_OK)
    return FALSE;
  stream->next_in = in;
  stream->avail_in = length;
  stream->next_out = out;
  stream->avail_out = room;
  *ret_length = lzma_code (stream, LZMA_FINISH) == LZMA_STREAM_END ? room - stream->avail_out : 0;
  if (*ret_length >= HEADER_SIZE)
    graft_bytes_put_le64 (out + SETTINGS_SIZE, length);
  return TRUE;
}

static void
lzma_free (GraftSquashfsCodec *codec)
{
  LzmaCodec *self = (LzmaCodec *)codec;

  lzma_end (&self->encoder);
  lzma_end (&self->decoder);
  g_free (self);
}

const GraftSquashfsCodecClass graft_squashfs_codec_lzma = {
  .new_ = lzma_new,
  .decode = lzma_decode,
  .encode = lzma_encode,
  .free_ = lzma_free,
};
