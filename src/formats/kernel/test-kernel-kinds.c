/* test-kernel-kinds.c: kernels of other machines than PCs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "coders/graft-compression.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"

#define ARM64 "ARM\x64"
#define PE_ARM64 0xaa64
#define EFI_AND_UBOOT (GRAFT_KERNEL_LOADER_EFI | GRAFT_KERNEL_LOADER_UBOOT)

static GraftKernel *
open_named (const void *data, gsize length, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, name);
  GraftImage *image;

  g_assert_cmpint (graft_kernel_get_format ()->probe (input), >, 0);
  image = graft_kernel_get_format ()->open (input, NULL, error);
  return image != NULL ? GRAFT_KERNEL (image) : NULL;
}

static GraftKernel *
open_kernel (GByteArray *image)
{
  g_autoptr (GError) error = NULL;
  GraftKernel *kernel = open_named (image->data, image->len, "vmlinuz", &error);

  g_assert_no_error (error);
  return kernel;
}

static GraftKernel *
open_bytes (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  GraftKernel *kernel
      = open_named (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "vmlinuz", &error);

  g_assert_no_error (error);
  return kernel;
}

static void
assert_error (const guint8 *data, gsize length, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_named (data, length, "vmlinuz", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "vmlinuz"));
  g_assert_nonnull (strstr (error->message, words));
}

static void
assert_facts (GraftKernel *kernel, const char *kind, const char *arch, const char *compression,
              GraftKernelLoaders loaders)
{
  g_assert_cmpstr (graft_kernel_get_kind (kernel), ==, kind);
  g_assert_cmpstr (graft_kernel_get_arch (kernel), ==, arch);
  g_assert_cmpstr (graft_kernel_get_payload_compression (kernel), ==, compression);
  g_assert_cmpint (graft_kernel_get_loaders (kernel), ==, loaders);
}

static void
assert_release (GraftKernel *kernel)
{
  g_assert_cmpstr (graft_kernel_get_release (kernel), ==, "6.1.0-9-test");
  g_assert_cmpstr (graft_kernel_get_version (kernel), ==, GRAFT_TEST_VERSION);
  g_assert_null (graft_kernel_get_note (kernel));
}

static void
test_image (void)
{
  static const struct
  {
    const char *magic;
    guint16 machine;
    const char *arch;
  } cases[] = {
    { ARM64, PE_ARM64, "arm64" },
    { "RSC\x05", 0x5064, "riscv" },
    { "\xcd\x23\x82\x81", 0x6264, "loongarch" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = graft_test_image_new (cases[i].magic, cases[i].machine, NULL);
      g_autoptr (GraftKernel) kernel = open_bytes (bytes);

      assert_facts (kernel, "Image", cases[i].arch, "none", EFI_AND_UBOOT);
      assert_release (kernel);
      g_assert_false (graft_kernel_is_signed (kernel));
      g_assert_null (graft_kernel_get_problem (kernel));
      graft_test_kernel_assert_unpacks_to (kernel, bytes);
    }
}

/* Built without CONFIG_EFI: no firmware starts it. */
static void
test_image_without_efi (void)
{
  g_autoptr (GBytes) bytes = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GByteArray) image = g_bytes_unref_to_array (g_steal_pointer (&bytes));
  g_autoptr (GraftKernel) kernel = NULL;

  memset (image->data, 0, 2);
  kernel = open_kernel (image);
  assert_facts (kernel, "Image", "arm64", "none", GRAFT_KERNEL_LOADER_UBOOT);
}

static void
test_image_truncated (void)
{
  g_autoptr (GBytes) bytes = graft_test_image_new (ARM64, PE_ARM64, NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  assert_error (data, size - 1, GRAFT_ERROR_CORRUPTED, "tells of at least 65536");
  assert_error (data, 0x200, GRAFT_ERROR_CORRUPTED, "tells of at least 65536");
}

/* The header is whole and says no release. */
static void
test_image_without_banner (void)
{
  g_autoptr (GBytes) bytes = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GByteArray) image = g_bytes_unref_to_array (g_steal_pointer (&bytes));
  g_autoptr (GraftKernel) kernel = NULL;

  image->data[0x8000] = 'l';
  kernel = open_kernel (image);
  g_assert_null (graft_kernel_get_release (kernel));
  g_assert_nonnull (strstr (graft_kernel_get_note (kernel), "which release it is"));
}

