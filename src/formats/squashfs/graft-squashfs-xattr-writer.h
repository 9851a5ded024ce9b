/* graft-squashfs-xattr-writer.h: the sets of extended attributes of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"

G_BEGIN_DECLS

/* Gives each inode of @plan its set of @writer. Equal sets are stored once. *@ret_any: there are
 * sets. */
gboolean graft_squashfs_xattr_writer_run (GraftSquashfs *source, GraftSquashfsPlan *plan,
                                          sqfs_xattr_writer_t *writer, gboolean *ret_any,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
