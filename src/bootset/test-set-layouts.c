/* test-set-layouts.c: an installer's tree, and the same file in several places
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-fixture.h"

#include <string.h>
#include <unistd.h>

#include "image/graft-fake-image.h"

#define KERNEL GRAFT_SET_FIXTURE_KERNEL
#define INITRD GRAFT_SET_FIXTURE_INITRD
#define ROOT GRAFT_SET_FIXTURE_ROOT
#define TREE_INFO                                                                                  \
  "[images-x86_64]\nkernel = images/pxeboot/vmlinuz\ninitrd = images/pxeboot/initrd.img\n"         \
  "[stage2]\nmainimage = LiveOS/squashfs.img\n"

/* Of CentOS 7; what it has beside that is no part of the set. */
static void
add_tree (GraftSetFixture *fixture)
{
  graft_set_fixture_add (fixture, ".treeinfo", TREE_INFO);
  graft_set_fixture_add (fixture, "images/pxeboot/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "images/pxeboot/initrd.img", INITRD);
  graft_set_fixture_add (fixture, "isolinux/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "isolinux/initrd.img", INITRD);
  graft_set_fixture_add (fixture, "LiveOS/squashfs.img", ROOT);
  graft_set_fixture_add (fixture, "Packages/kernel-3.10.0.rpm", "package");
  graft_set_fixture_add (fixture, "images/boot.iso", KERNEL);
}

/* "MEMBER = COPY, COPY" of the members that have copies, a line each. */
static char *
list_copies (GraftBootSet *set)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GPtrArray *copies = graft_member_get_copies (member);

      for (guint k = 0; k < copies->len; k++)
        g_string_append_printf (text, "%s%s%s", k == 0 ? graft_member_get_path (member) : "",
                                k == 0 ? " = " : ", ",
                                ((GraftMemberCopy *)g_ptr_array_index (copies, k))->path);
      if (copies->len > 0)
        g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

static void
assert_copies (GraftSetFixture *fixture, const char *asked, const char *expected)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, asked);
  g_autofree char *found = list_copies (set);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_tree (GraftSetFixture *fixture, gconstpointer data)
{
  static const char *const asked[] = { NULL,
                                       ".treeinfo",
                                       "images/pxeboot/vmlinuz",
                                       "images/pxeboot/initrd.img",
                                       "LiveOS/squashfs.img",
                                       "isolinux/vmlinuz",
                                       "isolinux/initrd.img" };

  add_tree (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      graft_set_fixture_assert_members (
          fixture, asked[i],
          "kernel images/pxeboot/vmlinuz\ninitrd images/pxeboot/initrd.img\n"
          "root LiveOS/squashfs.img\ntree-info .treeinfo\n");
      assert_copies (fixture, asked[i],
                     "images/pxeboot/vmlinuz = isolinux/vmlinuz\n"
                     "images/pxeboot/initrd.img = isolinux/initrd.img\n");
    }
}

/* By either name. */
static void
test_find_copy (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;

  add_tree (fixture);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_true (graft_boot_set_find_member (set, "isolinux/vmlinuz", NULL)
                 == graft_boot_set_get_kernel (set, NULL));
}

/* Without a .treeinfo the folders say enough; install.img is Fedora's and RHEL's. */
static void
test_bare_tree (GraftSetFixture *fixture, gconstpointer data)
{
  static const char *const asked[]
      = { "images/pxeboot/vmlinuz", "images/pxeboot/initrd.img", "images/install.img" };

  graft_set_fixture_add (fixture, "images/pxeboot/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "images/pxeboot/initrd.img", INITRD);
  graft_set_fixture_add (fixture, "images/install.img", ROOT);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    graft_set_fixture_assert_members (
        fixture, asked[i],
        "kernel images/pxeboot/vmlinuz\ninitrd images/pxeboot/initrd.img\n"
        "root images/install.img\n");
}

/* A folder that is only called like one of a tree's is none. */
static void
test_no_tree (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "images", "vmlinuz", NULL);
  g_autofree char *folder = g_build_filename (fixture->folder, "images", NULL);

  graft_set_fixture_add (fixture, "images/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "other/initrd.img", INITRD);
  set = graft_boot_set_open (path, NULL, NULL);
  g_assert_cmpstr (graft_boot_set_get_folder (set), ==, folder);
  g_assert_cmpuint (graft_boot_set_get_members (set)->len, ==, 1);
}

/* What a .treeinfo names is what is installed from, whatever else starts. */
static void
test_listed_kernel (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;

  add_tree (fixture);
  graft_set_fixture_add (fixture, "isolinux/vmlinuz", "#fake kernel\n\n");
  graft_set_fixture_add (fixture, "isolinux/isolinux.cfg",
                         "label a\nkernel vmlinuz\nappend initrd=initrd.img\n");
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_cmpstr (graft_member_get_path (graft_boot_set_get_kernel (set, NULL)), ==,
                   "images/pxeboot/vmlinuz");
  graft_set_fixture_assert_members (
      fixture, "LiveOS/squashfs.img",
      "kernel images/pxeboot/vmlinuz\ninitrd images/pxeboot/initrd.img\n"
      "root LiveOS/squashfs.img\nboot-entry isolinux/isolinux.cfg\ntree-info .treeinfo\n");
}

/* A list that is none is a member with its reason, and the rest is found. */
static void
test_broken_list (GraftSetFixture *fixture, gconstpointer data)
{
  add_tree (fixture);
  graft_set_fixture_add_bytes (fixture, ".treeinfo", "[stage2]\n\0", 10);
  graft_set_fixture_assert_members (
      fixture, NULL,
      "kernel images/pxeboot/vmlinuz\ninitrd images/pxeboot/initrd.img\n"
      "root LiveOS/squashfs.img\n!tree-info .treeinfo\n");
}

/* Same name and same bytes: one byte in the middle, or another name, and it is a file of its own.
 */
static void
test_copies (GraftSetFixture *fixture, gconstpointer data)
{
  gsize length = 3 * 1024 * 1024 + 7;
  g_autofree char *bytes = g_malloc (length);

  memset (bytes, 'x', length);
  memcpy (bytes, KERNEL, strlen (KERNEL));
  graft_set_fixture_add_bytes (fixture, "a/vmlinuz", bytes, length);
  graft_set_fixture_add_bytes (fixture, "b/vmlinuz", bytes, length);
  graft_set_fixture_add_bytes (fixture, "b/vmlinuz-old", bytes, length);
  graft_set_fixture_add_bytes (fixture, "c/vmlinuz", bytes, length);
  bytes[length / 3] = 'y';
  graft_set_fixture_add_bytes (fixture, "d/vmlinuz", bytes, length);
  assert_copies (fixture, NULL, "a/vmlinuz = b/vmlinuz, c/vmlinuz\n");
}

/* The one that a boot entry starts is the member. */
static void
test_started_copy (GraftSetFixture *fixture, gconstpointer data)
{
  graft_set_fixture_add (fixture, "a/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "b/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", "LABEL a\nKERNEL b/vmlinuz\n");
  assert_copies (fixture, NULL, "b/vmlinuz = a/vmlinuz\n");
}

/* Cobbler links what it serves where it can. */
static void
test_hard_link (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_build_filename (fixture->folder, "tree", "vmlinuz", NULL);
  g_autofree char *second = g_build_filename (fixture->folder, "images", "vmlinuz", NULL);

  graft_set_fixture_add (fixture, "tree/vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "images/initrd.img", INITRD);
  g_assert_cmpint (link (first, second), ==, 0);
  assert_copies (fixture, NULL, "images/vmlinuz = tree/vmlinuz\n");
}

/* One that was changed since it was seen is not written over. */
static void
test_changed_copy (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GError) error = NULL;

  add_tree (fixture);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_true (graft_boot_set_check_unchanged (set, NULL));
  graft_set_fixture_add (fixture, "isolinux/vmlinuz", "#fake kernel\n#");
  g_assert_false (graft_boot_set_check_unchanged (set, &error));
  g_assert_nonnull (strstr (error->message, "isolinux/vmlinuz"));
}

/* erofs, Fedora's newer root, is told by its name. */
static void
test_erofs (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  guint8 image[2048] = { 0 };
  GraftMember *member;

  memcpy (image + 1024, "\xe2\xe1\xf5\xe0", 4);
  add_tree (fixture);
  graft_set_fixture_add_bytes (fixture, "LiveOS/squashfs.img", image, sizeof image);
  set = graft_set_fixture_open (fixture, NULL);
  member = graft_boot_set_find_member (set, "LiveOS/squashfs.img", NULL);
  g_assert_cmpint (graft_member_get_role (member), ==, GRAFT_ROLE_ROOT);
  g_assert_cmpstr (graft_member_get_problem (member)->message, ==,
                   "LiveOS/squashfs.img is an EROFS image, which this version of Bootgraft does "
                   "not support: neither its content nor its modules can be seen or changed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/set-layouts/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,         \
              graft_set_fixture_tear_down)
  ADD ("tree", test_tree);
  ADD ("find-copy", test_find_copy);
  ADD ("bare-tree", test_bare_tree);
  ADD ("no-tree", test_no_tree);
  ADD ("listed-kernel", test_listed_kernel);
  ADD ("broken-list", test_broken_list);
  ADD ("copies", test_copies);
  ADD ("started-copy", test_started_copy);
  ADD ("hard-link", test_hard_link);
  ADD ("changed-copy", test_changed_copy);
  ADD ("erofs", test_erofs);
  return g_test_run ();
}