static void
test_image_certificates_outside (void)
{
  g_autoptr (GBytes) bytes = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GByteArray) image = g_bytes_unref_to_array (g_steal_pointer (&bytes));
  guint8 *entry = image->data + GRAFT_TEST_PE + 24 + 112 + 32;

  graft_bytes_put_le32 (entry, 0x10000 - 8);
  graft_bytes_put_le32 (entry + 4, 16);
  assert_error (image->data, image->len, GRAFT_ERROR_CORRUPTED, "is signed, but its certificates");
}

/* Compressed as a whole; @loaders 0: there is a problem. Those that cannot be read (yet) are not
 * taken for kernels at all. */
static void
test_packed (void)
{
  static const struct
  {
    const char *command;
    const char *name;
    GraftKernelLoaders loaders;
  } cases[] = {
    { "gzip -c", "gzip", GRAFT_KERNEL_LOADER_UBOOT },
    { "zstd -q -c", "zstd", GRAFT_KERNEL_LOADER_UBOOT },
    { "lz4 -q -c", "lz4-frame", GRAFT_KERNEL_LOADER_UBOOT },
    { "bzip2 -c", "bzip2", GRAFT_KERNEL_LOADER_UBOOT },
    { "xz --format=lzma -c", "lzma", GRAFT_KERNEL_LOADER_UBOOT },
    { "lzop -c", "lzo", GRAFT_KERNEL_LOADER_UBOOT },
    { "lz4 -l -q -c", "lz4", 0 },
    { "xz -c", "xz", 0 },
  };
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = graft_test_filter (cases[i].command, image);
      g_autoptr (GraftKernel) kernel = open_bytes (bytes);

      assert_facts (kernel, "Image", "arm64", cases[i].name, cases[i].loaders);
      assert_release (kernel);
      graft_test_kernel_assert_unpacks_to (kernel, image);
      g_assert_cmpint (graft_kernel_get_problem (kernel) != NULL, ==, cases[i].loaders == 0);
    }
}

/* Only gzip is looked into whatever the name. */
static void
test_packed_names (void)
{
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GBytes) gzip = graft_test_filter ("gzip -c", image);
  g_autoptr (GBytes) zstd = graft_test_filter ("zstd -q -c", image);
  g_autoptr (GraftInput) unnamed = graft_memory_input_new (gzip, "linux");
  g_autoptr (GraftInput) named = graft_memory_input_new (zstd, "boot/Image.zst");
  g_autoptr (GraftInput) other = graft_memory_input_new (zstd, "data");

  g_assert_cmpint (graft_kernel_get_format ()->probe (unnamed), ==, 85);
  g_assert_cmpint (graft_kernel_get_format ()->probe (named), ==, 85);
  g_assert_cmpint (graft_kernel_get_format ()->probe (other), ==, 0);
}

/* Cut short before the banner, and behind it. */
static void
test_packed_truncated (void)
{
  g_autoptr (GBytes) plain = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GByteArray) image = g_bytes_unref_to_array (g_steal_pointer (&plain));
  g_autoptr (GBytes) noisy = NULL;
  g_autoptr (GBytes) gzip = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0x1000; i < 0x7000; i++)
    image->data[i] = image->data[i + 0x8000] = g_rand_int (random);
  noisy = g_bytes_new (image->data, image->len);
  gzip = graft_test_filter ("gzip -c", noisy);
  assert_error (g_bytes_get_data (gzip, NULL), 0x4000, GRAFT_ERROR_CORRUPTED,
                "the gzip stream ends in the middle");
  assert_error (g_bytes_get_data (gzip, NULL), g_bytes_get_size (gzip) - 1, GRAFT_ERROR_CORRUPTED,
                "the gzip stream ends in the middle");
}

