/* graft-folder-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-folder-model.h"

#include "image/graft-path.h"

/* Each moves the rows behind it, so that very many together are told as one. */
#define MAX_RUNS 64

/* GtkListView makes widgets for 200 rows, seen or not: told a few at a time, no frame has to make
 * all of them. */
#define FIRST_ROWS 20
#define ROWS_OF_A_VIEW 240
/* Milliseconds. */
#define ROWS_EVERY 30

struct _GraftFolderModel
{
  GObject parent_instance;

  GraftSession *session;
  GraftLayer *layer;
  int part;
  guint segment;
  char *path;
  gboolean asked;
  GraftFolderListing *listing; /* NULL until it is read */
  GArray *rows;                /* of GraftFolderRow, of the listing */
  GHashTable *images;          /* names of files that are told to be expandable */
  guint more_source;           /* while there are more in the listing */
};

enum
{
  SIGNAL_LOADED,
  SIGNAL_FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/**
 * Run:
 * @old: where in the rows as they were
 * @n_old: so many go
 * @new: where in the new rows
 * @n_new: so many come
 */
typedef struct
{
  guint old;
  guint n_old;
  guint new;
  guint n_new;
} Run;

static void graft_folder_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GraftFolderModel, graft_folder_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      graft_folder_model_list_model_init))

typedef struct
{
  GraftFolderModel *model;
  GraftLayer *layer;
  GraftFolderListing *listing;
} Load;

static void
load_free (Load *self)
{
  g_clear_pointer (&self->listing, graft_folder_listing_unref);
  g_object_unref (self->layer);
  g_object_unref (self->model);
  g_free (self);
}

static gboolean
load_run (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Load *self = data;

  self->listing
      = graft_folder_listing_read (self->layer, self->model->part, self->model->path, error);
  return self->listing != NULL;
}

static void
load_done (GraftJob *job, const GError *error, gpointer data)
{
  Load *self = data;

  if (error != NULL)
    {
      self->model->asked = FALSE;
      g_signal_emit (self->model, signals[SIGNAL_FAILED], 0, error);
    }
  else if (self->model->listing == NULL)
    graft_folder_model_take (self->model, self->listing);
}

static void
start_load (GraftFolderModel *self)
{
  Load *load;

  if (self->asked || self->listing != NULL || self->session == NULL)
    return;
  self->asked = TRUE;
  load = g_new0 (Load, 1);
  load->model = g_object_ref (self);
  load->layer = g_object_ref (self->layer);
  graft_session_look (self->session, load_run, load_done, load, (GDestroyNotify)load_free);
}

static GraftLayer *
find_image (GraftFolderModel *self, const GraftFolderRow *row)
{
  g_autofree char *path = NULL;

  if (self->session == NULL || graft_node_get_node_type (row->node) != GRAFT_NODE_REGULAR
      || !graft_session_has_image_in (self->session, self->layer, self->path))
    return NULL;
  path = graft_path_join (self->path, row->name);
  return graft_session_find_inside (self->session, self->layer, self->part, path, row->node);
}

/* What lies in images in this one is other layers', which are not listed with it. */
static void
add_inside (GraftFolderModel *self, const GraftFolderRow *row, GraftEntryInit *init)
{
  g_autofree char *path = NULL;

  init->image = find_image (self, row);
  if (init->image != NULL)
    init->inside = graft_layer_is_changed (init->image);
  if (self->session == NULL || init->inside || !graft_node_is_directory (row->node))
    return;
  path = graft_path_join (self->path, row->name);
  init->inside = graft_session_is_changed_inside (self->session, self->layer, self->part, path);
}

static GType
get_item_type (GListModel *model)
{
  return GRAFT_TYPE_ENTRY_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  GraftFolderModel *self = GRAFT_FOLDER_MODEL (model);

  start_load (self);
  return self->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GraftFolderModel *self = GRAFT_FOLDER_MODEL (model);
  GraftEntryInit init = { 0 };
  GraftFolderRow *row;

  if (position >= self->rows->len)
    return NULL;
  row = &g_array_index (self->rows, GraftFolderRow, position);
  init.kind = GRAFT_ENTRY_KIND_NODE;
  init.layer = self->layer;
  init.part = self->part;
  init.segment = self->segment;
  init.folder = self->path;
  init.name = row->name;
  init.node = row->node;
  init.source = row->source;
  init.state = row->state;
  init.replaced_by = row->replaced_by;
  init.dangling = row->dangling;
  init.inside = row->inside;
  add_inside (self, row, &init);
  return graft_entry_item_new (&init);
}

