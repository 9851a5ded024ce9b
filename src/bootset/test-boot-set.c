/* test-boot-set.c: what is found in a folder, and which kernel is meant
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-set.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

#define KERNEL "#fake kernel\n"
#define INITRD "#fake initrd\nf 0755 /init x\n"
#define ROOT "#fake squashfs\nf 0755 /sbin/init x\n"
#define ENTRY                                                                                      \
  "LABEL a\nKERNEL vmlinuz\nAPPEND initrd=initrd.img fetch=tftp://1.2.3.4/root.squashfs\n"

typedef struct
{
  char *top;    /* what is removed afterwards */
  char *folder; /* of the set */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("bootgraft-set-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->top, "tftp", NULL);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      dir = g_dir_open (path, 0, NULL);
      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *below = g_build_filename (path, name, NULL);

          remove_all (below);
        }
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_all (fixture->top);
  g_free (fixture->folder);
  g_free (fixture->top);
}

/* Writes @content to @path of the set's folder, with the folders on the way. */
static void
add (Fixture *fixture, const char *path, const char *content)
{
  g_autofree char *full = g_build_filename (fixture->folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, content, -1, NULL));
}

static void
add_link (Fixture *fixture, const char *path, const char *target)
{
  g_autofree char *full = g_build_filename (fixture->folder, path, NULL);

  g_assert_cmpint (symlink (target, full), ==, 0);
}

static GraftBootSet *
open_set (Fixture *fixture, const char *asked)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = asked != NULL ? g_build_filename (fixture->folder, asked, NULL)
                                        : g_strdup (fixture->folder);
  GraftBootSet *set = graft_boot_set_open (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_boot_set_get_folder (set), ==, fixture->folder);
  return set;
}

/* "role path" of each member, "!" before one that cannot be read. */
static char *
show (GraftBootSet *set)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      g_string_append_printf (
          text, "%s%s %s\n", graft_member_get_problem (member) != NULL ? "!" : "",
          graft_role_get_name (graft_member_get_role (member)), graft_member_get_path (member));
    }
  return g_string_free (text, FALSE);
}

static void
assert_members (Fixture *fixture, const char *asked, const char *expected)
{
  g_autoptr (GraftBootSet) set = open_set (fixture, asked);
  g_autofree char *shown = show (set);

  g_assert_cmpstr (shown, ==, expected);
}

static void
assert_kernel (Fixture *fixture, const char *asked, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = open_set (fixture, asked);
  GraftMember *kernel = graft_boot_set_get_kernel (set, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_member_get_path (kernel), ==, expected);
}

/* Opening fails so; FOLDER in @message stands for the set's. */
static void
assert_error (Fixture *fixture, const char *asked, GQuark domain, GraftErrorCode code,
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
test_folder (Fixture *fixture, gconstpointer data)
{
  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "initrd.img", INITRD);
  add (fixture, "root.squashfs", ROOT);
  add (fixture, "pxelinux.cfg/default", ENTRY);
  add (fixture, "pxelinux.0", "loader");
  add (fixture, "README.txt", "text");
  assert_members (fixture, NULL,
                  "kernel vmlinuz\ninitrd initrd.img\nroot root.squashfs\n"
                  "boot-entry pxelinux.cfg/default\n");
  assert_kernel (fixture, NULL, "vmlinuz");
}

/* From any one of them the others are found. */
static void
test_siblings (Fixture *fixture, gconstpointer data)
{
  static const char *const asked[] = { "vmlinuz", "initrd.img", "pxelinux.cfg/default" };
  const char *all = "kernel vmlinuz\ninitrd initrd.img\nroot live/root.squashfs\n"
                    "boot-entry pxelinux.cfg/default\n";

  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "initrd.img", INITRD);
  add (fixture, "live/root.squashfs", ROOT);
  add (fixture, "pxelinux.cfg/default", ENTRY);
  /* Of another set. */
  add (fixture, "other/deeper/vmlinuz", KERNEL);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    assert_members (fixture, asked[i], all);
}

