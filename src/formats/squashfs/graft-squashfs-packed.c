/* graft-squashfs-packed.c: telling what is compressed already, and not worth trying
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-packed.h"

#include "coders/graft-compression.h"

gboolean
graft_squashfs_packed_has_magic (const guint8 *data, gsize length)
{
  switch (graft_compression_sniff (data, length))
    {
    case GRAFT_COMPRESSION_GZIP:
    case GRAFT_COMPRESSION_XZ:
    case GRAFT_COMPRESSION_ZSTD:
    case GRAFT_COMPRESSION_BZIP2:
      return TRUE;
    case GRAFT_COMPRESSION_NONE:
    case GRAFT_COMPRESSION_LZ4_LEGACY:
    case GRAFT_COMPRESSION_LZ4_FRAME:
    case GRAFT_COMPRESSION_LZMA:
    case GRAFT_COMPRESSION_LZO:
    default:
      return FALSE;
    }
}

/* Of n random bytes the squares of the 256 counts sum up to n² / 256 + n; a sixteenth more is let
 * pass. Integers only, so that no machine's mathematics decides about the bytes of an image. */
gboolean
graft_squashfs_packed_looks_random (const guint8 *data, gsize length)
{
  guint64 counts[256] = { 0 }, n = length, sum = 0;

  for (gsize i = 0; i < length; i++)
    counts[data[i]]++;
  for (guint i = 0; i < 256; i++)
    sum += counts[i] * counts[i];
  return sum * 256 <= n * n + n * n / 16 + 256 * n;
}
