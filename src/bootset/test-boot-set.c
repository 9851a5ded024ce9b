/* test-boot-set.c: what is found in a folder, and which kernel is meant
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

#define KERNEL GRAFT_SET_FIXTURE_KERNEL
#define INITRD GRAFT_SET_FIXTURE_INITRD
#define ROOT GRAFT_SET_FIXTURE_ROOT
#define ENTRY GRAFT_SET_FIXTURE_ENTRY

static void
assert_kernel (GraftSetFixture *fixture, const char *asked, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, asked);
  GraftMember *kernel = graft_boot_set_get_kernel (set, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_member_get_path (kernel), ==, expected);
}

/* Opening fails so; FOLDER in @message stands for the set's. */
static void
assert_error (GraftSetFixture *fixture, const char *asked, GQuark domain, GraftErrorCode code,
              const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = asked != NULL ? g_build_filename (fixture->folder, asked, NULL)
                                        : g_strdup (fixture->folder);
  g_autoptr (GString) expected = g_string_new (message);

  g_string_replace (expected, "FOLDER", fixture->folder, 0);
  g_assert_null (graft_boot_set_open (path, NULL, &error));
  g_assert_error (error, domain, (gint)code);
  g_assert_cmpstr (error->message, ==, expected->str);
}

static void
test_folder (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  graft_set_fixture_add (fixture, "root.squashfs", ROOT);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", ENTRY);
  graft_set_fixture_add (fixture, "pxelinux.0", "loader");
  graft_set_fixture_add (fixture, "README.txt", "text");
  graft_set_fixture_assert_members (fixture, NULL,
                                    "kernel vmlinuz\ninitrd initrd.img\nroot root.squashfs\n"
                                    "boot-entry pxelinux.cfg/default\n");
  assert_kernel (fixture, NULL, "vmlinuz");
}

/* From any one of them the others are found. */
static void
test_siblings (GraftSetFixture *fixture, gconstpointer data)
{
  static const char *const asked[] = { "vmlinuz", "initrd.img", "pxelinux.cfg/default" };
  const char *all = "kernel vmlinuz\ninitrd initrd.img\nroot live/root.squashfs\n"
                    "boot-entry pxelinux.cfg/default\n";

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  graft_set_fixture_add (fixture, "live/root.squashfs", ROOT);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", ENTRY);
  /* Of another set. */
  graft_set_fixture_add (fixture, "other/deeper/vmlinuz", KERNEL);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    graft_set_fixture_assert_members (fixture, asked[i], all);
}

static void
test_one_image (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *message = g_strdup_printf (
      "%s has no kernel: put the vmlinuz that boots these images beside them", fixture->folder);

  graft_set_fixture_add (fixture, "odd-name", INITRD);
  set = graft_set_fixture_open (fixture, "odd-name");
  g_assert_cmpuint (graft_boot_set_get_members (set)->len, ==, 1);
  g_assert_null (graft_boot_set_get_kernel (set, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, message);
}

/* Names that say nothing are looked into. */
static void
test_by_content (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "k510", KERNEL);
  graft_set_fixture_add (fixture, "boot/minirt", INITRD);
  graft_set_fixture_add (fixture, "boot/data.bin", ROOT);
  graft_set_fixture_add (fixture, "boot/notes", "just text");
  /* The name says that these are no images. */
  graft_set_fixture_add (fixture, "boot/vmlinuz.sha256", KERNEL);
  graft_set_fixture_add (fixture, "boot/squash.txt", ROOT);
  graft_set_fixture_assert_members (fixture, NULL,
                                    "kernel k510\ninitrd boot/minirt\nroot boot/data.bin\n");
  assert_kernel (fixture, NULL, "k510");
}

/* What it is by content counts more than what it is called. */
static void
test_wrong_name (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", ROOT);
  graft_set_fixture_assert_members (fixture, NULL, "kernel vmlinuz\nroot initrd.img\n");
}

