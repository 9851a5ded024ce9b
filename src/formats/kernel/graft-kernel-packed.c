/* graft-kernel-packed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-packed.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "coders/graft-decoder.h"
#include "coders/graft-stream-reader.h"
#include "formats/kernel/graft-kernel-image.h"
#include "formats/kernel/graft-kernel-vmlinux.h"

#define HEAD 4096

/* gzip gives the first bytes from the first bytes: no more is read. */
static GraftInput *
peek_gzip (GraftInput *input)
{
  g_autoptr (GraftDecoder) decoder = graft_decoder_new (GRAFT_COMPRESSION_GZIP);
  g_autofree guint8 *head = g_malloc (HEAD);
  g_autofree guint8 *buffer = g_malloc (HEAD);
  g_autoptr (GBytes) bytes = NULL;
  gssize count = graft_input_read_some (input, 0, head, HEAD, NULL);
  const guint8 *next = head;
  gsize length = MAX (count, 0), room = HEAD;
  guint8 *out = buffer;
  gboolean end;

  if (!graft_decoder_run (decoder, &next, &length, FALSE, &out, &room, &end, NULL) || room == HEAD)
    return NULL;
  bytes = g_bytes_new (buffer, HEAD - room);
  return graft_memory_input_new (bytes, "unpacked");
}

GraftInput *
graft_kernel_packed_peek (GraftInput *input)
{
  GraftCompression compression = graft_kernel_vmlinux_sniff (input);
  g_autoptr (GraftStreamReader) reader = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;
  gsize length;

  if (compression == GRAFT_COMPRESSION_NONE)
    return NULL;
  if (compression == GRAFT_COMPRESSION_GZIP)
    return peek_gzip (input);
  reader = graft_stream_reader_new (input, 0, compression);
  if (!graft_stream_reader_next (reader, &data, &length, NULL, NULL) || length == 0)
    return NULL;
  bytes = g_bytes_new (data, MIN (length, HEAD));
  return graft_memory_input_new (bytes, "unpacked");
}

gboolean
graft_kernel_is_named_like_one (const char *name)
{
  static const char *const others[]
      = { ".sig", ".asc", ".gpg", ".sign", ".hmac", ".txt", ".json", ".old" };
  static const char *const starts[] = { "vmlinuz-", "vmlinuz.", "Image.", "zImage-", "uImage-" };
  static const char *const names[] = { "vmlinuz", "bzImage", "Image", "zImage", "uImage" };
  g_autofree char *base = g_path_get_basename (name);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_has_suffix (base, others[i]))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (base, starts[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (base, names[i]) == 0)
      return TRUE;
  return FALSE;
}

gboolean
graft_kernel_packed_probe (GraftInput *input)
{
  GraftCompression compression = graft_kernel_vmlinux_sniff (input);
  g_autoptr (GraftInput) inside = NULL;

  if (compression == GRAFT_COMPRESSION_NONE
      || (compression != GRAFT_COMPRESSION_GZIP
          && !graft_kernel_is_named_like_one (graft_input_get_name (input))))
    return FALSE;
  inside = graft_kernel_packed_peek (input);
  return inside != NULL && graft_kernel_image_probe (inside);
}

/* U-Boot knows xz not at all, and of lz4 only the frame that lz4(1) writes of itself. */
static gboolean
is_unpacked_by_uboot (GraftCompression compression)
{
  return compression != GRAFT_COMPRESSION_XZ && compression != GRAFT_COMPRESSION_LZ4_LEGACY;
}

gboolean
graft_kernel_packed_read (GraftInput *input, GraftKernelFacts *facts, GError **error)
{
  g_autoptr (GraftInput) inside = graft_kernel_packed_peek (input);
  guint8 head[64];
  gssize length = inside != NULL ? graft_input_read_some (inside, 0, head, sizeof head, NULL) : 0;

  facts->kind = "Image";
  facts->arch = graft_kernel_image_get_arch (head, MAX (length, 0));
  facts->payload = g_object_ref (input);
  facts->compression = graft_kernel_vmlinux_sniff (input);
  facts->unmeasured = TRUE;
  if (is_unpacked_by_uboot (facts->compression))
    facts->loaders = GRAFT_KERNEL_LOADER_UBOOT;
  else
    facts->problem = g_strdup_printf (
        _ ("%s is an Image compressed by %s, which no PXE loader unpacks: unpack it, or compress "
           "it by gzip"),
        graft_input_get_name (input), graft_compression_get_name (facts->compression));
  return TRUE;
}
