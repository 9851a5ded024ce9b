/* graft-squashfs-lzo.h: blocks of LZO1X, which libsquashfs knows by name only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A block is what liblzo2 gives for it, without head or checksum; one decoder reads what all five
 * algorithms write (fs/squashfs/lzo_wrapper.c of the kernel).
 */

#pragma once

#include "formats/squashfs/graft-squashfs-library.h"

G_BEGIN_DECLS

/**
 * graft_squashfs_lzo_parse_options:
 * @data: (array length=size): what the options block holds, without its length
 * @config: (inout): of SQFS_COMP_LZO; gets algorithm and level
 *
 * Reads the options of an image: two little-endian numbers of 32 bits, the algorithm (an
 * SQFS_LZO_ALGORITHM) and the level, 1 to 9 for LZO1X-999 and 0 for the others, which have none
 * (format.adoc "Compressor Options").
 *
 * Returns: %FALSE when they make no sense; @config is untouched then
 */
gboolean
graft_squashfs_lzo_parse_options (const guint8 *data, gsize size,
                                  sqfs_compressor_config_t *config) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_squashfs_lzo_new:
 * @config: of SQFS_COMP_LZO; with SQFS_COMP_FLAG_UNCOMPRESS a decoder
 *
 * A compressor as those of the library are: for one thread at a time, copied by sqfs_copy(), and
 * freed by sqfs_destroy(). It does not read or write options; see
 * graft_squashfs_lzo_parse_options().
 *
 * Returns: NULL when algorithm or level are none
 */
sqfs_compressor_t *graft_squashfs_lzo_new (const sqfs_compressor_config_t *config);

G_END_DECLS
