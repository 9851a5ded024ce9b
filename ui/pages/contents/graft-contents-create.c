/* graft-contents-create.c: "New image…"
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page-private.h"

#include "bootset/graft-address.h"
#include "dialogs/graft-create-dialog.h"

static void
present (GraftContentsPage *self, GraftLayer *layer, GraftNode *node, const char *address)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root) && self->session != NULL)
    graft_create_dialog_present (GTK_WINDOW (root), self->session, layer, node, address);
}

void
graft_contents_page_new_image (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);
  g_autoptr (GraftEntryItem) item
      = g_list_model_get_n_items (selected) == 1 ? g_list_model_get_item (selected, 0) : NULL;
  g_autoptr (GraftEntryItem) inner = item != NULL ? graft_entry_item_dup_inner (item) : NULL;
  GraftNode *node = inner != NULL ? graft_entry_item_get_node (inner) : NULL;
  g_autofree char *address = inner != NULL ? graft_entry_item_dup_address (inner) : NULL;

  if (node != NULL && graft_node_is_directory (node))
    present (self, graft_entry_item_get_layer (inner), node, address);
  else
    present (self, NULL, NULL, NULL);
}

void
graft_contents_page_new_image_of (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  const char *path = g_variant_get_bytestring (parameter);
  GraftLayer *layer = graft_session_find_layer (self->session, path);
  g_autofree char *address = graft_address_format (path, 0, "/");

  if (layer != NULL && graft_layer_get_root (layer) != NULL)
    present (self, layer, graft_layer_get_root (layer), address);
}
