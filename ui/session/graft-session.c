/* graft-session.c: the set, its layers, and whose turn it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-session.h"

#include <glib/gi18n.h>

#include "session/graft-session-private.h"
#include "session/graft-task.h"

/* Milliseconds after which a job is worth showing. */
#define SHOW_AFTER 400

enum
{
  SIGNAL_EDITED,
  N_SIGNALS
};

typedef enum
{
  PROP_STATE = 1,
  PROP_BUSY,
  PROP_CHANGED,
  PROP_UNDO_LABEL,
  PROP_REDO_LABEL,
  PROP_LEFT_TIME,
  PROP_JOURNAL_PROBLEM,
  N_PROPERTIES
} Property;

static guint signals[N_SIGNALS];
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GraftSession, graft_session, G_TYPE_OBJECT)

static void
graft_session_finalize (GObject *object)
{
  GraftSession *self = GRAFT_SESSION (object);

  g_clear_pointer (&self->waiting, g_queue_free);
  g_clear_pointer (&self->tasks, g_ptr_array_unref);
  g_clear_object (&self->layers);
  g_clear_object (&self->jobs);
  g_clear_object (&self->history);
  graft_session_close_journal (self);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  /* After all that holds nodes of it. */
  g_clear_object (&self->set);
  g_clear_error (&self->error);
  g_free (self->undo_label);
  g_free (self->redo_label);
  g_free (self->kernel_path);
  g_free (self->journal_problem);
  g_free (self->note);
  g_free (self->folder);
  g_free (self->path);
  G_OBJECT_CLASS (graft_session_parent_class)->finalize (object);
}

static void
graft_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GraftSession *self = GRAFT_SESSION (object);

  switch ((Property)id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, graft_session_is_busy (self));
      break;
    case PROP_CHANGED:
      g_value_set_boolean (value, graft_session_is_changed (self));
      break;
    case PROP_UNDO_LABEL:
      g_value_set_string (value, self->undo_label);
      break;
    case PROP_REDO_LABEL:
      g_value_set_string (value, self->redo_label);
      break;
    case PROP_LEFT_TIME:
      g_value_set_int64 (value, self->left_time);
      break;
    case PROP_JOURNAL_PROBLEM:
      g_value_set_string (value, self->journal_problem);
      break;
    case N_PROPERTIES:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
graft_session_class_init (GraftSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = graft_session_finalize;
  object_class->get_property = graft_session_get_property;
  signals[SIGNAL_EDITED] = g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, GRAFT_SESSION_OPENING,
                                             GRAFT_SESSION_FAILED, GRAFT_SESSION_OPENING, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_CHANGED] = g_param_spec_boolean ("changed", NULL, NULL, FALSE, flags);
  properties[PROP_UNDO_LABEL] = g_param_spec_string ("undo-label", NULL, NULL, NULL, flags);
  properties[PROP_REDO_LABEL] = g_param_spec_string ("redo-label", NULL, NULL, NULL, flags);
  properties[PROP_LEFT_TIME]
      = g_param_spec_int64 ("left-time", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_JOURNAL_PROBLEM]
      = g_param_spec_string ("journal-problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graft_session_init (GraftSession *self)
{
  self->layers = g_list_store_new (GRAFT_TYPE_LAYER);
  self->left_time = -1;
  self->steps = g_ptr_array_new_with_free_func (g_object_unref);
  self->jobs = g_list_store_new (GRAFT_TYPE_JOB);
  self->waiting = g_queue_new ();
  self->tasks = g_ptr_array_new ();
}

GraftBootSet *
graft_session_get_set (GraftSession *self)
{
  return self->set;
}

GraftHistory *
graft_session_get_history (GraftSession *self)
{
  return self->history;
}

static void
set_label (GraftSession *self, char **label, char *now, Property property)
{
  gboolean same = g_strcmp0 (*label, now) == 0;

  g_free (*label);
  *label = now;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* The history is another worker's as soon as the next task runs: so what is shown of it is copied.
 */
static void
read_history (GraftSession *self)
{
  gint64 left_time = self->left_time;
  guint position;

  if (self->history == NULL)
    return;
  g_ptr_array_unref (self->steps);
  self->steps = graft_history_list_steps (self->history, &position);
  g_ptr_array_set_size (self->steps, position);
  graft_session_read_journal (self);
  if (left_time != self->left_time)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEFT_TIME]);
  set_label (self, &self->undo_label, graft_history_dup_undo_label (self->history),
             PROP_UNDO_LABEL);
  set_label (self, &self->redo_label, graft_history_dup_redo_label (self->history),
             PROP_REDO_LABEL);
  if (self->changed != graft_history_is_unsaved (self->history))
    {
      self->changed = !self->changed;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANGED]);
    }
}

