/* graft-contents-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-search.h"

#include "image/graft-path.h"
#include "pages/contents/graft-folder-listing.h"

/* Milliseconds. */
#define SHOW_EVERY 100

/**
 * Run:
 *
 * What the worker and the window share.
 *
 * @lock: for @found and @n_found
 * @found: (element-type GraftEntryItem): not yet taken by the window
 * @n_found: all so far
 * @layer: the one that is walked
 */
typedef struct
{
  gatomicrefcount ref_count;
  GMutex lock;
  GPtrArray *found;
  guint n_found;
  char *text;
  gboolean whole_path;
  GPtrArray *layers; /* of GraftLayer */
  GraftLayer *layer;
} Run;

struct _GraftContentsSearch
{
  GObject parent_instance;

  Run *run;
  GraftJob *job; /* NULL when it is through; kept: of a closed session nobody tells its end */
  GListStore *results;
  guint n_found;
  guint source;
};

typedef struct
{
  GraftContentsSearch *search;
  Run *run;
} Call;

enum
{
  SIGNAL_PROGRESS,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GraftContentsSearch, graft_contents_search, G_TYPE_OBJECT)

static void
run_unref (Run *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->found);
  g_ptr_array_unref (self->layers);
  g_mutex_clear (&self->lock);
  g_free (self->text);
  g_free (self);
}

static void
call_free (Call *self)
{
  g_object_unref (self->search);
  run_unref (self->run);
  g_free (self);
}

static void
graft_contents_search_finalize (GObject *object)
{
  GraftContentsSearch *self = GRAFT_CONTENTS_SEARCH (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->job);
  g_clear_object (&self->results);
  g_clear_pointer (&self->run, run_unref);
  G_OBJECT_CLASS (graft_contents_search_parent_class)->finalize (object);
}

static void
graft_contents_search_class_init (GraftContentsSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_contents_search_finalize;
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
graft_contents_search_init (GraftContentsSearch *self)
{
  self->results = g_list_store_new (GRAFT_TYPE_ENTRY_ITEM);
}

static char *
fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  return g_utf8_casefold (valid, -1);
}

static GraftEntryItem *
make_item (GraftLayer *layer, const char *path, GraftNode *node)
{
  g_autofree char *folder = g_path_get_dirname (path);
  GraftEntryInit init = { .kind = GRAFT_ENTRY_KIND_NODE, .layer = layer, .part = -1 };
  g_autoptr (GraftNode) source = NULL;

  init.folder = folder;
  init.name = strrchr (path, '/') + 1;
  init.node = node;
  if (graft_layer_get_source_root (layer) != NULL)
    source = graft_path_find (graft_layer_get_source_root (layer), path, GRAFT_PATH_NO_FOLLOW, NULL,
                              NULL);
  init.source = source;
  init.state = graft_entry_state_find (layer, node, source);
  return graft_entry_item_new (&init);
}

static gboolean
visit (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Run *self = data;
  const char *name = strrchr (path, '/') + 1;
  g_autofree char *folded = NULL;
  gboolean listed;

  if (name[0] == '\0')
    return TRUE;
  folded = fold (self->whole_path ? path : name);
  if (strstr (folded, self->text) == NULL)
    return TRUE;
  g_mutex_lock (&self->lock);
  listed = self->n_found++ < GRAFT_CONTENTS_SEARCH_MAX;
  g_mutex_unlock (&self->lock);
  if (listed)
    {
      GraftEntryItem *item = make_item (self->layer, path, node);

      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->found, item);
      g_mutex_unlock (&self->lock);
    }
  return TRUE;
}

static gboolean
search (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Run *self = ((Call *)data)->run;

  for (guint i = 0; i < self->layers->len; i++)
    {
      GraftNode *root;

      self->layer = g_ptr_array_index (self->layers, i);
      root = graft_layer_get_root (self->layer);
      /* Where one folder cannot be read, there still are the other layers. */
      if (root != NULL && graft_layer_is_in_place (self->layer)
          && !graft_path_walk (root, "/", visit, self, cancellable, NULL)
          && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static void
take (GraftContentsSearch *self)
{
  g_autoptr (GPtrArray) found = NULL;
  guint n_found;

  g_mutex_lock (&self->run->lock);
  found = self->run->found;
  self->run->found = g_ptr_array_new_with_free_func (g_object_unref);
  n_found = self->run->n_found;
  g_mutex_unlock (&self->run->lock);
  g_list_store_splice (self->results, g_list_model_get_n_items (G_LIST_MODEL (self->results)), 0,
                       found->pdata, found->len);
  self->n_found = n_found;
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0);
}

static gboolean
on_time (gpointer data)
{
  take (data);
  return G_SOURCE_CONTINUE;
}

static void
on_done (GraftJob *job, const GError *error, gpointer data)
{
  GraftContentsSearch *self = ((Call *)data)->search;

  if (self->job == NULL)
    return;
  g_clear_object (&self->job);
  g_clear_handle_id (&self->source, g_source_remove);
  take (self);
}

GraftContentsSearch *
graft_contents_search_new (GraftSession *session, const char *text)
{
  GraftContentsSearch *self = g_object_new (GRAFT_TYPE_CONTENTS_SEARCH, NULL);
  GListModel *layers = graft_session_get_layers (session);
  Run *run = g_new0 (Run, 1);
  Call *call = g_new0 (Call, 1);

  g_atomic_ref_count_init (&run->ref_count);
  g_mutex_init (&run->lock);
  run->found = g_ptr_array_new_with_free_func (g_object_unref);
  run->layers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    g_ptr_array_add (run->layers, g_list_model_get_item (layers, i));
  run->text = fold (text);
  run->whole_path = strchr (text, '/') != NULL;
  self->run = run;

  g_atomic_ref_count_inc (&run->ref_count);
  call->run = run;
  call->search = g_object_ref (self);
  self->source = g_timeout_add (SHOW_EVERY, on_time, self);
  self->job = g_object_ref (
      graft_session_look (session, search, on_done, call, (GDestroyNotify)call_free));
  return self;
}

void
graft_contents_search_cancel (GraftContentsSearch *self)
{
  g_autoptr (GraftJob) job = g_steal_pointer (&self->job);

  g_clear_handle_id (&self->source, g_source_remove);
  if (job != NULL)
    graft_job_cancel (job);
}

GListModel *
graft_contents_search_get_results (GraftContentsSearch *self)
{
  return G_LIST_MODEL (self->results);
}

guint
graft_contents_search_get_n_found (GraftContentsSearch *self)
{
  return self->n_found;
}

gboolean
graft_contents_search_is_finished (GraftContentsSearch *self)
{
  return self->job == NULL;
}
