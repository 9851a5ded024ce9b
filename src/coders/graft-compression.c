/* graft-compression.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-compression.h"

#include <string.h>

#include "base/graft-bytes.h"

typedef struct
{
  GraftCompression compression;
  gboolean supported;
  const char *name;
  const char *suffix;
  const char *magic;
  gsize magic_length;
} Kind;

/* The magics as in the formats' own documents: RFC 1952 (with deflate as the method), the xz file
 * format 1.2, RFC 8878, the LZ4 frame format 1.6 (legacy and present frame), bzip2(1), the
 * lzma_alone header that xz(1) and lzma(1) write, lzop. */
static const Kind kinds[] = {
  { GRAFT_COMPRESSION_NONE, TRUE, "none", "", NULL, 0 },
  { GRAFT_COMPRESSION_GZIP, TRUE, "gzip", ".gz", "\x1f\x8b\x08", 3 },
  { GRAFT_COMPRESSION_XZ, TRUE, "xz", ".xz",
    "\xfd"
    "7zXZ\0",
    6 },
  { GRAFT_COMPRESSION_ZSTD, TRUE, "zstd", ".zst", "\x28\xb5\x2f\xfd", 4 },
  { GRAFT_COMPRESSION_LZ4_LEGACY, TRUE, "lz4", ".lz4", "\x02\x21\x4c\x18", 4 },
  { GRAFT_COMPRESSION_LZ4_FRAME, TRUE, "lz4-frame", ".lz4", "\x04\x22\x4d\x18", 4 },
  { GRAFT_COMPRESSION_BZIP2, FALSE, "bzip2", ".bz2", "BZh", 3 },
  { GRAFT_COMPRESSION_LZMA, FALSE, "lzma", ".lzma", "\x5d\0\0", 3 },
  { GRAFT_COMPRESSION_LZO, FALSE, "lzo", ".lzo", "\x89LZO\0\r\n\x1a\n", 9 },
};

const char *
graft_compression_get_name (GraftCompression self)
{
  return kinds[self].name;
}

gboolean
graft_compression_from_name (const char *name, GraftCompression *ret_compression)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].name, name) == 0)
      {
        *ret_compression = kinds[i].compression;
        return TRUE;
      }
  return FALSE;
}

gboolean
graft_compression_is_supported (GraftCompression self)
{
  return kinds[self].supported;
}

GraftCompression
graft_compression_sniff (const void *data, gsize length)
{
  for (guint i = 1; i < G_N_ELEMENTS (kinds); i++)
    if (graft_bytes_match (data, length, 0, kinds[i].magic, kinds[i].magic_length))
      return kinds[i].compression;
  return GRAFT_COMPRESSION_NONE;
}

GraftCompression
graft_compression_from_suffix (const char *name, gsize *ret_stem)
{
  gsize length = strlen (name);

  for (guint i = 1; i < G_N_ELEMENTS (kinds); i++)
    if (length > strlen (kinds[i].suffix) && g_str_has_suffix (name, kinds[i].suffix))
      {
        if (ret_stem != NULL)
          *ret_stem = length - strlen (kinds[i].suffix);
        return kinds[i].compression;
      }
  if (ret_stem != NULL)
    *ret_stem = length;
  return GRAFT_COMPRESSION_NONE;
}

const char *
graft_compression_get_suffix (GraftCompression self)
{
  return kinds[self].suffix;
}
