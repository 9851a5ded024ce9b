/* graft-squashfs-blocks.h: the decoded data blocks and fragment blocks of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last few decoded blocks are kept, whole: reading a file in small steps, or many small files
 * that share a fragment block, decodes each block once. May be used from several threads. Errors do
 * not name the image or file: callers do.
 */

#pragma once

#include "base/graft-input.h"
#include "formats/squashfs/graft-squashfs-library.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsBlocks GraftSquashfsBlocks;

/* @input and @super must outlive it. NULL when memory ran out. */
GraftSquashfsBlocks *graft_squashfs_blocks_new (GraftInput *input, const sqfs_super_t *super,
                                                const sqfs_compressor_config_t *config);
void graft_squashfs_blocks_free (GraftSquashfsBlocks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsBlocks, graft_squashfs_blocks_free)

/* The decoded block that is stored at @offset; @stored is its size as lists give it, not 0. */
GBytes *graft_squashfs_blocks_get (GraftSquashfsBlocks *self, guint64 offset, guint32 stored,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same into @buffer, which has room for a block, past the kept ones. */
gboolean graft_squashfs_blocks_decode (GraftSquashfsBlocks *self, guint64 offset, guint32 stored,
                                       guint8 *buffer, gsize room, gsize *ret_length,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
