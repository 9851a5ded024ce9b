/* graft-squashfs-listing.h: the stored entries of one directory, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-limits.h"
#include "formats/squashfs/graft-squashfs-inode.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsListing:
 * @state: the library's
 * @left: bytes of the list that have not been read: where it ends in the middle of an entry, the
 *   library says only that it ends
 */
typedef struct
{
  GraftSquashfsMetadata *metadata;
  sqfs_readdir_state_t state;
  guint64 left;
} GraftSquashfsListing;

/**
 * GraftSquashfsListed:
 * @ref: of its inode
 * @number: of its inode
 * @type: a basic type, not held against any list
 * @name: checked: not empty, no "/", not "." or ".."
 */
typedef struct
{
  guint64 ref;
  guint32 number;
  guint16 type;
  char name[GRAFT_LIMIT_NAME + 1];
} GraftSquashfsListed;

void graft_squashfs_listing_init (GraftSquashfsListing *self, GraftSquashfsMetadata *metadata,
                                  const sqfs_super_t *super, const GraftSquashfsInode *directory);

/* *@ret_end: there was none left, and @ret_entry was not touched. */
gboolean graft_squashfs_listing_next (GraftSquashfsListing *self, GraftSquashfsListed *ret_entry,
                                      gboolean *ret_end, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
