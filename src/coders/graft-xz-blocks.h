/* graft-xz-blocks.h: the blocks of an xz stream, each of which stands for itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The xz file format, version 1.2: a stream is a header, blocks, an index of them, a footer. A
 * block needs nothing of the others, so where the content did not change it can be carried over as
 * it is stored.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/**
 * GraftXzBlock:
 * @offset: in the stream, bytes
 * @unpadded_size: of header, data and check; stored it takes that, rounded up to 4
 * @content_offset: in the decoded stream, bytes
 * @content_size: decoded, bytes
 */
typedef struct
{
  guint64 offset;
  guint64 unpadded_size;
  guint64 content_offset;
  guint64 content_size;
} GraftXzBlock;

/* (element-type GraftXzBlock): those of @stream (the whole of one, nothing behind it), in order, as
 * its index has them. None when its check is not CRC32, which is what the kernel takes and we
 * write, or when it is not as it should be: then it is for the decoder to say so. */
GArray *graft_xz_blocks_list (GraftInput *stream, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GraftXzLayout:
 * @blocks: (element-type GraftXzBlock): in order, at least one
 * @check: of each block, as liblzma numbers them
 * @stream_size: of all of it, with index and footer, bytes
 * @largest_stored: of a block as it is stored, bytes
 * @largest_content: of a block, decoded, bytes
 * @decoder_memory: what the neediest block's decoder takes, bytes
 */
typedef struct
{
  GArray *blocks;
  guint check;
  guint64 stream_size;
  guint64 largest_stored;
  guint64 largest_content;
  guint64 decoder_memory;
} GraftXzLayout;

/* Where the blocks of the stream at @offset of @input are, whatever follows it: from the sizes in
 * their headers, or, when these have none and nothing but zeros follows, from the index. %NULL when
 * neither tells, or when anything about headers, index or footer is not as it should be: then it is
 * for the decoder to say so. No block's data were looked at. */
GraftXzLayout *graft_xz_layout_find (GraftInput *input, guint64 offset);
void graft_xz_layout_free (GraftXzLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftXzLayout, graft_xz_layout_free)

guint64 graft_xz_block_get_stored_size (const GraftXzBlock *self);

G_END_DECLS