void
graft_session_set_journal_problem (GraftSession *self, char *problem)
{
  set_label (self, &self->journal_problem, problem, PROP_JOURNAL_PROBLEM);
}

void
graft_session_set_state (GraftSession *self, GraftSessionState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
graft_session_set_layer (GraftSession *self, guint i, GraftLayer *layer)
{
  g_autoptr (GraftLayer) old = g_list_model_get_item (G_LIST_MODEL (self->layers), i);

  if (old != layer)
    g_list_store_splice (self->layers, i, old != NULL ? 1 : 0, (gpointer *)&layer, 1);
}

static void
take_layers (GraftTask *task)
{
  GraftSession *self = task->session;

  g_free (self->kernel_path);
  self->kernel_path = g_steal_pointer (&task->kernel_path);
  for (guint i = 0; i < task->layers->len; i++)
    {
      GraftLayer *layer = g_ptr_array_index (task->layers, i);

      /* An image inside of another, which is looked into only now. */
      if (graft_session_find_layer (self, graft_layer_get_path (layer)) == NULL)
        g_list_store_insert (self->layers, i, layer);
      else
        graft_session_set_layer (self, i, layer);
    }
}

static void run_next (GraftSession *self);

static void
hide_job (GraftSession *self, GraftJob *job)
{
  guint position;

  if (g_list_store_find (self->jobs, job, &position))
    g_list_store_remove (self->jobs, position);
}

/* A worker that is stopped in the middle, as the program ends, leaves what it has begun to write.
 */
static void
keep_program (void)
{
  if (g_application_get_default () != NULL)
    g_application_hold (g_application_get_default ());
}

static void
let_program_end (void)
{
  if (g_application_get_default () != NULL)
    g_application_release (g_application_get_default ());
}

/* The next one waits until the caller has seen the end of this one: what it looks at then is what
 * this one left. */
static void
on_task_done (GraftJob *job, const GError *error, gpointer data)
{
  GraftTask *task = data;
  GraftSession *self = task->session;

  g_clear_handle_id (&task->show_source, g_source_remove);
  g_ptr_array_remove_fast (self->tasks, task);
  hide_job (self, job);
  if (task->alone)
    self->running = NULL;
  if (self->closed)
    {
      if (self->tasks->len == 0)
        let_program_end ();
      return;
    }
  if (task->layers != NULL)
    take_layers (task);
  if (task->alone)
    read_history (self);
  if (task->journal_problem != NULL)
    graft_session_set_journal_problem (self, g_steal_pointer (&task->journal_problem));
  if (task->done != NULL)
    task->done (task, error);
  if (task->layers != NULL)
    g_signal_emit (self, signals[SIGNAL_EDITED], 0);
  if (task->applied != NULL)
    task->applied (self, error == NULL ? task->report : NULL, error, task->data);
  if (task->job_done != NULL)
    task->job_done (job, error, task->data);
  if (task->alone && self->running == NULL)
    run_next (self);
}

static gboolean
work (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftTask *task = data;

  if (!task->func (task, progress, cancellable, error))
    return FALSE;
  /* What was done is done: a cancel comes too late now. */
  if (task->edits)
    task->layers
        = graft_layers_read (task->session->set, task->before, &task->kernel_path, NULL, error);
  return !task->edits || task->layers != NULL;
}

static void
start (GraftTask *task)
{
  GraftSession *self = task->session;

  /* Nobody else has the set now. */
  if (task->alone && self->set != NULL)
    graft_boot_set_set_may_grow (self->set, self->may_grow);
  /* What the new layers are held against. */
  if (task->edits)
    {
      GListModel *layers = G_LIST_MODEL (self->layers);

      task->before = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
        g_ptr_array_add (task->before, g_list_model_get_item (layers, i));
    }
  graft_job_start (task->job, work, on_task_done, task, (GDestroyNotify)graft_task_free);
}

static void
run_next (GraftSession *self)
{
  GraftTask *task = self->closed ? NULL : g_queue_pop_head (self->waiting);
  gboolean was_busy = self->busy;

  self->running = task;
  self->busy = task != NULL;
  if (task != NULL)
    start (task);
  if (was_busy != self->busy)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
show_now (gpointer data)
{
  GraftTask *task = data;

  task->show_source = 0;
  g_list_store_append (task->session->jobs, task->job);
}

/* What was not begun need not wait for its turn to end: the job sees the cancel before the work. */
static void
on_cancelled (GraftJob *job, GParamSpec *pspec, GraftTask *task)
{
  if (!g_queue_remove (task->session->waiting, task))
    return;
  task->alone = FALSE;
  start (task);
}

GraftJob *
graft_session_push (GraftTask *task, gboolean shown)
{
  GraftSession *self = task->session;
  GraftJob *job = task->job;

  g_ptr_array_add (self->tasks, task);
  g_signal_connect (job, "notify::cancelled", G_CALLBACK (on_cancelled), task);
  if (shown)
    task->show_source = g_timeout_add_once (SHOW_AFTER, show_now, task);
  if (!task->alone)
    start (task);
  else
    {
      g_queue_push_tail (self->waiting, task);
      if (self->running == NULL)
        run_next (self);
    }
  return job;
}

void
graft_session_close (GraftSession *self)
{
  GraftTask *task;

  if (self->closed)
    return;
  self->closed = TRUE;
  while ((task = g_queue_pop_head (self->waiting)) != NULL)
    {
      g_ptr_array_remove_fast (self->tasks, task);
      graft_task_free (task);
    }
  if (self->tasks->len > 0)
    keep_program ();
  for (guint i = 0; i < self->tasks->len; i++)
    graft_job_cancel (((GraftTask *)g_ptr_array_index (self->tasks, i))->job);
}

const char *
graft_session_get_path (GraftSession *self)
{
  return self->path;
}

const char *
graft_session_get_folder (GraftSession *self)
{
  return self->folder;
}

char *
graft_session_dup_title (GraftSession *self)
{
  return g_filename_display_basename (self->folder != NULL ? self->folder : self->path);
}

GraftSessionState
graft_session_get_state (GraftSession *self)
{
  return self->state;
}

const GError *
graft_session_get_error (GraftSession *self)
{
  return self->error;
}

const char *
graft_session_get_note (GraftSession *self)
{
  return self->note;
}

GListModel *
graft_session_get_layers (GraftSession *self)
{
  return G_LIST_MODEL (self->layers);
}

GraftLayer *
graft_session_find_layer (GraftSession *self, const char *path)
{
  GListModel *layers = G_LIST_MODEL (self->layers);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      /* The list keeps it. */
      if (g_strcmp0 (graft_layer_get_path (layer), path) == 0)
        return layer;
    }
  return NULL;
}

gboolean
graft_session_has_file (GraftSession *self, const char *path)
{
  g_autofree char *wanted = g_canonicalize_filename (path, NULL);
  g_autofree char *opened = g_canonicalize_filename (self->path, NULL);
  g_autofree char *folder
      = self->folder != NULL ? g_canonicalize_filename (self->folder, NULL) : NULL;

  if (self->state == GRAFT_SESSION_FAILED)
    return FALSE;
  if (g_strcmp0 (wanted, opened) == 0)
    return TRUE;
  for (guint i = 0; folder != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->layers));
       i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (G_LIST_MODEL (self->layers), i);
      g_autofree char *file = g_canonicalize_filename (graft_layer_get_path (layer), folder);

      if (g_strcmp0 (wanted, file) == 0)
        return TRUE;
    }
  return FALSE;
}

