/* test-kernel.c: reading, unpacking and writing kernels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "coders/graft-compression.h"
#include "formats/kernel/graft-kernel-header.h"
#include "formats/kernel/graft-kernel-release.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"

static const GraftTestKernel plain_kernel = { NULL, FALSE, FALSE };
static const GraftTestKernel xz_kernel = { "xz --check=crc32 -c", TRUE, TRUE };
static const GraftTestKernel gzip_kernel = { "gzip -c", FALSE, TRUE };

static GraftImage *
open_bytes (const void *data, gsize length, GError **error)
{
  g_autoptr (GraftInput) input = graft_test_input_new (data, length);

  return graft_kernel_get_format ()->open (input, NULL, error);
}

static GraftKernel *
open_kernel (GByteArray *image)
{
  g_autoptr (GError) error = NULL;
  GraftImage *opened = open_bytes (image->data, image->len, &error);

  g_assert_no_error (error);
  return GRAFT_KERNEL (opened);
}

static void
assert_error (GByteArray *image, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_bytes (image->data, image->len, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_bzimage (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&xz_kernel);
  g_autoptr (GraftKernel) kernel = open_kernel (image);

  g_assert_cmpstr (graft_image_get_format (GRAFT_IMAGE (kernel)), ==, "kernel");
  g_assert_cmpuint (graft_image_get_n_parts (GRAFT_IMAGE (kernel)), ==, 0);
  g_assert_cmpstr (graft_kernel_get_kind (kernel), ==, "bzImage");
  g_assert_cmpstr (graft_kernel_get_arch (kernel), ==, "x86_64");
  g_assert_cmpstr (graft_kernel_get_release (kernel), ==, "6.1.0-9-test");
  g_assert_cmpstr (graft_kernel_get_version (kernel), ==, GRAFT_TEST_VERSION);
  g_assert_cmpstr (graft_kernel_get_payload_compression (kernel), ==, "xz");
  g_assert_cmpstr (graft_image_get_compression (GRAFT_IMAGE (kernel)), ==, "xz");
  g_assert_true (graft_kernel_is_signed (kernel));
  g_assert_cmpuint (graft_kernel_get_certificates_size (kernel), ==, 64);
  g_assert_cmpint (graft_kernel_get_loaders (kernel), ==,
                   GRAFT_KERNEL_LOADER_BIOS | GRAFT_KERNEL_LOADER_EFI);
  g_assert_null (graft_kernel_get_problem (kernel));
  g_assert_null (graft_kernel_get_note (kernel));
}

static void
test_arch (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&plain_kernel);
  g_autoptr (GraftKernel) narrow = NULL, by_stub = NULL, unknown = NULL;

  image->data[0x236] &= ~1;
  narrow = open_kernel (image);
  g_assert_cmpstr (graft_kernel_get_arch (narrow), ==, "i386");
  /* Before protocol 2.12 only the stub tells, if there is one. */
  graft_bytes_put_le16 (image->data + 0x206, 0x20b);
  by_stub = open_kernel (image);
  g_assert_cmpstr (graft_kernel_get_arch (by_stub), ==, "x86_64");
  image->data[0] = 0xea;
  unknown = open_kernel (image);
  g_assert_null (graft_kernel_get_arch (unknown));
  g_assert_cmpint (graft_kernel_get_loaders (unknown), ==, GRAFT_KERNEL_LOADER_BIOS);
  g_assert_cmpstr (graft_kernel_get_release (unknown), ==, "6.1.0-9-test");
}

static void
test_unsigned (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&plain_kernel);
  g_autoptr (GraftKernel) kernel = open_kernel (image);

  g_assert_false (graft_kernel_is_signed (kernel));
  g_assert_cmpstr (graft_kernel_get_payload_compression (kernel), ==, "none");
}

