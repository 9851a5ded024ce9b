/* test-export.c: what is done for a member that nobody edited
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "export/graft-export.h"
#include "image/graft-fake-image.h"

#define BROKEN "#fake initrd\nbroken\n"

static void
add_set (GraftSetFixture *fixture)
{
  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", BROKEN);
  graft_set_fixture_add (fixture, "root.squashfs", GRAFT_SET_FIXTURE_ROOT);
}

/* Copied and compared as stored bytes: whatever is in it. */
static void
test_untouched (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GraftExportReport) report = NULL;
  const GraftExportOptions options = { 0 };
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);
  g_autofree char *file = g_build_filename (out, "initrd.img", NULL);
  g_autofree char *text = NULL;

  add_set (fixture);
  set = graft_set_fixture_open (fixture, NULL);
  report = graft_export_to_folder (set, out, &options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->images->len, ==, 3);
  g_assert_false (graft_member_is_open (graft_boot_set_find_member (set, "vmlinuz", NULL)));
  g_assert_false (graft_member_is_open (graft_boot_set_find_member (set, "initrd.img", NULL)));
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, BROKEN);
}

/* Unless all of it is to be decoded. */
static void
test_untouched_in_full (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  const GraftExportOptions options = { .full = TRUE };
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);

  add_set (fixture);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_null (graft_export_to_folder (set, out, &options, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

/* What is known to be unreadable is not passed on. */
static void
test_unreadable (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  const GraftExportOptions options = { 0 };
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);

  add_set (fixture);
  set = graft_set_fixture_open (fixture, NULL);
  g_assert_true (graft_boot_set_open_members (set, NULL, NULL));
  g_assert_null (graft_export_to_folder (set, out, &options, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  g_test_add ("/export/untouched", GraftSetFixture, NULL, graft_set_fixture_set_up, test_untouched,
              graft_set_fixture_tear_down);
  g_test_add ("/export/untouched-in-full", GraftSetFixture, NULL, graft_set_fixture_set_up,
              test_untouched_in_full, graft_set_fixture_tear_down);
  g_test_add ("/export/unreadable", GraftSetFixture, NULL, graft_set_fixture_set_up,
              test_unreadable, graft_set_fixture_tear_down);
  return g_test_run ();
}
