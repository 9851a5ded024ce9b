/* graft-squashfs-listing-writer.h: the stored entries of one directory, made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-metadata-writer.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsListingWriter GraftSquashfsListingWriter;

GraftSquashfsListingWriter *graft_squashfs_listing_writer_new (void);
void graft_squashfs_listing_writer_free (GraftSquashfsListingWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsListingWriter, graft_squashfs_listing_writer_free)

/* Entries come in the order of their names. */
void graft_squashfs_listing_writer_add (GraftSquashfsListingWriter *self, const char *name,
                                        guint64 ref, guint32 number, GraftSquashfsType type);

/**
 * graft_squashfs_listing_writer_finish:
 * @directories: the directory table
 * @ret_ref: (out): where the list begins in it
 * @ret_size: (out): its bytes
 * @ret_index: (out): the index that a long directory's inode carries, as stored; may be empty.
 *   Borrowed.
 *
 * Returns: how many entries the index has
 */
guint graft_squashfs_listing_writer_finish (GraftSquashfsListingWriter *self,
                                            GraftSquashfsMetadataWriter *directories,
                                            guint64 *ret_ref, guint32 *ret_size,
                                            GByteArray **ret_index);

G_END_DECLS
