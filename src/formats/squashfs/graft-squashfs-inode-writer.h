/* graft-squashfs-inode-writer.h: inodes and directories of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In mksquashfs's order: a directory's entries by name, each directory's own inode behind all that
 * is in it. So the inodes of a directory lie close to each other, and its list is short.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-metadata-writer.h"
#include "formats/squashfs/graft-squashfs-plan.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsTables:
 * @inodes: the inode table
 * @directories: the directory table
 * @ids: (element-type guint32): owners and groups, in the order in which they are met
 * @root: reference of the root's inode
 */
typedef struct
{
  GraftSquashfsMetadataWriter *inodes;
  GraftSquashfsMetadataWriter *directories;
  GArray *ids;
  guint64 root;
} GraftSquashfsTables;

/* Writes all inodes and directories of @plan, and sets their references in it. */
gboolean graft_squashfs_inode_writer_run (GraftSquashfsPlan *plan, GraftSquashfsTables *tables,
                                          GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The time as squashfs holds it: seconds since 1970, 32 bits without a sign. */
guint32 graft_squashfs_clamp_time (gint64 mtime);

G_END_DECLS