static void
test_one_image (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *message = g_strdup_printf (
      "%s has no kernel: put the vmlinuz that boots these images beside them", fixture->folder);

  add (fixture, "odd-name", INITRD);
  set = open_set (fixture, "odd-name");
  g_assert_cmpuint (graft_boot_set_get_members (set)->len, ==, 1);
  g_assert_null (graft_boot_set_get_kernel (set, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, message);
}

/* Names that say nothing are looked into. */
static void
test_by_content (Fixture *fixture, gconstpointer data)
{
  add (fixture, "k510", KERNEL);
  add (fixture, "boot/minirt", INITRD);
  add (fixture, "boot/data.bin", ROOT);
  add (fixture, "boot/notes", "just text");
  /* The name says that these are no images. */
  add (fixture, "boot/vmlinuz.sha256", KERNEL);
  add (fixture, "boot/squash.txt", ROOT);
  assert_members (fixture, NULL, "kernel k510\ninitrd boot/minirt\nroot boot/data.bin\n");
  assert_kernel (fixture, NULL, "k510");
}

/* What it is by content counts more than what it is called. */
static void
test_wrong_name (Fixture *fixture, gconstpointer data)
{
  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "initrd.img", ROOT);
  assert_members (fixture, NULL, "kernel vmlinuz\nroot initrd.img\n");
}

static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  GraftMember *member;

  add (fixture, "vmlinuz", "<!DOCTYPE html><html>404</html>");
  add (fixture, "initrd.img", "#fake initrd\nbroken\n");
  add (fixture, "root.squashfs", ROOT);
  /* By content only: a root that is broken is one, an initrd may be anything. */
  add (fixture, "one", "#fake squashfs\nbroken\n");
  add (fixture, "two", "#fake initrd\nbroken\n");
  assert_members (fixture, NULL,
                  "!kernel vmlinuz\n!initrd initrd.img\n!root one\nroot root.squashfs\n");
  set = open_set (fixture, NULL);
  member = graft_boot_set_get_kernel (set, NULL);
  g_assert_null (graft_member_get_image (member));
  g_assert_null (graft_member_get_overlay (member));
  g_assert_cmpstr (graft_member_get_problem (member)->message, ==,
                   "vmlinuz is an HTML page: not a kernel, initrd or squashfs image");
  g_assert_true (graft_boot_set_check_unchanged (set, NULL));
}

/* A set of which nothing can be read is no set, and the reason is said. */
static void
test_nothing_readable (Fixture *fixture, gconstpointer data)
{
  add (fixture, "initrd.img", "#fake initrd\nbroken\n");
  assert_error (fixture, NULL, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                "initrd.img is broken at byte 12");
  assert_error (fixture, "initrd.img", GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                "initrd.img is broken at byte 12");
}

/* Root may read everything, so for this test it is nobody. */
static void
test_no_permission (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "initrd.img", NULL);
  gboolean is_root = geteuid () == 0;

  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "initrd.img", INITRD);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->top, 0755), ==, 0);
  g_assert_true (!is_root || seteuid (65534) == 0);
  assert_members (fixture, NULL, "kernel vmlinuz\n!initrd initrd.img\n");
  g_assert_true (!is_root || seteuid (0) == 0);
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pipe = g_build_filename (fixture->folder, "pipe", NULL);

  add (fixture, "README.txt", "text");
  assert_error (fixture, NULL, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                "FOLDER has nothing of a boot set: among its 1 files, looked through up to 6 "
                "folders deep, none is a kernel (vmlinuz), an initrd (initrd.img) or a root image "
                "(filesystem.squashfs) by its name or content");
  assert_error (fixture, "README.txt", GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                "README.txt is a text file: not a kernel, initrd or squashfs image");
  assert_error (fixture, "missing", GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                "FOLDER/missing cannot be opened: No such file or directory");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_error (fixture, "pipe", GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                "FOLDER/pipe is a device or pipe: give a folder, or one image");
  add (fixture, "pxelinux.cfg/default", ENTRY);
  assert_error (fixture, NULL, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                "FOLDER has a boot entry, but not what it starts: vmlinuz (pxelinux.cfg/default)");
}

