/* test-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-progress.h"

typedef struct
{
  double last;
  guint n_calls;
} Seen;

static void
seen_cb (double fraction, const char *what, gpointer data)
{
  Seen *seen = data;

  g_assert_cmpfloat (fraction, >=, seen->last);
  seen->last = fraction;
  seen->n_calls++;
}

static void
test_tree (void)
{
  Seen seen = { 0, 0 };
  g_autoptr (GraftProgress) root = graft_progress_new (seen_cb, &seen);
  GraftProgress *half = graft_progress_new_child (root, 0.5, "reading");
  GraftProgress *quarter = graft_progress_new_child (half, 0.5, NULL);

  graft_progress_set (quarter, 0.5);
  g_assert_cmpfloat_with_epsilon (seen.last, 0.125, 1e-9);
  graft_progress_set (quarter, 0.25);
  g_assert_cmpfloat_with_epsilon (seen.last, 0.125, 1e-9);
  g_object_unref (quarter);
  g_assert_cmpfloat_with_epsilon (seen.last, 0.25, 1e-9);
  g_object_unref (half);
  g_assert_cmpfloat_with_epsilon (seen.last, 0.5, 1e-9);
  graft_progress_set (root, 1.0);
  g_assert_cmpfloat_with_epsilon (seen.last, 1.0, 1e-9);
}

static void
test_nobody (void)
{
  g_assert_null (graft_progress_new_child (NULL, 0.5, "reading"));
  graft_progress_set (NULL, 0.5);
  g_assert_cmpfloat (graft_progress_get_time_left (NULL), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/tree", test_tree);
  g_test_add_func ("/progress/nobody", test_nobody);
  return g_test_run ();
}
