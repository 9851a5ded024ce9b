/* test-set-formats.c: what is found among real images, whatever they are called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-fixture.h"
#include "coders/graft-tool-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-image-loader.h"

#define MAKE_CPIO "mkdir x && cd x && echo run >init && find . | sort | cpio -o -H newc --quiet"
#define MAKE_SQUASHFS                                                                              \
  "mkdir x && echo run >x/init && mksquashfs x y -noappend -no-progress -quiet >/dev/null && cat " \
  "y"

/* What a shell command, run in an empty folder, writes. */
static GBytes *
make (const char *command)
{
  g_autofree char *whole = g_strdup_printf (
      "set -e; dir=$(mktemp -d); trap 'rm -rf \"$dir\"' EXIT; cd \"$dir\"; %s", command);

  return graft_tool_run (whole, NULL);
}

/* @part of 100: how much of it, as after a download that broke off. */
static void
add (GraftSetFixture *fixture, const char *name, GBytes *bytes, guint part)
{
  graft_set_fixture_add_bytes (fixture, name, g_bytes_get_data (bytes, NULL),
                               g_bytes_get_size (bytes) * part / 100);
}

static GBytes *
make_kernel (void)
{
  const GraftTestKernel parts = { .compressor = "gzip -c" };

  return g_byte_array_free_to_bytes (graft_test_kernel_new (&parts));
}

/* Kernels, initrds of each compression and roots under names that say nothing, among files of which
 * some look like one at first. */
static void
test_content (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) kernel = make_kernel ();
  g_autoptr (GBytes) plain = make (MAKE_CPIO);
  g_autoptr (GBytes) xz = make ("(" MAKE_CPIO ") | xz --check=crc32");
  g_autoptr (GBytes) zstd = make ("(" MAKE_CPIO ") | zstd -q");
  g_autoptr (GBytes) root = make (MAKE_SQUASHFS);
  g_autoptr (GBytes) text = make ("echo some text");
  g_autoptr (GBytes) packed_text = make ("echo some text | gzip");
  g_autoptr (GBytes) tar = make ("mkdir x && tar -cz x");
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (100000), 100000);

  add (fixture, "a", kernel, 100);
  add (fixture, "b", plain, 100);
  add (fixture, "c", xz, 100);
  add (fixture, "d", zstd, 100);
  add (fixture, "e", root, 100);
  add (fixture, "f", text, 100);
  add (fixture, "g", packed_text, 100);
  add (fixture, "h", tar, 100);
  add (fixture, "i", zeros, 100);
  add (fixture, "j", text, 0);
  graft_set_fixture_assert_members (fixture, NULL,
                                    "kernel a\ninitrd b\ninitrd c\ninitrd d\nroot e\n");
}

/* Cut short they are members with their reason where their name or first bytes say what they were
 * to be. */
static void
test_truncated (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) kernel = make_kernel ();
  g_autoptr (GBytes) gzip = make ("(" MAKE_CPIO ") | gzip");
  g_autoptr (GBytes) root = make (MAKE_SQUASHFS);

  add (fixture, "whole.squashfs", root, 100);
  add (fixture, "vmlinuz", kernel, 60);
  add (fixture, "initrd.img", gzip, 60);
  /* Most of so small a root is padding. */
  add (fixture, "filesystem.squashfs", root, 5);
  add (fixture, "vmlinuz-empty", kernel, 0);
  add (fixture, "odd-kernel", kernel, 60);
  add (fixture, "odd-root", root, 5);
  graft_set_fixture_assert_members (
      fixture, NULL,
      "!kernel odd-kernel\n!kernel vmlinuz\n!kernel vmlinuz-empty\n"
      "!initrd initrd.img\n!root filesystem.squashfs\n!root odd-root\n"
      "root whole.squashfs\n");
}

/* Kernels of other machines, by their first bytes and, cut short, by their names; what U-Boot has
 * for an initrd has the first bytes of its kernels. */
static void
test_other_machines (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) image = graft_test_image_new ("ARM\x64", 0xaa64, NULL);
  g_autoptr (GBytes) gzip = graft_test_filter ("gzip -c", image);
  g_autoptr (GByteArray) wrapped
      = graft_test_uimage_new ("-A arm64 -O linux -T kernel -C none", image);
  g_autoptr (GByteArray) ramdisk
      = graft_test_uimage_new ("-A arm64 -O linux -T ramdisk -C none", gzip);
  g_autoptr (GBytes) uimage = g_bytes_new (wrapped->data, wrapped->len);
  g_autoptr (GBytes) uinitrd = g_bytes_new (ramdisk->data, ramdisk->len);

  add (fixture, "a", image, 100);
  add (fixture, "b", gzip, 100);
  add (fixture, "c", uimage, 100);
  add (fixture, "Image", image, 60);
  add (fixture, "Image.gz", gzip, 90);
  add (fixture, "uImage", uimage, 90);
  add (fixture, "uInitrd", uinitrd, 100);
  add (fixture, "zImage", image, 0);
  graft_set_fixture_assert_members (fixture, NULL,
                                    "!kernel Image\n!kernel Image.gz\nkernel a\nkernel b\n"
                                    "kernel c\n!kernel uImage\n!kernel uInitrd\n!kernel zImage\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
  graft_image_loader_register (graft_squashfs_get_format ());
#define ADD(name, func)                                                                            \
  g_test_add ("/set-formats/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,         \
              graft_set_fixture_tear_down)
  ADD ("content", test_content);
  ADD ("truncated", test_truncated);
  ADD ("other-machines", test_other_machines);
  return g_test_run ();
}
