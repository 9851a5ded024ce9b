/* graft-squashfs-carry.h: copying the source's stored blocks that the new image keeps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What no file uses any more is left out; what lies next to each other is copied in one piece.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"

G_BEGIN_DECLS

/* Copies all carried blocks and fragment blocks of @plan to @output, and points its contents to
 * where they now are. @fragments gets the kept fragment blocks. */
gboolean graft_squashfs_carry (GraftSquashfs *source, GraftSquashfsPlan *plan,
                               sqfs_frag_table_t *fragments, GraftOutput *output,
                               GraftWritten *written, GraftProgress *progress,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where the byte that was carried from @offset now is, by the first @n of the ranges @carried,
 * which are in the order of the source; %FALSE when it was not carried. */
gboolean graft_squashfs_carry_map (const GArray *carried, guint n, guint64 offset, guint64 length,
                                   guint64 *ret_target);

G_END_DECLS
