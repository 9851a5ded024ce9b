/* graft-contents-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-tree-private.h"

#include "widgets/graft-frame-recorder.h"

enum
{
  SIGNAL_REFRESHED,
  SIGNAL_FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GraftContentsTree, graft_contents_tree, G_TYPE_OBJECT)

static void
forget_model (gpointer data, GObject *model)
{
  GraftContentsTree *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->models);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == (gpointer)model)
      {
        g_hash_table_iter_remove (&iter);
        return;
      }
}

static void
graft_contents_tree_dispose (GObject *object)
{
  GraftContentsTree *self = GRAFT_CONTENTS_TREE (object);
  GHashTableIter iter;
  gpointer value;

  graft_contents_tree_cancel_reveal (self);
  g_hash_table_iter_init (&iter, self->models);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_object_weak_unref (value, forget_model, self);
  g_hash_table_remove_all (self->models);
  g_clear_object (&self->sort_model);
  g_clear_object (&self->selection);
  g_clear_object (&self->tree_model);
  g_clear_object (&self->trunk);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_contents_tree_parent_class)->dispose (object);
}

static void
graft_contents_tree_finalize (GObject *object)
{
  g_hash_table_unref (GRAFT_CONTENTS_TREE (object)->models);
  G_OBJECT_CLASS (graft_contents_tree_parent_class)->finalize (object);
}

static void
graft_contents_tree_class_init (GraftContentsTreeClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_contents_tree_dispose;
  G_OBJECT_CLASS (klass)->finalize = graft_contents_tree_finalize;
  signals[SIGNAL_REFRESHED]
      = g_signal_new ("refreshed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
graft_contents_tree_init (GraftContentsTree *self)
{
  self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

typedef struct
{
  GraftFolderModel *model;
  GraftLayer *layer;
  GraftFolderListing *listing;
} UpdatedFolder;

typedef struct
{
  GraftContentsTree *tree;
  GPtrArray *folders; /* of UpdatedFolder */
} Update;

static void
updated_folder_free (UpdatedFolder *self)
{
  g_clear_pointer (&self->listing, graft_folder_listing_unref);
  g_object_unref (self->layer);
  g_object_unref (self->model);
  g_free (self);
}

static void
update_free (Update *self)
{
  g_ptr_array_unref (self->folders);
  g_object_unref (self->tree);
  g_free (self);
}

static gboolean
update_run (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Update *self = data;

  for (guint i = 0; i < self->folders->len; i++)
    {
      UpdatedFolder *folder = g_ptr_array_index (self->folders, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      /* One that cannot be read any more keeps what is known of it. */
      folder->listing
          = graft_folder_listing_read (folder->layer, graft_folder_model_get_part (folder->model),
                                       graft_folder_model_get_path (folder->model), NULL);
    }
  return TRUE;
}

static void start_update (GraftContentsTree *self);

static void
update_done (GraftJob *job, const GError *error, gpointer data)
{
  Update *update = data;
  GraftContentsTree *self = update->tree;

  self->updating = FALSE;
  for (guint i = 0; i < update->folders->len; i++)
    {
      UpdatedFolder *folder = g_ptr_array_index (update->folders, i);

      if (folder->listing != NULL)
        graft_folder_model_take (folder->model, folder->listing);
      else
        graft_folder_model_keep (folder->model, folder->layer);
    }
  if (self->sort_model != NULL)
    gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  g_signal_emit (self, signals[SIGNAL_REFRESHED], 0);
  start_update (self);
  if (!self->updating)
    graft_contents_tree_resume_reveal (self);
}

/* A folder before those in it: what goes with it need not be told. */
static int
compare_folders (gconstpointer a, gconstpointer b)
{
  const UpdatedFolder *const *x = a;
  const UpdatedFolder *const *y = b;

  return (int)strlen (graft_folder_model_get_path ((*x)->model))
         - (int)strlen (graft_folder_model_get_path ((*y)->model));
}

static void
add_folder (GPtrArray *folders, GraftFolderModel *model, GraftLayer *layer)
{
  UpdatedFolder *folder = g_new0 (UpdatedFolder, 1);

  folder->model = g_object_ref (model);
  folder->layer = g_object_ref (layer);
  g_ptr_array_add (folders, folder);
}

static GPtrArray *
list_outdated (GraftContentsTree *self)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func ((GDestroyNotify)updated_folder_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->models);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GraftLayer *had = GRAFT_IS_TRUNK_MODEL (value) ? graft_trunk_model_get_layer (value)
                                                     : graft_folder_model_get_layer (value);
      GraftLayer *now = graft_session_find_layer (self->session, graft_layer_get_path (had));

      if (now == NULL || now == had || graft_layer_get_root (now) == NULL)
        continue;
      if (GRAFT_IS_TRUNK_MODEL (value))
        graft_trunk_model_set_layer (value, now);
      else if (graft_folder_model_is_loaded (value))
        add_folder (folders, value, now);
    }
  g_ptr_array_sort (folders, compare_folders);
  return folders;
}

/* One at a time: when it is through, it looks what was left behind meanwhile. */
static void
start_update (GraftContentsTree *self)
{
  g_autoptr (GPtrArray) folders = NULL;
  Update *update;

  if (self->updating || self->session == NULL)
    return;
  folders = list_outdated (self);
  if (folders->len == 0)
    return;
  self->updating = TRUE;
  update = g_new0 (Update, 1);
  update->tree = g_object_ref (self);
  update->folders = g_steal_pointer (&folders);
  graft_session_look (self->session, update_run, update_done, update, (GDestroyNotify)update_free);
}