/* memdisk and the like have the header of an old protocol and no version. */
static void
test_old_protocol (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&plain_kernel);
  g_autoptr (GraftKernel) kernel = NULL;
  g_autoptr (GError) error = NULL;

  graft_bytes_put_le16 (image->data + 0x206, 0x203);
  graft_bytes_put_le16 (image->data + 0x20e, 0);
  graft_bytes_put_le32 (image->data + 0x1f4, 0xffffffff);
  kernel = open_kernel (image);
  g_assert_null (graft_kernel_get_version (kernel));
  g_assert_null (graft_kernel_get_release (kernel));
  g_assert_null (graft_kernel_get_payload_compression (kernel));
  g_assert_null (graft_kernel_open_vmlinux (kernel, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&xz_kernel);
  g_autofree char *code = g_strdup_printf ("at least %u", image->len - 64);
  guint size = image->len;

  /* Somewhere in the certificates, in the code, in the setup. */
  g_byte_array_set_size (image, size - 1);
  assert_error (image, GRAFT_ERROR_CORRUPTED, "is signed, but its certificates stand at byte");
  g_byte_array_set_size (image, size - 65);
  assert_error (image, GRAFT_ERROR_CORRUPTED, code);
  g_byte_array_set_size (image, 0x206);
  assert_error (image, GRAFT_ERROR_CORRUPTED, "cut short");
  g_byte_array_set_size (image, 0x205);
  assert_error (image, GRAFT_ERROR_CORRUPTED, "the first piece of");
}

/* Certificates that say they are shorter than their own header, or longer than their table. */
static void
test_certificates_damaged (void)
{
  static const guint32 lengths[] = { 0, 7, 65, 0xffffffff };
  g_autoptr (GByteArray) image = graft_test_kernel_new (&xz_kernel);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      graft_bytes_put_le32 (image->data + image->len - 64, lengths[i]);
      assert_error (image, GRAFT_ERROR_CORRUPTED, "is damaged: the certificate at byte");
    }
}

static void
test_payload_outside (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&plain_kernel);

  graft_bytes_put_le32 (image->data + 0x24c, 0x10001 + 16);
  assert_error (image, GRAFT_ERROR_CORRUPTED, "is damaged: its header puts the compressed kernel");
  graft_bytes_put_le32 (image->data + 0x248, 0xffffffff);
  assert_error (image, GRAFT_ERROR_CORRUPTED, "is damaged");
}

static void
test_version_text (void)
{
  static const struct
  {
    const char *text;
    const char *release;
  } cases[] = {
    { "6.1.0-56-amd64 (x) #1", "6.1.0-56-amd64" },
    { "6.12.117+deb12-amd64", "6.12.117+deb12-amd64" },
    { "3.10.0-1160.el7.x86_64\t(y)", "3.10.0-1160.el7.x86_64" },
    { "", NULL },
    { "../../etc", NULL },
    { "6/../../etc (x)", NULL },
    { "6.1\x1b[2J", NULL },
    { "6.1\xff", NULL },
    { "vmlinux", NULL },
    { "6.1234567890123456789012345678901234567890123456789012345678901234", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *release = graft_kernel_release_parse (cases[i].text);

      g_assert_cmpstr (release, ==, cases[i].release);
    }
}

/* A text that runs out of the setup code is not followed into the kernel. */
static void
test_version_at_edge (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&plain_kernel);
  g_autoptr (GraftKernel) kernel = NULL, outside = NULL;
  guint edge = (1 + GRAFT_TEST_SETUP_SECTORS) * 512;

  memcpy (image->data + edge - 4, "6.1.9999", 8);
  graft_bytes_put_le16 (image->data + 0x20e, edge - 4 - 0x200);
  kernel = open_kernel (image);
  g_assert_cmpstr (graft_kernel_get_version (kernel), ==, "6.1.");
  graft_bytes_put_le16 (image->data + 0x20e, edge - 0x200);
  outside = open_kernel (image);
  g_assert_null (graft_kernel_get_version (outside));
}

