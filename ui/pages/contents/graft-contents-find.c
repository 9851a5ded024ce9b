/* graft-contents-find.c: the search bar of the page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-address.h"
#include "pages/contents/graft-contents-page-private.h"

#include <glib/gi18n.h>

/* Milliseconds without another letter. */
#define TYPING_PAUSE 150

/* By whoever uses the window: what was selected before is no longer wanted. */
static void
on_selection_changed (GraftContentsPage *self)
{
  g_clear_pointer (&self->to_select, g_hash_table_unref);
  g_object_notify (G_OBJECT (self->stack), "visible-child");
}

static void
say_how_many (GraftContentsPage *self)
{
  guint n = graft_contents_search_get_n_found (self->search);
  guint listed = g_list_model_get_n_items (graft_contents_search_get_results (self->search));
  gboolean finished = graft_contents_search_is_finished (self->search);
  g_autofree char *text = NULL;

  if (n > listed)
    text = g_strdup_printf (_ ("The first %u of %u"), listed, n);
  else if (finished)
    text = g_strdup_printf (ngettext ("%u entry", "%u entries", n), n);
  else
    text = g_strdup (_ ("Searching…"));
  gtk_label_set_text (self->search_note, text);
}

/* Of what was selected before an edit, what was found by now. */
static void
select_again (GraftContentsPage *self)
{
  g_autoptr (GHashTable) wanted = g_steal_pointer (&self->to_select);
  g_autoptr (GtkBitset) found = gtk_bitset_new_empty ();
  GListModel *results = G_LIST_MODEL (self->results);
  guint n = g_list_model_get_n_items (results);

  for (guint i = 0; wanted != NULL && g_hash_table_size (wanted) > 0 && i < n; i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (results, i);
      g_autofree char *address = graft_entry_item_dup_address (item);

      if (g_hash_table_remove (wanted, address))
        gtk_bitset_add (found, i);
    }
  if (!gtk_bitset_is_empty (found))
    gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->results), found, found);
  if (!graft_contents_search_is_finished (self->search))
    self->to_select = g_steal_pointer (&wanted);
}

static void
on_finished (GraftContentsPage *self)
{
  gboolean focus = self->to_focus;

  self->to_focus = FALSE;
  on_selection_changed (self);
  if (focus)
    graft_contents_view_focus (self->results_view);
}

static void
on_progress (GraftContentsSearch *search, GraftContentsPage *self)
{
  guint n = graft_contents_search_get_n_found (search);

  if (search != self->search)
    return;
  say_how_many (self);
  if (n > 0)
    gtk_stack_set_visible_child_name (self->stack, "results");
  else if (graft_contents_search_is_finished (search))
    gtk_stack_set_visible_child_name (self->stack, "nothing");
  if (self->go_when_found && g_list_model_get_n_items (G_LIST_MODEL (self->results)) > 0)
    {
      self->go_when_found = FALSE;
      graft_contents_view_go_to (self->results_view, 0);
    }
  select_again (self);
  if (graft_contents_search_is_finished (search))
    on_finished (self);
}

static void
stop (GraftContentsPage *self)
{
  g_clear_handle_id (&self->search_source, g_source_remove);
  if (self->search != NULL)
    graft_contents_search_cancel (self->search);
  g_clear_object (&self->search);
}

static gboolean
start (gpointer data)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (data);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autoptr (GListModel) selected = NULL;
  GtkSortListModel *sorted;

  self->search_source = 0;
  stop (self);
  self->search = graft_contents_search_new (self->session, text);
  g_signal_connect_object (self->search, "progress", G_CALLBACK (on_progress), self, 0);
  sorted = gtk_sort_list_model_new (
      g_object_ref (graft_contents_search_get_results (self->search)),
      g_object_ref (graft_contents_view_get_sorter (self->results_view)));
  gtk_multi_selection_set_model (self->results, G_LIST_MODEL (sorted));
  g_object_unref (sorted);
  /* Nothing can be done with what is not there; the details stay until something else is. */
  selected = graft_contents_page_dup_selected (self);
  graft_contents_page_update_edits (self, selected);
  say_how_many (self);
  return G_SOURCE_REMOVE;
}

/* Also while a dialog is the active window: no widget has a focus child then. */
static gboolean
has_focus_inside (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

void
graft_contents_page_search_anew (GraftContentsPage *self)
{
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (GListModel) selected = NULL;

  if (self->search == NULL)
    return;
  /* Until something is found the tree is seen, with a selection of its own. */
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "results") == 0)
    selected = graft_contents_page_dup_selected (self);
  wanted = self->to_select != NULL ? g_steal_pointer (&self->to_select)
                                   : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; selected != NULL && i < g_list_model_get_n_items (selected); i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (selected, i);

      g_hash_table_add (wanted, graft_entry_item_dup_address (item));
    }
  self->to_focus = self->to_focus || has_focus_inside (GTK_WIDGET (self->results_view));
  start (self);
  self->to_select = g_steal_pointer (&wanted);
}

static void
on_changed (GraftContentsPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  stop (self);
  self->go_when_found = FALSE;
  self->to_focus = FALSE;
  g_clear_pointer (&self->to_select, g_hash_table_unref);
  gtk_label_set_text (self->search_note, NULL);
  if (text[0] == '\0' || self->session == NULL)
    gtk_stack_set_visible_child_name (self->stack, "tree");
  else
    self->search_source = g_timeout_add (TYPING_PAUSE, start, self);
}

/* An address leads there; else to the first that is found: never to what an earlier search did. */
static void
on_activate (GraftContentsPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autoptr (GraftAddress) address = NULL;

  if (self->session == NULL)
    return;
  if (strstr (text, ":/") != NULL)
    address = graft_address_parse (text, NULL);
  if (address != NULL && graft_session_find_layer (self->session, address->image) != NULL)
    graft_contents_page_reveal (self, address->image, address->segment, address->path);
  else if (self->search_source != 0)
    {
      g_source_remove (self->search_source);
      start (self);
      self->go_when_found = TRUE;
    }
  else if (self->search != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->results)) > 0)
    graft_contents_view_go_to (self->results_view, 0);
  else
    self->go_when_found = self->search != NULL;
}

static void
on_next_match (GraftContentsPage *self)
{
  graft_contents_view_focus (self->results_view);
}

static void
on_stop (GraftContentsPage *self)
{
  graft_contents_page_end_search (self);
  graft_contents_view_focus (self->tree_view);
}

void
graft_contents_page_end_search (GraftContentsPage *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  gtk_stack_set_visible_child_name (self->stack, "tree");
}

void
graft_contents_page_set_up_search (GraftContentsPage *self)
{
  self->results = gtk_multi_selection_new (NULL);
  g_signal_connect_object (self->results, "selection-changed", G_CALLBACK (on_selection_changed),
                           self, G_CONNECT_SWAPPED);
  graft_contents_view_set_model (self->results_view, GTK_SELECTION_MODEL (self->results));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self->stack));
  g_signal_connect_swapped (self->search_entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->search_entry, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_swapped (self->search_entry, "next-match", G_CALLBACK (on_next_match), self);
  g_signal_connect_swapped (self->search_entry, "stop-search", G_CALLBACK (on_stop), self);
}
