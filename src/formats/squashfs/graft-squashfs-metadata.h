/* graft-squashfs-metadata.h: reading the packed tables
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table is a run of metadata blocks (format.adoc "Packing Metadata"). A few decoded ones are
 * kept, because a folder's entries point back and forth in the inode table. May be used from
 * several threads. Its errors do not name the image: callers do.
 */

#pragma once

#include "base/graft-input.h"
#include "formats/squashfs/graft-squashfs-codec.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsMetadata GraftSquashfsMetadata;

/**
 * GraftSquashfsCursor:
 * @block: where the metadata block starts, from the image's start
 * @offset: the next byte in it, decoded
 * @end: where the table ends, from the image's start: no block reaches beyond
 */
typedef struct
{
  guint64 block;
  guint32 offset;
  guint64 end;
} GraftSquashfsCursor;

/* @input and @super must outlive it. */
GraftSquashfsMetadata *graft_squashfs_metadata_new (GraftInput *input,
                                                    const GraftSquashfsSuper *super,
                                                    const GraftSquashfsOptions *options);
void graft_squashfs_metadata_free (GraftSquashfsMetadata *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsMetadata, graft_squashfs_metadata_free)

/* A cursor at the byte that @ref names in the table at @table. */
GraftSquashfsCursor graft_squashfs_metadata_seek (GraftSquashfsMetadata *self, guint64 table,
                                                  guint64 ref);

/* Reads exactly @length decoded bytes and moves @cursor behind them. */
gboolean graft_squashfs_metadata_read (GraftSquashfsMetadata *self, GraftSquashfsCursor *cursor,
                                       void *buffer, gsize length,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_squashfs_metadata_read_table:
 * @start: where the list of block positions stands (format.adoc "Storing Lookup Tables")
 * @n_entries: how many
 * @entry_size: bytes of each
 * @what: for messages ("fragment")
 *
 * Reads a table that is found through a list of its blocks' positions.
 *
 * Returns: (transfer full): all entries; NULL with %GRAFT_ERROR_CORRUPTED
 */
GBytes *graft_squashfs_metadata_read_table (GraftSquashfsMetadata *self, guint64 start,
                                            guint64 n_entries, guint entry_size, const char *what,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