static void
test_zboot (void)
{
  static const struct
  {
    const char *command;
    const char *method;
    const char *name;
    gboolean sized;
  } cases[] = {
    { "gzip -c", "gzip", "gzip", FALSE },     { "zstd -q -c", "zstd", "zstd", TRUE },
    { "zstd -q -c", "zstd22", "zstd", TRUE }, { "xz --check=crc32 -c", "xzkern", "xz", TRUE },
    { "lz4 -l -q -c", "lz4", "lz4", TRUE },   { "xz --format=lzma -c", "lzma", "lzma", TRUE },
    { "lzop -c", "lzo", "lzo", TRUE },
  };
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) payload = graft_test_filter (cases[i].command, image);
      g_autoptr (GByteArray) bytes
          = graft_test_zboot_new (cases[i].method, payload, cases[i].sized ? 0x10000 : 0);
      g_autoptr (GraftKernel) kernel = open_kernel (bytes);

      assert_facts (kernel, "zboot", "arm64", cases[i].name, GRAFT_KERNEL_LOADER_EFI);
      assert_release (kernel);
      graft_test_kernel_assert_unpacks_to (kernel, image);
    }
}

static void
test_zboot_truncated (void)
{
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GBytes) payload = graft_test_filter ("zstd -q -c", image);
  g_autoptr (GByteArray) bytes = graft_test_zboot_new ("zstd", payload, 0x10000);
  g_autofree char *whole = g_strdup_printf ("tells of at least %u", bytes->len);
  g_autofree char *section = g_strdup_printf ("tells of at least %u", bytes->len + 8);

  assert_error (bytes->data, bytes->len - 1, GRAFT_ERROR_CORRUPTED, whole);
  assert_error (bytes->data, 40, GRAFT_ERROR_CORRUPTED, "tells of at least 64");
  assert_error (bytes->data, 8, GRAFT_ERROR_CORRUPTED, "tells of at least 64");
  /* The program around the payload ends later. */
  graft_bytes_put_le32 (bytes->data + GRAFT_TEST_PE + 24 + 160 + 16,
                        bytes->len + 8 - GRAFT_TEST_ZBOOT_PAYLOAD);
  assert_error (bytes->data, bytes->len, GRAFT_ERROR_CORRUPTED, section);
  graft_bytes_put_le32 (bytes->data + 8, 0xffffffff);
  assert_error (bytes->data, bytes->len, GRAFT_ERROR_CORRUPTED, "cut short");
}

static void
test_zboot_damaged (void)
{
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GBytes) payload = graft_test_filter ("zstd -q -c", image);
  g_autoptr (GByteArray) other = graft_test_zboot_new ("gzip", payload, 0x10000);
  g_autoptr (GByteArray) unknown = graft_test_zboot_new ("brotli\x1b", payload, 0x10000);
  g_autoptr (GByteArray) size = graft_test_zboot_new ("zstd", payload, 0x10001);
  g_autoptr (GraftKernel) kernel = open_kernel (size);
  g_autoptr (GError) error = NULL;

  assert_error (other->data, other->len, GRAFT_ERROR_CORRUPTED, "is compressed by gzip, but");
  assert_error (unknown->data, unknown->len, GRAFT_ERROR_UNSUPPORTED, "“brotli\\x1b”");
  g_assert_null (graft_kernel_open_vmlinux (kernel, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "unpacks to 65536 bytes instead of 65537"));
}

/* As arch/arm/boot/compressed/head.S has it, in either byte order. */
static GByteArray *
make_zimage (gboolean big, guint32 start, guint32 end)
{
  GByteArray *image = g_byte_array_new ();
  const guint32 words[] = { 0x016f2818, start, end, 0x04030201 };

  g_byte_array_set_size (image, 4096);
  memset (image->data, 0, image->len);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    graft_bytes_put_le32 (image->data + 0x24 + 4 * i,
                          big ? GUINT32_SWAP_LE_BE (words[i]) : words[i]);
  return image;
}

