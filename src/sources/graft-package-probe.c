/* graft-package-probe.c: whether a file is a package, by its first bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-package.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "coders/graft-decoder.h"
#include "sources/graft-rpm.h"

/* deb(5): an ar archive whose first member is debian-binary. */
#define DEB_MAGIC "!<arch>\ndebian-binary"

/* POSIX, pax(1), "ustar Interchange Format": a header is a block of 512 bytes. */
#define TAR_BLOCK 512
#define TAR_MAGIC_OFFSET 257
#define TAR_CHECKSUM_OFFSET 148
#define TAR_CHECKSUM_LENGTH 8

/* Encoded bytes that are looked at. Nothing comes out of zstd before a whole block went in, which
 * has up to 128 KiB (RFC 8878, 3.1.1.2.4), behind the frame's header. */
#define START (256 * 1024)

/* The sum of all bytes, those of the sum itself taken for blanks, in octal. Archives older than
 * ustar have only that to be known by. */
static gboolean
has_tar_checksum (const guint8 *block)
{
  const char *digits = (const char *)block + TAR_CHECKSUM_OFFSET;
  guint sum = 0, found = 0, n_digits = 0;

  for (guint i = 0; i < TAR_BLOCK; i++)
    sum += i - TAR_CHECKSUM_OFFSET < TAR_CHECKSUM_LENGTH ? ' ' : block[i];
  for (guint i = 0; i < TAR_CHECKSUM_LENGTH; i++)
    if (digits[i] >= '0' && digits[i] <= '7')
      {
        found = found * 8 + (guint)(digits[i] - '0');
        n_digits++;
      }
    else if (n_digits > 0 || digits[i] != ' ')
      break;
  return n_digits > 0 && found == sum;
}

static gboolean
is_tar (const guint8 *data, gsize length)
{
  if (length < TAR_BLOCK)
    return FALSE;
  return graft_bytes_match (data, length, TAR_MAGIC_OFFSET, "ustar", 5) || has_tar_checksum (data);
}

/* Whether what is encoded in @data begins as a tar does. */
static gboolean
is_encoded_tar (GraftCompression compression, const guint8 *data, gsize length)
{
  g_autoptr (GraftDecoder) decoder = graft_decoder_new (compression);
  guint8 block[TAR_BLOCK];
  guint8 *out = block;
  gsize room = sizeof block;
  gboolean end;

  if (!graft_decoder_run (decoder, &data, &length, FALSE, &out, &room, &end, NULL))
    return FALSE;
  return is_tar (block, sizeof block - room);
}

/* Nothing here decodes bzip2, and hardly anything else is packed with it: the name has to tell. */
static gboolean
is_named_tar (const char *name)
{
  static const char *const suffixes[] = { ".tar.bz2", ".tar.bz", ".tbz2", ".tbz", ".tb2" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;
  return FALSE;
}

GraftPackageKind
graft_package_probe (GraftInput *input)
{
  g_autofree guint8 *start = g_malloc (START);
  gssize length = graft_input_read_some (input, 0, start, START, NULL);
  GraftCompression compression;

  if (length <= 0)
    return GRAFT_PACKAGE_NONE;
  if (graft_bytes_match (start, length, 0, DEB_MAGIC, sizeof DEB_MAGIC - 1))
    return GRAFT_PACKAGE_DEB;
  if (graft_rpm_probe (input))
    return GRAFT_PACKAGE_RPM;
  if (is_tar (start, length))
    return GRAFT_PACKAGE_TAR;
  compression = graft_compression_sniff (start, length);
  switch (compression)
    {
    case GRAFT_COMPRESSION_GZIP:
    case GRAFT_COMPRESSION_XZ:
    case GRAFT_COMPRESSION_ZSTD:
      return is_encoded_tar (compression, start, length) ? GRAFT_PACKAGE_TAR : GRAFT_PACKAGE_NONE;
    case GRAFT_COMPRESSION_BZIP2:
      return is_named_tar (graft_input_get_name (input)) ? GRAFT_PACKAGE_TAR : GRAFT_PACKAGE_NONE;
    case GRAFT_COMPRESSION_NONE:
    case GRAFT_COMPRESSION_LZ4_LEGACY:
    case GRAFT_COMPRESSION_LZ4_FRAME:
    case GRAFT_COMPRESSION_LZMA:
    case GRAFT_COMPRESSION_LZO:
    default:
      return GRAFT_PACKAGE_NONE;
    }
}
