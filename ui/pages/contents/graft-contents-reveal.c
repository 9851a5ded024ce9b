/* graft-contents-reveal.c: the way to an entry, row by row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-tree-private.h"

/* The way through one image. */
typedef struct
{
  char *layer;
  guint segment;
  char **names;
} Hop;

/**
 * GraftReveal:
 * @hops: (element-type Hop): through the image of its own file first, then those in it
 * @hop: the one that it is in
 * @next: which of its names is looked for below @row
 * @row: as far as it got
 * @waiting: (nullable): the folder that is being read
 */
struct _GraftReveal
{
  GraftContentsTree *tree;
  GArray *hops;
  guint hop;
  guint next;
  GtkTreeListRow *row;
  GraftFolderModel *waiting;
  gulong loaded_id;
  gulong failed_id;
  GraftContentsRevealed done;
  gpointer data;
};

static void
stop_waiting (GraftReveal *self)
{
  if (self->waiting == NULL)
    return;
  g_signal_handler_disconnect (self->waiting, self->loaded_id);
  g_signal_handler_disconnect (self->waiting, self->failed_id);
  g_clear_object (&self->waiting);
}

void
graft_contents_tree_cancel_reveal (GraftContentsTree *self)
{
  GraftReveal *reveal = g_steal_pointer (&self->reveal);

  if (reveal == NULL)
    return;
  stop_waiting (reveal);
  g_clear_object (&reveal->row);
  g_array_unref (reveal->hops);
  g_free (reveal);
}

static guint
find_position (GraftContentsTree *self, GtkTreeListRow *row)
{
  GListModel *sorted = G_LIST_MODEL (self->sort_model);
  guint n;

  if (sorted == NULL)
    return gtk_tree_list_row_get_position (row);
  n = g_list_model_get_n_items (sorted);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkTreeListRow) other = g_list_model_get_item (sorted, i);

      if (other == row)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
finish (GraftReveal *self, gboolean found)
{
  g_autoptr (GraftContentsTree) tree = g_object_ref (self->tree);
  GraftContentsRevealed done = self->done;
  gpointer data = self->data;
  guint position = find_position (tree, self->row);

  graft_contents_tree_cancel_reveal (tree);
  if (done != NULL)
    done (tree, found, position, data);
}

static gboolean
find_segment (GListModel *model, guint segment, guint *ret_position)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (model, i);

      if (graft_entry_item_get_segment (item) == segment)
        {
          *ret_position = i;
          return TRUE;
        }
    }
  return FALSE;
}

static void go_on (GraftReveal *self);

static void
on_failed (GraftFolderModel *model, const GError *error, GraftReveal *self)
{
  stop_waiting (self);
  finish (self, FALSE);
}

static void
on_loaded (GraftFolderModel *model, GraftReveal *self)
{
  stop_waiting (self);
  go_on (self);
}

static void
wait_for (GraftReveal *self, GraftFolderModel *model)
{
  self->waiting = g_object_ref (model);
  /* After the tree has taken in the rows. */
  self->loaded_id = g_signal_connect_after (model, "loaded", G_CALLBACK (on_loaded), self);
  self->failed_id = g_signal_connect_after (model, "failed", G_CALLBACK (on_failed), self);
}

static gboolean
is_waiting_needed (GListModel *model)
{
  return GRAFT_IS_FOLDER_MODEL (model)
         && !graft_folder_model_is_loaded (GRAFT_FOLDER_MODEL (model));
}

static const Hop *
get_hop (GraftReveal *self)
{
  return &g_array_index (self->hops, Hop, self->hop);
}

static gboolean
find_next (GraftReveal *self, GListModel *model, guint *ret_position)
{
  const char *name = get_hop (self)->names[self->next];

  if (GRAFT_IS_TRUNK_MODEL (model))
    return find_segment (model, get_hop (self)->segment, ret_position);
  if (name == NULL || !graft_folder_model_find (GRAFT_FOLDER_MODEL (model), name, ret_position))
    return FALSE;
  self->next++;
  return TRUE;
}

/* A layer with segments has the row of the merged view below it, even for the path "/". */
static gboolean
is_hop_done (GraftReveal *self)
{
  g_autoptr (GraftEntryItem) item = gtk_tree_list_row_get_item (self->row);
  const Hop *hop = get_hop (self);

  if (hop->names[self->next] != NULL)
    return FALSE;
  return hop->segment == 0
         || (graft_entry_item_get_segment (item) == hop->segment
             && g_str_equal (graft_layer_get_path (graft_entry_item_get_layer (item)), hop->layer));
}

