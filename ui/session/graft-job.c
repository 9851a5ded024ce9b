/* graft-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-job.h"

#include "base/graft-cancel-scope.h"

/* Milliseconds between two looks at how far the worker is. */
#define LOOK_INTERVAL 100

struct _GraftJob
{
  GObject parent_instance;

  char *label;
  GCancellable *cancellable;
  GError *error;
  gboolean finished;
  guint look_source;

  GraftJobFunc func;
  GraftJobDone done;
  gpointer data;
  GDestroyNotify free_data;
  GraftProgress *progress;

  /* As told by the worker. */
  GMutex lock;
  double told_fraction;
  char *told_what;

  /* As the main thread has told others. */
  double fraction;
  char *what;
  double time_left;
};

typedef enum
{
  PROP_LABEL = 1,
  PROP_FRACTION,
  PROP_WHAT,
  PROP_TIME_LEFT,
  PROP_FINISHED,
  PROP_CANCELLED,
  N_PROPERTIES
} Property;

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GraftJob, graft_job, G_TYPE_OBJECT)

static void
graft_job_finalize (GObject *object)
{
  GraftJob *self = GRAFT_JOB (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_clear_object (&self->progress);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->told_what);
  g_free (self->what);
  g_free (self->label);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (graft_job_parent_class)->finalize (object);
}

static void
graft_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GraftJob *self = GRAFT_JOB (object);

  switch ((Property)id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_WHAT:
      g_value_set_string (value, self->what);
      break;
    case PROP_TIME_LEFT:
      g_value_set_double (value, self->time_left);
      break;
    case PROP_FINISHED:
      g_value_set_boolean (value, self->finished);
      break;
    case PROP_CANCELLED:
      g_value_set_boolean (value, graft_job_is_cancelled (self));
      break;
    case N_PROPERTIES:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
graft_job_class_init (GraftJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = graft_job_finalize;
  object_class->get_property = graft_job_get_property;
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_WHAT] = g_param_spec_string ("what", NULL, NULL, NULL, flags);
  properties[PROP_TIME_LEFT]
      = g_param_spec_double ("time-left", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_FINISHED] = g_param_spec_boolean ("finished", NULL, NULL, FALSE, flags);
  properties[PROP_CANCELLED] = g_param_spec_boolean ("cancelled", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graft_job_init (GraftJob *self)
{
  self->cancellable = g_cancellable_new ();
  self->time_left = -1;
  g_mutex_init (&self->lock);
}

GraftJob *
graft_job_new (const char *label)
{
  GraftJob *self = g_object_new (GRAFT_TYPE_JOB, NULL);

  self->label = g_strdup (label);
  return self;
}

static void
on_progress (double fraction, const char *what, gpointer data)
{
  GraftJob *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->told_fraction = fraction;
  if (g_strcmp0 (self->told_what, what) != 0)
    {
      g_free (self->told_what);
      self->told_what = g_strdup (what);
    }
}

static void
set_what (GraftJob *self, const char *what)
{
  if (g_strcmp0 (self->what, what) == 0)
    return;
  g_free (self->what);
  self->what = g_strdup (what);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WHAT]);
}

static gboolean
look (gpointer data)
{
  GraftJob *self = data;
  g_autofree char *what = NULL;
  double fraction;
  double time_left = graft_progress_get_time_left (self->progress);

  g_mutex_lock (&self->lock);
  fraction = CLAMP (self->told_fraction, 0, 1);
  what = g_strdup (self->told_what);
  g_mutex_unlock (&self->lock);
  set_what (self, what);
  if (fraction > self->fraction)
    {
      self->fraction = fraction;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
    }
  /* Seconds are shown: half of one is no news. */
  if (ABS (time_left - self->time_left) >= 0.5)
    {
      self->time_left = time_left;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME_LEFT]);
    }
  return G_SOURCE_CONTINUE;
}

static void
work (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GraftJob *self = source;
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, &error)
      || !self->func (self->data, self->progress, cancellable, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_worked (GObject *source, GAsyncResult *result, gpointer data)
{
  GraftJob *self = GRAFT_JOB (source);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_task_propagate_boolean (G_TASK (result), &self->error);
  self->finished = TRUE;
  if (self->done != NULL)
    self->done (self, self->error, self->data);
  if (self->free_data != NULL)
    self->free_data (self->data);
  self->free_data = NULL;
  self->data = NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISHED]);
}

void
graft_job_start (GraftJob *self, GraftJobFunc func, GraftJobDone done, gpointer data,
                 GDestroyNotify free_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self->func == NULL);
  self->func = func;
  self->done = done;
  self->data = data;
  self->free_data = free_data;
  self->progress = graft_progress_new (on_progress, self);
  self->look_source = g_timeout_add (LOOK_INTERVAL, look, self);
  task = g_task_new (self, self->cancellable, on_worked, NULL);
  /* What was done in spite of a cancel that came too late is reported as done. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, work);
}

void
graft_job_cancel (GraftJob *self)
{
  if (graft_job_is_cancelled (self) || self->finished)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CANCELLED]);
}

GCancellable *
graft_job_get_cancellable (GraftJob *self)
{
  return self->cancellable;
}

const char *
graft_job_get_label (GraftJob *self)
{
  return self->label;
}

double
graft_job_get_fraction (GraftJob *self)
{
  return self->fraction;
}

const char *
graft_job_get_what (GraftJob *self)
{
  return self->what;
}

double
graft_job_get_time_left (GraftJob *self)
{
  return self->time_left;
}

gboolean
graft_job_is_finished (GraftJob *self)
{
  return self->finished;
}

gboolean
graft_job_is_cancelled (GraftJob *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}

const GError *
graft_job_get_error (GraftJob *self)
{
  return self->error;
}
