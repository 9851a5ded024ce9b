/* graft-kernel-zboot.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-zboot.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "formats/kernel/graft-kernel-pe.h"

#define HEADER 64
#define MAGIC "MZ\0\0zimg"
#define PAYLOAD_OFFSET 8
#define PAYLOAD_SIZE 12
#define METHOD 24
#define METHOD_LENGTH 32
/* What follows a payload that is not gzip, and is not in PAYLOAD_SIZE. */
#define UNPACKED_SIZE 4

/* Makefile.zboot's comp-type-y, of all versions. */
static const struct
{
  const char *method;
  GraftCompression compression;
} methods[] = {
  { "gzip", GRAFT_COMPRESSION_GZIP },      { "zstd", GRAFT_COMPRESSION_ZSTD },
  { "zstd22", GRAFT_COMPRESSION_ZSTD },    { "xzkern", GRAFT_COMPRESSION_XZ },
  { "lz4", GRAFT_COMPRESSION_LZ4_LEGACY }, { "lzma", GRAFT_COMPRESSION_LZMA },
  { "lzo", GRAFT_COMPRESSION_LZO },
};

gboolean
graft_kernel_zboot_probe (GraftInput *input)
{
  guint8 head[8];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, NULL);

  return length > 0 && graft_bytes_match (head, length, 0, MAGIC, 8);
}

static gboolean
find_method (GraftInput *input, const guint8 *head, GraftCompression *ret_compression,
             GError **error)
{
  g_autofree char *method = g_strndup ((const char *)head + METHOD, METHOD_LENGTH);
  g_autofree char *shown = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (methods[i].method, method) == 0)
      {
        *ret_compression = methods[i].compression;
        return TRUE;
      }
  shown = graft_name_escape (method);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s is an EFI zboot kernel compressed by “%s”, which is not known: take one that "
                  "is compressed by gzip or zstd"),
               graft_input_get_name (input), shown);
  return FALSE;
}

static gboolean
check_compression (GraftInput *input, GraftKernelFacts *facts, GraftCompression said,
                   GError **error)
{
  if (facts->compression == said)
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is damaged: its header says that the kernel in it is compressed by %s, but "
                  "the bytes there are not; get it again"),
               graft_input_get_name (input), graft_compression_get_name (said));
  return FALSE;
}

gboolean
graft_kernel_zboot_read (GraftInput *input, GraftKernelFacts *facts, GError **error)
{
  guint8 head[HEADER];
  gssize count = graft_input_read_some (input, 0, head, sizeof head, error);
  GraftCompression said;
  guint32 offset, size;
  guint64 length;
  GraftKernelPe pe;

  if (count < 0)
    return FALSE;
  if (count < HEADER || !graft_bytes_get_le32 (head, count, PAYLOAD_OFFSET, &offset)
      || !graft_bytes_get_le32 (head, count, PAYLOAD_SIZE, &size))
    return graft_kernel_facts_set_truncated (input, HEADER, error);
  if (!find_method (input, head, &said, error))
    return FALSE;
  length = (guint64)size + (said != GRAFT_COMPRESSION_GZIP ? UNPACKED_SIZE : 0);
  if (offset + length > graft_input_get_size (input))
    return graft_kernel_facts_set_truncated (input, offset + length, error);
  if (!graft_kernel_pe_read (input, &pe, error))
    return FALSE;
  if (pe.end > graft_input_get_size (input))
    return graft_kernel_facts_set_truncated (input, pe.end, error);
  if (!graft_kernel_facts_set_payload (facts, input, offset, length, error)
      || !check_compression (input, facts, said, error))
    return FALSE;
  facts->kind = "zboot";
  facts->arch = pe.arch;
  facts->sized = TRUE;
  facts->certificates = pe.certificates;
  facts->loaders = GRAFT_KERNEL_LOADER_EFI;
  return TRUE;
}
