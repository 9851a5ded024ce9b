/* graft-file-kind.c: what a file is that is no image of a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "image/graft-image-loader.h"

#define HEAD 4096

typedef struct
{
  guint64 offset;
  const char *magic;
  gsize length;
  const char *name;
} Kind;

/* Offsets and magics as in the formats' own documents; only for messages. */
static const Kind kinds[] = {
  { 0,
    "\x7f"
    "ELF",
    4, N_ ("an ELF file") },
  { 0, "-----BEGIN PGP", 14, N_ ("an OpenPGP signature or message") },
  { 0, "\x89PNG", 4, N_ ("a PNG picture") },
  { 0, "%PDF", 4, N_ ("a PDF document") },
  { 0, "PK\x03\x04", 4, N_ ("a ZIP archive") },
  { 0, "\xed\xab\xee\xdb", 4, N_ ("an RPM package") },
  { 0, "!<arch>\ndebian", 14, N_ ("a Debian package") },
  { 0, "!<arch>", 7, N_ ("an ar archive") },
  { 0, "\x1f\x8b", 2, N_ ("gzip-compressed data") },
  { 0,
    "\xfd"
    "7zXZ",
    5, N_ ("xz-compressed data") },
  { 0, "\x28\xb5\x2f\xfd", 4, N_ ("zstd-compressed data") },
  { 0, "BZh", 3, N_ ("bzip2-compressed data") },
  { 0, "\x89LZO", 4, N_ ("lzop-compressed data") },
  /* The default properties, and a dictionary of 64 KiB at least, as lzma(1) and xz(1) write. */
  { 0, "\x5d\0\0", 3, N_ ("lzma-compressed data") },
  { 0, "\x02\x21\x4c\x18", 4, N_ ("lz4-compressed data") },
  { 0, "\x04\x22\x4d\x18", 4, N_ ("lz4-compressed data") },
  { 0, "hsqs", 4, N_ ("a squashfs image") },
  { 0, "sqsh", 4, N_ ("a squashfs image of the wrong byte order") },
  { 0, "MZ", 2, N_ ("an EFI or Windows program") },
  { 0, "#!", 2, N_ ("a script") },
  { 257, "ustar", 5, N_ ("a tar archive") },
  { 0, "XFSB", 4, N_ ("an XFS file system") },
  { 0, "\x45\x3d\xcd\x28", 4, N_ ("a cramfs image") },
  { 0,
    "QFI"
    "\xfb",
    4, N_ ("a disk image of QEMU (qcow2)") },
  { 1024, "\xe2\xe1\xf5\xe0", 4, N_ ("an EROFS image") },
  { 1024, "\x10\x20\xf5\xf2", 4, N_ ("an F2FS file system") },
  { 1080, "\x53\xef", 2, N_ ("an ext2, ext3 or ext4 file system") },
  { 510, "\x55\xaa", 2, N_ ("a disk or boot-sector image") },
};

static gboolean
looks_like_html (const char *text)
{
  g_autofree char *low = g_ascii_strdown (text, -1);

  return strstr (low, "<html") != NULL || strstr (low, "<!doctype html") != NULL;
}

static gboolean
is_text (const guint8 *head, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (head[i] < 0x20 && memchr ("\t\n\r\f", head[i], 4) == NULL)
      return FALSE;
  return TRUE;
}

/* The primary volume descriptor of ISO 9660 stands in sector 16. */
static gboolean
is_iso (GraftInput *input)
{
  char magic[5];

  return graft_input_read_some (input, 0x8001, magic, sizeof magic, NULL) == sizeof magic
         && memcmp (magic, "CD001", sizeof magic) == 0;
}

const char *
graft_file_kind_get_name (GraftInput *input)
{
  g_autofree guint8 *head = g_malloc0 (HEAD + 1);
  gssize length = graft_input_read_some (input, 0, head, HEAD, NULL);

  if (length < 0)
    return N_ ("unreadable");
  if (length == 0)
    return N_ ("empty");
  if (is_iso (input))
    return N_ ("an ISO 9660 disc image");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (graft_bytes_match (head, length, kinds[i].offset, kinds[i].magic, kinds[i].length))
      return kinds[i].name;
  if (graft_bytes_are_zero (head, length))
    return N_ ("full of zeros at its start");
  if (is_text (head, length))
    return looks_like_html ((const char *)head) ? N_ ("an HTML page") : N_ ("a text file");
  return N_ ("of an unknown kind");
}

char *
graft_file_kind_describe (GraftInput *input)
{
  return g_strdup (_ (graft_file_kind_get_name (input)));
}
