/* test-program-plan.c: a program is planned, shown, added as one step, and taken back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of this machine: true, which needs a loader and a libc. What loaders find is
 * tests/cli/test_deps.py's.
 */

#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"
#include "sources/graft-host-folder.h"
#include "steps/add-program/graft-add-program.h"
#include "steps/graft-step-fixture.h"

#define PROGRAM "/usr/bin/true"
#define IMAGE "root.squashfs"

static GraftProgramPlan *
make_plan (GraftStepFixture *fixture, gboolean is_private)
{
  g_autoptr (GError) error = NULL;
  GraftStore *store = graft_boot_set_get_store (fixture->set, &error);
  g_autoptr (GraftNode) root = graft_host_folder_open ("/", store, &error);
  const GraftProgramWish wish = {
    .root = root,
    .root_name = "/",
    .path = PROGRAM,
    .address = IMAGE,
    .is_private = is_private,
  };
  GraftProgramPlan *plan = graft_program_plan_new (fixture->set, &wish, NULL, &error);

  g_assert_no_error (error);
  return plan;
}

static gboolean
has_program (GraftStepFixture *fixture)
{
  g_autoptr (GraftNode) node = graft_step_fixture_lookup (fixture, IMAGE, PROGRAM);

  return node != NULL && graft_node_get_attributes (node)->mode == 0755
         && graft_node_get_attributes (node)->uid == 0;
}

/* Whether the plan puts a file of this name anywhere. */
static gboolean
plans (GraftProgramPlan *plan, const char *name)
{
  for (guint i = 0; i < plan->files->len; i++)
    {
      const GraftPlannedFile *file = g_ptr_array_index (plan->files, i);
      g_autofree char *base = g_path_get_basename (file->path);

      if (g_str_equal (base, name))
        return TRUE;
    }
  return FALSE;
}

static void
test_plan_and_undo (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSetState) before = graft_boot_set_dup_state (fixture->set);
  GraftProgramPlan *plan = make_plan (fixture, FALSE);

  g_assert_false (graft_closure_is_broken (plan->closure));
  g_assert_true (plans (plan, "true") && plans (plan, "libc.so.6"));
  g_assert_true (graft_program_plan_fits (plan, fixture->set));
  /* To plan is to read. */
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  graft_step_fixture_apply (fixture,
                            graft_step_add_program_new_planned (NULL, PROGRAM, IMAGE, FALSE, plan));
  g_assert_true (has_program (fixture));
  graft_boot_set_set_state (fixture->set, before);
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  g_assert_false (has_program (fixture));
}

/* A set that was edited meanwhile is planned for anew: what it has by then is not put there again.
 */
static void
test_edited_since (GraftStepFixture *fixture, gconstpointer data)
{
  GraftProgramPlan *plan = make_plan (fixture, FALSE);

  graft_step_fixture_apply (fixture, graft_step_mkdir_new (IMAGE ":/new", 9));
  g_assert_false (graft_program_plan_fits (plan, fixture->set));
  graft_step_fixture_apply (fixture,
                            graft_step_add_program_new_planned (NULL, PROGRAM, IMAGE, FALSE, plan));
  g_assert_true (has_program (fixture));
  plan = make_plan (fixture, FALSE);
  g_assert_true (plans (plan, "true"));
  g_assert_false (plans (plan, "libc.so.6"));
  graft_program_plan_free (plan);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("bootgraft-state-XXXXXX", NULL);
  int result;

  /* The store of what is imported lies there. */
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  g_test_add ("/add-program/plan-and-undo", GraftStepFixture, NULL, graft_step_fixture_set_up,
              test_plan_and_undo, graft_step_fixture_tear_down);
  g_test_add ("/add-program/edited-since", GraftStepFixture, NULL, graft_step_fixture_set_up,
              test_edited_since, graft_step_fixture_tear_down);
  result = g_test_run ();
  graft_set_fixture_remove (state);
  return result;
}
