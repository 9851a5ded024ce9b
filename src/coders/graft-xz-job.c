/* graft-xz-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-xz-job.h"

#include <glib/gi18n-lib.h>
#include <lzma.h>

/* Given to liblzma at once: a fraction of a second at the slowest preset. */
#define PORTION (32 * 1024)
#define SMALLEST_DICTIONARY (64 * 1024)

/* Measured with liblzma 5.4 on what Debian's initrds hold (mostly modules of 6.1, amd64 and cloud):
 * CPU and bytes beside xz -6 (one block), MB of one thread; CPU to some 15 %, on a busy machine.
 * Mode, match finder, nice/depth, dictionary, block:
 *
 *                                             132 MB            52 MB         MB
 *     xz -6                                   77.5 s 24.81 MB   32.3 s 11.06 MB
 *     fast   hc4  128/4   1 MiB   4 MiB       0.13   +15.5 %    0.14   +13.7 %  15   preset 1
 *     fast   hc4  273/8   2 MiB   6 MiB       0.15   +13.2 %    0.16   +12.0 %  25   "fast"
 *     fast   hc4  273/10  2 MiB   8 MiB       0.20   +12.9 %    0.21   +11.7 %  27
 *     fast   hc4  273/16  2 MiB   8 MiB       0.23   +12.3 %    0.26   +11.2 %  27
 *
 *                                             40 MB of the first
 *     fast   hc4  128/4   1 MiB   4 MiB       0.12   +17.4 %                    15
 *     fast   hc4  273/8   2 MiB   6 MiB       0.20   +14.6 %                    25   "fast"
 *     fast   hc4  273/16  4 MiB   8 MiB       0.23   +13.2 %                    41
 *     fast   hc4  273/16  8 MiB   16 MiB      0.31   +12.6 %                    81
 *     fast   hc4  273/16  64 MiB  64 MiB      0.30   +12.4 %                   313
 *     fast   bt4  32/8    64 MiB  64 MiB      0.43   +11.8 %                   473
 *     normal hc4  16/4    4 MiB   4 MiB       0.31   +11.4 %                    34
 *     normal hc4  16/4    8 MiB   8 MiB       0.39    +9.4 %                    67
 *     normal hc4  16/4    64 MiB  64 MiB      0.40    +7.7 %                   313
 *     normal bt4  16/4    64 MiB  64 MiB      0.48    +6.6 %                   473
 *
 * For a quarter of the CPU of xz -6 there are no less than some 12 % more bytes, whatever the
 * dictionary: fewer come of weighing matches against each other (normal mode), which is what costs.
 * "fast" leaves room in that quarter for reading back, and for two threads in 100 MB. lc, lp and pb
 * move 0.2 %. The x86 filter makes modules 4 % larger: their calls are zeros until they are linked.
 * Most is won by not encoding at all the blocks in which nothing changed. */
static const struct
{
  guint32 preset;
  gsize block_size;
} levels[] = {
  [GRAFT_LEVEL_FAST] = { 1, 6 * 1024 * 1024 },
  [GRAFT_LEVEL_USUAL] = { 6, 8 * 1024 * 1024 },
  [GRAFT_LEVEL_SMALLEST] = { 9 | LZMA_PRESET_EXTREME, 16 * 1024 * 1024 },
};

/* In place of preset 1's own. */
#define FAST_DICTIONARY (2 * 1024 * 1024)
#define FAST_NICE 273 /* the longest there is */
#define FAST_DEPTH 8
/* 2 ^ 3 bytes: what a module is full of (relocations, symbols) lies at multiples of it. */
#define FAST_POSITION_BITS 3

gsize
graft_xz_job_get_block_size (GraftLevel level)
{
  return levels[level].block_size;
}

GraftXzJob *
graft_xz_job_new (GraftLevel level)
{
  GraftXzJob *self = g_new0 (GraftXzJob, 1);

  self->level = level;
  self->content = g_malloc (levels[level].block_size);
  return self;
}

void
graft_xz_job_free (GraftXzJob *self)
{
  g_free (self->content);
  g_free (self->encoded);
  g_free (self);
}

static void
choose_options (const GraftXzJob *self, lzma_options_lzma *options)
{
  lzma_lzma_preset (options, levels[self->level].preset);
  if (self->level == GRAFT_LEVEL_FAST)
    {
      options->dict_size = FAST_DICTIONARY;
      options->nice_len = FAST_NICE;
      options->depth = FAST_DEPTH;
      options->pb = FAST_POSITION_BITS;
    }
  /* More than the block has is memory for nothing, here and in the kernel. */
  while (options->dict_size / 2 >= MAX (self->content_size, SMALLEST_DICTIONARY))
    options->dict_size /= 2;
}

/* What is left of the block's room after the header. */
static lzma_ret
encode_data (GraftXzJob *self, lzma_block *block, gsize room, gint *stop)
{
  lzma_stream stream = LZMA_STREAM_INIT;
  lzma_ret status = LZMA_PROG_ERROR;
  gsize left = self->content_size;

  /* An encoder's tables of up to 200 MB take their time too. */
  if (!g_atomic_int_get (stop))
    status = lzma_block_encoder (&stream, block);
  stream.next_in = self->content;
  stream.next_out = self->encoded + block->header_size;
  stream.avail_out = room - block->header_size;
  while (status == LZMA_OK)
    {
      gsize count = MIN (left, PORTION);

      if (g_atomic_int_get (stop))
        status = LZMA_PROG_ERROR;
      else
        {
          left -= count;
          stream.avail_in = count;
          do
            status = lzma_code (&stream, left == 0 ? LZMA_FINISH : LZMA_RUN);
          while (status == LZMA_OK && (stream.avail_in > 0 || left == 0) && stream.avail_out > 0);
          if (status == LZMA_OK && stream.avail_out == 0)
            status = LZMA_BUF_ERROR;
        }
    }
  self->encoded_size = stream.next_out - self->encoded;
  lzma_end (&stream);
  return status;
}

void
graft_xz_job_run (GraftXzJob *self, gint *stop)
{
  lzma_options_lzma options;
  lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL } };
  gsize room = lzma_block_buffer_bound (self->content_size);
  lzma_block block = {
    .version = 0,
    .check = LZMA_CHECK_CRC32,
    .filters = filters,
    .compressed_size = room,
    .uncompressed_size = self->content_size,
  };
  lzma_ret status;

  choose_options (self, &options);
  self->encoded = g_malloc (room);
  status = lzma_block_header_size (&block);
  if (status == LZMA_OK)
    status = encode_data (self, &block, room, stop);
  if (status == LZMA_STREAM_END)
    status = lzma_block_header_encode (&block, self->encoded);
  else if (status == LZMA_BUF_ERROR)
    {
      /* It would get larger: stored as it is. */
      size_t used = 0;

      status = lzma_block_uncomp_encode (&block, self->content, self->content_size, self->encoded,
                                         &used, room);
      self->encoded_size = used;
    }
  self->unpadded_size = lzma_block_unpadded_size (&block);
  if (status != LZMA_OK)
    self->failed = status == LZMA_MEM_ERROR ? N_ ("not enough memory") : N_ ("internal error");
  else
    self->encoded = g_realloc (self->encoded, self->encoded_size);
  g_clear_pointer (&self->content, g_free);
}
