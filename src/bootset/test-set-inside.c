/* test-set-inside.c: images inside of a set's images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "bootset/graft-address.h"
#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

/* The text of an image that has, among others, the image @inner at @path. */
static char *
wrap (const char *path, const char *inner, gboolean more)
{
  g_autofree char *escaped = g_strescape (inner, NULL);

  return g_strdup_printf ("#fake squashfs\nf 0644 %s %s\n%s", path, escaped,
                          more ? "f 0644 /etc/other x\nf 0644 /etc/another x\n" : "");
}

static GraftMember *
find (GraftBootSet *set, const char *text, GError **error)
{
  g_autoptr (GraftAddress) address = graft_address_parse (text, error);

  return address != NULL ? graft_address_find_member (address, set, NULL, error) : NULL;
}

static void
test_found (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *known = wrap ("/LiveOS/rootfs.img", GRAFT_SET_FIXTURE_ROOT, TRUE);
  g_autofree char *only = wrap ("/some/where.img", GRAFT_SET_FIXTURE_ROOT, FALSE);
  g_autofree char *twice = wrap ("/LiveOS/squashfs.img", known, FALSE);
  g_autofree char *elsewhere = wrap ("/some/where.img", GRAFT_SET_FIXTURE_ROOT, TRUE);

  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "a.squashfs", known);
  graft_set_fixture_add (fixture, "b.squashfs", only);
  graft_set_fixture_add (fixture, "c.squashfs", twice);
  graft_set_fixture_add (fixture, "d.squashfs", elsewhere);
  graft_set_fixture_assert_members (fixture, NULL,
                                    "kernel vmlinuz\n"
                                    "root a.squashfs\n"
                                    "root a.squashfs:/LiveOS/rootfs.img\n"
                                    "root b.squashfs\n"
                                    "root b.squashfs:/some/where.img\n"
                                    "root c.squashfs\n"
                                    "root c.squashfs:/LiveOS/squashfs.img\n"
                                    "root c.squashfs:/LiveOS/squashfs.img:/LiveOS/rootfs.img\n"
                                    "root d.squashfs\n");
}

/* One that is asked for becomes a member; undo knows it as one that had no edits. */
static void
test_asked (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *image = wrap ("/some/where.img", GRAFT_SET_FIXTURE_ROOT, TRUE);
  g_autofree char *outer = wrap ("/a/b.img", image, TRUE);
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GraftBootSetState) before = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  GraftMember *top, *middle, *inner;

  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "live/root.squashfs", outer);
  set = graft_set_fixture_open (fixture, NULL);
  before = graft_boot_set_dup_state (set);
  inner = find (set, "root.squashfs:/a/b.img:/some/where.img:/sbin/init", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graft_member_get_path (inner), ==,
                   "live/root.squashfs:/a/b.img:/some/where.img");
  g_assert_true (find (set, "live/root.squashfs:/a/./b.img:/some/where.img:/", &error) == inner);
  middle = graft_member_get_parent (inner);
  top = graft_member_get_parent (middle);
  g_assert_null (graft_member_get_parent (top));
  g_assert_cmpuint (graft_member_get_depth (inner), ==, 3);
  files = graft_boot_set_list_files (set);
  g_assert_cmpuint (files->len, ==, 2);
  g_assert_cmpuint (graft_boot_set_get_members (set)->len, ==, 4);

  g_assert_true (graft_boot_set_is_in_state (set, before));
  g_assert_true (graft_overlay_remove (graft_member_get_overlay (inner), -1, "/sbin/init", &error));
  g_assert_true (graft_member_is_changed (inner));
  g_assert_true (graft_member_is_changed (top));
  g_assert_true (graft_member_is_changed (middle));
  g_assert_false (graft_member_is_edited (top));
  g_assert_true (graft_boot_set_is_changed (set));
  g_assert_false (graft_boot_set_is_in_state (set, before));
  graft_boot_set_set_state (set, before);
  g_assert_false (graft_boot_set_is_changed (set));
  g_assert_true (graft_boot_set_is_in_state (set, before));
}

static void
test_refused (GraftSetFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *address;
    const char *message;
  } cases[] = {
    { "root.squashfs:/etc/other:/x", "root.squashfs:/etc/other: is no image with files inside" },
    { "root.squashfs:/etc:/x", "root.squashfs:/etc: is a directory, not an image" },
    { "root.squashfs:/no:/x", "no" },
    { "vmlinuz:/a:/x", "vmlinuz:/a: cannot be there: a kernel has no files inside" },
    { "root.squashfs@2:/a:/x", "segment 2 is not there" },
    { "a:/b:/c:/d:/e:/f", "more images inside of each other than can be opened" },
  };
  g_autofree char *image = wrap ("/some/where.img", GRAFT_SET_FIXTURE_ROOT, TRUE);
  g_autoptr (GraftBootSet) set = NULL;

  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "root.squashfs", image);
  set = graft_set_fixture_open (fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (find (set, cases[i].address, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

/* As deep as is allowed, and not a level deeper. */
static void
test_depth (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *image = g_strdup (GRAFT_SET_FIXTURE_ROOT);
  g_autoptr (GraftBootSet) set = NULL;
  GPtrArray *members;

  for (guint i = 0; i < GRAFT_LIMIT_NESTING + 2; i++)
    {
      g_autofree char *inner = g_steal_pointer (&image);

      image = wrap ("/LiveOS/rootfs.img", inner, FALSE);
    }
  graft_set_fixture_add (fixture, "root.squashfs", image);
  set = graft_set_fixture_open (fixture, NULL);
  members = graft_boot_set_get_members (set);
  g_assert_cmpuint (members->len, ==, GRAFT_LIMIT_NESTING);
  g_assert_cmpuint (graft_member_get_depth (g_ptr_array_index (members, members->len - 1)), ==,
                    GRAFT_LIMIT_NESTING);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (GraftSetFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/set-inside/found", test_found },
    { "/set-inside/asked", test_asked },
    { "/set-inside/refused", test_refused },
    { "/set-inside/depth", test_depth },
  };

  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, GraftSetFixture, NULL, graft_set_fixture_set_up, tests[i].test,
                graft_set_fixture_tear_down);
  return g_test_run ();
}