/* Of several kernels the one that a boot entry starts; with an initrd rather than without. */
static void
test_several_kernels (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *message = g_strdup_printf (
      "%s has more than one kernel (vmlinuz-5, vmlinuz-6), and no boot entry says which one is "
      "started: give the kernel itself instead of the folder",
      fixture->folder);

  add (fixture, "vmlinuz-5", KERNEL);
  add (fixture, "vmlinuz-6", KERNEL);
  add (fixture, "initrd.img", INITRD);
  set = open_set (fixture, NULL);
  g_assert_null (graft_boot_set_get_kernel (set, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, message);
  assert_kernel (fixture, "vmlinuz-5", "vmlinuz-5");
  add (fixture, "pxelinux.cfg/default",
       "LABEL test\nKERNEL vmlinuz-5\nLABEL live\nKERNEL vmlinuz-6\nAPPEND initrd=initrd.img\n");
  assert_kernel (fixture, NULL, "vmlinuz-6");
  assert_kernel (fixture, "vmlinuz-5", "vmlinuz-5");
  add (fixture, "pxelinux.cfg/default", "LABEL test\nKERNEL vmlinuz-5\n");
  assert_kernel (fixture, NULL, "vmlinuz-5");
}

/* memtest, memdisk and the like are kernels by content. */
static void
test_kernel_by_name (Fixture *fixture, gconstpointer data)
{
  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "memtest", KERNEL);
  add (fixture, "memdisk", KERNEL);
  add (fixture, "pxelinux.cfg/default", "LABEL disk\nKERNEL memdisk\nAPPEND initrd=dos.img\n");
  assert_kernel (fixture, NULL, "vmlinuz");
}

/* A boot entry gives names a role, wherever the server's root is. */
static void
test_entry_names (Fixture *fixture, gconstpointer data)
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

  add (fixture, "k/one", "text");
  add (fixture, "k/two", "text");
  add (fixture, "k/three", "text");
  add (fixture, "vmlinuz", KERNEL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected
          = g_strdup_printf ("!kernel k/one\nkernel vmlinuz\n!initrd k/two\n!root k/three\n"
                             "boot-entry %s\n",
                             cases[i].config);
      g_autofree char *path = g_build_filename (fixture->folder, cases[i].config, NULL);

      add (fixture, cases[i].config, cases[i].text);
      assert_members (fixture, NULL, expected);
      assert_kernel (fixture, NULL, "k/one");
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_missing_kernel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *message = g_strdup_printf (
      "%s has no kernel: a boot entry starts vmlinuz (pxelinux.cfg/default), which is not there",
      fixture->folder);

  add (fixture, "initrd.img", INITRD);
  add (fixture, "pxelinux.cfg/default", ENTRY);
  set = open_set (fixture, NULL);
  g_assert_null (graft_boot_set_get_kernel (set, &error));
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_passed_over (Fixture *fixture, gconstpointer data)
{
  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "vmlinuz.bootgraft-old", KERNEL);
  add (fixture, ".vmlinuz", KERNEL);
  add (fixture, ".bootgraft-x1/vmlinuz", KERNEL);
  add (fixture, ".git/vmlinuz", KERNEL);
  add (fixture, "1/2/3/4/5/6/initrd.img", INITRD);
  add (fixture, "1/2/3/4/5/6/7/initrd.img", INITRD);
  assert_members (fixture, NULL, "kernel vmlinuz\ninitrd 1/2/3/4/5/6/initrd.img\n");
  /* Asked for, they count. */
  assert_kernel (fixture, "vmlinuz.bootgraft-old", "vmlinuz.bootgraft-old");
}

/* A link inside the folder is another name of its file, and stands for it where the name alone says
 * what it is; others are not followed. */
