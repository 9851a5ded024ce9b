/* test-boot-set-members.c: the members of a set, and its state
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"

#define KERNEL GRAFT_SET_FIXTURE_KERNEL
#define INITRD GRAFT_SET_FIXTURE_INITRD
#define ROOT GRAFT_SET_FIXTURE_ROOT
#define ENTRY GRAFT_SET_FIXTURE_ENTRY

static void
test_find_member (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *full = g_build_filename (fixture->folder, "a", "initrd.img", NULL);

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "a/initrd.img", INITRD);
  graft_set_fixture_add (fixture, "b/initrd.img", INITRD "f 0644 /another x\n");
  graft_set_fixture_add (fixture, "b/root.squashfs", ROOT);
  graft_set_fixture_add (fixture, "c/root.squashfs", ROOT);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_cmpstr (graft_member_get_path (graft_boot_set_find_member (set, "root.squashfs", NULL)),
                   ==, "b/root.squashfs");
  /* By a copy's path, too. */
  g_assert_cmpstr (
      graft_member_get_path (graft_boot_set_find_member (set, "c/root.squashfs", NULL)), ==,
      "b/root.squashfs");
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
test_member (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "initrd.img", NULL);
  GraftMember *kernel, *initrd, *entry;

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", ENTRY);
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  set = graft_set_fixture_open (fixture, NULL);
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
test_state (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GraftBootSetState) start = NULL, edited = NULL;
  g_autoptr (GraftImage) replacement = graft_fake_image_new ("kernel", "new", "");
  GraftMember *kernel, *initrd;

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  set = graft_set_fixture_open (fixture, NULL);
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

/* Opening a set opens one image, the cheapest, to know that there is one. */
static void
test_opened_when_asked_for (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  GraftMember *kernel, *initrd, *broken, *root, *entry;

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  graft_set_fixture_add (fixture, "initrd2.img", "#fake initrd\nbroken\n");
  graft_set_fixture_add (fixture, "root.squashfs", ROOT);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", ENTRY);
  set = graft_set_fixture_open (fixture, "initrd.img");
  g_assert_true (graft_boot_set_check_unchanged (set, NULL));
  kernel = graft_boot_set_find_member (set, "vmlinuz", NULL);
  root = graft_boot_set_find_member (set, "root.squashfs", NULL);
  initrd = graft_boot_set_find_member (set, "initrd.img", NULL);
  entry = graft_boot_set_find_member (set, "default", NULL);
  g_assert_true (graft_member_is_open (root));
  g_assert_true (graft_member_is_open (entry));
  g_assert_false (graft_member_is_open (kernel));
  g_assert_false (graft_member_is_open (initrd));
  g_assert_cmpstr (graft_member_get_format (initrd), ==, "initrd");
  g_assert_true (graft_member_has_tree (initrd) && !graft_member_has_tree (kernel));
  g_assert_false (graft_member_is_changed (initrd));
  g_assert_null (graft_member_peek_overlay (initrd));
  g_assert_false (graft_member_is_open (initrd));
  g_assert_nonnull (graft_member_get_overlay (initrd));
  g_assert_true (graft_member_is_open (initrd));
  g_assert_true (graft_member_peek_overlay (initrd) == graft_member_get_overlay (initrd));

  g_clear_object (&set);
  set = graft_set_fixture_open (fixture, NULL);
  broken = graft_boot_set_find_member (set, "initrd2.img", NULL);
  g_assert_false (graft_member_is_open (broken));
  g_assert_true (graft_boot_set_open_members (set, NULL, NULL));
  g_assert_true (graft_member_is_open (broken));
  g_assert_null (graft_member_get_image (broken));
  g_assert_nonnull (strstr (graft_member_get_problem (broken)->message, "initrd2.img is broken"));
  g_assert_null (graft_member_get_problem (graft_boot_set_find_member (set, "initrd.img", NULL)));
}

static void
test_open_cancelled (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftBootSet) set = NULL;
  GraftMember *initrd;

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  set = graft_set_fixture_open (fixture, NULL);
  initrd = graft_boot_set_find_member (set, "initrd.img", NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (graft_member_open (initrd, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (graft_member_is_open (initrd));
  g_clear_error (&error);
  g_assert_false (graft_boot_set_open_members (set, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (graft_member_open (initrd, NULL, NULL));
  g_assert_null (graft_member_get_problem (initrd));
}

static gpointer
open_in_thread (gpointer member)
{
  g_assert_true (graft_member_open (member, NULL, NULL));
  return graft_member_get_image (member);
}

static void
test_open_in_threads (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  GraftMember *initrd;
  GThread *threads[8];

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  set = graft_set_fixture_open (fixture, NULL);
  initrd = graft_boot_set_find_member (set, "initrd.img", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("open", open_in_thread, initrd);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (g_thread_join (threads[i]) == graft_member_get_image (initrd));
}

/* What was edited after a state was taken is undone by it, also where the image was not open then.
 */
static void
test_state_before_opening (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GraftBootSetState) start = NULL;
  GraftMember *initrd;

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", INITRD);
  set = graft_set_fixture_open (fixture, NULL);
  initrd = graft_boot_set_find_member (set, "initrd.img", NULL);
  start = graft_boot_set_dup_state (set);
  g_assert_false (graft_member_is_open (initrd));
  g_assert_true (graft_overlay_remove (graft_member_get_overlay (initrd), -1, "/init", NULL));
  g_assert_true (graft_member_is_changed (initrd));
  graft_boot_set_set_state (set, start);
  g_assert_false (graft_member_is_changed (initrd));
}

static void
test_changed_on_disk (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL, again = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "vmlinuz", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);

  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  graft_set_fixture_add (fixture, "other", KERNEL "more");
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_true (graft_boot_set_check_unchanged (set, &error));
  g_assert_cmpint (truncate (path, 3), ==, 0);
  g_assert_false (graft_boot_set_check_unchanged (set, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
  g_clear_error (&error);
  graft_set_fixture_add (fixture, "vmlinuz", KERNEL);
  again = graft_set_fixture_open (fixture, "vmlinuz");
  g_assert_cmpint (g_rename (other, path), ==, 0);
  g_assert_false (graft_boot_set_check_unchanged (again, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
  g_assert_cmpstr (error->message, ==,
                   "vmlinuz was replaced on disk while it was open; open it again");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/boot-set-members/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,    \
              graft_set_fixture_tear_down)
  ADD ("find-member", test_find_member);
  ADD ("member", test_member);
  ADD ("state", test_state);
  ADD ("opened-when-asked-for", test_opened_when_asked_for);
  ADD ("open-cancelled", test_open_cancelled);
  ADD ("open-in-threads", test_open_in_threads);
  ADD ("state-before-opening", test_state_before_opening);
  ADD ("changed-on-disk", test_changed_on_disk);
  return g_test_run ();
}