static void
graft_folder_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
graft_folder_model_finalize (GObject *object)
{
  GraftFolderModel *self = GRAFT_FOLDER_MODEL (object);

  g_clear_handle_id (&self->more_source, g_source_remove);
  g_array_unref (self->rows);
  g_hash_table_unref (self->images);
  g_clear_pointer (&self->listing, graft_folder_listing_unref);
  g_clear_object (&self->layer);
  g_clear_object (&self->session);
  g_free (self->path);
  G_OBJECT_CLASS (graft_folder_model_parent_class)->finalize (object);
}

static void
graft_folder_model_class_init (GraftFolderModelClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_folder_model_finalize;
  signals[SIGNAL_LOADED]
      = g_signal_new ("loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
graft_folder_model_init (GraftFolderModel *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (GraftFolderRow));
  self->images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GraftFolderModel *
graft_folder_model_new (GraftSession *session, GraftLayer *layer, int part, const char *path)
{
  GraftFolderModel *self = g_object_new (GRAFT_TYPE_FOLDER_MODEL, NULL);

  g_set_object (&self->session, session);
  self->layer = g_object_ref (layer);
  self->part = part;
  self->segment = graft_folder_segment_of_part (layer, part);
  self->path = g_strdup (path);
  return self;
}

GraftLayer *
graft_folder_model_get_layer (GraftFolderModel *self)
{
  return self->layer;
}

int
graft_folder_model_get_part (GraftFolderModel *self)
{
  return self->part;
}

const char *
graft_folder_model_get_path (GraftFolderModel *self)
{
  return self->path;
}

gboolean
graft_folder_model_is_loaded (GraftFolderModel *self)
{
  return self->listing != NULL;
}

/* As the rows are sorted. */
static int
compare_rows (const GraftFolderRow *a, const GraftFolderRow *b)
{
  int order = graft_node_is_directory (b->node) - graft_node_is_directory (a->node);

  return order != 0 ? order : strcmp (a->name, b->name);
}

/* What goes and what comes; what is in both is in no run, and is put into @old in its place. */
static GArray *
find_runs (GArray *old, GArray *new)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  Run run = { 0, 0, 0, 0 };
  guint i = 0;
  guint k = 0;

  while (i < old->len || k < new->len)
    {
      GraftFolderRow *a = i < old->len ? &g_array_index (old, GraftFolderRow, i) : NULL;
      GraftFolderRow *b = k < new->len ? &g_array_index (new, GraftFolderRow, k) : NULL;
      int order = a == NULL ? 1 : b == NULL ? -1 : compare_rows (a, b);

      if (order != 0 && run.n_old + run.n_new == 0)
        run = (Run){ i, 0, k, 0 };
      if (order < 0)
        run.n_old++, i++;
      else if (order > 0)
        run.n_new++, k++;
      else
        {
          if (run.n_old + run.n_new > 0)
            g_array_append_val (runs, run);
          run = (Run){ 0, 0, 0, 0 };
          *a = *b;
          i++, k++;
        }
    }
  if (run.n_old + run.n_new > 0)
    g_array_append_val (runs, run);
  return runs;
}

static void
join_runs (GArray *runs)
{
  Run first = g_array_index (runs, Run, 0);
  Run last = g_array_index (runs, Run, runs->len - 1);

  first.n_old = last.old + last.n_old - first.old;
  first.n_new = last.new + last.n_new - first.new;
  g_array_set_size (runs, 0);
  g_array_append_val (runs, first);
}

/* From the end, so that the places of those to come are still true. */
static void
apply_runs (GraftFolderModel *self, GArray *runs, GArray *new)
{
  for (guint i = runs->len; i-- > 0;)
    {
      Run *run = &g_array_index (runs, Run, i);

      if (run->n_old > 0)
        g_array_remove_range (self->rows, run->old, run->n_old);
      if (run->n_new > 0)
        g_array_insert_vals (self->rows, run->old, &g_array_index (new, GraftFolderRow, run->new),
                             run->n_new);
      g_list_model_items_changed (G_LIST_MODEL (self), run->old, run->n_old, run->n_new);
    }
}

/* Of most folders not even one row has to be looked at. */
static gboolean
may_have_images (GraftFolderModel *self)
{
  return self->session != NULL
         && (g_hash_table_size (self->images) > 0
             || graft_session_has_image_in (self->session, self->layer, self->path));
}

/* Whether it is other than it was told last. */
static gboolean
note_image (GraftFolderModel *self, const GraftFolderRow *row)
{
  GraftLayer *image = find_image (self, row);

  if (image == NULL || graft_layer_get_root (image) == NULL)
    return g_hash_table_remove (self->images, row->name);
  return g_hash_table_add (self->images, g_strdup (row->name));
}

static void
note_images (GraftFolderModel *self, guint first)
{
  if (!may_have_images (self))
    return;
  for (guint i = first; i < self->rows->len; i++)
    (void)note_image (self, &g_array_index (self->rows, GraftFolderRow, i));
}

/* Whether a row has others below it is asked once only: where that changes, it is another row. */
void
graft_folder_model_update_images (GraftFolderModel *self)
{
  if (!may_have_images (self))
    return;
  for (guint i = 0; i < self->rows->len; i++)
    if (note_image (self, &g_array_index (self->rows, GraftFolderRow, i)))
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
}

static void
add_more (GraftFolderModel *self, guint n)
{
  GArray *all = graft_folder_listing_get_rows (self->listing);
  guint n_before = self->rows->len;

  n = MIN (n, all->len - n_before);
  if (n == 0)
    return;
  g_array_append_vals (self->rows, &g_array_index (all, GraftFolderRow, n_before), n);
  note_images (self, n_before);
  g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n);
}

