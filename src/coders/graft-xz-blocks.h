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

guint64 graft_xz_block_get_stored_size (const GraftXzBlock *self);

G_END_DECLS