static void
test_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (fixture->top, "outside", NULL);
  g_autofree char *outside_file = g_build_filename (outside, "vmlinuz", NULL);

  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (outside_file, KERNEL, -1, NULL));
  add (fixture, "files/blob", "no image");
  add (fixture, "files/vmlinuz-6", KERNEL);
  add_link (fixture, "initrd.img", "files/blob");
  add_link (fixture, "vmlinuz", "files/vmlinuz-6");
  add_link (fixture, "vmlinuz-outside", "../outside/vmlinuz");
  add_link (fixture, "vmlinuz-dangling", "nowhere");
  add_link (fixture, "vmlinuz-round", "vmlinuz-round");
  add_link (fixture, "more", "../outside");
  add_link (fixture, "again", ".");
  assert_members (fixture, NULL, "kernel files/vmlinuz-6\n!initrd initrd.img\n");
  /* The name that the machine boots by is the one to be written. */
  add (fixture, "pxelinux.cfg/default", "LABEL a\nKERNEL vmlinuz\n");
  assert_members (fixture, NULL,
                  "kernel vmlinuz\n!initrd initrd.img\nboot-entry pxelinux.cfg/default\n");
  assert_kernel (fixture, "vmlinuz-outside", "vmlinuz-outside");
}

static void
test_hard_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_build_filename (fixture->folder, "vmlinuz", NULL);
  g_autofree char *second = g_build_filename (fixture->folder, "vmlinuz2", NULL);

  add (fixture, "vmlinuz", KERNEL);
  g_assert_cmpint (link (first, second), ==, 0);
  assert_members (fixture, NULL, "kernel vmlinuz\n");
}

/* Other things that lie with the configurations are no boot entries. */
static void
test_configs (Fixture *fixture, gconstpointer data)
{
  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "pxelinux.cfg/default", "");
  add (fixture, "pxelinux.cfg/01-52-54-00-12-34-56", ENTRY);
  add (fixture, "pxelinux.cfg/notes", "nothing of the kind");
  add (fixture, "isolinux/isolinux.cfg", ENTRY);
  add (fixture, "extlinux.conf", "LABEL x\n\1");
  assert_members (fixture, NULL,
                  "kernel vmlinuz\nboot-entry extlinux.conf\nboot-entry isolinux/isolinux.cfg\n"
                  "boot-entry pxelinux.cfg/01-52-54-00-12-34-56\n"
                  "boot-entry pxelinux.cfg/default\n");
}

static void
test_find_member (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *full = g_build_filename (fixture->folder, "a", "initrd.img", NULL);

  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "a/initrd.img", INITRD);
  add (fixture, "b/initrd.img", INITRD);
  add (fixture, "b/root.squashfs", ROOT);
  set = open_set (fixture, NULL);
  g_assert_cmpstr (graft_member_get_path (graft_boot_set_find_member (set, "root.squashfs", NULL)),
                   ==, "b/root.squashfs");
  g_assert_cmpstr (graft_member_get_path (graft_boot_set_find_member (set, "./b/initrd.img", NULL)),
                   ==, "b/initrd.img");
  g_assert_cmpstr (graft_member_get_path (graft_boot_set_find_member (set, full, NULL)), ==,
                   "a/initrd.img");
  g_assert_null (graft_boot_set_find_member (set, "initrd.img", &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==,
                   "several images of the set are called initrd.img: name one of a/initrd.img, "
                   "b/initrd.img");
  g_clear_error (&error);
  g_assert_null (graft_boot_set_find_member (set, "x", &error));
  g_assert_cmpstr (error->message, ==,
                   "the set has no image x; it has vmlinuz, a/initrd.img, b/initrd.img, "
                   "b/root.squashfs");
}

static void
test_member (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "initrd.img", NULL);
  GraftMember *kernel, *initrd, *entry;

  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "initrd.img", INITRD);
  add (fixture, "pxelinux.cfg/default", ENTRY);
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  set = open_set (fixture, NULL);
  kernel = graft_boot_set_find_member (set, "vmlinuz", NULL);
  initrd = graft_boot_set_find_member (set, "initrd.img", NULL);
  entry = graft_boot_set_find_member (set, "default", NULL);
  g_assert_null (graft_member_get_overlay (kernel));
  g_assert_nonnull (graft_member_get_image (kernel));
  g_assert_nonnull (graft_member_get_overlay (initrd));
  g_assert_cmpuint (graft_member_get_file_mode (initrd), ==, 0640);
  g_assert_null (graft_member_get_image (entry));
  g_assert_null (graft_member_get_problem (entry));
  g_assert_null (graft_member_get_overlay (entry));
  g_assert_cmpuint (graft_input_get_size (graft_member_get_input (entry)), ==, strlen (ENTRY));
}

