/* graft-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-progress.h"

/* Below these an estimate of the time left is a guess. */
#define ESTIMATE_AFTER_SECONDS 1.0
#define ESTIMATE_AFTER_FRACTION 0.01

struct _GraftProgress
{
  GObject parent_instance;

  GraftProgress *parent; /* owned; NULL in the root */
  double share;
  double fraction;

  /* Only in the root. */
  GMutex lock;
  GraftProgressFunc func;
  gpointer data;
  char *what;
  gint64 started; /* monotonic, microseconds */
};

G_DEFINE_TYPE (GraftProgress, graft_progress, G_TYPE_OBJECT)

static GraftProgress *
get_root (GraftProgress *self)
{
  while (self->parent != NULL)
    self = self->parent;
  return self;
}

/* With the root's lock held. */
static void
advance (GraftProgress *self, double delta)
{
  for (; self != NULL; self = self->parent)
    {
      self->fraction = MIN (self->fraction + delta, 1.0);
      delta *= self->share;
    }
}

static void
tell (GraftProgress *root)
{
  g_autofree char *what = NULL;
  double fraction;

  if (root->func == NULL)
    return;
  g_mutex_lock (&root->lock);
  what = g_strdup (root->what);
  fraction = root->fraction;
  g_mutex_unlock (&root->lock);
  root->func (fraction, what, root->data);
}

static void
graft_progress_dispose (GObject *object)
{
  GraftProgress *self = GRAFT_PROGRESS (object);

  if (self->parent != NULL)
    {
      graft_progress_set (self, 1.0);
      g_clear_object (&self->parent);
    }
  G_OBJECT_CLASS (graft_progress_parent_class)->dispose (object);
}

static void
graft_progress_finalize (GObject *object)
{
  GraftProgress *self = GRAFT_PROGRESS (object);

  g_free (self->what);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (graft_progress_parent_class)->finalize (object);
}

static void
graft_progress_class_init (GraftProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = graft_progress_dispose;
  G_OBJECT_CLASS (klass)->finalize = graft_progress_finalize;
}

static void
graft_progress_init (GraftProgress *self)
{
  g_mutex_init (&self->lock);
  self->started = g_get_monotonic_time ();
}

GraftProgress *
graft_progress_new (GraftProgressFunc func, gpointer data)
{
  GraftProgress *self = g_object_new (GRAFT_TYPE_PROGRESS, NULL);

  self->func = func;
  self->data = data;
  return self;
}

GraftProgress *
graft_progress_new_child (GraftProgress *parent, double share, const char *what)
{
  GraftProgress *self;

  if (parent == NULL)
    return NULL;
  self = g_object_new (GRAFT_TYPE_PROGRESS, NULL);
  self->parent = g_object_ref (parent);
  self->share = share;
  if (what != NULL)
    graft_progress_set_what (self, what);
  return self;
}

void
graft_progress_set (GraftProgress *self, double fraction)
{
  GraftProgress *root;
  gboolean moved;

  if (self == NULL)
    return;
  root = get_root (self);
  g_mutex_lock (&root->lock);
  moved = fraction > self->fraction;
  if (moved)
    advance (self, fraction - self->fraction);
  g_mutex_unlock (&root->lock);
  if (moved)
    tell (root);
}

void
graft_progress_set_what (GraftProgress *self, const char *what)
{
  GraftProgress *root;

  if (self == NULL)
    return;
  root = get_root (self);
  g_mutex_lock (&root->lock);
  g_free (root->what);
  root->what = g_strdup (what);
  g_mutex_unlock (&root->lock);
  tell (root);
}

double
graft_progress_get_time_left (GraftProgress *self)
{
  GraftProgress *root;
  double elapsed, fraction;

  if (self == NULL)
    return -1;
  root = get_root (self);
  g_mutex_lock (&root->lock);
  fraction = root->fraction;
  g_mutex_unlock (&root->lock);
  elapsed = (g_get_monotonic_time () - root->started) / (double)G_USEC_PER_SEC;
  if (elapsed < ESTIMATE_AFTER_SECONDS || fraction < ESTIMATE_AFTER_FRACTION)
    return -1;
  return elapsed * (1.0 - fraction) / fraction;
}
