/* graft-test-kernel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-test-kernel.h"

#include <string.h>

#include "base/graft-bytes.h"

#define SETUP_SIZE ((1 + GRAFT_TEST_SETUP_SECTORS) * 512)
#define VERSION_AT 0x300

GraftInput *
graft_test_input_new (const void *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  return graft_memory_input_new (bytes, "vmlinuz");
}

GBytes *
graft_test_filter (const char *command, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  g_autoptr (GSubprocess) process = NULL;
  GBytes *result = NULL;

  process
      = g_subprocess_newv ((const char *const *)argv,
                           G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, bytes, NULL, &result, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return result;
}

GBytes *
graft_test_vmlinux_new (guint16 machine)
{
  guint8 *data = g_malloc0 (0x10000);

  memcpy (data,
          "\x7f"
          "ELF\2\1\1",
          7);
  graft_bytes_put_le16 (data + 16, 2); /* e_type: ET_EXEC */
  graft_bytes_put_le16 (data + 18, machine);
  graft_bytes_put_le32 (data + 20, 1);
  graft_bytes_put_le64 (data + 32, 64); /* e_phoff */
  graft_bytes_put_le16 (data + 52, 64); /* e_ehsize */
  graft_bytes_put_le16 (data + 54, 56); /* e_phentsize */
  graft_bytes_put_le16 (data + 56, 1);  /* e_phnum */
  graft_bytes_put_le32 (data + 64, 1);  /* p_type: PT_LOAD */
  graft_bytes_put_le64 (data + 64 + 16, G_GUINT64_CONSTANT (0xffffffff81000000));
  graft_bytes_put_le64 (data + 64 + 24, 0x1000000);
  /* The kernel's other text with these words comes first. */
  strcpy ((char *)data + 0x1000, "Linux version %s (%s)");
  strcpy ((char *)data + 0x8000, "Linux version " GRAFT_TEST_VERSION "\n");
  return g_bytes_new_take (data, 0x10000);
}

static void
put_pe (guint8 *head, guint32 certificate, guint32 certificate_size)
{
  guint8 *pe = head + GRAFT_TEST_PE;

  memcpy (head, "MZ", 2);
  graft_bytes_put_le32 (head + 0x3c, GRAFT_TEST_PE);
  memcpy (pe, "PE\0\0", 4);
  graft_bytes_put_le16 (pe + 4, 0x8664);
  graft_bytes_put_le16 (pe + 24, 0x20b);
  graft_bytes_put_le32 (pe + 24 + 108, 6); /* NumberOfRvaAndSizes */
  graft_bytes_put_le32 (pe + 24 + 112 + 32, certificate);
  graft_bytes_put_le32 (pe + 24 + 112 + 36, certificate_size);
}

static void
put_header (guint8 *head, guint32 code_size, guint32 payload_length)
{
  head[0x1f1] = GRAFT_TEST_SETUP_SECTORS;
  graft_bytes_put_le32 (head + 0x1f4, code_size / 16);
  memcpy (head + 0x1fe, "\x55\xaa", 2);
  memcpy (head + 0x202, "HdrS", 4);
  graft_bytes_put_le16 (head + 0x206, 0x20f);
  graft_bytes_put_le16 (head + 0x20e, VERSION_AT - 0x200);
  graft_bytes_put_le16 (head + 0x236, 0x7f);
  graft_bytes_put_le32 (head + 0x248, GRAFT_TEST_PAYLOAD - SETUP_SIZE);
  graft_bytes_put_le32 (head + 0x24c, payload_length);
  strcpy ((char *)head + VERSION_AT, GRAFT_TEST_VERSION);
}

GByteArray *
graft_test_kernel_new (const GraftTestKernel *kernel)
{
  GByteArray *image = g_byte_array_new ();
  g_autoptr (GBytes) vmlinux = graft_test_vmlinux_new (62);
  g_autoptr (GBytes) stream = NULL;
  guint8 size[4];
  guint32 length;

  stream = kernel->compressor != NULL ? graft_test_filter (kernel->compressor, vmlinux)
                                      : g_bytes_ref (vmlinux);
  graft_bytes_put_le32 (size, g_bytes_get_size (vmlinux));
  g_byte_array_set_size (image, GRAFT_TEST_PAYLOAD);
  memset (image->data, 0, image->len);
  g_byte_array_append (image, g_bytes_get_data (stream, NULL), g_bytes_get_size (stream));
  if (kernel->with_size)
    g_byte_array_append (image, size, sizeof size);
  length = image->len - GRAFT_TEST_PAYLOAD;
  while (image->len % 16 != 0)
    g_byte_array_append (image, (const guint8 *)"", 1);
  put_header (image->data, image->len - SETUP_SIZE, length);
  put_pe (image->data, kernel->is_signed ? image->len : 0, kernel->is_signed ? 64 : 0);
  if (kernel->is_signed)
    {
      guint8 certificate[64] = { 64, 0, 0, 0, 0, 2, 2, 0 };

      g_byte_array_append (image, certificate, sizeof certificate);
    }
  return image;
}