static void
test_unpack (void)
{
  static const struct
  {
    GraftTestKernel kernel;
    const char *compression;
  } cases[] = {
    { { NULL, FALSE, FALSE }, "none" },
    { { "gzip -c", FALSE, FALSE }, "gzip" },
    { { "xz --check=crc32 -c", TRUE, FALSE }, "xz" },
    { { "zstd -q -c", TRUE, FALSE }, "zstd" },
    { { "lz4 -l -q -c", TRUE, FALSE }, "lz4" },
    { { "bzip2 -c", TRUE, FALSE }, "bzip2" },
    { { "xz --format=lzma -c", TRUE, FALSE }, "lzma" },
    { { "lzop -9 -c", TRUE, FALSE }, "lzo" },
  };
  g_autoptr (GBytes) wanted = graft_test_vmlinux_new (62);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GByteArray) image = graft_test_kernel_new (&cases[i].kernel);
      g_autoptr (GraftKernel) kernel = open_kernel (image);
      g_autoptr (GraftInput) vmlinux = graft_kernel_open_vmlinux (kernel, NULL, &error);
      g_autoptr (GraftInput) again = graft_kernel_open_vmlinux (kernel, NULL, NULL);
      g_autoptr (GBytes) bytes = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (graft_kernel_get_payload_compression (kernel), ==, cases[i].compression);
      bytes = graft_input_read_all (vmlinux, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (bytes, wanted));
      if (cases[i].kernel.compressor != NULL)
        g_assert_true (vmlinux == again);
    }
}

/* Compressions of which the magic says little. */
static void
test_unpack_named (void)
{
  static const GraftTestKernel kernels[] = { { "bzip2 -c", TRUE, FALSE },
                                             { "xz --format=lzma -c", TRUE, FALSE },
                                             { "lzop -c", TRUE, FALSE } };
  static const char *const names[] = { "bzip2", "lzma", "lzo" };
  g_autoptr (GBytes) wanted = graft_test_vmlinux_new (62);

  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GByteArray) image = graft_test_kernel_new (&kernels[i]);
      g_autoptr (GraftKernel) kernel = open_kernel (image);
      g_autoptr (GraftInput) vmlinux = graft_kernel_open_vmlinux (kernel, NULL, &error);
      g_autoptr (GBytes) bytes = NULL;

      g_assert_cmpstr (graft_kernel_get_payload_compression (kernel), ==, names[i]);
      g_assert_cmpstr (graft_kernel_get_release (kernel), ==, "6.1.0-9-test");
      g_assert_no_error (error);
      bytes = graft_input_read_all (vmlinux, &error);
      g_assert_true (g_bytes_equal (bytes, wanted));
      g_assert_null (graft_kernel_get_note (kernel));
    }
}

/* A magic that nobody knows is not taken for a kernel that is not compressed. */
static void
test_unpack_unknown (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) image = graft_test_kernel_new (&xz_kernel);
  g_autoptr (GraftKernel) kernel = NULL;

  image->data[GRAFT_TEST_PAYLOAD] ^= 0xff;
  kernel = open_kernel (image);
  g_assert_null (graft_kernel_open_vmlinux (kernel, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "in a way that is not known"));
  g_assert_null (graft_kernel_get_payload_compression (kernel));
  g_assert_nonnull (strstr (graft_kernel_get_note (kernel), "in a way that is not known"));
}

/* A payload too short for the size at its end. */
static void
test_unpack_short (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) image = graft_test_kernel_new (&gzip_kernel);
  g_autoptr (GraftKernel) kernel = NULL;

  graft_bytes_put_le32 (image->data + 0x24c, 3);
  kernel = open_kernel (image);
  g_assert_null (graft_kernel_open_vmlinux (kernel, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "has only 3 bytes"));
}

static void
test_unpack_damaged (void)
{
  g_autoptr (GByteArray) image = graft_test_kernel_new (&xz_kernel);
  guint32 length = 0;
  guint8 *size;

  g_assert_true (graft_bytes_get_le32 (image->data, image->len, 0x24c, &length));
  size = image->data + GRAFT_TEST_PAYLOAD + length - 4;
  for (int change = -1; change <= 1; change += 2)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftKernel) kernel = NULL;

      graft_bytes_put_le32 (size, 0x10000 + change);
      kernel = open_kernel (image);
      g_assert_null (graft_kernel_open_vmlinux (kernel, NULL, &error));
      g_assert_cmpuint (error->domain, ==, GRAFT_IMAGE_ERROR);
      g_assert_cmpint (error->code, ==, change < 0 ? GRAFT_ERROR_TOO_LARGE : GRAFT_ERROR_CORRUPTED);
    }
}