static void
test_unreadable (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  GraftMember *member;

  graft_set_fixture_add (fixture, "vmlinuz", "<!DOCTYPE html><html>404</html>");
  graft_set_fixture_add (fixture, "initrd.img", "#fake initrd\nbroken\n");
  graft_set_fixture_add (fixture, "root.squashfs", ROOT);
  /* By content only: a root that is broken is one, an initrd may be anything. */
  graft_set_fixture_add (fixture, "one", "#fake squashfs\nbroken\n");
  graft_set_fixture_add (fixture, "two", "#fake initrd\nbroken\n");
  graft_set_fixture_assert_members (
      fixture, NULL, "!kernel vmlinuz\n!initrd initrd.img\n!root one\nroot root.squashfs\n");
  set = graft_set_fixture_open (fixture, NULL);
  member = graft_boot_set_get_kernel (set, NULL);
  g_assert_null (graft_member_get_image (member));
  g_assert_null (graft_member_get_overlay (member));
  g_assert_cmpstr (graft_member_get_problem (member)->message, ==,
                   "vmlinuz is an HTML page: not a kernel, initrd or squashfs image");
  g_assert_true (graft_boot_set_check_unchanged (set, NULL));
}

/* A set of which nothing can be read is no set, and the reason is said. */
static void
test_nothing_readable (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "initrd.img", "#fake initrd\nbroken\n");
  assert_error (fixture, NULL, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                "initrd.img is broken at byte 12");
  assert_error (fixture, "initrd.img", GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                "initrd.img is broken at byte 12");
}

/* Root may read everything, so for this test it is nobody. */
static void
test_no_permission (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "initrd.img", NULL);
  gboolean is_root = geteuid () == 0;

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->top, 0755), ==, 0);
  g_assert_true (!is_root || seteuid (65534) == 0);
  graft_set_fixture_assert_members (fixture, NULL, "kernel vmlinuz\n!initrd initrd.img\n");
  g_assert_true (!is_root || seteuid (0) == 0);
}

static void
test_nothing (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *pipe = g_build_filename (fixture->folder, "pipe", NULL);

  graft_set_fixture_add (fixture, "README.txt", "text");
  assert_error (fixture, NULL, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                "FOLDER has nothing of a boot set: among its 1 file, looked through up to 6 "
                "folders deep, none is a kernel (vmlinuz), an initrd (initrd.img) or a root image "
                "(filesystem.squashfs) by its name or content");
  assert_error (fixture, "README.txt", GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                "README.txt is a text file: not a kernel, initrd or squashfs image");
  assert_error (fixture, "missing", GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                "FOLDER/missing cannot be opened: No such file or directory");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_error (fixture, "pipe", GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                "FOLDER/pipe is a device or pipe: give a folder, or one image");
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", ENTRY);
  assert_error (fixture, NULL, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                "FOLDER has a boot entry, but not what it starts: vmlinuz (pxelinux.cfg/default)");
}

/* Of several kernels the one that a boot entry starts; with an initrd rather than without. */
static void
test_several_kernels (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *message = g_strdup_printf (
      "%s has more than one kernel (vmlinuz-5, vmlinuz-6), and no boot entry says which one is "
      "started: give the kernel itself instead of the folder",
      fixture->folder);

  graft_set_fixture_add (fixture, "vmlinuz-5", KERNEL);
  graft_set_fixture_add (fixture, "vmlinuz-6", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_null (graft_boot_set_get_kernel (set, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, message);
  assert_kernel (fixture, "vmlinuz-5", "vmlinuz-5");
  graft_set_fixture_add (
      fixture, "pxelinux.cfg/default",
      "LABEL test\nKERNEL vmlinuz-5\nLABEL live\nKERNEL vmlinuz-6\nAPPEND initrd=initrd.img\n");
  assert_kernel (fixture, NULL, "vmlinuz-6");
  assert_kernel (fixture, "vmlinuz-5", "vmlinuz-5");
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", "LABEL test\nKERNEL vmlinuz-5\n");
  assert_kernel (fixture, NULL, "vmlinuz-5");
}

/* As in /boot: what goes with the one that was asked for. */
static void
test_family (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "vmlinuz-5.1-a", KERNEL);
  graft_set_fixture_add (fixture, "vmlinuz-6.1-a", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img-5.1-a", INITRD);
  graft_set_fixture_add (fixture, "initramfs-6.1-a.img", INITRD);
  graft_set_fixture_add (fixture, "root.squashfs", ROOT);
  graft_set_fixture_assert_members (
      fixture, "vmlinuz-5.1-a",
      "kernel vmlinuz-5.1-a\ninitrd initrd.img-5.1-a\nroot root.squashfs\n");
  graft_set_fixture_assert_members (
      fixture, "initramfs-6.1-a.img",
      "kernel vmlinuz-6.1-a\ninitrd initramfs-6.1-a.img\nroot root.squashfs\n");
  graft_set_fixture_assert_members (
      fixture, "root.squashfs",
      "kernel vmlinuz-5.1-a\nkernel vmlinuz-6.1-a\ninitrd initramfs-6.1-a.img\n"
      "initrd initrd.img-5.1-a\nroot root.squashfs\n");
  /* Two initrds that are started together. */
  graft_set_fixture_add (fixture, "extra.initrd", INITRD);
  graft_set_fixture_add (fixture, "extlinux.conf",
                         "LABEL a\nLINUX vmlinuz-5.1-a\nINITRD initrd.img-5.1-a,extra.initrd\n");
  graft_set_fixture_assert_members (
      fixture, "initrd.img-5.1-a",
      "kernel vmlinuz-5.1-a\ninitrd extra.initrd\ninitrd initrd.img-5.1-a\n"
      "root root.squashfs\nboot-entry extlinux.conf\n");
}

/* memtest, memdisk and the like are kernels by content. */
/* Of whole sets in the folders below one image, nothing is taken; of one folder with what it lacks,
 * that is. */
static void
test_family_below (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "my.img", GRAFT_SET_FIXTURE_INITRD);
  graft_set_fixture_add (fixture, "a/vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "a/root.squashfs", GRAFT_SET_FIXTURE_ROOT);
  graft_set_fixture_assert_members (fixture, "my.img",
                                    "kernel a/vmlinuz\ninitrd my.img\nroot a/root.squashfs\n");
  graft_set_fixture_add (fixture, "b/vmlinuz", GRAFT_SET_FIXTURE_KERNEL "# another\n");
  graft_set_fixture_assert_members (fixture, "my.img", "initrd my.img\nroot a/root.squashfs\n");
  graft_set_fixture_add (fixture, "root.squashfs", GRAFT_SET_FIXTURE_ROOT);
  graft_set_fixture_assert_members (fixture, "my.img", "initrd my.img\nroot root.squashfs\n");
}

static void
test_kernel_by_name (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "memtest", KERNEL);
  graft_set_fixture_add (fixture, "memdisk", KERNEL);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default",
                         "LABEL disk\nKERNEL memdisk\nAPPEND initrd=dos.img\n");
  assert_kernel (fixture, NULL, "vmlinuz");
}