static void
test_state (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GraftBootSetState) start = NULL, edited = NULL;
  g_autoptr (GraftImage) replacement = graft_fake_image_new ("kernel", "new", "");
  GraftMember *kernel, *initrd;

  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "initrd.img", INITRD);
  set = open_set (fixture, NULL);
  kernel = graft_boot_set_find_member (set, "vmlinuz", NULL);
  initrd = graft_boot_set_find_member (set, "initrd.img", NULL);
  start = graft_boot_set_dup_state (set);
  g_assert_false (graft_boot_set_is_changed (set));
  graft_member_set_replacement (kernel, replacement);
  g_assert_true (graft_boot_set_is_changed (set));
  g_assert_true (graft_member_get_current_image (kernel) == replacement);
  g_assert_true (graft_overlay_remove (graft_member_get_overlay (initrd), -1, "/init", NULL));
  edited = graft_boot_set_dup_state (set);
  graft_boot_set_set_state (set, start);
  g_assert_false (graft_boot_set_is_changed (set));
  g_assert_false (graft_member_is_changed (initrd));
  g_assert_true (graft_member_get_current_image (kernel) == graft_member_get_image (kernel));
  graft_boot_set_set_state (set, edited);
  g_assert_true (graft_member_is_changed (kernel));
  g_assert_true (graft_member_is_changed (initrd));
}

static void
test_changed_on_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL, again = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "vmlinuz", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);

  add (fixture, "vmlinuz", KERNEL);
  add (fixture, "other", KERNEL "more");
  set = open_set (fixture, NULL);
  g_assert_true (graft_boot_set_check_unchanged (set, &error));
  g_assert_cmpint (truncate (path, 3), ==, 0);
  g_assert_false (graft_boot_set_check_unchanged (set, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
  g_clear_error (&error);
  add (fixture, "vmlinuz", KERNEL);
  again = open_set (fixture, "vmlinuz");
  g_assert_cmpint (g_rename (other, path), ==, 0);
  g_assert_false (graft_boot_set_check_unchanged (again, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
  g_assert_cmpstr (error->message, ==,
                   "vmlinuz was replaced on disk while it was open; open it again");
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  add (fixture, "vmlinuz", KERNEL);
  g_cancellable_cancel (cancellable);
  g_assert_null (graft_boot_set_open (fixture->folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A folder of very many files is looked through by their names, and in time. */
static void
test_many_files (Fixture *fixture, gconstpointer data)
{
  gint64 start;

  add (fixture, "many/file", "x");
  for (guint i = 0; i < 6000; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/many/file%u", fixture->folder, i);

      g_assert_true (close (open (path, O_WRONLY | O_CREAT, 0600)) == 0);
    }
  add (fixture, "zzz/deep/vmlinuz", KERNEL);
  start = g_get_monotonic_time ();
  assert_members (fixture, NULL, "kernel zzz/deep/vmlinuz\n");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func) g_test_add ("/boot-set/" name, Fixture, NULL, set_up, func, tear_down)
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
  ADD ("kernel-by-name", test_kernel_by_name);
  ADD ("entry-names", test_entry_names);
  ADD ("missing-kernel", test_missing_kernel);
  ADD ("passed-over", test_passed_over);
  ADD ("links", test_links);
  ADD ("hard-links", test_hard_links);
  ADD ("configs", test_configs);
  ADD ("find-member", test_find_member);
  ADD ("member", test_member);
  ADD ("state", test_state);
  ADD ("changed-on-disk", test_changed_on_disk);
  ADD ("cancel", test_cancel);
  ADD ("many-files", test_many_files);
  return g_test_run ();
}
