/* test-kernel-uimage.c: what mkimage(1) makes of a kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "coders/graft-compression.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"

static GraftKernel *
open_image (GByteArray *image, GError **error)
{
  g_autoptr (GraftInput) input = graft_test_input_new (image->data, image->len);
  GraftImage *opened;

  g_assert_cmpint (graft_kernel_get_format ()->probe (input), ==, 90);
  opened = graft_kernel_get_format ()->open (input, NULL, error);
  return opened != NULL ? GRAFT_KERNEL (opened) : NULL;
}

static void
assert_error (GByteArray *image, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_image (image, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "vmlinuz"));
  g_assert_nonnull (strstr (error->message, words));
}

/* As it is stored in the one, and as mkimage is told. */
static GByteArray *
make_uimage (const char *command, const char *options)
{
  g_autoptr (GBytes) image = graft_test_image_new ("ARM\x64", 0xaa64, NULL);
  g_autoptr (GBytes) payload
      = command != NULL ? graft_test_filter (command, image) : g_bytes_ref (image);

  return graft_test_uimage_new (options, payload);
}

static void
assert_unpacks (GraftKernel *kernel)
{
  g_autoptr (GBytes) wanted = graft_test_image_new ("ARM\x64", 0xaa64, NULL);

  graft_test_kernel_assert_unpacks_to (kernel, wanted);
}

static void
test_compressions (void)
{
  static const struct
  {
    const char *command;
    const char *options;
    const char *name;
  } cases[] = {
    { NULL, "-A arm64 -O linux -T kernel -C none", "none" },
    { NULL, "-A arm64 -O linux -T kernel_noload -C none", "none" },
    { "gzip -c", "-A arm64 -O linux -T kernel -C gzip", "gzip" },
    { "zstd -q -c", "-A arm64 -O linux -T kernel -C zstd", "zstd" },
    { "lz4 -q -c", "-A arm64 -O linux -T kernel -C lz4", "lz4-frame" },
    { "bzip2 -c", "-A arm64 -O linux -T kernel -C bzip2", "bzip2" },
    { "xz --format=lzma -c", "-A arm64 -O linux -T kernel -C lzma", "lzma" },
    { "lzop -c", "-A arm64 -O linux -T kernel -C lzo", "lzo" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GByteArray) image = make_uimage (cases[i].command, cases[i].options);
      g_autoptr (GraftKernel) kernel = open_image (image, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (graft_kernel_get_kind (kernel), ==, "uImage");
      g_assert_cmpstr (graft_kernel_get_arch (kernel), ==, "arm64");
      g_assert_cmpstr (graft_kernel_get_payload_compression (kernel), ==, cases[i].name);
      g_assert_cmpint (graft_kernel_get_loaders (kernel), ==, GRAFT_KERNEL_LOADER_UBOOT);
      g_assert_null (graft_kernel_get_problem (kernel));
      g_assert_cmpstr (graft_kernel_get_release (kernel), ==, "6.1.0-9-test");
      assert_unpacks (kernel);
    }
}

static void
test_cpus (void)
{
  static const char *const cpus[][2] = {
    { "arm", "arm" },     { "x86", "i386" },    { "x86_64", "x86_64" },
    { "riscv", "riscv" }, { "mips64", "mips" }, { "sandbox", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cpus); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *options = g_strdup_printf ("-A %s -O linux -T kernel -C none", cpus[i][0]);
      g_autoptr (GByteArray) image = make_uimage (NULL, options);
      g_autoptr (GraftKernel) kernel = open_image (image, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (graft_kernel_get_arch (kernel), ==, cpus[i][1]);
    }
}

/* Kernel, ramdisk and device tree in one; the kernel is the first. */
static void
test_multi (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = graft_test_image_new ("ARM\x64", 0xaa64, NULL);
  g_autoptr (GByteArray) bytes
      = graft_test_uimage_new ("-A arm64 -O linux -T multi -C none -n three", image);
  g_autoptr (GraftKernel) kernel = open_image (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_kernel_get_release (kernel), ==, "6.1.0-9-test");
  assert_unpacks (kernel);
}

/* Sizes that do not end, are missing, or go past the data. */
static void
test_multi_damaged (void)
{
  static const guint8 none[4] = { 0 }, many[4] = { 0, 0, 0, 4 }, large[4] = { 0xff, 0, 0, 0 };
  const guint8 *const tables[] = { none, many, large };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autoptr (GByteArray) content = g_byte_array_new ();
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GByteArray) image = NULL;

      for (guint j = 0; j < 40; j++)
        g_byte_array_append (content, tables[i], 4);
      bytes = g_bytes_new (content->data, content->len);
      image = graft_test_uimage_new ("-A arm64 -O linux -T kernel -C none", bytes);
      image->data[30] = 4;
      graft_test_uimage_sum (image);
      assert_error (image, GRAFT_ERROR_CORRUPTED, "the sizes of the files in it");
    }
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) image = make_uimage (NULL, "-A arm64 -O linux -T kernel -C none");
  g_autofree char *whole = g_strdup_printf ("tells of at least %u", image->len);

  g_byte_array_set_size (image, image->len - 1);
  assert_error (image, GRAFT_ERROR_CORRUPTED, whole);
  g_byte_array_set_size (image, 63);
  assert_error (image, GRAFT_ERROR_CORRUPTED, "tells of at least 64");
}