/* A boot entry gives names a role, wherever the server's root is. */
static void
test_entry_names (GraftSetFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *config;
    const char *text;
  } cases[] = {
    { "pxelinux.cfg/default",
      "LABEL a\nKERNEL k/one\nINITRD k/two\nAPPEND fetch=http://h/k/three\n" },
    { "pxelinux.cfg/C0A8", "LABEL a\nKERNEL /tftp/k/one\nINITRD ::tftp/k/two\nAPPEND "
                           "fetch=tftp://$serverIP/k/three\n" },
    { "k/isolinux.cfg", "LABEL a\nKERNEL one\nINITRD /k/two\nAPPEND httpfs=http://h:80/three\n" },
  };

  graft_set_fixture_add (fixture, "k/one", "text");
  graft_set_fixture_add (fixture, "k/two", "text");
  graft_set_fixture_add (fixture, "k/three", "text");
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected
          = g_strdup_printf ("!kernel k/one\nkernel vmlinuz\n!initrd k/two\n!root k/three\n"
                             "boot-entry %s\n",
                             cases[i].config);
      g_autofree char *path = g_build_filename (fixture->folder, cases[i].config, NULL);

      graft_set_fixture_add (fixture, cases[i].config, cases[i].text);
      graft_set_fixture_assert_members (fixture, NULL, expected);
      assert_kernel (fixture, NULL, "k/one");
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_missing_kernel (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *message = g_strdup_printf (
      "%s has no kernel: a boot entry starts vmlinuz (pxelinux.cfg/default), which is not there",
      fixture->folder);

  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", ENTRY);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_null (graft_boot_set_get_kernel (set, &error));
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_passed_over (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "vmlinuz.bootgraft-old", KERNEL);
  graft_set_fixture_add (fixture, ".vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, ".bootgraft-x1/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, ".git/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "1/2/3/4/5/6/initrd.img", INITRD);
  graft_set_fixture_add (fixture, "1/2/3/4/5/6/7/initrd.img", INITRD);
  graft_set_fixture_assert_members (fixture, NULL,
                                    "kernel vmlinuz\ninitrd 1/2/3/4/5/6/initrd.img\n");
  /* Asked for, they count. */
  assert_kernel (fixture, "vmlinuz.bootgraft-old", "vmlinuz.bootgraft-old");
}

/* A link inside the folder is another name of its file, and stands for it where the name alone says
 * what it is; others are not followed. */
static void
test_links (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (fixture->top, "outside", NULL);
  g_autofree char *outside_file = g_build_filename (outside, "vmlinuz", NULL);

  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (outside_file, KERNEL, -1, NULL));
  graft_set_fixture_add (fixture, "files/blob", "no image");
  graft_set_fixture_add (fixture, "files/vmlinuz-6", KERNEL);
  graft_set_fixture_add_link (fixture, "initrd.img", "files/blob");
  graft_set_fixture_add_link (fixture, "vmlinuz", "files/vmlinuz-6");
  graft_set_fixture_add_link (fixture, "vmlinuz-outside", "../outside/vmlinuz");
  graft_set_fixture_add_link (fixture, "vmlinuz-dangling", "nowhere");
  graft_set_fixture_add_link (fixture, "vmlinuz-round", "vmlinuz-round");
  graft_set_fixture_add_link (fixture, "more", "../outside");
  graft_set_fixture_add_link (fixture, "again", ".");
  graft_set_fixture_assert_members (fixture, NULL, "kernel files/vmlinuz-6\n!initrd initrd.img\n");
  /* The name that the machine boots by is the one to be written. */
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", "LABEL a\nKERNEL vmlinuz\n");
  graft_set_fixture_assert_members (
      fixture, NULL, "kernel vmlinuz\n!initrd initrd.img\nboot-entry pxelinux.cfg/default\n");
  assert_kernel (fixture, "vmlinuz-outside", "vmlinuz-outside");
}

