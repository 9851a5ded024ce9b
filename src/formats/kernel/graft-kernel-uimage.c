/* graft-kernel-uimage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-uimage.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "coders/graft-crc32.h"

/* All numbers are big-endian. */
#define HEADER 64
#define HEADER_SUM 4
#define DATA_SIZE 12
#define DATA_SUM 24
#define SYSTEM 28
#define CPU 29
#define TYPE 30
#define METHOD 31

#define SYSTEM_LINUX 5
#define TYPE_KERNEL 2
#define TYPE_RAMDISK 3
#define TYPE_MULTI 4
#define TYPE_KERNEL_NOLOAD 14

/* Sizes in the table of a multi-file image, looked at; it has two or three. */
#define MAX_FILES 16
#define CHUNK (256 * 1024)

/* IH_ARCH_…; those that the kernel has under other names are named as there. */
static const char *const cpus[] = {
  [2] = "arm",    [3] = "i386",    [5] = "mips",   [6] = "mips",       [7] = "powerpc",
  [22] = "arm64", [24] = "x86_64", [26] = "riscv", [27] = "loongarch",
};

/* IH_TYPE_…: what else may have the name of a kernel. */
static const struct
{
  guint8 type;
  const char *what;
} others[] = {
  { 1, N_ ("a U-Boot image of a program, not of a kernel") },
  { 5, N_ ("a U-Boot image of firmware, not of a kernel") },
  { 6, N_ ("a U-Boot image of a script, not of a kernel") },
  { 7, N_ ("a U-Boot image of a file system, not of a kernel") },
  { 8, N_ ("a U-Boot image of a device tree, not of a kernel") },
};

/* IH_COMP_…. U-Boot's lz4 is the frame that lz4(1) writes, not the kernel's. */
static const GraftCompression methods[] = {
  GRAFT_COMPRESSION_NONE, GRAFT_COMPRESSION_GZIP, GRAFT_COMPRESSION_BZIP2,
  GRAFT_COMPRESSION_LZMA, GRAFT_COMPRESSION_LZO,  GRAFT_COMPRESSION_LZ4_FRAME,
  GRAFT_COMPRESSION_ZSTD,
};

gboolean
graft_kernel_uimage_probe (GraftInput *input)
{
  guint8 head[4];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, NULL);

  return length > 0 && graft_bytes_match (head, length, 0, "\x27\x05\x19\x56", 4);
}

static gboolean
set_damaged (GraftInput *input, const char *sentence, guint32 said, guint32 found, GError **error)
{
  g_autofree char *text = graft_sentence_about (sentence, graft_input_get_name (input));

  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               /* TRANSLATORS: a sentence, then two checksums in hexadecimal */
               _ ("%s (checksum %08x instead of %08x); get it again"), text, found, said);
  return FALSE;
}

/* The sum of the header is made with its own field as 0. */
static gboolean
check_header (GraftInput *input, const guint8 *head, GError **error)
{
  guint8 plain[HEADER];
  guint32 said = 0, found;

  memcpy (plain, head, HEADER);
  memset (plain + HEADER_SUM, 0, 4);
  graft_bytes_get_be32 (head, HEADER, HEADER_SUM, &said);
  found = graft_crc32 (0, plain, HEADER);
  return found == said
         || set_damaged (input, _ ("%s is a U-Boot image whose header is damaged"), said, found,
                         error);
}

static gboolean
check_data (GraftInput *input, guint32 size, guint32 said, GCancellable *cancellable,
            GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint32 found = 0;

  for (guint32 done = 0; done < size;)
    {
      gsize count = MIN (size - done, CHUNK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (input, HEADER + (guint64)done, buffer, count, error))
        return FALSE;
      found = graft_crc32 (found, buffer, count);
      done += count;
    }
  return found == said
         || set_damaged (input, _ ("%s is a U-Boot image whose content is damaged"), said, found,
                         error);
}

static gboolean
check_type (GraftInput *input, guint8 system, guint8 type, GError **error)
{
  const char *what = N_ ("a U-Boot image of something else than a Linux kernel");

  if (system == SYSTEM_LINUX
      && (type == TYPE_KERNEL || type == TYPE_MULTI || type == TYPE_KERNEL_NOLOAD))
    return TRUE;
  if (type == TYPE_RAMDISK)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is an initrd behind a header of U-Boot: take off the first %d bytes, and "
                      "put the header back by mkimage when the initrd is done"),
                   graft_input_get_name (input), HEADER);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i].type == type)
      what = others[i].what;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
               /* TRANSLATORS: a file and what it is ("a U-Boot image of a script, not …") */
               _ ("%s is %s: take the kernel itself (uImage, Image or vmlinuz) from the same "
                  "package or build"),
               graft_input_get_name (input), _ (what));
  return FALSE;
}

