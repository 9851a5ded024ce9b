/* test-drop.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-drop.h"

#include <glib/gstdio.h>

#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-image-loader.h"

#define DEB "!<arch>\ndebian-binary   0           0     0     100644  4         `\n2.0\n"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("bootgraft-drop-XXXXXX", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", fixture->folder, NULL };

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (fixture->folder);
}

static void
add (Fixture *fixture, const char *path, const void *data, gssize length)
{
  g_autofree char *whole = g_build_filename (fixture->folder, path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (whole, data, length, NULL));
}

static void
assert_kind (Fixture *fixture, const char *path, GraftDropKind kind)
{
  g_autofree char *whole = g_build_filename (fixture->folder, path, NULL);

  g_assert_cmpint (graft_drop_classify (whole), ==, kind);
}

static void
test_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) kernel = graft_test_kernel_new (&(GraftTestKernel){ .is_signed = FALSE });
  g_autoptr (GByteArray) initrd = g_byte_array_new ();

  graft_cpio_fixture_add_file (initrd, "init", "run");
  graft_cpio_fixture_add_trailer (initrd);
  add (fixture, "kernel-under-another-name", kernel->data, kernel->len);
  add (fixture, "first.bin", initrd->data, initrd->len);
  add (fixture, "linux-image.deb", DEB, -1);
  add (fixture, "kernel-core.rpm", "\355\253\356\333\003", -1);
  add (fixture, "notes", "this is text", -1);
  add (fixture, "vmlinuz", "this is text", -1);
  add (fixture, "igb.ko", "\177ELF", -1);
  add (fixture, "empty", "", 0);
  assert_kind (fixture, "kernel-under-another-name", GRAFT_DROP_VMLINUZ);
  assert_kind (fixture, "first.bin", GRAFT_DROP_SET);
  assert_kind (fixture, "linux-image.deb", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "kernel-core.rpm", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "notes", GRAFT_DROP_FILES);
  /* What is called a kernel is taken for one: whoever opens it says what it is instead. */
  assert_kind (fixture, "vmlinuz", GRAFT_DROP_VMLINUZ);
  assert_kind (fixture, "igb.ko", GRAFT_DROP_FILES);
  assert_kind (fixture, "empty", GRAFT_DROP_FILES);
  assert_kind (fixture, "not-there", GRAFT_DROP_FILES);
}

static void
test_folders (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) kernel = graft_test_kernel_new (&(GraftTestKernel){ .is_signed = FALSE });
  g_autoptr (GByteArray) initrd = g_byte_array_new ();

  graft_cpio_fixture_add_file (initrd, "init", "run");
  graft_cpio_fixture_add_trailer (initrd);
  add (fixture, "package/boot/vmlinuz-6.1", kernel->data, kernel->len);
  add (fixture, "package/boot/initrd.img-6.1", initrd->data, initrd->len);
  add (fixture, "package/lib/modules/6.1/modules.order", "", 0);
  add (fixture, "6.1/modules.builtin", "", 0);
  add (fixture, "drivers/net/igb.ko.xz", "", 0);
  add (fixture, "boot/vmlinuz", kernel->data, kernel->len);
  add (fixture, "set/vmlinuz", kernel->data, kernel->len);
  add (fixture, "set/initrd.img", initrd->data, initrd->len);
  add (fixture, "cd/live/first.bin", initrd->data, initrd->len);
  add (fixture, "firmware/i915/skl.bin", "", 0);
  assert_kind (fixture, "package", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "package/lib/modules", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "6.1", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "drivers", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "boot", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "set", GRAFT_DROP_SET);
  assert_kind (fixture, "cd", GRAFT_DROP_SET);
  assert_kind (fixture, "firmware", GRAFT_DROP_FILES);
}

static void
run (Fixture *fixture, const char *script)
{
  const char *argv[] = { "/bin/sh", "-euc", script, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (fixture->folder, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* A tar is a kernel's when it has one; else somebody wants it in an image. */
static void
test_archives (Fixture *fixture, gconstpointer data)
{
  add (fixture, "kernel/boot/vmlinuz-6.1", "x", -1);
  add (fixture, "modules/6.1/kernel/igb.ko.xz", "x", -1);
  add (fixture, "firmware/i915/skl.bin", "x", -1);
  run (fixture, "tar -C kernel -cf kernel.tar .; tar -C modules -cJf modules.tar.xz .;"
                "tar -C firmware -czf firmware.tar.gz .; tar -C modules -cjf modules.tar.bz2 .");
  assert_kind (fixture, "kernel.tar", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "modules.tar.xz", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "modules.tar.bz2", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "firmware.tar.gz", GRAFT_DROP_FILES);
}

static void
test_folder_of_packages (Fixture *fixture, gconstpointer data)
{
  add (fixture, "rpms/kernel-core.rpm", "\355\253\356\333\003", -1);
  add (fixture, "rpms/kernel-modules.rpm", "\355\253\356\333\003", -1);
  add (fixture, "debs/linux-image.deb", DEB, -1);
  assert_kind (fixture, "rpms", GRAFT_DROP_KERNEL);
  assert_kind (fixture, "debs", GRAFT_DROP_KERNEL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
  graft_image_loader_register (graft_squashfs_get_format ());
  g_test_add ("/drop/files", Fixture, NULL, set_up, test_files, tear_down);
  g_test_add ("/drop/folders", Fixture, NULL, set_up, test_folders, tear_down);
  g_test_add ("/drop/archives", Fixture, NULL, set_up, test_archives, tear_down);
  g_test_add ("/drop/folder-of-packages", Fixture, NULL, set_up, test_folder_of_packages,
              tear_down);
  return g_test_run ();
}
