/* graft-session-edit.c: what can be asked of a session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "session/graft-session-private.h"

static gboolean
do_apply (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftHistory *history = graft_session_get_history (task->session);

  if (!graft_history_apply (history, task->step, task->report, progress, cancellable, error))
    return FALSE;
  if (graft_history_get_last (history) == task->step)
    graft_session_keep_step (task, task->step);
  return TRUE;
}

GraftJob *
graft_session_apply (GraftSession *self, GraftStep *step, GraftSessionApplied done, gpointer data,
                     GDestroyNotify free_data)
{
  g_autofree char *label = graft_step_dup_label (step);
  GraftTask *task = graft_task_new (self, label, do_apply);

  task->alone = TRUE;
  task->edits = TRUE;
  task->step = step;
  task->report = graft_step_report_new ();
  task->applied = done;
  task->data = data;
  task->free_data = free_data;
  return graft_session_push (task, TRUE);
}

static gboolean
do_undo (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  /* Nothing to undo any more, when it was asked for twice: that is no error. */
  if (graft_history_undo (graft_session_get_history (task->session)))
    graft_session_keep_undo (task);
  return TRUE;
}

static gboolean
do_redo (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  if (graft_history_redo (graft_session_get_history (task->session)))
    graft_session_keep_redo (task);
  return TRUE;
}

static void
push_edit (GraftSession *self, const char *label, GraftTaskFunc func)
{
  GraftTask *task = graft_task_new (self, label, func);

  task->alone = TRUE;
  task->edits = TRUE;
  graft_session_push (task, TRUE);
}

void
graft_session_undo (GraftSession *self)
{
  push_edit (self, _ ("Undoing"), do_undo);
}

void
graft_session_redo (GraftSession *self)
{
  push_edit (self, _ ("Redoing"), do_redo);
}

static gboolean
do_run (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  return task->set_func (graft_session_get_set (task->session), task->data, progress, cancellable,
                         error);
}

static GraftJob *
push_run (GraftSession *self, const char *label, gboolean edits, GraftSetFunc func,
          GraftJobDone done, gpointer data, GDestroyNotify free_data)
{
  GraftTask *task = graft_task_new (self, label, do_run);

  task->alone = TRUE;
  task->edits = edits;
  task->set_func = func;
  task->job_done = done;
  task->data = data;
  task->free_data = free_data;
  return graft_session_push (task, label != NULL);
}

GraftJob *
graft_session_run (GraftSession *self, const char *label, GraftSetFunc func, GraftJobDone done,
                   gpointer data, GDestroyNotify free_data)
{
  return push_run (self, label, FALSE, func, done, data, free_data);
}

GraftJob *
graft_session_run_opening (GraftSession *self, const char *label, GraftSetFunc func,
                           GraftJobDone done, gpointer data, GDestroyNotify free_data)
{
  return push_run (self, label, TRUE, func, done, data, free_data);
}

static gboolean
lacks_room (GraftSession *self)
{
  GListModel *layers = graft_session_get_layers (self);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);
      const GraftLayerRoom *room = graft_layer_get_room (layer);

      if (room != NULL && room->growth > 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
do_nothing (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
            GError **error)
{
  return TRUE;
}

void
graft_session_set_may_grow (GraftSession *self, gboolean may_grow)
{
  if (self->may_grow == may_grow)
    return;
  self->may_grow = may_grow;
  /* What runs now was begun before, and may bring such a layer. */
  if (graft_session_is_busy (self) || lacks_room (self))
    graft_session_run_opening (self, NULL, do_nothing, NULL, NULL, NULL);
}

static gboolean
do_look (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  return task->job_func (task->data, progress, cancellable, error);
}

GraftJob *
graft_session_look (GraftSession *self, GraftJobFunc func, GraftJobDone done, gpointer data,
                    GDestroyNotify free_data)
{
  GraftTask *task = graft_task_new (self, "", do_look);

  task->job_func = func;
  task->job_done = done;
  task->data = data;
  task->free_data = free_data;
  return graft_session_push (task, FALSE);
}