static void
test_vmlinux (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = graft_test_vmlinux_new (62);
  g_autoptr (GraftImage) image
      = open_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  GraftKernel *kernel;
  g_autoptr (GraftInput) vmlinux = NULL;

  g_assert_no_error (error);
  kernel = GRAFT_KERNEL (image);
  g_assert_cmpstr (graft_kernel_get_kind (kernel), ==, "vmlinux");
  g_assert_cmpstr (graft_kernel_get_arch (kernel), ==, "x86_64");
  g_assert_cmpstr (graft_kernel_get_version (kernel), ==, GRAFT_TEST_VERSION);
  g_assert_cmpstr (graft_kernel_get_release (kernel), ==, "6.1.0-9-test");
  g_assert_nonnull (strstr (graft_kernel_get_problem (kernel), "vmlinuz is an ELF vmlinux"));
  g_assert_nonnull (strstr (graft_kernel_get_problem (kernel), "bzImage"));
  vmlinux = graft_kernel_open_vmlinux (kernel, NULL, &error);
  g_assert_true (vmlinux == graft_image_get_input (image));
}

/* The banner is found whole wherever the pieces (of half a mebibyte, as the decoder gives them)
 * are cut. */
static void
test_vmlinux_windows (void)
{
  static const guint places[] = { 524288 - 1024, 524288, 2 * 524288, 4 * 524288 - 1024 };
  g_autoptr (GBytes) small = graft_test_vmlinux_new (62);
  gsize size = 2 * 1048576 + 4096;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    for (int shift = -24; shift <= 2; shift++)
      {
        g_autofree guint8 *large = g_malloc0 (size);
        g_autoptr (GBytes) bytes = g_bytes_new_static (large, size);
        g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "vmlinuz");
        g_autoptr (GError) error = NULL;
        g_autoptr (GraftImage) image = NULL;

        memcpy (large, g_bytes_get_data (small, NULL), 0x1000);
        strcpy ((char *)large + places[i] + shift, "Linux version 5.4.0 (x)");
        image = graft_kernel_get_format ()->open (input, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpstr (graft_kernel_get_version (GRAFT_KERNEL (image)), ==, "5.4.0 (x)");
      }
}

static void
test_vmlinux_of_other_cpu (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = graft_test_vmlinux_new (21);

  g_assert_null (open_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "another CPU (ppc64)"));
}

static void
test_vmlinux_of_arm64 (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = graft_test_vmlinux_new (183);
  g_autoptr (GraftImage) image
      = open_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_kernel_get_arch (GRAFT_KERNEL (image)), ==, "arm64");
  g_assert_cmpint (graft_kernel_get_loaders (GRAFT_KERNEL (image)), ==, 0);
  g_assert_nonnull (strstr (graft_kernel_get_problem (GRAFT_KERNEL (image)), "Image"));
}

