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
 * @left: stored bytes that have not been read
 * @run: entries left behind the last header
 * @block: of the entries' inodes, from that header
 * @number: the header's inode number
 */
typedef struct
{
  GraftSquashfsMetadata *metadata;
  GraftSquashfsCursor cursor;
  guint64 left;
  guint run;
  guint32 block;
  guint32 number;
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
                                  const GraftSquashfsSuper *super,
                                  const GraftSquashfsInode *directory);

/* *@ret_end: there was none left, and @ret_entry was not touched. */
gboolean graft_squashfs_listing_next (GraftSquashfsListing *self, GraftSquashfsListed *ret_entry,
                                      gboolean *ret_end, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
