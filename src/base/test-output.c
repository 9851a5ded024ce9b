/* test-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-output.h"

#include <fcntl.h>
#include <string.h>

#include "base/graft-error.h"

static void
assert_written (GraftOutput *output, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_output_open (output, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = graft_input_read_all (input, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_write (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("out", &error);

  g_assert_true (graft_output_write (output, "hello world", 11, &error));
  g_assert_true (graft_output_write_at (output, 0, "H", 1, &error));
  g_assert_cmpuint (graft_output_get_position (output), ==, 11);
  assert_written (output, "Hello world");
  g_assert_true (graft_output_truncate (output, 5, &error));
  g_assert_true (graft_output_write (output, "!", 1, &error));
  assert_written (output, "Hello!");
  g_assert_true (graft_output_sync (output, &error));
}

/* From a file the kernel copies, from memory we do: both must give the same. */
static void
test_copy (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) first = graft_output_new_memory ("first", &error);
  g_autoptr (GraftOutput) second = graft_output_new_memory ("second", &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  g_autoptr (GraftInput) memory = graft_memory_input_new (bytes, "memory");
  g_autoptr (GraftInput) file = NULL;

  g_assert_true (graft_output_copy (first, memory, 2, 5, NULL, &error));
  assert_written (first, "23456");
  file = graft_output_open (first, &error);
  g_assert_true (graft_output_copy (second, file, 1, 3, NULL, &error));
  assert_written (second, "345");
  g_assert_false (graft_output_copy (second, file, 4, 3, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftOutput) output = graft_output_new_memory ("out", &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  g_autoptr (GraftInput) memory = graft_memory_input_new (bytes, "memory");

  g_cancellable_cancel (cancellable);
  g_assert_false (graft_output_copy (output, memory, 0, 10, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_full (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output
      = graft_output_new_take_fd (open ("/dev/full", O_RDWR | O_CLOEXEC), "full");

  g_assert_false (graft_output_write (output, "x", 1, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output/write", test_write);
  g_test_add_func ("/output/copy", test_copy);
  g_test_add_func ("/output/cancel", test_cancel);
  g_test_add_func ("/output/full", test_full);
  return g_test_run ();
}
