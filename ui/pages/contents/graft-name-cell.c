/* graft-name-cell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-name-cell.h"

#include "base/graft-name.h"
#include "pages/contents/graft-entry-text.h"

#include <glib/gi18n.h>

struct _GraftNameCell
{
  GtkWidget parent_instance;

  GtkTreeExpander *expander;
  GtkImage *icon;
  GtkLabel *name;
  GtkInscription *note;
  GraftEntryItem *item;
  guint position;
  gboolean described;
};

G_DEFINE_FINAL_TYPE (GraftNameCell, graft_name_cell, GTK_TYPE_WIDGET)

static void
graft_name_cell_dispose (GObject *object)
{
  GraftNameCell *self = GRAFT_NAME_CELL (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_NAME_CELL);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (graft_name_cell_parent_class)->dispose (object);
}

/* Why it cannot be read may be longer than the row. */
static gboolean
graft_name_cell_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard,
                               GtkTooltip *tooltip)
{
  GraftNameCell *self = GRAFT_NAME_CELL (widget);
  g_autofree char *note = self->item != NULL ? graft_entry_text_dup_note (self->item) : NULL;

  gtk_tooltip_set_text (tooltip, note);
  return note != NULL;
}

static void
graft_name_cell_class_init (GraftNameCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_name_cell_dispose;
  widget_class->query_tooltip = graft_name_cell_query_tooltip;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/contents/graft-name-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftNameCell, expander);
  gtk_widget_class_bind_template_child (widget_class, GraftNameCell, icon);
  gtk_widget_class_bind_template_child (widget_class, GraftNameCell, name);
  gtk_widget_class_bind_template_child (widget_class, GraftNameCell, note);
}

static void
graft_name_cell_init (GraftNameCell *self)
{
  self->position = GTK_INVALID_LIST_POSITION;
  gtk_widget_init_template (GTK_WIDGET (self));
}

GraftNameCell *
graft_name_cell_new (int line_height)
{
  GraftNameCell *self = g_object_new (GRAFT_TYPE_NAME_CELL, NULL);

  gtk_widget_set_size_request (GTK_WIDGET (self->note), -1, line_height);
  return self;
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on == gtk_widget_has_css_class (widget, name))
    return;
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* In a list of what was found: where it is; the layer first, which tells equal names apart. */
static char *
dup_where (GraftEntryItem *item)
{
  g_autofree char *folder = g_path_get_dirname (graft_entry_item_get_path (item));
  g_autofree char *shown = graft_name_escape (folder);
  g_autofree char *layer
      = graft_name_escape (graft_layer_get_path (graft_entry_item_get_layer (item)));

  return g_strdup_printf (_ ("%s: %s"), layer, shown);
}

static void
show_texts (GraftNameCell *self, gboolean flat)
{
  g_autofree char *name = graft_entry_text_dup_name (self->item);
  g_autofree char *note = graft_entry_text_dup_note (self->item);
  g_autofree char *where = flat ? dup_where (self->item) : NULL;
  g_autofree char *both = NULL;
  gboolean bad = graft_entry_text_is_bad (self->item);
  const char *icon = graft_entry_text_get_icon_name (self->item);

  if (where != NULL && note != NULL)
    both = g_strdup_printf ("%s  %s", where, note);
  gtk_label_set_text (self->name, name);
  gtk_inscription_set_text (self->note, both != NULL ? both : where != NULL ? where : note);
  gtk_inscription_set_text_overflow (self->note, flat ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE
                                                      : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), bad);
  if (g_strcmp0 (gtk_image_get_icon_name (self->icon), icon) != 0)
    gtk_image_set_from_icon_name (self->icon, icon);
  set_class (GTK_WIDGET (self->note), "error", bad);
  set_class (GTK_WIDGET (self->note), "dim-label", !bad);
  set_class (GTK_WIDGET (self->icon), "error", bad);
  set_class (GTK_WIDGET (self->name), "dim-label", graft_entry_item_is_shadowed (self->item));
}

/* The words of the state column are not read with the name. */
static void
show_to_reader (GraftNameCell *self)
{
  g_autofree char *state = graft_entry_text_dup_state (self->item);

  if (state[0] == '\0' && !self->described)
    return;
  self->described = TRUE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->name), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  state, -1);
}

void
graft_name_cell_bind (GraftNameCell *self, GtkTreeListRow *row, GraftEntryItem *item,
                      guint position)
{
  g_set_object (&self->item, item);
  self->position = position;
  if (gtk_tree_expander_get_list_row (self->expander) != row)
    gtk_tree_expander_set_list_row (self->expander, row);
  show_texts (self, row == NULL);
  show_to_reader (self);
}

void
graft_name_cell_unbind (GraftNameCell *self)
{
  gtk_tree_expander_set_list_row (self->expander, NULL);
  g_clear_object (&self->item);
  self->position = GTK_INVALID_LIST_POSITION;
}

GraftEntryItem *
graft_name_cell_get_item (GraftNameCell *self)
{
  return self->item;
}

guint
graft_name_cell_get_position (GraftNameCell *self)
{
  return self->position;
}

static GraftNameCell *
find_in (GtkWidget *widget)
{
  GtkWidget *child;

  if (GRAFT_IS_NAME_CELL (widget))
    return GRAFT_NAME_CELL (widget);
  for (child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GraftNameCell *found = find_in (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GraftNameCell *
graft_name_cell_find_at (GtkWidget *view, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);
  GtkWidget *parent;

  /* The row is what lies in the list. */
  for (; widget != NULL && widget != view; widget = parent)
    {
      parent = gtk_widget_get_parent (widget);
      if (GTK_IS_LIST_VIEW (parent))
        return find_in (widget);
    }
  return NULL;
}
