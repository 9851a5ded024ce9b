/* graft-session-open.c: from a path to layers, one by one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "export/graft-export.h"
#include "formats/kernel/graft-kernel.h"
#include "session/graft-session-private.h"

/**
 * Opening:
 * @note: (nullable): about an export that was completed
 * @set: (nullable): as far as it came
 * @journal: (nullable): of the set
 * @journal_problem: (nullable): why there is none
 *
 * What the worker found, for the main thread.
 */
typedef struct
{
  char *note;
  GraftBootSet *set;
  GraftJournal *journal;
  char *journal_problem;
} Opening;

/* One layer more is known. */
typedef struct
{
  GraftSession *session;
  GraftBootSet *set; /* the first news: the set is found */
  guint number;
  GraftLayer *layer;
} News;

static void
news_free (gpointer data)
{
  News *self = data;

  g_clear_object (&self->layer);
  g_clear_object (&self->set);
  g_object_unref (self->session);
  g_free (self);
}

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_clear_pointer (&self->journal, graft_journal_close);
  g_free (self->journal_problem);
  g_clear_object (&self->set);
  g_free (self->note);
  g_free (self);
}

static void
show_found (GraftSession *self, GraftBootSet *set)
{
  GPtrArray *members = graft_boot_set_get_members (set);

  self->folder = g_strdup (graft_boot_set_get_folder (set));
  for (guint i = 0; i < members->len; i++)
    {
      g_autoptr (GraftLayer) layer = graft_layer_new (g_ptr_array_index (members, i));

      graft_session_set_layer (self, i, layer);
    }
  graft_session_set_state (self, GRAFT_SESSION_OPENING);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;

  if (news->session->closed)
    return G_SOURCE_REMOVE;
  if (news->set != NULL)
    show_found (news->session, news->set);
  else
    graft_session_set_layer (news->session, news->number, news->layer);
  return G_SOURCE_REMOVE;
}

/* In their order, before the end of the task: the same kind of source, of the same priority. */
static void
tell (GraftSession *session, GraftBootSet *set, guint number, GraftLayer *layer)
{
  News *news = g_new0 (News, 1);

  news->session = g_object_ref (session);
  g_set_object (&news->set, set);
  news->number = number;
  g_set_object (&news->layer, layer);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_news, news, news_free);
}

/* What is cheap first: an initrd must be decoded to be opened. */
static int
get_cost (GraftMember *member)
{
  return graft_member_get_role (member) == GRAFT_ROLE_INITRD ? 1 : 0;
}

static gboolean
read_layers (GraftSession *session, GraftBootSet *set, GraftProgress *progress,
             GCancellable *cancellable, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = kernel != NULL ? graft_member_get_image (kernel) : NULL;
  const char *release
      = GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;

  for (int cost = 0; cost <= 1; cost++)
    for (guint i = 0; i < members->len; i++)
      {
        GraftMember *member = g_ptr_array_index (members, i);
        g_autoptr (GraftLayer) layer = NULL;

        if (get_cost (member) != cost)
          continue;
        layer = graft_layer_read (member, release, graft_boot_set_get_may_grow (set), NULL,
                                  cancellable, error);
        if (layer == NULL)
          return FALSE;
        tell (session, NULL, i, layer);
      }
  return TRUE;
}

/* Without one the set is open all the same. */
static void
open_journal (Opening *opening)
{
  g_autoptr (GError) error = NULL;

  opening->journal = graft_journal_open (NULL, opening->set, &error);
  if (opening->journal == NULL)
    opening->journal_problem = g_strdup (error->message);
}

static gboolean
do_open (GraftTask *task, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Opening *opening = task->data;
  const char *path = graft_session_get_path (task->session);
  g_autofree char *folder = graft_boot_set_find_folder (path);

  if (!graft_export_recover (folder, &opening->note, error))
    return FALSE;
  opening->set = graft_boot_set_open (path, cancellable, error);
  if (opening->set == NULL)
    return FALSE;
  open_journal (opening);
  tell (task->session, opening->set, 0, NULL);
  return read_layers (task->session, opening->set, progress, cancellable, error);
}

static void
on_opened (GraftTask *task, const GError *error)
{
  GraftSession *self = task->session;
  Opening *opening = task->data;
  GraftMember *kernel;

  self->note = g_steal_pointer (&opening->note);
  if (error != NULL)
    {
      self->error = g_error_copy (error);
      graft_session_set_state (self, GRAFT_SESSION_FAILED);
      return;
    }
  self->set = g_steal_pointer (&opening->set);
  self->history = graft_history_new (self->set);
  self->journal = g_steal_pointer (&opening->journal);
  graft_session_set_journal_problem (self, g_steal_pointer (&opening->journal_problem));
  graft_session_read_journal (self);
  kernel = graft_boot_set_get_kernel (self->set, NULL);
  if (kernel != NULL)
    self->kernel_path = g_strdup (graft_member_get_path (kernel));
  graft_session_set_state (self, GRAFT_SESSION_OPEN);
}

GraftSession *
graft_session_new (const char *path)
{
  GraftSession *self = g_object_new (GRAFT_TYPE_SESSION, NULL);
  GraftTask *task;

  self->path = g_strdup (path);
  task = graft_task_new (self, _ ("Opening"), do_open);
  task->alone = TRUE;
  task->done = on_opened;
  task->data = g_new0 (Opening, 1);
  task->free_data = opening_free;
  graft_session_push (task, FALSE);
  return self;
}
