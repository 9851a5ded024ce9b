/* graft-ext4-listing.h: the names in one folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/ext4/graft-ext4-inode.h"

G_BEGIN_DECLS

/* One name; "." and ".." are not among them. */
typedef struct
{
  char *name;
  guint32 inode;
} GraftExt4Listed;

/* (element-type GraftExt4Listed): in the order of the folder; with its own clear function. More
 * than @most is %GRAFT_ERROR_TOO_LARGE. Reads nothing but the folder. */
GArray *graft_ext4_listing_read (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                                 guint64 most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