/* Taken before one is told: rows that go take their models with them. */
static void
update_images (GraftContentsTree *self)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->models);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (GRAFT_IS_FOLDER_MODEL (value))
      g_ptr_array_add (models, g_object_ref (value));
  for (guint i = 0; i < models->len; i++)
    graft_folder_model_update_images (g_ptr_array_index (models, i));
}

static void
on_trunk_updated (GraftTrunkModel *trunk, GraftContentsTree *self)
{
  update_images (self);
  start_update (self);
  g_signal_emit (self, signals[SIGNAL_REFRESHED], 0);
}

static void
on_folder_loaded (GraftFolderModel *model, GraftContentsTree *self)
{
  start_update (self);
  graft_frame_recorder_mark_painted ("folder");
}

static void
on_folder_failed (GraftFolderModel *model, const GError *error, GraftContentsTree *self)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

/* The row of a layer with segments and that of all of them together have the same address. */
static char *
dup_key (GraftEntryItem *item)
{
  g_autoptr (GraftEntryItem) inner = graft_entry_item_dup_inner (item);
  g_autofree char *address = graft_entry_item_dup_address (inner);

  return g_strconcat (graft_entry_item_get_kind (inner) == GRAFT_ENTRY_KIND_LAYER ? "layer " : "",
                      address, NULL);
}

static GListModel *
make_model (GraftContentsTree *self, GraftEntryItem *row)
{
  g_autoptr (GraftEntryItem) item = graft_entry_item_dup_inner (row);
  GraftLayer *layer = graft_entry_item_get_layer (item);
  GraftFolderModel *model;

  if (graft_entry_item_get_kind (item) == GRAFT_ENTRY_KIND_LAYER
      && graft_trunk_is_segmented (layer))
    return G_LIST_MODEL (graft_trunk_model_new_segments (layer));
  model = graft_folder_model_new (self->session, layer, graft_entry_item_get_part (item),
                                  graft_entry_item_get_path (item));
  g_signal_connect_object (model, "loaded", G_CALLBACK (on_folder_loaded), self, 0);
  g_signal_connect_object (model, "failed", G_CALLBACK (on_folder_failed), self, 0);
  return G_LIST_MODEL (model);
}

/* Called also to see whether a row has an expander: reads nothing. */
static GListModel *
create_model (gpointer data, gpointer user_data)
{
  GraftEntryItem *item = data;
  GraftContentsTree *self = user_data;
  g_autofree char *key = NULL;
  GListModel *model;

  if (!graft_entry_item_is_expandable (item))
    return NULL;
  key = dup_key (item);
  model = g_hash_table_lookup (self->models, key);
  if (model != NULL)
    return g_object_ref (model);
  model = make_model (self, item);
  g_object_weak_ref (G_OBJECT (model), forget_model, self);
  g_hash_table_insert (self->models, g_steal_pointer (&key), model);
  return model;
}

GraftContentsTree *
graft_contents_tree_new (GraftSession *session)
{
  GraftContentsTree *self = g_object_new (GRAFT_TYPE_CONTENTS_TREE, NULL);

  self->session = g_object_ref (session);
  self->trunk = graft_trunk_model_new_layers (graft_session_get_layers (session));
  g_signal_connect_object (self->trunk, "updated", G_CALLBACK (on_trunk_updated), self, 0);
  self->tree_model = gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (self->trunk)), FALSE,
                                              FALSE, create_model, self, NULL);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->tree_model)));
  return self;
}

GtkSelectionModel *
graft_contents_tree_get_selection (GraftContentsTree *self)
{
  return GTK_SELECTION_MODEL (self->selection);
}

/* Only while there is an order: a sort model makes all rows of a folder at once. */
static void
on_sorter_changed (GtkSorter *sorter, GtkSorterChange change, GraftContentsTree *self)
{
  gboolean sorted = gtk_sorter_get_order (sorter) != GTK_SORTER_ORDER_NONE;

  if (sorted == (self->sort_model != NULL))
    return;
  g_clear_object (&self->sort_model);
  if (sorted)
    {
      self->sort_model = gtk_sort_list_model_new (
          G_LIST_MODEL (g_object_ref (self->tree_model)),
          GTK_SORTER (gtk_tree_list_row_sorter_new (g_object_ref (sorter))));
      gtk_sort_list_model_set_incremental (self->sort_model, TRUE);
    }
  gtk_multi_selection_set_model (self->selection, sorted ? G_LIST_MODEL (self->sort_model)
                                                         : G_LIST_MODEL (self->tree_model));
}

void
graft_contents_tree_set_sorter (GraftContentsTree *self, GtkSorter *sorter)
{
  self->sorter = sorter;
  g_signal_connect_object (sorter, "changed", G_CALLBACK (on_sorter_changed), self, 0);
}

GraftEntryItem *
graft_contents_tree_dup_item (GraftContentsTree *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  return row != NULL ? gtk_tree_list_row_get_item (row) : NULL;
}

GListModel *
graft_contents_tree_dup_selected (GraftContentsTree *self)
{
  GListStore *store = g_list_store_new (GRAFT_TYPE_ENTRY_ITEM);
  g_autoptr (GtkBitset) selected
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkBitsetIter iter;
  guint position;

  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      {
        g_autoptr (GraftEntryItem) item = graft_contents_tree_dup_item (self, position);

        if (item != NULL)
          g_list_store_append (store, item);
      }
    while (gtk_bitset_iter_next (&iter, &position));
  return G_LIST_MODEL (store);
}