static void
test_hard_links (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_build_filename (fixture->folder, "vmlinuz", NULL);
  g_autofree char *second = g_build_filename (fixture->folder, "vmlinuz2", NULL);

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  g_assert_cmpint (link (first, second), ==, 0);
  graft_set_fixture_assert_members (fixture, NULL, "kernel vmlinuz\n");
}

/* Other things that lie with the configurations are no boot entries. */
static void
test_configs (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", "");
  graft_set_fixture_add (fixture, "pxelinux.cfg/01-52-54-00-12-34-56", ENTRY);
  graft_set_fixture_add (fixture, "pxelinux.cfg/notes", "nothing of the kind");
  graft_set_fixture_add (fixture, "isolinux/isolinux.cfg", ENTRY);
  graft_set_fixture_add (fixture, "extlinux.conf", "LABEL x\n\1");
  graft_set_fixture_assert_members (
      fixture, NULL,
      "kernel vmlinuz\nboot-entry extlinux.conf\nboot-entry isolinux/isolinux.cfg\n"
      "boot-entry pxelinux.cfg/01-52-54-00-12-34-56\n"
      "boot-entry pxelinux.cfg/default\n");
}

static void
test_cancel (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  g_cancellable_cancel (cancellable);
  g_assert_null (graft_boot_set_open (fixture->folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A folder of very many files is looked through by their names, and in time. */
static void
test_many_files (GraftSetFixture *fixture, gconstpointer data)
{
  gint64 start;

  graft_set_fixture_add (fixture, "many/file", "x");
  for (guint i = 0; i < 6000; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/many/file%u", fixture->folder, i);

      g_assert_true (close (open (path, O_WRONLY | O_CREAT, 0600)) == 0);
    }
  graft_set_fixture_add (fixture, "zzz/deep/vmlinuz", KERNEL);
  start = g_get_monotonic_time ();
  graft_set_fixture_assert_members (fixture, NULL, "kernel zzz/deep/vmlinuz\n");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/boot-set/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,            \
              graft_set_fixture_tear_down)
  ADD ("folder", test_folder);
  ADD ("siblings", test_siblings);
  ADD ("one-image", test_one_image);
  ADD ("by-content", test_by_content);
  ADD ("wrong-name", test_wrong_name);
  ADD ("unreadable", test_unreadable);
  ADD ("nothing-readable", test_nothing_readable);
  ADD ("no-permission", test_no_permission);
  ADD ("nothing", test_nothing);
  ADD ("several-kernels", test_several_kernels);
  ADD ("family", test_family);
  ADD ("family-below", test_family_below);
  ADD ("kernel-by-name", test_kernel_by_name);
  ADD ("entry-names", test_entry_names);
  ADD ("missing-kernel", test_missing_kernel);
  ADD ("passed-over", test_passed_over);
  ADD ("links", test_links);
  ADD ("hard-links", test_hard_links);
  ADD ("configs", test_configs);
  ADD ("cancel", test_cancel);
  ADD ("many-files", test_many_files);
  return g_test_run ();
}