GraftLayer *
graft_session_get_kernel (GraftSession *self)
{
  return self->kernel_path != NULL ? graft_session_find_layer (self, self->kernel_path) : NULL;
}

GListModel *
graft_session_get_jobs (GraftSession *self)
{
  return G_LIST_MODEL (self->jobs);
}

gboolean
graft_session_is_busy (GraftSession *self)
{
  return self->busy;
}

gboolean
graft_session_is_changed (GraftSession *self)
{
  return self->changed;
}

const char *
graft_session_get_undo_label (GraftSession *self)
{
  return self->undo_label;
}

const char *
graft_session_get_redo_label (GraftSession *self)
{
  return self->redo_label;
}

gboolean
graft_session_get_may_grow (GraftSession *self)
{
  return self->may_grow;
}

static gboolean
do_mark (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  graft_history_mark_saved (task->session->history);
  graft_session_keep_exported (task);
  return TRUE;
}

void
graft_session_mark_exported (GraftSession *self)
{
  GraftTask *task = graft_task_new (self, _ ("Exported"), do_mark);

  /* Before whatever waits already: that is not in what was exported. */
  task->alone = TRUE;
  g_ptr_array_add (self->tasks, task);
  g_queue_push_head (self->waiting, task);
  if (self->running == NULL)
    run_next (self);
}