static void
test_zimage (void)
{
  for (guint big = 0; big < 2; big++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GByteArray) image = make_zimage (big, 0, 4096);
      g_autoptr (GByteArray) longer = make_zimage (big, 0, 4097);
      g_autoptr (GByteArray) turned = make_zimage (big, 4096, 0);
      g_autoptr (GraftKernel) kernel = open_kernel (image);

      assert_facts (kernel, "zImage", "arm", NULL, GRAFT_KERNEL_LOADER_UBOOT);
      g_assert_null (graft_kernel_get_release (kernel));
      g_assert_nonnull (strstr (graft_kernel_get_note (kernel), "is a zImage"));
      g_assert_null (graft_kernel_open_vmlinux (kernel, NULL, &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
      assert_error (longer->data, longer->len, GRAFT_ERROR_CORRUPTED, "tells of at least 4097");
      assert_error (turned->data, turned->len, GRAFT_ERROR_CORRUPTED, "before its start (4096)");
      assert_error (image->data, 0x28, GRAFT_ERROR_CORRUPTED, "tells of at least 52");
    }
}

static void
test_config (void)
{
  static const char text[] = "CONFIG_RD_GZIP=y\nCONFIG_IKCONFIG=y\n";
  const GraftTestKernel made = { "zstd -q -c", TRUE, FALSE };
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, text);
  g_autoptr (GBytes) gzip = graft_test_filter ("gzip -c", image);
  g_autoptr (GBytes) elf = graft_test_vmlinux_new (62);
  g_autoptr (GByteArray) inner = g_bytes_unref_to_array (g_steal_pointer (&elf));
  g_autoptr (GByteArray) bzimage = NULL;
  g_autoptr (GBytes) around = NULL;
  g_autoptr (GPtrArray) kernels = g_ptr_array_new_with_free_func (g_object_unref);

  memcpy (inner->data + GRAFT_TEST_CONFIG,
          (const guint8 *)g_bytes_get_data (image, NULL) + GRAFT_TEST_CONFIG, 0x1000);
  around = g_bytes_new (inner->data, inner->len);
  bzimage = graft_test_kernel_new_around (&made, around);
  g_ptr_array_add (kernels, open_bytes (image));
  g_ptr_array_add (kernels, open_bytes (gzip));
  g_ptr_array_add (kernels, open_kernel (bzimage));
  for (guint i = 0; i < kernels->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) found = NULL;
      gboolean ok = graft_kernel_read_config (g_ptr_array_index (kernels, i), &found, NULL, &error);

      g_assert_no_error (error);
      g_assert_true (ok);
      g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), text,
                       sizeof text - 1);
    }
}

