/* cli-recipe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-recipe.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "cli/cli-report.h"
#include "steps/graft-recipe.h"

gboolean
cli_recipe_add (CliExport *self, const char *path, GError **error)
{
  g_autoptr (GPtrArray) steps = graft_recipe_load (path, error);

  if (steps == NULL)
    return FALSE;
  self->has_recipe = TRUE;
  for (guint i = 0; i < steps->len; i++)
    {
      GraftStep *step = g_ptr_array_index (steps, i);

      g_ptr_array_add (self->steps, g_object_ref (step));
      g_hash_table_add (self->from_recipe, step);
    }
  return TRUE;
}

static gboolean
read_left_out (CliInvocation *invocation, CliExport *self, GError **error)
{
  g_auto (GStrv) words = g_strsplit (self->leave_out, ",", -1);

  for (char **word = words; *word != NULL; word++)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (*word, 10, 1, self->steps->len, &number, NULL))
        return cli_usage_error (invocation, error,
                                _ ("--leave-out takes numbers of steps, 1 to %u, not “%s”"),
                                self->steps->len, *word);
      g_hash_table_add (self->left_out, g_ptr_array_index (self->steps, number - 1));
    }
  return TRUE;
}

gboolean
cli_recipe_check (CliInvocation *invocation, CliExport *self, GError **error)
{
  g_autofree char *shown = NULL;
  struct stat there;

  if (self->leave_out != NULL && !read_left_out (invocation, self, error))
    return FALSE;
  if (self->save_recipe == NULL)
    return TRUE;
  if (self->dry_run)
    return cli_usage_error (invocation, error,
                            _ ("--dry-run writes nothing, and so no recipe (--save-recipe)"));
  if (lstat (self->save_recipe, &there) < 0)
    return TRUE;
  shown = graft_name_escape (self->save_recipe);
  g_set_error (error, CLI_ERROR, 0,
               _ ("%s exists already; give a recipe a new name (--save-recipe)"), shown);
  return FALSE;
}

/* What is no reason to look at the steps that follow. */
static gboolean
ends_all (CliExport *self, GraftStep *step, const GError *error)
{
  return !g_hash_table_contains (self->from_recipe, step)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         || error->domain == GRAFT_EXPORT_ERROR;
}

static void
report_unfit (guint i, const char *label, const GError *error)
{
  g_autofree char *text
      = g_strdup_printf (_ ("step %u (%s) does not fit: %s"), i + 1, label, error->message);

  cli_report_note (text);
}

static gboolean
set_unfit (CliExport *self, GPtrArray *numbers, GError **error)
{
  g_autofree char *list = NULL;

  if (numbers->len == 0)
    return TRUE;
  g_ptr_array_add (numbers, NULL);
  list = g_strjoinv (",", (char **)numbers->pdata);
  g_set_error (error, CLI_ERROR, 0,
               ngettext ("%u step of %u does not fit this set, and nothing was written; mend the "
                         "recipe, or leave it out (--leave-out %s)",
                         "%u steps of %u do not fit this set, and nothing was written; mend the "
                         "recipe, or leave them out (--leave-out %s)",
                         numbers->len - 1),
               numbers->len - 1, self->steps->len, list);
  return FALSE;
}

gboolean
cli_recipe_apply (CliInvocation *invocation, CliExport *self, GraftBootSet *set,
                  GraftStepReport *report, GraftProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) unfit = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->steps->len; i++)
    {
      GraftStep *step = g_ptr_array_index (self->steps, i);
      g_autofree char *label = graft_step_dup_label (step);
      g_autoptr (GraftProgress) child
          = graft_progress_new_child (progress, 1.0 / self->steps->len, label);
      g_autoptr (GError) local = NULL;

      if (!cli_recipe_is_left_out (self, i)
          && !graft_step_apply (step, set, report, child, invocation->cancellable, &local))
        {
          if (ends_all (self, step, local))
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          report_unfit (i, label, local);
          g_ptr_array_add (unfit, g_strdup_printf ("%u", i + 1));
        }
      g_array_append_val (self->notes_until, report->notes->len);
    }
  return set_unfit (self, unfit, error);
}

gboolean
cli_recipe_is_left_out (CliExport *self, guint i)
{
  return g_hash_table_contains (self->left_out, g_ptr_array_index (self->steps, i));
}

GPtrArray *
cli_recipe_list_applied (CliExport *self)
{
  GPtrArray *applied = g_ptr_array_new ();

  for (guint i = 0; i < self->steps->len; i++)
    if (!cli_recipe_is_left_out (self, i))
      g_ptr_array_add (applied, g_ptr_array_index (self->steps, i));
  return applied;
}

gboolean
cli_recipe_save (CliExport *self, GError **error)
{
  g_autoptr (GPtrArray) applied = cli_recipe_list_applied (self);

  return self->save_recipe == NULL || graft_recipe_save (applied, self->save_recipe, error);
}
