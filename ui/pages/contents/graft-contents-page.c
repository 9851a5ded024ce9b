/* graft-contents-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page-private.h"

#include "bootset/graft-address.h"
#include "dialogs/graft-error-dialog.h"
#include "widgets/graft-toasts.h"

#include <glib/gi18n.h>

/* Below so many pixels the details go below the tree. */
#define BESIDE_WIDTH 720

G_DEFINE_FINAL_TYPE (GraftContentsPage, graft_contents_page, ADW_TYPE_BIN)

static gboolean
is_tree_seen (GraftContentsPage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "tree") == 0;
}

static GListModel *
dup_selected_results (GraftContentsPage *self)
{
  GListStore *store = g_list_store_new (GRAFT_TYPE_ENTRY_ITEM);
  g_autoptr (GtkBitset) selected
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->results));
  GtkBitsetIter iter;
  guint position;

  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      {
        g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->results), position);

        g_list_store_append (store, item);
      }
    while (gtk_bitset_iter_next (&iter, &position));
  return G_LIST_MODEL (store);
}

GListModel *
graft_contents_page_dup_selected (GraftContentsPage *self)
{
  if (self->tree != NULL && is_tree_seen (self))
    return graft_contents_tree_dup_selected (self->tree);
  if (self->results != NULL && !is_tree_seen (self))
    return dup_selected_results (self);
  return G_LIST_MODEL (g_list_store_new (GRAFT_TYPE_ENTRY_ITEM));
}

static gboolean
is_same_entry (GraftEntryItem *a, GraftEntryItem *b)
{
  g_autofree char *x = graft_entry_item_dup_address (a);
  g_autofree char *y = graft_entry_item_dup_address (b);

  return g_str_equal (x, y) && graft_entry_item_get_kind (a) == graft_entry_item_get_kind (b)
         && graft_entry_item_get_node (a) == graft_entry_item_get_node (b)
         && graft_entry_item_get_state (a) == graft_entry_item_get_state (b)
         && graft_entry_item_get_image (a) == graft_entry_item_get_image (b)
         && (graft_entry_item_is_node (a)
             || graft_entry_item_get_layer (a) == graft_entry_item_get_layer (b));
}

static gboolean
is_same_list (GListModel *a, GListModel *b)
{
  guint n = g_list_model_get_n_items (a);

  if (n != g_list_model_get_n_items (b))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraftEntryItem) x = g_list_model_get_item (a, i);
      g_autoptr (GraftEntryItem) y = g_list_model_get_item (b, i);

      if (!is_same_entry (x, y))
        return FALSE;
    }
  return TRUE;
}

static void
show_selected (GraftContentsPage *self)
{
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);

  graft_contents_page_update_edits (self, selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contents.end-search", !is_tree_seen (self));
  if (self->shown != NULL && is_same_list (self->shown, selected))
    return;
  g_set_object (&self->shown, selected);
  graft_details_pane_show (self->details, selected);
}

static void
on_refreshed (GraftContentsPage *self)
{
  graft_contents_view_refresh (self->tree_view);
  show_selected (self);
}

static void
on_failed (GraftContentsPage *self, const GError *error)
{
  graft_error_dialog_show (GTK_WIDGET (self), _ ("Could not read the folder"), error);
}

static void
on_revealed (GraftContentsTree *tree, gboolean found, guint position, gpointer data)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (data);

  if (position != GTK_INVALID_LIST_POSITION)
    graft_contents_view_go_to (self->tree_view, position);
  if (!found)
    graft_toasts_add (GTK_WIDGET (self), _ ("There is no such entry"));
}

void
graft_contents_page_reveal (GraftContentsPage *self, const char *layer, guint segment,
                            const char *path)
{
  if (self->tree == NULL)
    return;
  graft_contents_page_end_search (self);
  graft_contents_tree_reveal (self->tree, layer, segment, path, on_revealed, self);
}

/* Enter on a file: its details, which may be hidden. */
static void
on_tree_opened (GraftContentsPage *self, guint position)
{
  gtk_widget_set_visible (GTK_WIDGET (self->details), TRUE);
  gtk_widget_child_focus (GTK_WIDGET (self->details), GTK_DIR_TAB_FORWARD);
}

static void
on_result_opened (GraftContentsPage *self, guint position)
{
  g_autoptr (GraftEntryItem) item = g_list_model_get_item (G_LIST_MODEL (self->results), position);

  if (item != NULL)
    graft_contents_page_reveal (self, graft_layer_get_path (graft_entry_item_get_layer (item)),
                                graft_entry_item_get_segment (item),
                                graft_entry_item_get_path (item));
}

static void
on_show_layer (GtkWidget *widget, const char *action, GVariant *parameter)
{
  graft_contents_page_reveal (GRAFT_CONTENTS_PAGE (widget), g_variant_get_bytestring (parameter), 0,
                              "/");
}

