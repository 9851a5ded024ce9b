/* test-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-input.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

static GraftInput *
input_of (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return graft_memory_input_new (bytes, "text");
}

static void
assert_content (GraftInput *input, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = graft_input_read_all (input, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_slice (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) base = input_of ("0123456789");
  g_autoptr (GraftInput) outer = graft_slice_input_new (base, 2, 6, "outer", &error);
  g_autoptr (GraftInput) inner = graft_slice_input_new (outer, 1, 3, "inner", &error);
  g_autoptr (GraftInput) beyond = graft_slice_input_new (outer, 4, 3, "beyond", &error);
  char byte;

  assert_content (outer, "234567");
  assert_content (inner, "345");
  g_assert_null (beyond);
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_false (graft_input_read_at (inner, 3, &byte, 1, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

/* More than is there, and more than is taken into memory, of a file that is nearly all a hole. */
static void
test_read_bytes_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bootgraft-input-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GraftInput) text = input_of ("0123456789");
  g_autoptr (GraftInput) large = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_input_read_bytes (text, 4, 7, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_cmpstr (error->message, ==, "text ends at byte 10, but 7 bytes are needed at 4");
  g_clear_error (&error);
  g_assert_null (graft_input_read_bytes (text, 11, 0, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "x", -1, NULL));
  g_assert_cmpint (truncate (path, GRAFT_LIMIT_IN_MEMORY + 1), ==, 0);
  large = graft_file_input_new (path, NULL);
  g_assert_null (graft_input_read_bytes (large, 0, GRAFT_LIMIT_IN_MEMORY + 1, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "too many to hold in memory"));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_patched (void)
{
  g_autoptr (GraftInput) base = input_of ("0123456789");
  g_autoptr (GBytes) one = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) two = g_bytes_new_static ("XY", 2);
  const GraftPatch patches[] = { { 1, one }, { 4, two } };
  g_autoptr (GraftInput) patched = graft_patched_input_new (base, 8, patches, 2, "patched");
  char middle[3];

  assert_content (patched, "0abcXY67");
  g_assert_true (graft_input_read_at (patched, 3, middle, 3, NULL));
  g_assert_cmpmem (middle, 3, "cXY", 3);
}

static void
test_patched_grows (void)
{
  g_autoptr (GraftInput) base = input_of ("01");
  g_autoptr (GBytes) one = g_bytes_new_static ("z", 1);
  const GraftPatch patches[] = { { 3, one } };
  g_autoptr (GraftInput) patched = graft_patched_input_new (base, 4, patches, 1, "patched");
  char all[4];

  g_assert_true (graft_input_read_at (patched, 0, all, 4, NULL));
  g_assert_cmpmem (all, 4, "01\0z", 4);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("bootgraft-input-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
  g_assert_true (g_file_set_contents (fixture->path, "content", -1, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftInput) input = graft_file_input_new (fixture->path, NULL);

  assert_content (input, "content");
}

static void
test_file_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (fixture->path, NULL);
  char byte;

  g_assert_cmpint (truncate (fixture->path, 1), ==, 0);
  g_assert_false (graft_input_read_at (input, 5, &byte, 1, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
}

static void
test_file_kinds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_file_input_new (fixture->folder, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
  g_clear_error (&error);
  g_unlink (fixture->path);
  g_assert_null (graft_file_input_new (fixture->path, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* A pipe without a writer must be refused, not waited for. */
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_assert_null (graft_file_input_new (fixture->path, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
}

static void
test_digest_and_equal (void)
{
  g_autoptr (GraftInput) abc = input_of ("abc"), abd = input_of ("abd");
  g_autofree char *digest = graft_input_digest (abc, NULL, NULL);
  gboolean equal = TRUE;

  /* FIPS 180-2, appendix B.1. */
  g_assert_cmpstr (digest, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_true (graft_input_equal (abc, abd, &equal, NULL, NULL));
  g_assert_false (equal);
  g_assert_true (graft_input_equal (abc, abc, &equal, NULL, NULL));
  g_assert_true (equal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/input/slice", test_slice);
  g_test_add_func ("/input/read-bytes-refused", test_read_bytes_refused);
  g_test_add_func ("/input/patched", test_patched);
  g_test_add_func ("/input/patched-grows", test_patched_grows);
  g_test_add ("/input/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/input/file-changed", Fixture, NULL, set_up, test_file_changed, tear_down);
  g_test_add ("/input/file-kinds", Fixture, NULL, set_up, test_file_kinds, tear_down);
  g_test_add_func ("/input/digest-and-equal", test_digest_and_equal);
  return g_test_run ();
}
