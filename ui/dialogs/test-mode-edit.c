/* test-mode-edit.c: one change to the modes of several entries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-mode-edit.h"
#include "widgets/graft-mode.h"

static void
test_one (void)
{
  const guint32 modes[] = { 0644 };
  GraftModeEdit edit;

  graft_mode_edit_init (&edit, modes, 1);
  g_assert_true (graft_mode_edit_is_known (&edit));
  g_assert_true (graft_mode_edit_was_shared (&edit));
  g_assert_cmphex (edit.bits, ==, 0644);
  g_assert_cmphex (graft_mode_edit_apply (&edit, 0644), ==, 0644);
  graft_mode_edit_decide (&edit, 0111, 0111);
  g_assert_cmphex (graft_mode_edit_apply (&edit, 0644), ==, 0755);
}

static void
test_several_keep_what_differs (void)
{
  const guint32 modes[] = { 0644, 0755, 04755 };
  GraftModeEdit edit;

  graft_mode_edit_init (&edit, modes, G_N_ELEMENTS (modes));
  g_assert_false (graft_mode_edit_is_known (&edit));
  g_assert_false (graft_mode_edit_was_shared (&edit));
  g_assert_cmphex (edit.known, ==, 03666);
  g_assert_cmphex (edit.bits, ==, 0644);
  graft_mode_edit_decide (&edit, 0040, 0);
  g_assert_cmphex (graft_mode_edit_apply (&edit, modes[0]), ==, 0604);
  g_assert_cmphex (graft_mode_edit_apply (&edit, modes[1]), ==, 0715);
  g_assert_cmphex (graft_mode_edit_apply (&edit, modes[2]), ==, 04715);
  g_assert_false (graft_mode_edit_is_known (&edit));
}

static void
test_all_decided (void)
{
  const guint32 modes[] = { 0644, 0755 };
  GraftModeEdit edit;

  graft_mode_edit_init (&edit, modes, G_N_ELEMENTS (modes));
  graft_mode_edit_decide (&edit, GRAFT_MODE_ALL, 0600);
  g_assert_true (graft_mode_edit_is_known (&edit));
  g_assert_cmphex (graft_mode_edit_apply (&edit, modes[1]), ==, 0600);
  graft_mode_edit_reset (&edit);
  g_assert_false (graft_mode_edit_is_known (&edit));
  g_assert_cmphex (graft_mode_edit_apply (&edit, modes[1]), ==, 0755);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mode-edit/one", test_one);
  g_test_add_func ("/mode-edit/several-keep-what-differs", test_several_keep_what_differs);
  g_test_add_func ("/mode-edit/all-decided", test_all_decided);
  return g_test_run ();
}
