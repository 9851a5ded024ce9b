/* graft-squashfs-xattr-writer.h: the extended attributes of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of the library's only the metadata writer: its sqfs_xattr_writer_t puts values that several files
 * have elsewhere and counts them out of the sets' sizes, which the kernel counts into st_blocks (so
 * untouched files would change), and writes behind its list of blocks when the last of them is
 * full.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"
#include "formats/squashfs/graft-squashfs-stream.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsXattrSets:
 * @stored: (element-type GBytes): the sets as they are stored, by index
 * @counts: (element-type guint32): names in each
 */
typedef struct
{
  GPtrArray *stored;
  GArray *counts;
} GraftSquashfsXattrSets;

/* Gives each inode of @plan its set of @sets, which are empty at first. Equal ones are kept once.
 */
gboolean graft_squashfs_xattr_writer_run (GraftSquashfs *source, GraftSquashfsPlan *plan,
                                          GraftSquashfsXattrSets *sets,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the table at the end of @stream and says in @super where it is. */
gboolean graft_squashfs_xattr_writer_flush (const GraftSquashfsXattrSets *sets,
                                            GraftSquashfsStream *stream,
                                            sqfs_compressor_t *compressor, sqfs_super_t *super,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