static void
test_damaged (void)
{
  g_autoptr (GByteArray) image = make_uimage (NULL, "-A arm64 -O linux -T kernel -C none");

  image->data[image->len - 1] ^= 1;
  assert_error (image, GRAFT_ERROR_CORRUPTED, "whose content is damaged (checksum");
  image->data[20] ^= 1;
  assert_error (image, GRAFT_ERROR_CORRUPTED, "whose header is damaged (checksum");
}

static void
test_not_a_kernel (void)
{
  g_autoptr (GByteArray) ramdisk = make_uimage (NULL, "-A arm -O linux -T ramdisk -C none");
  g_autoptr (GByteArray) script = make_uimage (NULL, "-A arm -O linux -T script -C none");
  g_autoptr (GByteArray) bsd = make_uimage (NULL, "-A arm -O netbsd -T kernel -C none");

  assert_error (ramdisk, GRAFT_ERROR_UNSUPPORTED,
                "an initrd behind a header of U-Boot: take off the first 64 bytes");
  assert_error (script, GRAFT_ERROR_UNSUPPORTED, "a U-Boot image of a script, not of a kernel");
  assert_error (bsd, GRAFT_ERROR_UNSUPPORTED, "something else than a Linux kernel");
}

/* What the header says of the compression is not what is there. */
static void
test_wrong_compression (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) other = make_uimage (NULL, "-A arm64 -O linux -T kernel -C gzip");
  g_autoptr (GByteArray) unsaid = make_uimage ("gzip -c", "-A arm64 -O linux -T kernel -C none");
  g_autoptr (GByteArray) legacy
      = make_uimage ("lz4 -l -q -c", "-A arm64 -O linux -T kernel -C lz4");
  g_autoptr (GByteArray) unknown = make_uimage (NULL, "-A arm64 -O linux -T kernel -C none");
  g_autoptr (GraftKernel) gzip = NULL, lz4 = NULL;

  assert_error (other, GRAFT_ERROR_CORRUPTED, "is compressed by gzip, but the bytes there are not");
  gzip = open_image (unsaid, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (graft_kernel_get_problem (gzip), "with the right -C"));
  g_assert_cmpint (graft_kernel_get_loaders (gzip), ==, 0);
  lz4 = open_image (legacy, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (graft_kernel_get_problem (lz4), "legacy frame"));
  unknown->data[31] = 99;
  graft_test_uimage_sum (unknown);
  assert_error (unknown, GRAFT_ERROR_UNSUPPORTED, "by method 99");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel-uimage/compressions", test_compressions);
  g_test_add_func ("/kernel-uimage/cpus", test_cpus);
  g_test_add_func ("/kernel-uimage/multi", test_multi);
  g_test_add_func ("/kernel-uimage/multi-damaged", test_multi_damaged);
  g_test_add_func ("/kernel-uimage/truncated", test_truncated);
  g_test_add_func ("/kernel-uimage/damaged", test_damaged);
  g_test_add_func ("/kernel-uimage/not-a-kernel", test_not_a_kernel);
  g_test_add_func ("/kernel-uimage/wrong-compression", test_wrong_compression);
  return g_test_run ();
}
