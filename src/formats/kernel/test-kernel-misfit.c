/* test-kernel-misfit.c: what is said of files that should be kernels and are not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"

typedef struct
{
  const char *content;
  gsize length;
  int code;
  const char *what;
  const char *advice;
} Case;

#define TEXT(text) text, sizeof (text) - 1

static const Case cases[] = {
  { TEXT (""), GRAFT_ERROR_CORRUPTED, "vmlinuz is empty", "get it again" },
  { TEXT ("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), GRAFT_ERROR_CORRUPTED, "full of zeros",
    "get it again" },
  { TEXT ("<!DOCTYPE html>\n<html><body>404</body></html>\n"), GRAFT_ERROR_UNSUPPORTED,
    "vmlinuz is an HTML page", "a web server answered with a page" },
  { TEXT ("-----BEGIN PGP SIGNATURE-----\n\niQ\n"), GRAFT_ERROR_UNSUPPORTED, "an OpenPGP signature",
    "take the file that it signs" },
  { TEXT ("\x30\x82\x05\xbc\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0"),
    GRAFT_ERROR_UNSUPPORTED, "a PKCS #7 signature", "take the file that it signs" },
  { TEXT ("070701000000010000000000000000"), GRAFT_ERROR_UNSUPPORTED, "an initrd (a cpio archive)",
    "may have been exchanged" },
  { TEXT ("hsqs\0\0\0\0\0\0\0\0"), GRAFT_ERROR_UNSUPPORTED, "a squashfs image",
    "vmlinuz or bzImage" },
  { TEXT ("MZ\x90\0\3\0\0\0"), GRAFT_ERROR_CORRUPTED, "the first piece of", "get it again" },
  { TEXT ("kernel of nothing"), GRAFT_ERROR_UNSUPPORTED, "a text file", "vmlinuz or bzImage" },
};

static void
assert_misfit (GBytes *bytes, const Case *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "vmlinuz");

  g_assert_null (graft_kernel_get_format ()->open (input, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, wanted->code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, wanted->what));
  g_assert_nonnull (strstr (error->message, wanted->advice));
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].content, cases[i].length);

      assert_misfit (bytes, &cases[i]);
    }
}

static void
test_efi_program (void)
{
  static const Case wanted
      = { NULL, 0, GRAFT_ERROR_UNSUPPORTED, "an EFI program for x86_64 without Linux's boot header",
          "vmlinuz or bzImage" };
  const GraftTestKernel kernel = { NULL, FALSE, FALSE };
  g_autoptr (GByteArray) image = graft_test_kernel_new (&kernel);
  g_autoptr (GBytes) bytes = NULL;

  memset (image->data + 0x1f0, 0, 0x100);
  bytes = g_bytes_new (image->data, image->len);
  assert_misfit (bytes, &wanted);
}

static void
test_compressed (void)
{
  static const GraftTestKernel kernel = { NULL, FALSE, FALSE };
  static const Case bzimage = { NULL, 0, GRAFT_ERROR_UNSUPPORTED,
                                "gzip-compressed data (inside: a kernel)", "unpack it first" };
  static const Case vmlinux
      = { NULL, 0, GRAFT_ERROR_UNSUPPORTED, "zstd-compressed data (inside: an ELF vmlinux)",
          "vmlinuz or bzImage" };
  static const Case text = { NULL, 0, GRAFT_ERROR_UNSUPPORTED,
                             "xz-compressed data (inside: a text file)", "vmlinuz or bzImage" };
  g_autoptr (GByteArray) image = graft_test_kernel_new (&kernel);
  g_autoptr (GBytes) inner = g_bytes_new (image->data, image->len);
  g_autoptr (GBytes) elf = graft_test_vmlinux_new (62);
  g_autoptr (GBytes) words = g_bytes_new_static ("hello\n", 6);
  g_autoptr (GBytes) gzip = graft_test_filter ("gzip -c", inner);
  g_autoptr (GBytes) zstd = graft_test_filter ("zstd -q -c", elf);
  g_autoptr (GBytes) xz = graft_test_filter ("xz -c", words);

  assert_misfit (gzip, &bzimage);
  assert_misfit (zstd, &vmlinux);
  assert_misfit (xz, &text);
}

static int
probe_named (const void *data, gsize length, const char *name)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, name);

  return graft_kernel_get_format ()->probe (input);
}

/* The name decides only when nothing else does. */
static void
test_probe (void)
{
  static const GraftTestKernel kernel = { NULL, FALSE, FALSE };
  g_autoptr (GByteArray) image = graft_test_kernel_new (&kernel);
  g_autoptr (GBytes) elf = graft_test_vmlinux_new (62);

  g_assert_cmpint (probe_named (image->data, image->len, "readme"), ==, 100);
  g_assert_cmpint (probe_named (g_bytes_get_data (elf, NULL), g_bytes_get_size (elf), "readme"), ==,
                   80);
  g_assert_cmpint (probe_named (TEXT ("<html>"), "some/vmlinuz"), ==, 1);
  g_assert_cmpint (probe_named (TEXT ("<html>"), "vmlinuz-6.1.0"), ==, 1);
  g_assert_cmpint (probe_named (TEXT ("<html>"), "boot/Image.gz"), ==, 1);
  g_assert_cmpint (probe_named (TEXT ("<html>"), "uImage-5.4"), ==, 1);
  g_assert_cmpint (probe_named (TEXT ("<html>"), "vmlinuz-6.1.0.sig"), ==, 0);
  g_assert_cmpint (probe_named (TEXT ("<html>"), "index.html"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel-misfit/cases", test_cases);
  g_test_add_func ("/kernel-misfit/efi-program", test_efi_program);
  g_test_add_func ("/kernel-misfit/compressed", test_compressed);
  g_test_add_func ("/kernel-misfit/probe", test_probe);
  return g_test_run ();
}
