/* graft-compression.h: the compressions a boot set may use, and how to tell them apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAFT_COMPRESSION_NONE,
  GRAFT_COMPRESSION_GZIP,
  GRAFT_COMPRESSION_XZ,
  GRAFT_COMPRESSION_ZSTD,
  GRAFT_COMPRESSION_LZ4_LEGACY, /* what the kernel means by lz4 */
  GRAFT_COMPRESSION_LZ4_FRAME,  /* what lz4(1) writes by default; the kernel does not take it */
  GRAFT_COMPRESSION_BZIP2,
  GRAFT_COMPRESSION_LZMA, /* the form before xz: "lzma alone" */
  GRAFT_COMPRESSION_LZO,  /* in the container of lzop */
} GraftCompression;

/* "none", "gzip", "xz", "zstd", "lz4" (legacy), "lz4-frame", "bzip2", "lzma", "lzo". */
const char *graft_compression_get_name (GraftCompression self);
gboolean graft_compression_from_name (const char *name, GraftCompression *ret_compression);

/* By the magic at @data; %GRAFT_COMPRESSION_NONE when there is none. 16 bytes are enough. */
GraftCompression graft_compression_sniff (const void *data, gsize length);

/* By a file's name: "loop.ko.xz" is XZ, and *@ret_stem (optional) its length without ".xz". */
GraftCompression graft_compression_from_suffix (const char *name, gsize *ret_stem);
/* ".xz", ".gz", ".zst", ".lz4", …; "" for none. */
const char *graft_compression_get_suffix (GraftCompression self);

G_END_DECLS