/* Whether it is at its end; the file that an image is has the rows of that image below it. */
static gboolean
is_there (GraftReveal *self)
{
  while (is_hop_done (self))
    {
      if (self->hop + 1 == self->hops->len)
        return TRUE;
      self->hop++;
      self->next = 0;
    }
  return FALSE;
}

/* What was just made is there only when the folders were read anew. */
static void
go_on (GraftReveal *self)
{
  while (!self->tree->updating && !is_there (self))
    {
      g_autoptr (GtkTreeListRow) row = g_object_ref (self->row);
      GListModel *model;
      guint position;

      gtk_tree_list_row_set_expanded (row, TRUE);
      model = gtk_tree_list_row_get_children (row);
      if (model != NULL && is_waiting_needed (model))
        {
          wait_for (self, GRAFT_FOLDER_MODEL (model));
          return;
        }
      if (model == NULL || !find_next (self, model, &position))
        {
          finish (self, FALSE);
          return;
        }
      g_object_unref (self->row);
      self->row = gtk_tree_list_row_get_child_row (row, position);
    }
  if (!self->tree->updating)
    finish (self, TRUE);
}

void
graft_contents_tree_resume_reveal (GraftContentsTree *self)
{
  if (self->reveal != NULL && self->reveal->waiting == NULL)
    go_on (self->reveal);
}

static char **
split_path (const char *path)
{
  g_auto (GStrv) all = g_strsplit (path, "/", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; all[i] != NULL; i++)
    if (all[i][0] != '\0')
      g_strv_builder_add (names, all[i]);
  return g_strv_builder_end (names);
}

static void
hop_clear (Hop *self)
{
  g_free (self->layer);
  g_strfreev (self->names);
}

static void
add_hop (GArray *hops, GraftLayer *layer, guint segment, const char *path)
{
  Hop hop = { g_strdup (graft_layer_get_path (layer)), segment, split_path (path) };

  /* It has no row of its own. */
  if (graft_trunk_is_only_segment (layer, segment))
    hop.segment = 0;
  g_array_prepend_val (hops, hop);
}

/* From the file that holds all the others to @path of @layer; NULL when that is no layer. */
static GArray *
list_hops (GraftSession *session, const char *name, guint segment, const char *path,
           GraftLayer **ret_outermost)
{
  GraftLayer *layer = graft_session_find_layer (session, name);
  g_autoptr (GArray) hops = g_array_new (FALSE, FALSE, sizeof (Hop));

  g_array_set_clear_func (hops, (GDestroyNotify)hop_clear);
  while (layer != NULL)
    {
      GraftLayer *around = graft_layer_is_inside (layer)
                               ? graft_session_find_layer (session, graft_layer_get_around (layer))
                               : NULL;

      add_hop (hops, layer, segment, path);
      if (!graft_layer_is_inside (layer))
        {
          *ret_outermost = layer;
          return g_steal_pointer (&hops);
        }
      if (around != NULL)
        segment = graft_folder_segment_of_part (around, graft_layer_get_inner_part (layer));
      path = graft_layer_get_inner_path (layer);
      layer = around;
    }
  return NULL;
}

static GtkTreeListRow *
find_layer (GraftContentsTree *self, const char *path)
{
  GListModel *trunk = G_LIST_MODEL (self->trunk);

  for (guint i = 0; i < g_list_model_get_n_items (trunk); i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (trunk, i);

      if (g_strcmp0 (graft_entry_item_get_name (item), path) == 0)
        return gtk_tree_list_model_get_child_row (self->tree_model, i);
    }
  return NULL;
}

void
graft_contents_tree_reveal (GraftContentsTree *self, const char *layer, guint segment,
                            const char *path, GraftContentsRevealed done, gpointer data)
{
  GraftLayer *outermost = NULL;
  g_autoptr (GArray) hops = list_hops (self->session, layer, segment, path, &outermost);
  g_autoptr (GtkTreeListRow) row
      = hops != NULL ? find_layer (self, graft_layer_get_path (outermost)) : NULL;
  GraftReveal *reveal;

  graft_contents_tree_cancel_reveal (self);
  if (row == NULL)
    {
      if (done != NULL)
        done (self, FALSE, GTK_INVALID_LIST_POSITION, data);
      return;
    }
  reveal = g_new0 (GraftReveal, 1);
  reveal->tree = self;
  reveal->hops = g_steal_pointer (&hops);
  reveal->row = g_steal_pointer (&row);
  reveal->done = done;
  reveal->data = data;
  self->reveal = reveal;
  go_on (reveal);
}
