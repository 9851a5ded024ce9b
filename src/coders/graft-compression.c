/* graft-compression.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-compression.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "coders/graft-lzop.h"

#define LZMA_SIZE_AT 5
#define LZMA_STREAM_AT 13

typedef struct
{
  GraftCompression compression;
  const char *name;
  const char *suffix;
  const char *magic;
  gsize magic_length;
} Kind;

/* The magics as in the formats' own documents: RFC 1952 (with deflate as the method), the xz file
 * format 1.2, RFC 8878, the LZ4 frame format 1.6 (legacy and present frame), bzip2(1), the
 * lzma_alone header that xz(1) and lzma(1) write (as far as lib/decompress.c of the kernel looks at
 * it), lzop. */
static const Kind kinds[] = {
  { GRAFT_COMPRESSION_NONE, "none", "", NULL, 0 },
  { GRAFT_COMPRESSION_GZIP, "gzip", ".gz", "\x1f\x8b\x08", 3 },
  { GRAFT_COMPRESSION_XZ, "xz", ".xz",
    "\xfd"
    "7zXZ\0",
    6 },
  { GRAFT_COMPRESSION_ZSTD, "zstd", ".zst", "\x28\xb5\x2f\xfd", 4 },
  { GRAFT_COMPRESSION_LZ4_LEGACY, "lz4", ".lz4", "\x02\x21\x4c\x18", 4 },
  { GRAFT_COMPRESSION_LZ4_FRAME, "lz4-frame", ".lz4", "\x04\x22\x4d\x18", 4 },
  { GRAFT_COMPRESSION_BZIP2, "bzip2", ".bz2", "BZh", 3 },
  { GRAFT_COMPRESSION_LZMA, "lzma", ".lzma", "\x5d\0", 2 },
  { GRAFT_COMPRESSION_LZO, "lzo", ".lzo", GRAFT_LZOP_MAGIC, GRAFT_LZOP_MAGIC_SIZE },
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

/* Two bytes are no magic. Behind them are 4 of the dictionary, which may be of any size, and 8 of
 * the length: all ones when it is not said, else less than 2 ^ 40; then the stream begins, always
 * with a zero (doc/lzma-file-format.txt of XZ Utils). */
static gboolean
looks_like_lzma (const void *data, gsize length)
{
  guint64 size;

  return graft_bytes_get_le64 (data, length, LZMA_SIZE_AT, &size)
         && (size == G_MAXUINT64 || size >> 40 == 0)
         && graft_bytes_match (data, length, LZMA_STREAM_AT, "", 1);
}

GraftCompression
graft_compression_sniff (const void *data, gsize length)
{
  for (guint i = 1; i < G_N_ELEMENTS (kinds); i++)
    if (graft_bytes_match (data, length, 0, kinds[i].magic, kinds[i].magic_length)
        && (kinds[i].compression != GRAFT_COMPRESSION_LZMA || looks_like_lzma (data, length)))
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
