/* graft-ext4-image.h: an ext2, ext3 or ext4 file system
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folders are listed one at a time when they are asked for, and remembered. A node's handle is its
 * inode number; each name of a hard-linked file is the same node.
 */

#pragma once

#include "base/graft-patched-input.h"
#include "image/graft-image-loader.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_EXT4_IMAGE (graft_ext4_image_get_type ())
G_DECLARE_FINAL_TYPE (GraftExt4Image, graft_ext4_image, GRAFT, EXT4_IMAGE, GraftImage)

/* For graft_image_loader_register(). */
const GraftImageFormat *graft_ext4_image_get_format (void);

/* Bytes of a block. */
guint32 graft_ext4_image_get_block_size (GraftExt4Image *self);
/* By the superblock: what is free, with what is kept for root. */
guint64 graft_ext4_image_get_free_blocks (GraftExt4Image *self);
guint32 graft_ext4_image_get_free_inodes (GraftExt4Image *self);

/* (transfer full): why it cannot be edited, a whole sentence; NULL when it can. */
char *graft_ext4_image_dup_read_only_reason (GraftExt4Image *self);
/* Whether nothing but its features keeps it from being edited: a new image of what is in it can
 * be, and is whole. */
gboolean graft_ext4_image_needs_new_image (GraftExt4Image *self);

/* (transfer full) (array zero-terminated=1): what the superblock says, a line each, for people
 * ("block size 4096", "features has_journal ext_attr …", "state clean"). */
char **graft_ext4_image_list_facts (GraftExt4Image *self);

/**
 * GraftExt4Need:
 * @needed_blocks: what the edits take, at most: content, maps, folders, attributes
 * @available_blocks: what is free once that which goes is gone
 * @needed_inodes: new files, folders, links, devices
 * @available_inodes: free once that which goes is gone
 */
typedef struct
{
  guint64 needed_blocks;
  guint64 available_blocks;
  guint64 needed_inodes;
  guint64 available_inodes;
} GraftExt4Need;

/* What editing to @root would take; changes nothing. */
gboolean graft_ext4_image_measure (GraftExt4Image *self, GraftNode *root, GraftExt4Need *ret_need,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_ext4_image_patch:
 * @self: the source
 * @root: its tree with edits
 * @unit: bytes by which changes are kept: best the block size of what @self lies in; 0 for
 *   GRAFT_EXT4_UNIT
 * @options: (nullable): of them only @grow and @scratch count
 * @progress: (nullable): of the whole
 *
 * The file system with the edits of @root, as the ranges of the source that it replaces. The same
 * source, root and unit give the same bytes. Where there is no room and it is to grow, the patch is
 * longer than the source, by as little as will do; e2fsprogs must be installed then.
 *
 * Returns: (transfer full): the patch; NULL with %GRAFT_ERROR_REFUSED where it cannot be edited
 *   (graft_ext4_image_dup_read_only_reason()), %GRAFT_ERROR_NO_ROOM where there is no room and it
 *   is not to grow, before anything was changed.
 */
GraftPatchedInput *graft_ext4_image_patch (GraftExt4Image *self, GraftNode *root, gsize unit,
                                           const GraftImageOptions *options,
                                           GraftProgress *progress, GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
