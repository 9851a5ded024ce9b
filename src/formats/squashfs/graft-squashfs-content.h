/* graft-squashfs-content.h: new contents cut into blocks and fragments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As mksquashfs does: blocks of zeros are not stored; a file shorter than a block goes into a
 * fragment block together with others, longer ones' ends only where the source's flags say so.
 * Files with equal content are stored once where the source's flags say so.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsStyle:
 * @compressor: of the new image
 * @options: its settings
 * @block_size: bytes of a whole block
 * @flags: of the new image
 * @effort: how hard to try
 * @n_threads: 0: as many as there are processors
 */
typedef struct
{
  guint compressor;
  GraftSquashfsOptions options;
  guint32 block_size;
  guint16 flags;
  GraftEffort effort;
  guint n_threads;
} GraftSquashfsStyle;

/* Encodes all contents of @plan that are not carried, behind what is in @output; new fragment
 * blocks are appended to @fragments. */
gboolean graft_squashfs_content_encode (const GraftSquashfsStyle *style, GraftSquashfsPlan *plan,
                                        GArray *fragments, GraftOutput *output,
                                        GraftProgress *progress, GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The digest that is kept of each piece of new content: CRC-64, which sees each damage of 64 bits
 * in a row, and others but for one in 10^19. */
guint64 graft_squashfs_content_digest (const void *data, gsize length);

G_END_DECLS
