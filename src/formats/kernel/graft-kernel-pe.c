/* graft-kernel-pe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-pe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"

/* In the file. */
#define PE_POINTER 0x3c
#define DOS_HEADER 64

/* From the PE signature on. */
#define MACHINE 4
#define N_SECTIONS 6
#define OPTIONAL_SIZE 20
#define OPTIONAL 24
#define PE32_PLUS 0x20b
/* The place of the certificates among the data directories. */
#define CERTIFICATES 4
/* The headers are looked at as far as this: kernels have a handful of sections, 40 bytes each. */
#define HEADERS 4096

#define SECTION 40
#define RAW_SIZE 16
#define RAW_POINTER 20

/* dwLength, wRevision, wCertificateType. */
#define CERTIFICATE_HEADER 8

static const struct
{
  guint16 machine;
  const char *arch;
} machines[] = {
  { 0x8664, "x86_64" }, { 0x14c, "i386" },       { 0xaa64, "arm64" },
  { 0x1c2, "arm" },     { 0x1c0, "arm" },        { 0x5064, "riscv" },
  { 0x5032, "riscv" },  { 0x6264, "loongarch" }, { 0x6232, "loongarch" },
};

static const char *
find_arch (const guint8 *pe, gsize length)
{
  guint16 machine;

  if (!graft_bytes_match (pe, length, 0, "PE\0\0", 4)
      || !graft_bytes_get_le16 (pe, length, MACHINE, &machine))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (machines); i++)
    if (machines[i].machine == machine)
      return machines[i].arch;
  return NULL;
}

const char *
graft_kernel_pe_get_arch (const guint8 *head, gsize length)
{
  guint32 pe;

  if (!graft_bytes_match (head, length, 0, "MZ", 2)
      || !graft_bytes_get_le32 (head, length, PE_POINTER, &pe) || pe >= length)
    return NULL;
  return find_arch (head + pe, length - pe);
}

static guint64
find_end (const guint8 *pe, gsize length)
{
  guint16 count = 0, optional = 0;
  guint64 end = 0;

  graft_bytes_get_le16 (pe, length, N_SECTIONS, &count);
  graft_bytes_get_le16 (pe, length, OPTIONAL_SIZE, &optional);
  for (guint i = 0; i < count; i++)
    {
      gsize at = OPTIONAL + (gsize)optional + (gsize)i * SECTION;
      guint32 size, start;

      if (!graft_bytes_get_le32 (pe, length, at + RAW_SIZE, &size)
          || !graft_bytes_get_le32 (pe, length, at + RAW_POINTER, &start))
        break;
      end = MAX (end, (guint64)start + size);
    }
  return end;
}

/* Unlike those of all other directories its place is an offset in the file. */
static gboolean
find_certificates (const guint8 *pe, gsize length, guint32 *ret_offset, guint32 *ret_size)
{
  guint32 count;
  guint16 magic;
  gsize directories, entry;

  if (!graft_bytes_get_le16 (pe, length, OPTIONAL, &magic))
    return FALSE;
  directories = OPTIONAL + (magic == PE32_PLUS ? 112 : 96);
  entry = directories + 8 * CERTIFICATES;
  return graft_bytes_get_le32 (pe, length, directories - 4, &count) && count > CERTIFICATES
         && graft_bytes_get_le32 (pe, length, entry, ret_offset)
         && graft_bytes_get_le32 (pe, length, entry + 4, ret_size) && *ret_size > 0;
}

/* Each certificate begins with its length, and at a multiple of 8. */
static gboolean
check_certificates (GraftInput *input, guint64 offset, guint64 size, GError **error)
{
  guint64 at = 0;

  if (offset + size > graft_input_get_size (input))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is signed, but its certificates stand at byte %s to %s and the file has "
                      "%s bytes: it was cut short by a download or copy; get it again"),
                   graft_input_get_name (input), GRAFT_NUMBER (offset),
                   GRAFT_NUMBER (offset + size), GRAFT_NUMBER (graft_input_get_size (input)));
      return FALSE;
    }
  while (at + CERTIFICATE_HEADER <= size)
    {
      guint8 head[CERTIFICATE_HEADER];
      guint32 length = 0;

      if (!graft_input_read_at (input, offset + at, head, sizeof head, error))
        return FALSE;
      graft_bytes_get_le32 (head, sizeof head, 0, &length);
      if (length < CERTIFICATE_HEADER || length > size - at)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                       _ ("%s is damaged: the certificate at byte %s says that it has %u bytes, "
                          "where there is room for %s; get it again, or sign it again"),
                       graft_input_get_name (input), GRAFT_NUMBER (offset + at), length,
                       GRAFT_NUMBER (size - at));
          return FALSE;
        }
      at += ((guint64)length + 7) / 8 * 8;
    }
  return TRUE;
}

gboolean
graft_kernel_pe_read (GraftInput *input, GraftKernelPe *ret_pe, GError **error)
{
  g_autofree guint8 *pe = g_malloc (HEADERS);
  GraftKernelPe found = { 0 };
  guint8 dos[DOS_HEADER];
  guint32 pointer, offset, size;
  gssize length = graft_input_read_some (input, 0, dos, sizeof dos, error);

  if (length < 0)
    return FALSE;
  if (graft_bytes_match (dos, length, 0, "MZ", 2)
      && graft_bytes_get_le32 (dos, length, PE_POINTER, &pointer)
      && pointer < graft_input_get_size (input))
    {
      length = graft_input_read_some (input, pointer, pe, HEADERS, error);
      if (length < 0)
        return FALSE;
      found.is_pe = graft_bytes_match (pe, length, 0, "PE\0\0", 4);
    }
  if (found.is_pe)
    {
      found.arch = find_arch (pe, length);
      found.end = find_end (pe, length);
      if (find_certificates (pe, length, &offset, &size))
        {
          if (!check_certificates (input, offset, size, error))
            return FALSE;
          found.certificates = size;
        }
    }
  *ret_pe = found;
  return TRUE;
}
