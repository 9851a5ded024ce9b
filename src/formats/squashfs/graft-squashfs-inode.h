/* graft-squashfs-inode.h: what an inode says, whatever its stored type
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-metadata.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsInode:
 * @ref: where it is stored
 * @type: a basic type (SQFS_INODE_DIR, …), also where the inode is an extended one
 * @mode: permission bits
 * @uid: index in the id table
 * @gid: index in the id table
 * @number: from 1
 * @xattr: index in the xattr table, GRAFT_SQUASHFS_NONE for none
 * @size: a file's bytes, a link's target's, a directory's list's
 * @start: a file's first data block, from the image's start; a directory's listing: the metadata
 *   block, from the directory table's start
 * @offset: a directory's listing: the byte in that block
 * @fragment: GRAFT_SQUASHFS_NONE for none
 *
 * What a type does not have is 0 (or none).
 */
typedef struct
{
  guint64 ref;
  guint16 type;
  guint16 mode;
  guint16 uid;
  guint16 gid;
  guint32 mtime;
  guint32 number;
  guint32 nlink;
  guint32 xattr;
  guint64 size;
  guint64 start;
  guint64 sparse;
  guint32 offset;
  guint32 fragment;
  guint32 fragment_offset;
  guint32 rdev;
} GraftSquashfsInode;

/* The inode at @ref. */
gboolean graft_squashfs_inode_read (GraftSquashfsMetadata *metadata, const sqfs_super_t *super,
                                    guint64 ref, GraftSquashfsInode *ret_inode,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends the stored sizes of a file's blocks to @sizes (of guint32). */
gboolean graft_squashfs_inode_read_blocks (GraftSquashfsMetadata *metadata,
                                           const GraftSquashfsInode *self, guint32 block_size,
                                           GArray *sizes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A link's target. */
char *graft_squashfs_inode_read_target (GraftSquashfsMetadata *metadata,
                                        const GraftSquashfsInode *self,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

GraftNodeType graft_squashfs_type_to_node_type (guint type);

G_END_DECLS
