/* graft-kernel-image.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-image.h"

#include <glib/gi18n-lib.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "formats/kernel/graft-kernel-pe.h"

#define IMAGE_HEADER 64
#define IMAGE_MAGIC 56

#define ZIMAGE_HEADER 52
#define ZIMAGE_MAGIC 0x24
#define ZIMAGE_START 0x28
#define ZIMAGE_END 0x2c
/* The byte order of the words above is that of this one, which is 0x04030201. */
#define ZIMAGE_ORDER 0x30

/* loongarch has no magic of its own, but the one that says "PE header of Linux"
 * (include/linux/pe.h: LINUX_PE_MAGIC), which EFI zboot has as well: that is asked for first. */
static const struct
{
  const char *magic;
  const char *arch;
} images[] = {
  { "ARM\x64", "arm64" },
  { "RSC\x05", "riscv" },
  { "\xcd\x23\x82\x81", "loongarch" },
};

const char *
graft_kernel_image_get_arch (const guint8 *head, gsize length)
{
  if (graft_bytes_match (head, length, 4, "zimg", 4))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    if (graft_bytes_match (head, length, IMAGE_MAGIC, images[i].magic, 4))
      return images[i].arch;
  return NULL;
}

gboolean
graft_kernel_image_probe (GraftInput *input)
{
  guint8 head[IMAGE_HEADER];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, NULL);

  return length > 0 && graft_kernel_image_get_arch (head, length) != NULL;
}

/* The header's image_size counts memory that is not in the file (.bss), so that only the sections
 * of the EFI program tell whether the file is whole. */
gboolean
graft_kernel_image_read (GraftInput *input, GraftKernelFacts *facts, GError **error)
{
  guint8 head[IMAGE_HEADER];
  GraftKernelPe pe;

  if (!graft_input_read_at (input, 0, head, sizeof head, error)
      || !graft_kernel_pe_read (input, &pe, error))
    return FALSE;
  if (pe.end > graft_input_get_size (input))
    return graft_kernel_facts_set_truncated (input, pe.end, error);
  facts->kind = "Image";
  facts->arch = graft_kernel_image_get_arch (head, sizeof head);
  facts->certificates = pe.certificates;
  facts->loaders = GRAFT_KERNEL_LOADER_UBOOT | (pe.is_pe ? GRAFT_KERNEL_LOADER_EFI : 0);
  facts->payload = g_object_ref (input);
  return TRUE;
}

static gboolean
get_word (const guint8 *head, gsize length, gboolean big, gsize offset, guint32 *ret_value)
{
  return big ? graft_bytes_get_be32 (head, length, offset, ret_value)
             : graft_bytes_get_le32 (head, length, offset, ret_value);
}

static gboolean
is_zimage (const guint8 *head, gsize length, gboolean *ret_big)
{
  guint32 little, big;

  if (!graft_bytes_get_le32 (head, length, ZIMAGE_MAGIC, &little)
      || !graft_bytes_get_be32 (head, length, ZIMAGE_MAGIC, &big))
    return FALSE;
  *ret_big = big == 0x016f2818;
  return *ret_big || little == 0x016f2818;
}

gboolean
graft_kernel_zimage_probe (GraftInput *input)
{
  guint8 head[ZIMAGE_HEADER];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, NULL);
  gboolean big;

  return length > 0 && is_zimage (head, length, &big);
}

gboolean
graft_kernel_zimage_read (GraftInput *input, GraftKernelFacts *facts, GError **error)
{
  guint8 head[ZIMAGE_HEADER];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, error);
  guint32 start, end;
  gboolean big;
  GraftKernelPe pe;

  if (length < 0)
    return FALSE;
  if (!is_zimage (head, length, &big) || !get_word (head, length, big, ZIMAGE_START, &start)
      || !get_word (head, length, big, ZIMAGE_END, &end))
    return graft_kernel_facts_set_truncated (input, ZIMAGE_HEADER, error);
  if (end < start)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is damaged: its header puts the end of the kernel (%u) before its start "
                      "(%u); get it again"),
                   graft_input_get_name (input), end, start);
      return FALSE;
    }
  if (end - start > graft_input_get_size (input))
    return graft_kernel_facts_set_truncated (input, end - start, error);
  if (!graft_kernel_pe_read (input, &pe, error))
    return FALSE;
  facts->kind = "zImage";
  facts->arch = "arm";
  facts->certificates = pe.certificates;
  facts->loaders = GRAFT_KERNEL_LOADER_UBOOT | (pe.is_pe ? GRAFT_KERNEL_LOADER_EFI : 0);
  facts->note = g_strdup_printf (
      _ ("%s is a zImage, which does not say where the compressed kernel in it stands: its "
         "release and its configuration are not known"),
      graft_input_get_name (input));
  return TRUE;
}