static void
add_all (GraftFolderModel *self)
{
  if (self->more_source == 0)
    return;
  g_clear_handle_id (&self->more_source, g_source_remove);
  add_more (self, G_MAXUINT);
}

static gboolean
on_more (gpointer data)
{
  GraftFolderModel *self = GRAFT_FOLDER_MODEL (data);

  if (self->rows->len < ROWS_OF_A_VIEW)
    {
      add_more (self, FIRST_ROWS);
      return G_SOURCE_CONTINUE;
    }
  self->more_source = 0;
  add_more (self, G_MAXUINT);
  return G_SOURCE_REMOVE;
}

static void
take_first (GraftFolderModel *self)
{
  if (graft_folder_listing_get_rows (self->listing)->len > FIRST_ROWS)
    self->more_source = g_timeout_add (ROWS_EVERY, on_more, self);
  add_more (self, FIRST_ROWS);
  g_signal_emit (self, signals[SIGNAL_LOADED], 0);
}

void
graft_folder_model_take (GraftFolderModel *self, GraftFolderListing *listing)
{
  /* Rows of both are there until all are told. */
  g_autoptr (GraftFolderListing) before = NULL;
  g_autoptr (GArray) runs = NULL;
  GArray *rows = graft_folder_listing_get_rows (listing);

  add_all (self);
  before = g_steal_pointer (&self->listing);
  self->listing = graft_folder_listing_ref (listing);
  g_set_object (&self->layer, graft_folder_listing_get_layer (listing));
  if (before == NULL)
    {
      take_first (self);
      return;
    }
  runs = find_runs (self->rows, rows);
  if (runs->len > MAX_RUNS)
    join_runs (runs);
  apply_runs (self, runs, rows);
  graft_folder_model_update_images (self);
}

void
graft_folder_model_keep (GraftFolderModel *self, GraftLayer *layer)
{
  g_set_object (&self->layer, layer);
}

gboolean
graft_folder_model_find (GraftFolderModel *self, const char *name, guint *ret_position)
{
  add_all (self);
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (g_array_index (self->rows, GraftFolderRow, i).name, name))
      {
        *ret_position = i;
        return TRUE;
      }
  return FALSE;
}
