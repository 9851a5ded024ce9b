/* test-loader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-image-loader.h"

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"

static GraftInput *
input_of (const void *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  return graft_memory_input_new (bytes, "file");
}

static GraftInput *
input_of_text (const char *text)
{
  return input_of (text, strlen (text));
}

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = input_of_text ("#fake initrd\nf 0644 /init x\n--\nf 0644 /b y\n");
  g_autoptr (GraftImage) image = graft_image_load (input, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_image_probe (input), ==, "initrd");
  g_assert_cmpstr (graft_image_get_format (image), ==, "initrd");
  g_assert_cmpuint (graft_image_get_n_parts (image), ==, 2);
  g_assert_true (graft_image_get_input (image) == input);
  g_assert_cmpstr (graft_image_get_name (image), ==, "file");
}

static void
test_broken (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = input_of_text ("#fake squashfs\nbroken\n");

  g_assert_null (graft_image_load (input, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

static void
test_unsupported (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = input_of_text ("<!DOCTYPE HTML>\n<html>404</html>\n");

  g_assert_null (graft_image_load (input, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   "file is an HTML page: not a kernel, initrd or squashfs image");
  g_assert_null (graft_image_probe (input));
}

static int
probe_half_sure (GraftInput *input)
{
  return 50;
}

static GraftImage *
open_never (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED, "the less sure one");
  return NULL;
}

/* The surest format opens a file, in whatever order they were registered. */
static void
test_surest (void)
{
  static const GraftImageFormat half_sure = { "half", probe_half_sure, open_never };

  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftInput) fake = input_of_text ("#fake kernel\n");
      g_autoptr (GraftInput) other = input_of_text ("other");
      g_autoptr (GraftImage) image = NULL;

      graft_image_loader_register (&half_sure);
      image = graft_image_load (fake, NULL, &error);
      g_assert_no_error (error);
      g_assert_null (graft_image_load (other, NULL, &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
assert_kind (const void *data, gsize length, const char *expected)
{
  g_autoptr (GraftInput) input = input_of (data, length);
  g_autofree char *kind = graft_file_kind_describe (input);

  g_assert_cmpstr (kind, ==, expected);
}

static void
test_kinds (void)
{
  guint8 iso[0x8006] = { 0 };
  guint8 ext[1100] = { 0 };

  memcpy (iso + 0x8001, "CD001", 5);
  ext[1080] = 0x53;
  ext[1081] = 0xef;
  assert_kind ("", 0, "empty");
  assert_kind ("\x7f"
               "ELF\2",
               5, "an ELF file");
  assert_kind ("\x1f\x8b\x08", 3, "gzip-compressed data");
  assert_kind ("\xfd"
               "7zXZ",
               5, "xz-compressed data");
  assert_kind ("\x5d\0\0\x80\0", 5, "lzma-compressed data");
  assert_kind ("\x02\x21\x4c\x18", 4, "lz4-compressed data");
  assert_kind ("\x04\x22\x4d\x18", 4, "lz4-compressed data");
  assert_kind ("-----BEGIN PGP SIGNATURE-----\n", 30, "an OpenPGP signature or message");
  assert_kind ("!<arch>\ndebian-binary", 21, "a Debian package");
  assert_kind ("!<arch>\nlib.o", 13, "an ar archive");
  assert_kind ("hello\n", 6, "a text file");
  assert_kind ("\n  <HTML>", 9, "an HTML page");
  assert_kind ("\0\0\0\0", 4, "full of zeros at its start");
  assert_kind (iso, sizeof iso, "an ISO 9660 disc image");
  assert_kind (ext, sizeof ext, "an ext2, ext3 or ext4 file system");
  assert_kind ("XFSB\0\0\x10\0", 8, "an XFS file system");
  assert_kind ("\x45\x3d\xcd\x28", 4, "a cramfs image");
  assert_kind ("QFI\xfb\0\0\0\3", 8, "a disk image of QEMU (qcow2)");
  /* A NUL is no character of a text. */
  assert_kind ("text\0more", 9, "of an unknown kind");
  assert_kind ("\x01\x02", 2, "of an unknown kind");
}

static void
test_no_parts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) kernel = graft_fake_image_new ("kernel", "vmlinuz", "");

  g_assert_cmpuint (graft_image_get_n_parts (kernel), ==, 0);
  g_assert_null (graft_image_dup_root (kernel, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==, "vmlinuz is a kernel: it has no files");
}

static void
test_verify_other_format (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) kernel = graft_fake_image_new ("kernel", "vmlinuz", "");
  g_autoptr (GraftImage) squashfs = graft_fake_image_new ("squashfs", "root", "");

  g_assert_false (graft_image_verify (kernel, NULL, squashfs, NULL, FALSE, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
}

static void
test_verify_carried (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) source = graft_fake_image_new ("kernel", "source", "0123456789");
  g_autoptr (GraftImage) result = graft_fake_image_new ("kernel", "result", "xx0123x789");
  g_autoptr (GraftImage) damaged = graft_fake_image_new ("kernel", "damaged", "xx0123x7?9");
  g_autoptr (GraftImage) cut = graft_fake_image_new ("kernel", "cut", "xx0123x7");
  g_autoptr (GraftWritten) written = graft_written_new ();

  graft_written_add_carried (written, 0, 2, 4);
  graft_written_add_carried (written, 7, 7, 3);
  g_assert_cmpuint (written->copied, ==, 7);
  g_assert_true (graft_image_verify_carried (source, result, written, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (graft_image_verify_carried (source, damaged, written, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
  g_clear_error (&error);
  g_assert_false (graft_image_verify_carried (source, cut, written, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  g_test_add_func ("/loader/load", test_load);
  g_test_add_func ("/loader/broken", test_broken);
  g_test_add_func ("/loader/unsupported", test_unsupported);
  g_test_add_func ("/loader/surest", test_surest);
  g_test_add_func ("/loader/kinds", test_kinds);
  g_test_add_func ("/image/no-parts", test_no_parts);
  g_test_add_func ("/image/verify-other-format", test_verify_other_format);
  g_test_add_func ("/image/verify-carried", test_verify_carried);
  return g_test_run ();
}
