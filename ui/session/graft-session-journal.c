/* graft-session-journal.c: what is edited is kept for a crash; recipes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-error.h"
#include "session/graft-session-private.h"
#include "steps/graft-recipe.h"

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* What cannot be kept once is not kept any more: what follows would be without what it is on. */
static void
stop (GraftTask *task, const GError *error)
{
  task->session->journal_stopped = TRUE;
  task->journal_problem = g_strdup (error->message);
}

static gboolean
is_kept (GraftTask *task)
{
  return task->session->journal != NULL && !task->session->journal_stopped;
}

void
graft_session_keep_step (GraftTask *task, GraftStep *step)
{
  g_autoptr (GError) error = NULL;

  if (is_kept (task) && !graft_journal_add_step (task->session->journal, step, now (), &error))
    stop (task, error);
}

void
graft_session_keep_undo (GraftTask *task)
{
  g_autoptr (GError) error = NULL;

  if (is_kept (task) && !graft_journal_add_undo (task->session->journal, now (), &error))
    stop (task, error);
}

void
graft_session_keep_redo (GraftTask *task)
{
  g_autoptr (GError) error = NULL;

  if (is_kept (task) && !graft_journal_add_redo (task->session->journal, now (), &error))
    stop (task, error);
}

void
graft_session_keep_exported (GraftTask *task)
{
  g_autoptr (GError) error = NULL;

  if (is_kept (task) && !graft_journal_add_exported (task->session->journal, now (), &error))
    stop (task, error);
}

/* In the main thread, when nobody has the set. */
void
graft_session_read_journal (GraftSession *self)
{
  self->left_time = self->journal != NULL && graft_journal_has_left (self->journal)
                        ? graft_journal_get_left_time (self->journal)
                        : -1;
  self->left_fits = self->journal != NULL && graft_journal_is_same_set (self->journal);
}

/* The window was closed, and whoever closed it knew what was in it; not what had been left from
 * before and was not asked for. */
void
graft_session_close_journal (GraftSession *self)
{
  if (self->journal != NULL && !graft_journal_has_left (self->journal))
    (void)!graft_journal_discard (self->journal, NULL);
  g_clear_pointer (&self->journal, graft_journal_close);
}

static gboolean
do_restore (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftSession *self = task->session;

  if (self->journal == NULL || !graft_journal_has_left (self->journal))
    return TRUE;
  return graft_journal_restore (self->journal, self->history, task->report->notes, progress,
                                cancellable, error);
}

static void
push_steps (GraftSession *self, const char *label, GraftTaskFunc func, GraftSessionApplied done,
            gpointer data, GDestroyNotify free_data)
{
  GraftTask *task = graft_task_new (self, label, func);

  task->alone = TRUE;
  task->edits = TRUE;
  task->report = graft_step_report_new ();
  task->applied = done;
  task->data = data;
  task->free_data = free_data;
  graft_session_push (task, TRUE);
}

void
graft_session_restore_left (GraftSession *self, GraftSessionApplied done, gpointer data)
{
  push_steps (self, _ ("Restoring edits"), do_restore, done, data, NULL);
}

static gboolean
do_discard (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  return task->session->journal == NULL || graft_journal_discard (task->session->journal, error);
}

void
graft_session_discard_left (GraftSession *self)
{
  GraftTask *task = graft_task_new (self, _ ("Discarding edits"), do_discard);

  task->alone = TRUE;
  graft_session_push (task, TRUE);
}

/* One after the other; what does not fit is told by its number. */
static gboolean
do_apply_recipe (GraftTask *task, GraftProgress *progress, GCancellable *cancellable,
                 GError **error)
{
  const char *path = task->data;
  g_autoptr (GPtrArray) steps = graft_recipe_load (path, error);

  for (guint i = 0; steps != NULL && i < steps->len; i++)
    {
      GraftStep *step = g_ptr_array_index (steps, i);
      g_autofree char *label = graft_step_dup_label (step);
      g_autoptr (GraftProgress) child
          = graft_progress_new_child (progress, 1.0 / steps->len, label);
      g_autoptr (GError) local = NULL;

      if (!graft_history_apply (task->session->history, step, NULL, child, cancellable, &local))
        {
          /* What was made so far stays, and can be undone. */
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          g_ptr_array_add (task->report->notes,
                           g_strdup_printf (_ ("Step %u (%s): %s"), i + 1, label, local->message));
        }
      else if (graft_history_get_last (task->session->history) == step)
        graft_session_keep_step (task, step);
    }
  return steps != NULL;
}

void
graft_session_apply_recipe (GraftSession *self, const char *path, GraftSessionApplied done)
{
  push_steps (self, _ ("Applying the recipe"), do_apply_recipe, done, g_strdup (path), g_free);
}

gboolean
graft_session_save_recipe (GraftSession *self, const char *path, GError **error)
{
  return graft_recipe_save (self->steps, path, error);
}

GPtrArray *
graft_session_get_steps (GraftSession *self)
{
  return self->steps;
}

gint64
graft_session_get_left_time (GraftSession *self)
{
  return self->left_time;
}

gboolean
graft_session_left_fits (GraftSession *self)
{
  return self->left_fits;
}

const char *
graft_session_get_journal_problem (GraftSession *self)
{
  return self->journal_problem;
}