static void
on_show_address (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GraftAddress) address
      = graft_address_parse (g_variant_get_string (parameter, NULL), NULL);

  if (address != NULL)
    graft_contents_page_reveal (GRAFT_CONTENTS_PAGE (widget), address->image, address->segment,
                                address->path);
}

static void
on_search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);

  self->to_focus = FALSE;
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
on_end_search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);

  graft_contents_page_end_search (self);
  graft_contents_view_focus (self->tree_view);
}

static gboolean
lay_out (gpointer data)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (data);
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean below = width < BESIDE_WIDTH;

  self->layout_source = 0;
  if (below != self->below)
    {
      self->below = below;
      gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned),
                                      below ? GTK_ORIENTATION_VERTICAL
                                            : GTK_ORIENTATION_HORIZONTAL);
      gtk_paned_set_position (self->paned, below ? gtk_widget_get_height (GTK_WIDGET (self)) / 2
                                                 : width * 3 / 5);
    }
  width = gtk_widget_get_width (GTK_WIDGET (self->stack));
  graft_contents_view_set_room (self->tree_view, width);
  graft_contents_view_set_room (self->results_view, width);
  return G_SOURCE_REMOVE;
}

static void
queue_lay_out (GraftContentsPage *self)
{
  if (self->layout_source == 0)
    self->layout_source = g_idle_add (lay_out, self);
}

static void
graft_contents_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                             int *minimum, int *natural, int *minimum_baseline,
                             int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* What is seen may not be changed while it is being allocated. */
static void
graft_contents_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  queue_lay_out (GRAFT_CONTENTS_PAGE (widget));
}

static void
graft_contents_page_dispose (GObject *object)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (object);

  g_clear_handle_id (&self->layout_source, g_source_remove);
  g_clear_handle_id (&self->search_source, g_source_remove);
  if (self->search != NULL)
    graft_contents_search_cancel (self->search);
  g_clear_object (&self->search);
  g_clear_pointer (&self->to_select, g_hash_table_unref);
  if (self->tree_view != NULL)
    graft_contents_view_set_model (self->tree_view, NULL);
  /* AdwBin does not see when its child goes with the template. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_CONTENTS_PAGE);
  g_clear_object (&self->results);
  g_clear_object (&self->tree);
  g_clear_object (&self->shown);
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_contents_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, paned);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, search_note);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, tree_view);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, results_view);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, details);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsPage, entry_menu);
}

static void
graft_contents_page_class_init (GraftContentsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_contents_page_dispose;
  widget_class->measure = graft_contents_page_measure;
  widget_class->size_allocate = graft_contents_page_size_allocate;
  g_type_ensure (GRAFT_TYPE_CONTENTS_VIEW);
  g_type_ensure (GRAFT_TYPE_DETAILS_PANE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/contents/graft-contents-page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "contents.search", NULL, on_search);
  gtk_widget_class_install_action (widget_class, "contents.end-search", NULL, on_end_search);
  gtk_widget_class_install_action (widget_class, "contents.show-layer", "ay", on_show_layer);
  gtk_widget_class_install_action (widget_class, "contents.show-address", "s", on_show_address);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "contents.search",
                                       NULL);
  graft_contents_page_install_edits (widget_class);
}

static void
graft_contents_page_init (GraftContentsPage *self)
{
  g_autoptr (GListModel) nothing = G_LIST_MODEL (g_list_store_new (GRAFT_TYPE_ENTRY_ITEM));

  gtk_widget_init_template (GTK_WIDGET (self));
  /* So that it learns how wide it is. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  graft_contents_view_set_menu (self->tree_view, self->entry_menu);
  graft_contents_view_set_menu (self->results_view, self->entry_menu);
  g_signal_connect_swapped (self->tree_view, "opened", G_CALLBACK (on_tree_opened), self);
  g_signal_connect_swapped (self->results_view, "opened", G_CALLBACK (on_result_opened), self);
  g_signal_connect_swapped (self->paned, "notify::position", G_CALLBACK (queue_lay_out), self);
  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (show_selected), self);
  graft_contents_page_set_up_search (self);
  graft_contents_page_set_up_drop (self);
  graft_contents_page_update_edits (self, nothing);
}

void
graft_contents_page_set_session (GraftContentsPage *self, GraftSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  self->tree = graft_contents_tree_new (session);
  graft_details_pane_set_session (self->details, session);
  graft_contents_tree_set_sorter (self->tree, graft_contents_view_get_sorter (self->tree_view));
  g_signal_connect_object (self->tree, "refreshed", G_CALLBACK (on_refreshed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tree, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graft_contents_tree_get_selection (self->tree), "selection-changed",
                           G_CALLBACK (show_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graft_contents_tree_get_selection (self->tree), "items-changed",
                           G_CALLBACK (show_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "edited", G_CALLBACK (graft_contents_page_search_anew), self,
                           G_CONNECT_SWAPPED);
  graft_contents_view_set_model (self->tree_view, graft_contents_tree_get_selection (self->tree));
  show_selected (self);
}
