/* graft-ext4-inode.h: one inode, and where its bytes are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The layout is that of the kernel's Documentation/filesystems/ext4 (inodes, ifork, attributes).
 */

#pragma once

#include "formats/ext4/graft-ext4-io.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftExt4Volume:
 * @io: what it reads through
 * @fs: the library's
 * @block_size: bytes
 * @n_blocks: of the whole file system
 *
 * What is needed to read an inode. One thread at a time.
 */
typedef struct
{
  GraftExt4Io *io;
  ext2_filsys fs;
  guint32 block_size;
  guint64 n_blocks;
} GraftExt4Volume;

/**
 * GraftExt4Inode:
 * @number: its number
 * @type: what it is
 * @flags: EXT4_…_FL
 * @raw: the whole inode, @raw_size bytes; of this struct
 * @xattr_block: a block of extended attributes; 0 for none
 */
typedef struct
{
  guint32 number;
  GraftNodeType type;
  GraftAttributes attributes;
  guint64 size;
  guint32 nlink;
  guint32 flags;
  guint32 rdev_major;
  guint32 rdev_minor;
  guint64 xattr_block;
  guint64 n_sectors;
  guint8 *raw;
  gsize raw_size;
} GraftExt4Inode;

/* Where the sixty bytes of block numbers, extents or data stand in an inode. */
#define GRAFT_EXT4_I_BLOCK 40
#define GRAFT_EXT4_I_BLOCK_SIZE 60

/* A run of blocks; what lies between runs is a hole. */
typedef struct
{
  guint64 logical;
  guint64 physical;
  guint64 count;
} GraftExt4Run;

/* Refuses one that is not in use or is no kind of file. */
gboolean graft_ext4_inode_read (const GraftExt4Volume *volume, guint32 number,
                                GraftExt4Inode *ret_inode,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_ext4_inode_clear (GraftExt4Inode *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftExt4Inode, graft_ext4_inode_clear)

/* (element-type GraftExt4Run): sorted; of an inode that is not inline. Never more blocks than the
 * file system has. */
GArray *graft_ext4_inode_read_runs (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A small inode's bytes, however they are stored; more than @most is %GRAFT_ERROR_TOO_LARGE. */
GBytes *graft_ext4_inode_read_content (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                                       gsize most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_ext4_inode_is_inline (const GraftExt4Inode *inode);
/* Whether a link's target stands in the inode itself. */
gboolean graft_ext4_inode_is_fast_link (const GraftExt4Volume *volume, const GraftExt4Inode *inode);

G_END_DECLS
