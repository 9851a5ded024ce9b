/* graft-digest-thread.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-digest-thread.h"

struct _GraftDigestThread
{
  GraftInput *input;
  GCancellable *cancellable; /* its own */
  GThread *thread;
  char *digest;
  GError *error;
};

static gpointer
run (gpointer data)
{
  GraftDigestThread *self = data;

  self->digest = graft_input_digest (self->input, self->cancellable, &self->error);
  return NULL;
}

GraftDigestThread *
graft_digest_thread_new (GraftInput *input)
{
  GraftDigestThread *self = g_new0 (GraftDigestThread, 1);

  self->input = g_object_ref (input);
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("digest", run, self);
  return self;
}

void
graft_digest_thread_free (GraftDigestThread *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_clear_error (&self->error);
  g_free (self->digest);
  g_object_unref (self->cancellable);
  g_object_unref (self->input);
  g_free (self);
}

static void
pass_on (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
}

char *
graft_digest_thread_finish (GraftDigestThread *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftDigestThread) owned = self;
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (pass_on), self->cancellable, NULL);
  g_thread_join (g_steal_pointer (&self->thread));
  g_cancellable_disconnect (cancellable, handler);
  if (self->digest == NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return g_steal_pointer (&self->digest);
}
