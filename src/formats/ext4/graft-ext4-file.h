/* graft-ext4-file.h: the bytes of one file in an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/ext4/graft-ext4-inode.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

/* @runs (of GraftExt4Run) is referenced; what no run has is zero, and costs no reading. Reads
 * @owner's own input, without a lock. */
GraftInput *graft_ext4_file_new (GraftImage *owner, guint32 block_size, guint64 size, GArray *runs,
                                 const char *name);

G_END_DECLS
