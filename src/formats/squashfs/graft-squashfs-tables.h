/* graft-squashfs-tables.h: the tables of a new image, and its superblock
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-content.h"

G_BEGIN_DECLS

/* Writes all tables behind the blocks that are in @output, and the superblock before them; @plan
 * remembers both for verifying. */
gboolean graft_squashfs_tables_write (GraftSquashfs *source, const GraftSquashfsStyle *style,
                                      GraftSquashfsPlan *plan, sqfs_frag_table_t *fragments,
                                      GraftOutput *output, GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
