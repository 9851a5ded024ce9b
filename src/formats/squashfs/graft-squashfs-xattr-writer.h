/* graft-squashfs-xattr-writer.h: the xattr table of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-metadata-writer.h"
#include "formats/squashfs/graft-squashfs-plan.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsXattrTable:
 * @values: names and values of all sets
 * @sets: the table of sets
 * @n_sets: how many; 0: the image needs no table
 */
typedef struct
{
  GraftSquashfsMetadataWriter *values;
  GraftSquashfsMetadataWriter *sets;
  guint n_sets;
} GraftSquashfsXattrTable;

/* Gives each inode of @plan its set. Equal sets are stored once. */
gboolean graft_squashfs_xattr_writer_run (GraftSquashfs *source, GraftSquashfsPlan *plan,
                                          GraftSquashfsXattrTable *table,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
