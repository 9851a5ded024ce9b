/* graft-xz-layout.c: where the blocks of an xz stream are, before any of them is decoded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The xz file format, version 1.2: 2.1 (header and footer), 3.1 (block header), 4 (index).
 */

#include <lzma.h>

#include "base/graft-limits.h"
#include "coders/graft-xz-blocks.h"

/* A stream of more is decoded as it comes. */
#define MAX_BLOCKS 16384
/* Zeros behind a stream: an initrd is padded to a few bytes, on some boot media to a sector. */
#define MAX_PADDING 4096

void
graft_xz_layout_free (GraftXzLayout *self)
{
  g_array_unref (self->blocks);
  g_free (self);
}

static gboolean
read_header (GraftInput *input, guint64 offset, lzma_stream_flags *ret_flags)
{
  guint64 size = graft_input_get_size (input);
  guint8 header[LZMA_STREAM_HEADER_SIZE];

  return offset <= size && size - offset >= 2 * sizeof header
         && graft_input_read_at (input, offset, header, sizeof header, NULL)
         && lzma_stream_header_decode (ret_flags, header) == LZMA_OK
         && lzma_check_is_supported (ret_flags->check);
}

/* The header at @at, into @ret_block; its sizes are %LZMA_VLI_UNKNOWN where it does not say. */
static gboolean
read_block_header (GraftInput *input, guint64 at, lzma_check check, lzma_block *ret_block,
                   guint64 *memory)
{
  guint64 size = graft_input_get_size (input);
  guint8 header[LZMA_BLOCK_HEADER_SIZE_MAX];
  lzma_filter filters[LZMA_FILTERS_MAX + 1];
  lzma_block block = { .version = 0, .check = check, .filters = filters };
  guint64 needed;

  if (at >= size || !graft_input_read_at (input, at, header, 1, NULL) || header[0] == 0)
    return FALSE;
  block.header_size = lzma_block_header_size_decode (header[0]);
  if (size - at < block.header_size
      || !graft_input_read_at (input, at, header, block.header_size, NULL)
      || lzma_block_header_decode (&block, NULL, header) != LZMA_OK)
    return FALSE;
  needed = lzma_raw_decoder_memusage (filters);
  lzma_filters_free (filters, NULL);
  *memory = MAX (*memory, needed);
  block.filters = NULL;
  *ret_block = block;
  return needed <= GRAFT_LIMIT_DECODER_MEMORY;
}

static gboolean
append (GraftXzLayout *self, const GraftXzBlock *block)
{
  guint64 stored = graft_xz_block_get_stored_size (block);
  guint64 end = block->content_offset + block->content_size;

  /* The decoder would refuse what unpacks to so much: it is left to it. */
  if (self->blocks->len == MAX_BLOCKS
      || (end > GRAFT_LIMIT_RATIO_FLOOR && end / GRAFT_LIMIT_RATIO > block->offset))
    return FALSE;
  g_array_append_val (self->blocks, *block);
  self->largest_stored = MAX (self->largest_stored, stored);
  self->largest_content = MAX (self->largest_content, block->content_size);
  return TRUE;
}

/* From header to header, until there is an index in place of one. */
static gboolean
list_by_headers (GraftXzLayout *self, GraftInput *input, guint64 offset)
{
  guint64 size = graft_input_get_size (input), at = offset + LZMA_STREAM_HEADER_SIZE;
  guint64 content = 0;
  guint8 byte = 1;

  while (at < size && graft_input_read_at (input, at, &byte, 1, NULL) && byte != 0)
    {
      lzma_block header;
      GraftXzBlock block;

      if (!read_block_header (input, at, self->check, &header, &self->decoder_memory)
          || header.compressed_size == LZMA_VLI_UNKNOWN
          || header.uncompressed_size == LZMA_VLI_UNKNOWN)
        return FALSE;
      block.offset = at - offset;
      block.unpadded_size = lzma_block_unpadded_size (&header);
      block.content_offset = content;
      block.content_size = header.uncompressed_size;
      if (block.unpadded_size == 0 || lzma_block_total_size (&header) > size - at
          || block.content_size > LZMA_VLI_MAX - content || !append (self, &block))
        return FALSE;
      content += block.content_size;
      at += lzma_block_total_size (&header);
    }
  return byte == 0 && self->blocks->len > 0;
}

