/* test-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-patched-input.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
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

/* Ranges in memory (a text), in a file (from "@N") and of zeros (NULL). */
static GraftInput *
patched_of (GraftInput *base, int fd)
{
  const GraftPatchedRange list[] = {
    { 1, 3, (guint8 *)g_strdup ("abc"), -1 },
    { 4, 1, NULL, 2 },
    { 7, 2, NULL, -1 },
  };
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (GraftPatchedRange));

  g_array_append_vals (ranges, list, G_N_ELEMENTS (list));
  return graft_patched_input_new_take (base, graft_input_get_size (base), 1, ranges, fd, "patched");
}

static void
test_patched (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) base = input_of ("0123456789");
  int fd = memfd_create ("ranges", MFD_CLOEXEC);
  g_autoptr (GraftInput) patched = patched_of (base, fd);
  GraftPatchedInput *self = GRAFT_PATCHED_INPUT (patched);
  char all[10], middle[3];

  g_assert_cmpint (pwrite (fd, "..Z", 3, 0), ==, 3);
  g_assert_true (graft_input_read_at (patched, 0, all, 10, &error));
  g_assert_cmpmem (all, 10,
                   "0abcZ56\0\0"
                   "9",
                   10);
  g_assert_true (graft_input_read_at (patched, 3, middle, 3, &error));
  g_assert_cmpmem (middle, 3, "cZ5", 3);
  g_assert_true (graft_patched_input_read_range (self, graft_patched_input_get_range (self, 1),
                                                 middle, &error));
  g_assert_cmpint (middle[0], ==, 'Z');
  g_assert_false (graft_patched_range_is_zero (graft_patched_input_get_range (self, 1)));
  g_assert_true (graft_patched_range_is_zero (graft_patched_input_get_range (self, 2)));
  g_assert_true (graft_patched_input_get_base (self) == base);
  /* Its temporary file lost bytes: an error, never those of the base. */
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_false (graft_input_read_at (patched, 0, all, 10, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
}

/* One that is longer than what it lies over. */
static void
test_patched_longer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) base = input_of ("01234");
  const GraftPatchedRange range = { 6, 2, (guint8 *)g_strdup ("ab"), -1 };
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (GraftPatchedRange));
  g_autoptr (GraftInput) patched = NULL;
  char all[10];

  g_array_append_val (ranges, range);
  patched = graft_patched_input_new_take (base, 10, 2, ranges, -1, "patched");
  g_assert_cmpuint (graft_input_get_size (patched), ==, 10);
  g_assert_true (graft_input_read_at (patched, 0, all, 10, &error));
  g_assert_cmpmem (all, 10, "01234\0ab\0\0", 10);
  g_assert_false (graft_input_read_at (patched, 9, all, 2, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

static void
test_patched_touched (void)
{
  g_autoptr (GraftInput) base = input_of ("0123456789");
  g_autoptr (GraftInput) patched = patched_of (base, -1);
  static const struct
  {
    guint64 offset;
    guint64 length;
    gboolean touched;
  } cases[] = {
    { 0, 1, FALSE }, { 0, 2, TRUE }, { 1, 0, FALSE }, { 3, 1, TRUE },  { 4, 1, TRUE },
    { 5, 2, FALSE }, { 5, 3, TRUE }, { 9, 1, FALSE }, { 0, 10, TRUE }, { 10, 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (graft_patched_input_is_touched (GRAFT_PATCHED_INPUT (patched), cases[i].offset,
                                                     cases[i].length),
                     ==, cases[i].touched);
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
  g_test_add_func ("/input/patched/longer", test_patched_longer);
  g_test_add_func ("/input/patched-touched", test_patched_touched);
  g_test_add ("/input/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/input/file-changed", Fixture, NULL, set_up, test_file_changed, tear_down);
  g_test_add ("/input/file-kinds", Fixture, NULL, set_up, test_file_kinds, tear_down);
  g_test_add_func ("/input/digest-and-equal", test_digest_and_equal);
  return g_test_run ();
}