static void
test_config_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GraftKernel) kernel = open_bytes (image);
  g_autoptr (GBytes) text = NULL;

  g_assert_true (graft_kernel_read_config (kernel, &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (text);
}

static void
assert_config_damaged (GByteArray *image, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernel) kernel = open_kernel (image);
  g_autoptr (GBytes) text = NULL;

  g_assert_false (graft_kernel_read_config (kernel, &text, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_config_damaged (void)
{
  g_autoptr (GBytes) bytes = graft_test_image_new (ARM64, PE_ARM64, "CONFIG_RD_GZIP=y\n");
  g_autoptr (GByteArray) image = g_bytes_unref_to_array (g_steal_pointer (&bytes));
  guint8 *start = image->data + GRAFT_TEST_CONFIG;
  guint8 *end = memmem (start, 0x1000, "IKCFG_ED", 8);

  g_assert_nonnull (end);
  end[7] = 'X';
  assert_config_damaged (image, "does not end at byte");
  /* The sum of the unpacked bytes, which is before the last four. */
  end[-8] ^= 1;
  assert_config_damaged (image, "the configuration in it");
}

static void
test_same_machine (void)
{
  g_assert_true (graft_kernel_arch_is_same_machine ("x86_64", "i386"));
  g_assert_true (graft_kernel_arch_is_same_machine ("arm64", "arm64"));
  g_assert_true (graft_kernel_arch_is_same_machine (NULL, "arm64"));
  g_assert_false (graft_kernel_arch_is_same_machine ("arm64", "x86_64"));
  g_assert_false (graft_kernel_arch_is_same_machine ("arm64", "arm"));
}

static void
test_loaders (void)
{
  g_auto (GStrv) all = graft_kernel_loaders_list (GRAFT_KERNEL_LOADER_BIOS | GRAFT_KERNEL_LOADER_EFI
                                                  | GRAFT_KERNEL_LOADER_UBOOT);
  g_autofree char *joined = g_strjoinv (" ", all);
  g_autofree char *efi = graft_kernel_loaders_describe (GRAFT_KERNEL_LOADER_EFI);
  g_autofree char *none = graft_kernel_loaders_describe (0);

  g_assert_cmpstr (joined, ==, "bios efi u-boot");
  g_assert_cmpstr (efi, ==, "EFI loaders (iPXE, GRUB)");
  g_assert_cmpstr (none, ==, "no PXE loader");
}

/* Each byte of the headers set to values that hurt: a kernel or one sentence, no read outside. */
static void
test_permutations (void)
{
  static const guint8 values[] = { 0x00, 0x01, 0x40, 0x7f, 0x80, 0xfe, 0xff };
  g_autoptr (GBytes) plain = graft_test_image_new (ARM64, PE_ARM64, NULL);
  g_autoptr (GBytes) payload = graft_test_filter ("gzip -c", plain);
  g_autoptr (GByteArray) image = graft_test_zboot_new ("gzip", payload, 0);
  guint opened = 0, refused = 0;

  for (guint at = 0; at < 0x180; at++)
    for (guint i = 0; i < G_N_ELEMENTS (values); i++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GraftInput) vmlinux = NULL;
        g_autoptr (GraftKernel) kernel = NULL;
        guint8 before = image->data[at];

        image->data[at] = values[i];
        kernel = open_named (image->data, image->len, "vmlinuz", &error);
        image->data[at] = before;
        g_assert_true ((kernel == NULL) == (error != NULL));
        if (kernel == NULL)
          {
            refused++;
            continue;
          }
        opened++;
        vmlinux = graft_kernel_open_vmlinux (kernel, NULL, NULL);
      }
  g_assert_cmpuint (opened, >, 200);
  g_assert_cmpuint (refused, >, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel-kinds/image", test_image);
  g_test_add_func ("/kernel-kinds/image-without-efi", test_image_without_efi);
  g_test_add_func ("/kernel-kinds/image-truncated", test_image_truncated);
  g_test_add_func ("/kernel-kinds/image-without-banner", test_image_without_banner);
  g_test_add_func ("/kernel-kinds/image-certificates-outside", test_image_certificates_outside);
  g_test_add_func ("/kernel-kinds/packed", test_packed);
  g_test_add_func ("/kernel-kinds/packed-names", test_packed_names);
  g_test_add_func ("/kernel-kinds/packed-truncated", test_packed_truncated);
  g_test_add_func ("/kernel-kinds/zboot", test_zboot);
  g_test_add_func ("/kernel-kinds/zboot-truncated", test_zboot_truncated);
  g_test_add_func ("/kernel-kinds/zboot-damaged", test_zboot_damaged);
  g_test_add_func ("/kernel-kinds/zimage", test_zimage);
  g_test_add_func ("/kernel-kinds/config", test_config);
  g_test_add_func ("/kernel-kinds/config-absent", test_config_absent);
  g_test_add_func ("/kernel-kinds/config-damaged", test_config_damaged);
  g_test_add_func ("/kernel-kinds/same-machine", test_same_machine);
  g_test_add_func ("/kernel-kinds/loaders", test_loaders);
  g_test_add_func ("/kernel-kinds/permutations", test_permutations);
  return g_test_run ();
}
