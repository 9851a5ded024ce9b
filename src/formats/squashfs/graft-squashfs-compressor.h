/* graft-squashfs-compressor.h: the library's compressors and our lzo, set up as the image and the
 * user want
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each block of a squashfs is a stream of its own: the same block gives the same bytes wherever and
 * whenever it is encoded. A compressor of the library is for one thread at a time; sqfs_copy()
 * makes one for another thread.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-library.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

/**
 * graft_squashfs_options_read:
 * @ret_stored: (out): the options block, empty when there is none: a new image gets the same bytes,
 *   because the library does not keep all that stands in them
 * @ret_config: (out): what it says, or the compressor's defaults
 *
 * Returns: %FALSE with an error that names the image
 */
gboolean graft_squashfs_options_read (GraftInput *input, const sqfs_super_t *super,
                                      GBytes **ret_stored, sqfs_compressor_config_t *ret_config,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The options block that @compressor cannot do without; empty for most. */
GBytes *graft_squashfs_options_make (SQFS_COMPRESSOR compressor, GraftEffort effort);

/* NULL when memory ran out. */
sqfs_compressor_t *graft_squashfs_decoder_new (const sqfs_compressor_config_t *config);

/* @window is the longest block that will be encoded. NULL when memory ran out. */
sqfs_compressor_t *graft_squashfs_block_compressor_new (const sqfs_compressor_config_t *config,
                                                        guint32 window, GraftEffort effort);

/**
 * graft_squashfs_table_compressor_new:
 * @inner: (transfer none) (nullable): outlives it; NULL for tables that are to be stored as they
 * are
 *
 * What the library's writers of tables get: they believe what a compressor gives, even when that is
 * longer than what it got (as lz4's is for a few bytes), which unsquashfs refuses to read.
 */
sqfs_compressor_t *graft_squashfs_table_compressor_new (sqfs_compressor_t *inner);

/* Encodes a block into @out, which has room for as many bytes. Returns the length, 0 when that
 * would not be smaller, or a SQFS_ERROR. */
sqfs_s32 graft_squashfs_encode (sqfs_compressor_t *encoder, const guint8 *in, gsize length,
                                guint8 *out);

/* Decodes a block; %FALSE when @in is damaged or would give more than @room bytes. */
gboolean graft_squashfs_decode (sqfs_compressor_t *decoder, const guint8 *in, gsize length,
                                guint8 *out, gsize room, gsize *ret_length);

G_END_DECLS