static guint64
find_end (GraftInput *input, guint64 offset)
{
  guint64 size = graft_input_get_size (input);
  guint8 bytes[MAX_PADDING];
  gsize length = MIN (size - offset, sizeof bytes);

  if (!graft_input_read_at (input, size - length, bytes, length, NULL))
    return offset;
  for (; length > 0 && bytes[length - 1] == 0; length--)
    size--;
  return size;
}

static gboolean
list_by_index (GraftXzLayout *self, GraftInput *input, guint64 offset)
{
  guint64 end = find_end (input, offset);
  g_autoptr (GraftInput) stream = graft_slice_input_new (input, offset, end - offset, "xz", NULL);
  g_autoptr (GArray) blocks = stream != NULL ? graft_xz_blocks_list (stream, NULL) : NULL;

  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    {
      const GraftXzBlock *block = &g_array_index (blocks, GraftXzBlock, i);
      lzma_block header;

      if (!read_block_header (stream, block->offset, self->check, &header, &self->decoder_memory)
          || !append (self, block))
        return FALSE;
    }
  return self->blocks->len > 0;
}

/* Index and footer behind the last block: do they say what the blocks say? */
static gboolean
check_end (GraftXzLayout *self, GraftInput *input, guint64 offset,
           const lzma_stream_flags *header_flags)
{
  const GraftXzBlock *last = &g_array_index (self->blocks, GraftXzBlock, self->blocks->len - 1);
  guint64 at = last->offset + graft_xz_block_get_stored_size (last);
  guint64 left = graft_input_get_size (input) - offset - at, index_size;
  lzma_index_hash *hash = lzma_index_hash_init (NULL, NULL);
  g_autofree guint8 *bytes = NULL;
  lzma_stream_flags flags;
  gboolean good = hash != NULL;
  size_t position = 0;

  for (guint i = 0; good && i < self->blocks->len; i++)
    {
      const GraftXzBlock *block = &g_array_index (self->blocks, GraftXzBlock, i);

      good = lzma_index_hash_append (hash, block->unpadded_size, block->content_size) == LZMA_OK;
    }
  index_size = good ? lzma_index_hash_size (hash) : 0;
  self->stream_size = at + index_size + LZMA_STREAM_HEADER_SIZE;
  good = good && left >= index_size + LZMA_STREAM_HEADER_SIZE;
  if (good)
    {
      bytes = g_malloc (index_size + LZMA_STREAM_HEADER_SIZE);
      good = graft_input_read_at (input, offset + at, bytes, index_size + LZMA_STREAM_HEADER_SIZE,
                                  NULL)
             && lzma_index_hash_decode (hash, bytes, &position, index_size) == LZMA_STREAM_END
             && lzma_stream_footer_decode (&flags, bytes + index_size) == LZMA_OK
             && flags.backward_size == index_size
             && lzma_stream_flags_compare (header_flags, &flags) == LZMA_OK;
    }
  lzma_index_hash_end (hash, NULL);
  return good;
}

GraftXzLayout *
graft_xz_layout_find (GraftInput *input, guint64 offset)
{
  g_autoptr (GraftXzLayout) self = g_new0 (GraftXzLayout, 1);
  guint64 memory = 0;
  lzma_stream_flags flags;
  lzma_block first;
  gboolean found;

  self->blocks = g_array_new (FALSE, FALSE, sizeof (GraftXzBlock));
  if (!read_header (input, offset, &flags)
      || !read_block_header (input, offset + LZMA_STREAM_HEADER_SIZE, flags.check, &first, &memory))
    return NULL;
  self->check = flags.check;
  found = first.compressed_size == LZMA_VLI_UNKNOWN ? list_by_index (self, input, offset)
                                                    : list_by_headers (self, input, offset);
  return found && check_end (self, input, offset, &flags) ? g_steal_pointer (&self) : NULL;
}
