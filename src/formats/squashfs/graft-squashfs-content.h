/* graft-squashfs-content.h: new contents cut into blocks and fragments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As mksquashfs does: blocks of zeros are not stored; a file shorter than a block goes into a
 * fragment block together with others, longer ones' ends only where the source's flags say so.
 * Files with equal content are stored once where the source's flags say so. Of a patched content
 * the blocks that nothing touched are carried over between the new ones, for a file's blocks lie
 * next to each other.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsStyle:
 * @config: of the new image's compressor
 * @block_size: bytes of a whole block
 * @flags: of the new image
 * @effort: how hard to try
 * @n_threads: 0: as many as there are processors
 */
typedef struct
{
  sqfs_compressor_config_t config;
  guint32 block_size;
  guint16 flags;
  GraftEffort effort;
  guint n_threads;
} GraftSquashfsStyle;

/* Encodes all contents of @plan that are not carried, behind what is in @output; new fragment
 * blocks are appended to @fragments. What is carried from @source for patched contents is added to
 * @written. */
gboolean graft_squashfs_content_encode (const GraftSquashfsStyle *style, GraftSquashfsPlan *plan,
                                        sqfs_frag_table_t *fragments, GraftSquashfs *source,
                                        GraftOutput *output, GraftWritten *written,
                                        GraftProgress *progress, GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
