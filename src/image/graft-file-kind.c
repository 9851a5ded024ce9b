/* graft-file-kind.c: what a file is that is no image of a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

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
    4, "an ELF file" },
  { 0, "-----BEGIN PGP", 14, "an OpenPGP signature or message" },
  { 0, "\x89PNG", 4, "a PNG picture" },
  { 0, "%PDF", 4, "a PDF document" },
  { 0, "PK\x03\x04", 4, "a ZIP archive" },
  { 0, "\xed\xab\xee\xdb", 4, "an RPM package" },
  { 0, "!<arch>\ndebian", 14, "a Debian package" },
  { 0, "!<arch>", 7, "an ar archive" },
  { 0, "\x1f\x8b", 2, "gzip-compressed data" },
  { 0,
    "\xfd"
    "7zXZ",
    5, "xz-compressed data" },
  { 0, "\x28\xb5\x2f\xfd", 4, "zstd-compressed data" },
  { 0, "BZh", 3, "bzip2-compressed data" },
  { 0, "\x89LZO", 4, "lzop-compressed data" },
  { 0, "hsqs", 4, "a squashfs image" },
  { 0, "sqsh", 4, "a squashfs image of the wrong byte order" },
  { 0, "MZ", 2, "an EFI or Windows program" },
  { 0, "#!", 2, "a script" },
  { 257, "ustar", 5, "a tar archive" },
  { 1024, "\xe2\xe1\xf5\xe0", 4, "an EROFS image" },
  { 1080, "\x53\xef", 2, "an ext2, ext3 or ext4 file system" },
  { 510, "\x55\xaa", 2, "a disk or boot-sector image" },
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

char *
graft_file_kind_describe (GraftInput *input)
{
  g_autofree guint8 *head = g_malloc0 (HEAD + 1);
  gssize length = graft_input_read_some (input, 0, head, HEAD, NULL);

  if (length < 0)
    return g_strdup ("unreadable");
  if (length == 0)
    return g_strdup ("empty");
  if (is_iso (input))
    return g_strdup ("an ISO 9660 disc image");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (graft_bytes_match (head, length, kinds[i].offset, kinds[i].magic, kinds[i].length))
      return g_strdup (kinds[i].name);
  if (graft_bytes_are_zero (head, length))
    return g_strdup ("full of zeros at its start");
  if (is_text (head, length))
    return g_strdup (looks_like_html ((const char *)head) ? "an HTML page" : "a text file");
  return g_strdup ("of an unknown kind");
}