static void
test_write (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = graft_test_kernel_new (&xz_kernel);
  g_autoptr (GraftKernel) kernel = open_kernel (bytes);
  g_autoptr (GraftOutput) output = graft_output_new_memory ("vmlinuz", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GBytes) copy = NULL;
  const GraftImageOptions options = { GRAFT_EFFORT_FAST, "zstd", 1 };
  gboolean ok;

  g_assert_no_error (error);
  ok = graft_image_write (GRAFT_IMAGE (kernel), NULL, &options, output, written, NULL, NULL,
                          &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpuint (written->copied, ==, bytes->len);
  g_assert_cmpuint (written->encoded, ==, 0);
  input = graft_output_open (output, &error);
  copy = graft_input_read_all (input, &error);
  g_assert_cmpmem (g_bytes_get_data (copy, NULL), g_bytes_get_size (copy), bytes->data, bytes->len);
  result = graft_kernel_get_format ()->open (input, NULL, &error);
  g_assert_no_error (error);
  ok = graft_image_verify (GRAFT_IMAGE (kernel), NULL, result, written, TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
test_verify_sees_changes (void)
{
  g_autoptr (GByteArray) bytes = graft_test_kernel_new (&xz_kernel);
  g_autoptr (GraftKernel) kernel = open_kernel (bytes);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GByteArray) other = graft_test_kernel_new (&xz_kernel);
      g_autoptr (GraftKernel) result = NULL;
      g_autoptr (GraftWritten) written = graft_written_new ();

      /* One byte of the payload; one byte more at the end. */
      if (i == 0)
        other->data[GRAFT_TEST_PAYLOAD + 20] ^= 1;
      else
        g_byte_array_append (other, (const guint8 *)"", 1);
      result = open_kernel (other);
      graft_written_add_carried (written, 0, 0, bytes->len);
      g_assert_false (graft_image_verify (GRAFT_IMAGE (kernel), NULL, GRAFT_IMAGE (result), written,
                                          FALSE, NULL, NULL, &error));
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
    }
}

/* Each byte of the headers set to values that hurt: a kernel or one sentence, no read outside. */
static void
test_permutations (void)
{
  static const guint8 values[] = { 0x00, 0x01, 0x40, 0x7f, 0x80, 0xfe, 0xff };
  g_autoptr (GByteArray) image = graft_test_kernel_new (&gzip_kernel);
  guint opened = 0, refused = 0;

  for (guint at = 0; at < 0x270; at++)
    for (guint i = 0; i < G_N_ELEMENTS (values); i++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GraftImage) result = NULL;
        g_autoptr (GraftInput) vmlinux = NULL;
        guint8 before = image->data[at];

        image->data[at] = values[i];
        result = open_bytes (image->data, image->len, &error);
        image->data[at] = before;
        if (result == NULL)
          {
            refused++;
            g_assert_nonnull (error);
            g_assert_true (g_str_has_prefix (error->message, "vmlinuz "));
            continue;
          }
        opened++;
        g_assert_no_error (error);
        vmlinux = graft_kernel_open_vmlinux (GRAFT_KERNEL (result), NULL, NULL);
      }
  g_assert_cmpuint (opened, >, 200);
  g_assert_cmpuint (refused, >, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel/bzimage", test_bzimage);
  g_test_add_func ("/kernel/arch", test_arch);
  g_test_add_func ("/kernel/unsigned", test_unsigned);
  g_test_add_func ("/kernel/old-protocol", test_old_protocol);
  g_test_add_func ("/kernel/truncated", test_truncated);
  g_test_add_func ("/kernel/certificates-damaged", test_certificates_damaged);
  g_test_add_func ("/kernel/payload-outside", test_payload_outside);
  g_test_add_func ("/kernel/version-text", test_version_text);
  g_test_add_func ("/kernel/version-at-edge", test_version_at_edge);
  g_test_add_func ("/kernel/unpack", test_unpack);
  g_test_add_func ("/kernel/unpack-named", test_unpack_named);
  g_test_add_func ("/kernel/unpack-unknown", test_unpack_unknown);
  g_test_add_func ("/kernel/unpack-short", test_unpack_short);
  g_test_add_func ("/kernel/unpack-damaged", test_unpack_damaged);
  g_test_add_func ("/kernel/vmlinux", test_vmlinux);
  g_test_add_func ("/kernel/vmlinux-windows", test_vmlinux_windows);
  g_test_add_func ("/kernel/vmlinux-of-other-cpu", test_vmlinux_of_other_cpu);
  g_test_add_func ("/kernel/vmlinux-of-arm64", test_vmlinux_of_arm64);
  g_test_add_func ("/kernel/write", test_write);
  g_test_add_func ("/kernel/verify-sees-changes", test_verify_sees_changes);
  g_test_add_func ("/kernel/permutations", test_permutations);
  return g_test_run ();
}
