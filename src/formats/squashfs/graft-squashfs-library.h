/* graft-squashfs-library.h: libsquashfs's headers, and the little that they lack
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sources of format facts are the kernel's Documentation/filesystems/squashfs.rst and
 * squashfs-tools-ng's doc/format.adoc.
 */

#pragma once

#include <glib.h>

#include <sqfs/block.h>
#include <sqfs/compressor.h>
#include <sqfs/dir.h>
#include <sqfs/dir_writer.h>
#include <sqfs/error.h>
#include <sqfs/frag_table.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/meta_reader.h>
#include <sqfs/meta_writer.h>
#include <sqfs/super.h>
#include <sqfs/table.h>
#include <sqfs/xattr.h>
#include <sqfs/xattr_reader.h>

G_BEGIN_DECLS

/* A table that the image does not have; an inode without fragment or xattrs. */
#define GRAFT_SQUASHFS_NO_TABLE G_MAXUINT64
#define GRAFT_SQUASHFS_NONE G_MAXUINT32

/* format.adoc "Packing Metadata": bit 15 of a block's stored length; "Data and Fragment Blocks":
 * bit 24 of theirs. Such a block is stored as it is. */
#define GRAFT_SQUASHFS_METADATA_RAW 0x8000u
#define GRAFT_SQUASHFS_BLOCK_RAW (1u << 24)

/* An extended inode's type is so much more than the basic one's. */
#define GRAFT_SQUASHFS_EXTENDED (SQFS_INODE_EXT_DIR - SQFS_INODE_DIR)

/* Inode references: where the metadata block starts, from the table's start, and the byte in it. */
#define GRAFT_SQUASHFS_REF(block, offset) (((guint64)(block) << 16) | (offset))
#define GRAFT_SQUASHFS_REF_BLOCK(ref) ((ref) >> 16)
#define GRAFT_SQUASHFS_REF_OFFSET(ref) ((guint32)((ref)&0xffff))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_compressor_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_dir_writer_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_frag_table_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_id_table_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_meta_reader_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_meta_writer_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_xattr_reader_t, sqfs_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_dir_entry_t, sqfs_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_inode_generic_t, sqfs_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_xattr_entry_t, sqfs_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqfs_xattr_value_t, sqfs_free)

G_END_DECLS
