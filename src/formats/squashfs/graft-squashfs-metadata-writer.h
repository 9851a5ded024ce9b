/* graft-squashfs-metadata-writer.h: packing a table into metadata blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-codec.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsMetadataWriter GraftSquashfsMetadataWriter;

/* @codec is shared with other writers of the same thread, and must outlive them; NULL: stored as
 * it is. */
GraftSquashfsMetadataWriter *graft_squashfs_metadata_writer_new (GraftSquashfsCodec *codec);
void graft_squashfs_metadata_writer_free (GraftSquashfsMetadataWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsMetadataWriter, graft_squashfs_metadata_writer_free)

/* Where the next byte goes, as an inode reference. */
guint64 graft_squashfs_metadata_writer_get_ref (GraftSquashfsMetadataWriter *self);

void graft_squashfs_metadata_writer_put (GraftSquashfsMetadataWriter *self, const void *data,
                                         gsize length);

/* Packs what is left. @blocks gets all packed blocks, @positions (of guint64, may be NULL) where
 * each starts in them; borrowed. %FALSE when memory ran out on the way. */
gboolean graft_squashfs_metadata_writer_finish (GraftSquashfsMetadataWriter *self,
                                                GByteArray **ret_blocks, GArray **ret_positions,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
