/* graft-contents-inside.c: looking into a file that is an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page-private.h"

#include "base/graft-name.h"
#include "dialogs/graft-error-dialog.h"

#include <glib/gi18n.h>

/**
 * Inside:
 * @layer: that the file is in, with @segment and @path
 * @image: (nullable): the path of the layer that it became
 */
typedef struct
{
  GraftContentsPage *page;
  char *layer;
  guint segment;
  char *path;
  char *image;
} Inside;

static void
inside_free (gpointer data)
{
  Inside *self = data;

  g_object_unref (self->page);
  g_free (self->layer);
  g_free (self->path);
  g_free (self->image);
  g_free (self);
}

static gboolean
look_inside (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
             GError **error)
{
  Inside *self = data;
  GraftMember *around = graft_boot_set_find_member (set, self->layer, error);
  GraftMember *image = around != NULL ? graft_boot_set_open_inside (set, around, self->segment,
                                                                    self->path, cancellable, error)
                                      : NULL;

  if (image == NULL)
    return FALSE;
  self->image = g_strdup (graft_member_get_path (image));
  return TRUE;
}

static void
on_looked (GraftJob *job, const GError *error, gpointer data)
{
  Inside *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    graft_error_dialog_show (GTK_WIDGET (self->page), _ ("Nothing can be seen inside"), error);
  else
    graft_contents_page_reveal (self->page, self->image, 0, "/");
}

void
graft_contents_page_look_inside (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);
  g_autoptr (GraftEntryItem) item = g_list_model_get_item (selected, 0);
  g_autofree char *name = NULL, *label = NULL;
  Inside *inside;

  if (item == NULL)
    return;
  name = graft_name_escape (graft_entry_item_get_name (item));
  label = g_strdup_printf (_ ("Looking into %s"), name);
  inside = g_new0 (Inside, 1);
  inside->page = g_object_ref (self);
  inside->layer = g_strdup (graft_layer_get_path (graft_entry_item_get_layer (item)));
  inside->segment = graft_entry_item_get_segment (item);
  inside->path = g_strdup (graft_entry_item_get_path (item));
  graft_session_run_opening (self->session, label, look_inside, on_looked, inside, inside_free);
}

gboolean
graft_contents_page_can_look_inside (GraftEntryItem *item)
{
  GraftNode *node = graft_entry_item_get_node (item);

  return graft_entry_item_is_node (item) && graft_entry_item_get_image (item) == NULL
         && node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR;
}
