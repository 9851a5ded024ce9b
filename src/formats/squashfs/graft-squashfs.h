/* graft-squashfs.h: a squashfs 4.0 image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folders are listed one at a time when they are asked for, and remembered. A node's handle is its
 * inode number; each name of a hard-linked file is the same node.
 */

#pragma once

#include "image/graft-image-loader.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_SQUASHFS (graft_squashfs_get_type ())
G_DECLARE_FINAL_TYPE (GraftSquashfs, graft_squashfs, GRAFT, SQUASHFS, GraftImage)

/* For graft_image_loader_register(). */
const GraftImageFormat *graft_squashfs_get_format (void);

/* One with nothing in it, in memory, to be written with another root: of blocks of @block_size
 * bytes, made at @time (seconds), for which graft_image_write() must be told @compression. */
GraftImage *graft_squashfs_new_empty (const char *name, guint32 block_size, const char *compression,
                                      gint64 time, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes of a whole block, decoded. */
guint32 graft_squashfs_get_block_size (GraftSquashfs *self);

/* (transfer full) (array zero-terminated=1): what the superblock says, a line each, for people
 * ("block size 131072", "14223 inodes", "exportable"). */
char **graft_squashfs_list_facts (GraftSquashfs *self);

G_END_DECLS
