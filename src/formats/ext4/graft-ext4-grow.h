/* graft-ext4-grow.h: a file system that becomes larger
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libext2fs has no function for it: resize2fs does it, confined by the helper, on a sparse copy of
 * the blocks that are in use. What it changed there is then laid over the source, as any other edit
 * is, and the copy goes.
 */

#pragma once

#include "formats/ext4/graft-ext4-io.h"
#include "formats/ext4/graft-ext4-private.h"

G_BEGIN_DECLS

/* How many blocks @fs, with its bitmaps, must have for @need; %GRAFT_ERROR_TOO_LARGE when it cannot
 * have so many. Never told too small: each new group may hold copies of the superblock. */
gboolean graft_ext4_grow_measure (GraftExt4Image *self, ext2_filsys fs, const GraftExt4Need *need,
                                  guint64 *ret_blocks, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_ext4_grow:
 * @fs: the source, open with its bitmaps
 * @n_blocks: that it is to have
 * @time: what resize2fs takes for the time: the same source, the same bytes
 * @unit: of the result
 * @scratch: (nullable): where the copy is made; NULL: the system's folder for such
 *
 * Returns: the source with @n_blocks blocks, for who edits it further; NULL when it is not in order
 *   (e2fsck), or resize2fs cannot do it so that e2fsck and the image's features are content.
 */
GraftExt4Io *graft_ext4_grow (GraftExt4Image *self, ext2_filsys fs, guint64 n_blocks, time_t time,
                              gsize unit, const char *scratch, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
