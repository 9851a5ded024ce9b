/* graft-test-kernel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-test-kernel.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "coders/graft-crc32.h"

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
  g_autoptr (GBytes) vmlinux = graft_test_vmlinux_new (62);

  return graft_test_kernel_new_around (kernel, vmlinux);
}

GByteArray *
graft_test_kernel_new_around (const GraftTestKernel *kernel, GBytes *vmlinux)
{
  GByteArray *image = g_byte_array_new ();
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

#define IMAGE_SIZE 0x10000

static void
put_pe_with_section (guint8 *head, guint16 machine, guint32 start, guint32 end)
{
  guint8 *pe = head + GRAFT_TEST_PE;
  guint8 *section = pe + 24 + 160;

  memcpy (head, "MZ", 2);
  graft_bytes_put_le32 (head + 0x3c, GRAFT_TEST_PE);
  memcpy (pe, "PE\0\0", 4);
  graft_bytes_put_le16 (pe + 4, machine);
  graft_bytes_put_le16 (pe + 6, 1);    /* NumberOfSections */
  graft_bytes_put_le16 (pe + 20, 160); /* SizeOfOptionalHeader */
  graft_bytes_put_le16 (pe + 24, 0x20b);
  graft_bytes_put_le32 (pe + 24 + 108, 6);
  graft_bytes_put_le32 (section + 16, end - start);
  graft_bytes_put_le32 (section + 20, start);
}

GBytes *
graft_test_image_new (const char *magic, guint16 machine, const char *config)
{
  guint8 *data = g_malloc0 (IMAGE_SIZE);

  put_pe_with_section (data, machine, 0x1000, IMAGE_SIZE);
  memcpy (data + 56, magic, 4);
  strcpy ((char *)data + 0x8000, "Linux version " GRAFT_TEST_VERSION "\n");
  if (config != NULL)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (config, strlen (config));
      g_autoptr (GBytes) packed = graft_test_filter ("gzip -n -c", text);
      gsize length = g_bytes_get_size (packed);

      /* The words without a stream behind them come first. */
      strcpy ((char *)data + 0x9000, "IKCFG_ST is no configuration");
      memcpy (data + GRAFT_TEST_CONFIG, "IKCFG_ST", 8);
      memcpy (data + GRAFT_TEST_CONFIG + 8, g_bytes_get_data (packed, NULL), length);
      memcpy (data + GRAFT_TEST_CONFIG + 8 + length, "IKCFG_ED", 8);
    }
  return g_bytes_new_take (data, IMAGE_SIZE);
}

GByteArray *
graft_test_zboot_new (const char *method, GBytes *payload, guint32 unpacked_size)
{
  GByteArray *image = g_byte_array_new ();
  guint32 length = g_bytes_get_size (payload);
  guint8 size[4];

  g_byte_array_set_size (image, GRAFT_TEST_ZBOOT_PAYLOAD);
  memset (image->data, 0, image->len);
  memcpy (image->data + 4, "zimg", 4);
  graft_bytes_put_le32 (image->data + 8, GRAFT_TEST_ZBOOT_PAYLOAD);
  graft_bytes_put_le32 (image->data + 12, length);
  memcpy (image->data + 24, method, strlen (method));
  memcpy (image->data + 56, "\xcd\x23\x82\x81", 4);
  g_byte_array_append (image, g_bytes_get_data (payload, NULL), length);
  graft_bytes_put_le32 (size, unpacked_size);
  if (unpacked_size > 0)
    g_byte_array_append (image, size, sizeof size);
  put_pe_with_section (image->data, 0xaa64, GRAFT_TEST_ZBOOT_PAYLOAD, image->len);
  return image;
}

GByteArray *
graft_test_uimage_new (const char *options, GBytes *payload)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graft-uimage-XXXXXX", &error);
  g_autofree char *from = g_build_filename (folder, "payload", NULL);
  g_autofree char *to = g_build_filename (folder, "uImage", NULL);
  g_autofree char *command = NULL;
  g_autoptr (GBytes) said = NULL;
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  char *content;
  gsize length;

  g_assert_no_error (error);
  g_file_set_contents (from, g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), &error);
  g_assert_no_error (error);
  command = g_strdup_printf ("mkimage %s -d %s %s", options, from, to);
  said = graft_test_filter (command, nothing);
  g_file_get_contents (to, &content, &length, &error);
  g_assert_no_error (error);
  g_unlink (from);
  g_unlink (to);
  g_rmdir (folder);
  return g_byte_array_new_take ((guint8 *)content, length);
}

void
graft_test_uimage_sum (GByteArray *image)
{
  guint32 sum;

  memset (image->data + 4, 0, 4);
  sum = GUINT32_TO_BE (graft_crc32 (0, image->data, 64));
  memcpy (image->data + 4, &sum, 4);
}

void
graft_test_kernel_assert_unpacks_to (GraftKernel *kernel, GBytes *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) vmlinux = graft_kernel_open_vmlinux (kernel, NULL, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = graft_input_read_all (vmlinux, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, wanted));
}
