/* test-history.c: undo, redo, and what would be lost
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-history.h"

#include "image/graft-fake-image.h"
#include "steps/graft-step-fixture.h"

#define ROOT "root.squashfs"

static gboolean
apply (GraftHistory *history, GraftStep *step, GError **error)
{
  g_autoptr (GraftStep) owned = step;

  return graft_history_apply (history, owned, NULL, NULL, NULL, error);
}

static void
apply_or_die (GraftHistory *history, GraftStep *step)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apply (history, step, &error));
  g_assert_no_error (error);
}

static void
assert_labels (GraftHistory *history, const char *undo, const char *redo)
{
  g_autofree char *undo_label = graft_history_dup_undo_label (history);
  g_autofree char *redo_label = graft_history_dup_redo_label (history);

  g_assert_cmpstr (undo_label, ==, undo);
  g_assert_cmpstr (redo_label, ==, redo);
}

static void
assert_there (GraftStepFixture *fixture, const char *path, gboolean there)
{
  g_autoptr (GraftNode) node = graft_step_fixture_lookup (fixture, ROOT, path);

  g_assert_true ((node != NULL) == there);
}

static void
test_undo_and_redo (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftHistory) history = graft_history_new (fixture->set);
  g_autofree char *first = NULL, *second = NULL;

  assert_labels (history, NULL, NULL);
  g_assert_false (graft_history_undo (history));
  g_assert_false (graft_history_redo (history));
  apply_or_die (history, graft_step_mkdir_new (ROOT ":/one", -1));
  first = graft_history_dup_undo_label (history);
  apply_or_die (history, graft_step_delete_new (ROOT ":/usr/bin/ash"));
  second = graft_history_dup_undo_label (history);
  g_assert_cmpstr (first, !=, second);

  g_assert_true (graft_history_undo (history));
  assert_there (fixture, "/usr/bin/ash", TRUE);
  assert_labels (history, first, second);
  g_assert_true (graft_history_undo (history));
  assert_there (fixture, "/one", FALSE);
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  g_assert_true (graft_history_redo (history));
  g_assert_true (graft_history_redo (history));
  assert_there (fixture, "/one", TRUE);
  assert_there (fixture, "/usr/bin/ash", FALSE);
  assert_labels (history, second, NULL);

  /* Another step takes the place of what was undone. */
  g_assert_true (graft_history_undo (history));
  apply_or_die (history, graft_step_mkdir_new (ROOT ":/two", -1));
  g_assert_false (graft_history_redo (history));
  assert_there (fixture, "/usr/bin/ash", TRUE);
}

static void
test_without_effect (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftHistory) history = graft_history_new (fixture->set);
  g_autoptr (GError) error = NULL;

  /* A folder that is there is left as it is: nothing that could be undone. */
  apply_or_die (history, graft_step_mkdir_new (ROOT ":/usr", -1));
  assert_labels (history, NULL, NULL);
  g_assert_false (apply (history, graft_step_delete_new (ROOT ":/no"), &error));
  g_assert_nonnull (error);
  assert_labels (history, NULL, NULL);
  g_assert_false (graft_history_is_unsaved (history));
}

static void
test_unsaved (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftHistory) history = graft_history_new (fixture->set);
  g_autoptr (GPtrArray) labels = NULL;

  apply_or_die (history, graft_step_mkdir_new (ROOT ":/one", -1));
  g_assert_true (graft_history_is_unsaved (history));
  g_assert_true (graft_history_undo (history));
  g_assert_false (graft_history_is_unsaved (history));
  g_assert_true (graft_history_redo (history));
  graft_history_mark_saved (history);
  g_assert_false (graft_history_is_unsaved (history));
  g_assert_true (graft_history_undo (history));
  g_assert_true (graft_history_is_unsaved (history));
  /* What was exported is out of reach from here on. */
  apply_or_die (history, graft_step_mkdir_new (ROOT ":/two", -1));
  g_assert_true (graft_history_is_unsaved (history));
  labels = graft_history_list_labels (history);
  g_assert_cmpuint (labels->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  g_test_add ("/history/undo-and-redo", GraftStepFixture, NULL, graft_step_fixture_set_up,
              test_undo_and_redo, graft_step_fixture_tear_down);
  g_test_add ("/history/without-effect", GraftStepFixture, NULL, graft_step_fixture_set_up,
              test_without_effect, graft_step_fixture_tear_down);
  g_test_add ("/history/unsaved", GraftStepFixture, NULL, graft_step_fixture_set_up, test_unsaved,
              graft_step_fixture_tear_down);
  return g_test_run ();
}
