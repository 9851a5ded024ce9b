/* graft-squashfs-file.h: the bytes of one file in an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-blocks.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsLayout:
 * @size: bytes
 * @start: where the first block is stored, from the image's start; the others follow
 * @sizes: (element-type guint32): stored size of each block, 0 for one of zeros
 * @fragment_start: where the fragment block with the last bytes is stored
 * @fragment_size: its stored size; 0: the last bytes are a block of their own
 * @fragment_offset: where in it, decoded, they begin
 */
typedef struct
{
  guint64 size;
  guint64 start;
  GArray *sizes;
  guint64 fragment_start;
  guint32 fragment_size;
  guint32 fragment_offset;
} GraftSquashfsLayout;

/* @owner is kept alive as long as the file, and owns @blocks. @layout's sizes are taken a
 * reference of. @ref: where the file's inode is stored. */
GraftInput *graft_squashfs_file_new (GraftImage *owner, GraftSquashfsBlocks *blocks,
                                     guint32 block_size, const GraftSquashfsLayout *layout,
                                     guint64 ref, const char *name);

/* Whether @input is what the above made for a file of @owner; then *@ret_ref is its inode's. */
gboolean graft_squashfs_file_is_of (GraftInput *input, GraftImage *owner, guint64 *ret_ref);

G_END_DECLS
