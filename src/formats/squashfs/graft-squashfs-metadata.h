/* graft-squashfs-metadata.h: inodes, folders' entries and tables, read by the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sqfs_meta_reader_t keeps the one block that it decoded last. A few of them are kept here,
 * because a folder's entries point back and forth in the inode table. May be used from several
 * threads. Errors do not name the image: callers do.
 */

#pragma once

#include "base/graft-input.h"
#include "formats/squashfs/graft-squashfs-library.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsMetadata GraftSquashfsMetadata;

/* @input and @super must outlive it. NULL when memory ran out. */
GraftSquashfsMetadata *graft_squashfs_metadata_new (GraftInput *input, const sqfs_super_t *super,
                                                    const sqfs_compressor_config_t *config);
void graft_squashfs_metadata_free (GraftSquashfsMetadata *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsMetadata, graft_squashfs_metadata_free)

/**
 * graft_squashfs_metadata_read_inode:
 * @whole: also the list of a file's blocks
 *
 * Reads the inode at @ref. Of a directory the index is left out: nobody here needs it. What an
 * inode says about its own length is held against the table before the library makes room for it.
 *
 * Returns: (transfer full): freed by sqfs_free()
 */
sqfs_inode_generic_t *graft_squashfs_metadata_read_inode (GraftSquashfsMetadata *self, guint64 ref,
                                                          gboolean whole,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_squashfs_metadata_read_entry:
 * @state: where in which directory; moved on
 * @ret_entry: (out) (nullable): the next entry, NULL at the end; its name is not checked
 * @ret_number: (out): of its inode
 * @ret_ref: (out): of its inode
 */
gboolean graft_squashfs_metadata_read_entry (GraftSquashfsMetadata *self,
                                             sqfs_readdir_state_t *state,
                                             sqfs_dir_entry_t **ret_entry, guint32 *ret_number,
                                             guint64 *ret_ref,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the stored entries of the table at @start, behind the directory table. @what is
 * for messages. */
GBytes *graft_squashfs_metadata_read_table (GraftSquashfsMetadata *self, guint64 start,
                                            guint64 n_entries, guint entry_size, const char *what,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