/* bootm.rst, "multi-file image": the sizes of the files, 0 after the last, then the files, each
 * filled up to a multiple of 4. The kernel is the first. */
static gboolean
find_first_file (GraftInput *input, guint32 size, guint64 *ret_offset, guint64 *ret_length,
                 GError **error)
{
  guint8 table[(MAX_FILES + 1) * 4];
  gssize length = graft_input_read_some (input, HEADER, table, MIN (size, sizeof table), error);
  guint64 total = 0;
  guint32 first = 0, next = 0;
  guint count = 0;

  if (length < 0)
    return FALSE;
  while (graft_bytes_get_be32 (table, length, (guint64)count * 4, &next) && next != 0)
    {
      first = count == 0 ? next : first;
      total += ((guint64)next + 3) / 4 * 4;
      count++;
    }
  *ret_offset = HEADER + ((guint64)count + 1) * 4;
  *ret_length = first;
  /* The last one need not be filled up. */
  if (count > 0 && count <= MAX_FILES && *ret_offset + total <= HEADER + (guint64)size + 3)
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is damaged: the sizes of the files in it, from byte %d on, do not fit its "
                  "%s bytes; make it again by mkimage"),
               graft_input_get_name (input), HEADER, GRAFT_NUMBER (graft_input_get_size (input)));
  return FALSE;
}

static gboolean
check_compression (GraftInput *input, GraftKernelFacts *facts, guint8 method, GError **error)
{
  if (method >= G_N_ELEMENTS (methods))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is a U-Boot image compressed by method %u, which is not known: take one "
                      "that is compressed by gzip or zstd, or not at all"),
                   graft_input_get_name (input), method);
      return FALSE;
    }
  if (facts->compression == methods[method])
    return TRUE;
  if (methods[method] == GRAFT_COMPRESSION_NONE)
    facts->problem = g_strdup_printf (
        _ ("%s says that the kernel in it is not compressed, but it is, by %s, so that U-Boot "
           "would run what is no program: make it again by mkimage with the right -C"),
        graft_input_get_name (input), graft_compression_get_name (facts->compression));
  else if (methods[method] == GRAFT_COMPRESSION_LZ4_FRAME
           && facts->compression == GRAFT_COMPRESSION_LZ4_LEGACY)
    facts->problem = g_strdup_printf (
        _ ("%s is compressed by lz4 in its legacy frame, which U-Boot does not read: compress the "
           "kernel by lz4 without -l and make it again by mkimage"),
        graft_input_get_name (input));
  if (facts->problem != NULL)
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is damaged: its header says that the kernel in it is compressed by %s, but "
                  "the bytes there are not; make it again by mkimage"),
               graft_input_get_name (input), graft_compression_get_name (methods[method]));
  return FALSE;
}

gboolean
graft_kernel_uimage_read (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable,
                          GError **error)
{
  guint8 head[HEADER];
  gssize count = graft_input_read_some (input, 0, head, sizeof head, error);
  guint32 size = 0, sum = 0;
  guint64 offset = HEADER, length;

  if (count < 0)
    return FALSE;
  if (count < HEADER)
    return graft_kernel_facts_set_truncated (input, HEADER, error);
  if (!check_header (input, head, error))
    return FALSE;
  graft_bytes_get_be32 (head, count, DATA_SIZE, &size);
  graft_bytes_get_be32 (head, count, DATA_SUM, &sum);
  length = size;
  if (HEADER + length > graft_input_get_size (input))
    return graft_kernel_facts_set_truncated (input, HEADER + length, error);
  if (!check_type (input, head[SYSTEM], head[TYPE], error)
      || !check_data (input, size, sum, cancellable, error)
      || (head[TYPE] == TYPE_MULTI && !find_first_file (input, size, &offset, &length, error))
      || !graft_kernel_facts_set_payload (facts, input, offset, length, error)
      || !check_compression (input, facts, head[METHOD], error))
    return FALSE;
  facts->kind = "uImage";
  facts->arch = head[CPU] < G_N_ELEMENTS (cpus) ? cpus[head[CPU]] : NULL;
  facts->loaders = facts->problem == NULL ? GRAFT_KERNEL_LOADER_UBOOT : 0;
  return TRUE;
}
