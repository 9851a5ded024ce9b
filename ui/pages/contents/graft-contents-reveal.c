/* graft-contents-reveal.c: the way to an entry, row by row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-tree-private.h"

/**
 * GraftReveal:
 * @names: those of the path
 * @next: the one that is looked for below @row
 * @row: as far as it got
 * @waiting: (nullable): the folder that is being read
 */
struct _GraftReveal
{
  GraftContentsTree *tree;
  guint segment;
  char **names;
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
  g_strfreev (reveal->names);
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

static gboolean
find_next (GraftReveal *self, GListModel *model, guint *ret_position)
{
  if (GRAFT_IS_TRUNK_MODEL (model))
    return find_segment (model, self->segment, ret_position);
  if (self->names[self->next] == NULL)
    return FALSE;
  if (!graft_folder_model_find (GRAFT_FOLDER_MODEL (model), self->names[self->next], ret_position))
    return FALSE;
  self->next++;
  return TRUE;
}

/* A layer with segments has the row of the merged view below it, even for the path "/". */
static gboolean
is_there (GraftReveal *self)
{
  g_autoptr (GraftEntryItem) item = gtk_tree_list_row_get_item (self->row);

  if (self->names[self->next] != NULL)
    return FALSE;
  return self->segment == 0 || graft_entry_item_get_segment (item) == self->segment;
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
  g_autoptr (GtkTreeListRow) row = find_layer (self, layer);
  GraftReveal *reveal;
  GraftLayer *now;

  graft_contents_tree_cancel_reveal (self);
  if (row == NULL)
    {
      if (done != NULL)
        done (self, FALSE, GTK_INVALID_LIST_POSITION, data);
      return;
    }
  now = graft_session_find_layer (self->session, layer);
  /* It has no row of its own. */
  if (now != NULL && graft_trunk_is_only_segment (now, segment))
    segment = 0;
  reveal = g_new0 (GraftReveal, 1);
  reveal->tree = self;
  reveal->segment = segment;
  reveal->names = split_path (path);
  reveal->row = g_steal_pointer (&row);
  reveal->done = done;
  reveal->data = data;
  self->reveal = reveal;
  go_on (reveal);
}
