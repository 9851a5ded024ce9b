/* graft-squashfs-super.h: the superblock and the compressor options behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"
#include "formats/squashfs/graft-squashfs-format.h"

G_BEGIN_DECLS

/* The fields in the order of format.adoc "The Superblock"; offsets from the image's start. */
typedef struct
{
  guint32 n_inodes;
  guint32 mkfs_time;
  guint32 block_size;
  guint32 n_fragments;
  guint16 compressor;
  guint16 flags;
  guint16 n_ids;
  guint64 root;
  guint64 bytes_used;
  guint64 id_table;
  guint64 xattr_table;
  guint64 inode_table;
  guint64 directory_table;
  guint64 fragment_table;
  guint64 export_table;
} GraftSquashfsSuper;

/**
 * GraftSquashfsOptions:
 *
 * What the options block says, or the compressor's defaults. Levels matter to an encoder only.
 */
typedef struct
{
  guint32 gzip_level;
  guint32 gzip_window;
  guint32 xz_dictionary;
  gboolean lz4_high;
  guint32 zstd_level;
} GraftSquashfsOptions;

/* Reads the superblock of @input and holds each of its numbers against the input's size. */
gboolean graft_squashfs_super_read (GraftInput *input, GraftSquashfsSuper *ret_super,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the GRAFT_SQUASHFS_SUPER_SIZE bytes of @self to @data. */
void graft_squashfs_super_store (const GraftSquashfsSuper *self, guint8 *data);

/* The options block as stored (empty when there is none), and what it says. */
gboolean graft_squashfs_options_read (GraftInput *input, const GraftSquashfsSuper *super,
                                      GBytes **ret_stored, GraftSquashfsOptions *ret_options,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the compressor does unless told otherwise. */
void graft_squashfs_options_init (GraftSquashfsOptions *self, guint32 block_size);

/* The end of the metadata that starts at @start: the nearest table behind it. */
guint64 graft_squashfs_super_get_end (const GraftSquashfsSuper *self, guint64 start);

/* "gzip", "xz", …; NULL for an unknown number. */
const char *graft_squashfs_compressor_get_name (guint compressor);
gboolean graft_squashfs_compressor_from_name (const char *name,
                                              GraftSquashfsCompressor *ret_compressor);

G_END_DECLS
