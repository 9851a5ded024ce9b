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

static char *
read_file (const char *folder, const char *path)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (full, &text, NULL, NULL));
  return text;
}

/* A copy becomes what its member becomes, and the list's checksums, of either kind, follow; those
 * of what stays are kept, true or not. */
static void
test_copies (GraftSetFixture *fixture, gconstpointer data)
{
  static const char new_kernel[] = "#fake kernel\nnew\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GraftImage) image = graft_fake_image_new ("kernel", "new", new_kernel);
  g_autoptr (GraftExportReport) report = NULL;
  const GraftExportOptions options = { 0 };
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, new_kernel, -1);
  g_autofree char *md5 = g_compute_checksum_for_string (G_CHECKSUM_MD5, new_kernel, -1);
  g_autofree char *expected = g_strdup_printf (
      "[checksums]\na/vmlinuz = sha256:%s\nb/vmlinuz = md5:%s\nroot.squashfs = md5:0\n", sha256,
      md5);
  g_autofree char *first = NULL, *second = NULL, *list = NULL;

  graft_set_fixture_add (fixture, "a/vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "b/vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "root.squashfs", GRAFT_SET_FIXTURE_ROOT);
  graft_set_fixture_add (
      fixture, ".treeinfo",
      "[checksums]\na/vmlinuz = sha256:1\nb/vmlinuz = md5:2\nroot.squashfs = md5:0\n");
  set = graft_set_fixture_open (fixture, NULL);
  graft_member_set_replacement (graft_boot_set_find_member (set, "a/vmlinuz", NULL), image);
  report = graft_export_to_folder (set, out, &options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->images->len, ==, 4);
  g_assert_cmpstr (((GraftExported *)g_ptr_array_index (report->images, 1))->copy_of, ==,
                   "a/vmlinuz");
  first = read_file (out, "a/vmlinuz");
  second = read_file (out, "b/vmlinuz");
  list = read_file (out, ".treeinfo");
  g_assert_cmpstr (first, ==, new_kernel);
  g_assert_cmpstr (second, ==, new_kernel);
  g_assert_cmpstr (list, ==, expected);
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
  g_test_add ("/export/copies", GraftSetFixture, NULL, graft_set_fixture_set_up, test_copies,
              graft_set_fixture_tear_down);
  return g_test_run ();
}
