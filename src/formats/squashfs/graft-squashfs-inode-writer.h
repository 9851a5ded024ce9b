/* graft-squashfs-inode-writer.h: inodes and directories of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In mksquashfs's order: a directory's entries by name, each directory's own inode behind all that
 * is in it. So the inodes of a directory lie close to each other, and its list is short.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"
#include "formats/squashfs/graft-squashfs-stream.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsTables:
 * @inodes: the inode table, written as it grows
 * @directory: writes one directory's list after the other
 * @ids: owners and groups, in the order in which they are met
 */
typedef struct
{
  GraftSquashfsStream *stream;
  sqfs_meta_writer_t *inodes;
  sqfs_dir_writer_t *directory;
  sqfs_id_table_t *ids;
} GraftSquashfsTables;

/* Writes all inodes and directories of @plan, and sets their references in it. */
gboolean graft_squashfs_inode_writer_run (GraftSquashfsPlan *plan,
                                          const GraftSquashfsTables *tables,
                                          GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The time as squashfs holds it: seconds since 1970, 32 bits without a sign. */
guint32 graft_squashfs_clamp_time (gint64 mtime);

G_END_DECLS
