/* graft-xz-blocks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-xz-blocks.h"

#include <lzma.h>

#include "base/graft-limits.h"

/* An index of more is not read: it would be of blocks of a few bytes. */
#define INDEX_LIMIT (4 * 1024 * 1024)

static void
append_blocks (GArray *blocks, const lzma_index *index)
{
  lzma_index_iter iter;

  lzma_index_iter_init (&iter, index);
  while (!lzma_index_iter_next (&iter, LZMA_INDEX_ITER_BLOCK))
    {
      const GraftXzBlock block = {
        .offset = iter.block.compressed_stream_offset,
        .unpadded_size = iter.block.unpadded_size,
        .content_offset = iter.block.uncompressed_stream_offset,
        .content_size = iter.block.uncompressed_size,
      };

      g_array_append_val (blocks, block);
    }
}

GArray *
graft_xz_blocks_list (GraftInput *stream, GError **error)
{
  g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (GraftXzBlock));
  guint64 size = graft_input_get_size (stream);
  guint8 footer[LZMA_STREAM_HEADER_SIZE];
  g_autofree guint8 *bytes = NULL;
  lzma_stream_flags flags;
  lzma_index *index = NULL;
  guint64 memory_limit = GRAFT_LIMIT_DECODER_MEMORY;
  size_t used = 0;

  if (size < 2 * sizeof footer)
    return g_steal_pointer (&blocks);
  if (!graft_input_read_at (stream, size - sizeof footer, footer, sizeof footer, error))
    return NULL;
  if (lzma_stream_footer_decode (&flags, footer) != LZMA_OK || flags.check != LZMA_CHECK_CRC32
      || flags.backward_size > MIN (INDEX_LIMIT, size - 2 * sizeof footer))
    return g_steal_pointer (&blocks);
  bytes = g_malloc (flags.backward_size);
  if (!graft_input_read_at (stream, size - sizeof footer - flags.backward_size, bytes,
                            flags.backward_size, error))
    return NULL;
  if (lzma_index_buffer_decode (&index, &memory_limit, NULL, bytes, &used, flags.backward_size)
      == LZMA_OK)
    {
      if (lzma_index_stream_size (index) == size)
        append_blocks (blocks, index);
      lzma_index_end (index, NULL);
    }
  return g_steal_pointer (&blocks);
}

guint64
graft_xz_block_get_stored_size (const GraftXzBlock *self)
{
  return (self->unpadded_size + 3) & ~G_GUINT64_CONSTANT (3);
}
