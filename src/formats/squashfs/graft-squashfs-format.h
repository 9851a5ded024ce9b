/* graft-squashfs-format.h: the numbers of the squashfs 4.0 format
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sources: the kernel's Documentation/filesystems/squashfs.rst (sections 3 and 4) and
 * squashfs-tools-ng's doc/format.adoc, whose section names are given below. All numbers on disk
 * are little-endian. An image is, in this order: superblock, compressor options, data blocks and
 * fragment blocks, inode table, directory table, fragment table, export table, id table, xattr
 * table.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* format.adoc "The Superblock". */
#define GRAFT_SQUASHFS_SUPER_SIZE 96
#define GRAFT_SQUASHFS_MAGIC 0x73717368u
#define GRAFT_SQUASHFS_MIN_BLOCK 4096u
#define GRAFT_SQUASHFS_MAX_BLOCK (1u << 20)

/* A table that the image does not have; an inode without fragment or xattrs. */
#define GRAFT_SQUASHFS_NO_TABLE G_MAXUINT64
#define GRAFT_SQUASHFS_NONE G_MAXUINT32

typedef enum
{
  GRAFT_SQUASHFS_GZIP = 1,
  GRAFT_SQUASHFS_LZMA = 2,
  GRAFT_SQUASHFS_LZO = 3,
  GRAFT_SQUASHFS_XZ = 4,
  GRAFT_SQUASHFS_LZ4 = 5,
  GRAFT_SQUASHFS_ZSTD = 6,
} GraftSquashfsCompressor;

typedef enum
{
  GRAFT_SQUASHFS_RAW_INODES = 1 << 0,
  GRAFT_SQUASHFS_RAW_DATA = 1 << 1,
  GRAFT_SQUASHFS_RAW_FRAGMENTS = 1 << 3,
  GRAFT_SQUASHFS_NO_FRAGMENTS = 1 << 4,
  GRAFT_SQUASHFS_ALWAYS_FRAGMENTS = 1 << 5,
  GRAFT_SQUASHFS_DUPLICATES = 1 << 6,
  GRAFT_SQUASHFS_EXPORTABLE = 1 << 7,
  GRAFT_SQUASHFS_RAW_XATTRS = 1 << 8,
  GRAFT_SQUASHFS_NO_XATTRS = 1 << 9,
  GRAFT_SQUASHFS_OPTIONS = 1 << 10,
  GRAFT_SQUASHFS_RAW_IDS = 1 << 11,
} GraftSquashfsFlags;

/* format.adoc "Packing Metadata": blocks of 8 KiB, each behind two bytes: its stored length, and
 * bit 15 when it is stored as it is. */
#define GRAFT_SQUASHFS_METADATA_SIZE 8192u
#define GRAFT_SQUASHFS_METADATA_RAW 0x8000u

/* format.adoc "Data and Fragment Blocks": a stored length with bit 24 set is stored as it is; 0 is
 * a block of zeros. */
#define GRAFT_SQUASHFS_BLOCK_RAW (1u << 24)

/* format.adoc "Inode Table". The basic types; an extended type is 7 more. */
typedef enum
{
  GRAFT_SQUASHFS_TYPE_DIRECTORY = 1,
  GRAFT_SQUASHFS_TYPE_FILE = 2,
  GRAFT_SQUASHFS_TYPE_SYMLINK = 3,
  GRAFT_SQUASHFS_TYPE_BLOCK_DEVICE = 4,
  GRAFT_SQUASHFS_TYPE_CHAR_DEVICE = 5,
  GRAFT_SQUASHFS_TYPE_FIFO = 6,
  GRAFT_SQUASHFS_TYPE_SOCKET = 7,
} GraftSquashfsType;

#define GRAFT_SQUASHFS_EXTENDED 7

/* Inode references: where its metadata block starts, from the table's start, and the byte in it. */
#define GRAFT_SQUASHFS_REF(block, offset) (((guint64)(block) << 16) | (offset))
#define GRAFT_SQUASHFS_REF_BLOCK(ref) ((ref) >> 16)
#define GRAFT_SQUASHFS_REF_OFFSET(ref) ((guint32)((ref)&0xffff))

/* format.adoc "Directory Table": a header is followed by at most so many entries, whose inode
 * numbers differ from the header's by 16 bits. A listing's size counts "." and "..", which are
 * not stored, as three bytes. */
#define GRAFT_SQUASHFS_DIRECTORY_RUN 256
#define GRAFT_SQUASHFS_DIRECTORY_EXTRA 3

/* format.adoc "Xattr Table". */
#define GRAFT_SQUASHFS_XATTR_INDIRECT 0x100
#define GRAFT_SQUASHFS_XATTR_ENTRY 16
#define GRAFT_SQUASHFS_FRAGMENT_ENTRY 16

G_END_DECLS
