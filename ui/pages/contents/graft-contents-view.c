/* graft-contents-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-view.h"

#include "pages/contents/graft-contents-columns.h"
#include "pages/contents/graft-name-cell.h"

/* After them the list is what it is. */
#define FRAMES_TO_FOCUS 20

struct _GraftContentsView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkColumnView *columns;
  GraftContentsColumns *cells;
  GtkPopover *popover;
  guint to_focus;
  int frames_to_focus;
  guint tick;
};

enum
{
  SIGNAL_OPENED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GraftContentsView, graft_contents_view, GTK_TYPE_WIDGET)

static GtkWidget *
find_list (GraftContentsView *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->columns));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GraftNameCell *
find_cell (GtkWidget *widget)
{
  GtkWidget *child;
  GraftNameCell *found = GRAFT_IS_NAME_CELL (widget) ? GRAFT_NAME_CELL (widget) : NULL;

  for (child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_cell (child);
  return found;
}

/* The row that has the keyboard. */
static GraftNameCell *
find_focused (GraftContentsView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *list = find_list (self);
  GtkWidget *widget = root != NULL ? gtk_root_get_focus (root) : NULL;

  while (widget != NULL && gtk_widget_get_parent (widget) != list)
    widget = gtk_widget_get_parent (widget);
  return widget != NULL ? find_cell (widget) : NULL;
}

static GtkTreeListRow *
dup_row (GraftContentsView *self, guint position)
{
  GtkSelectionModel *model = gtk_column_view_get_model (self->columns);
  g_autoptr (GObject) item
      = model != NULL ? g_list_model_get_item (G_LIST_MODEL (model), position) : NULL;

  return GTK_IS_TREE_LIST_ROW (item) ? GTK_TREE_LIST_ROW (g_steal_pointer (&item)) : NULL;
}

static void
on_activate (GtkColumnView *columns, guint position, GraftContentsView *self)
{
  g_autoptr (GtkTreeListRow) row = dup_row (self, position);

  if (row != NULL && gtk_tree_list_row_is_expandable (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
  else
    g_signal_emit (self, signals[SIGNAL_OPENED], 0, position);
}

/* Its row stands before, in whatever order. */
static void
go_to_parent (GraftContentsView *self, GtkTreeListRow *row, guint position)
{
  g_autoptr (GtkTreeListRow) parent = gtk_tree_list_row_get_parent (row);

  for (guint i = position; parent != NULL && i-- > 0;)
    {
      g_autoptr (GtkTreeListRow) other = dup_row (self, i);

      if (other == parent)
        {
          graft_contents_view_go_to (self, i);
          return;
        }
    }
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        GraftContentsView *self)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean opens = key == GDK_KEY_plus || key == (rtl ? GDK_KEY_Left : GDK_KEY_Right);
  gboolean closes = key == GDK_KEY_minus || key == (rtl ? GDK_KEY_Right : GDK_KEY_Left);
  GraftNameCell *cell = opens || closes ? find_focused (self) : NULL;
  g_autoptr (GtkTreeListRow) row = NULL;

  if (cell == NULL || (state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  row = dup_row (self, graft_name_cell_get_position (cell));
  if (row == NULL)
    return GDK_EVENT_PROPAGATE;
  if (opens && gtk_tree_list_row_is_expandable (row) && !gtk_tree_list_row_get_expanded (row))
    gtk_tree_list_row_set_expanded (row, TRUE);
  else if (closes && gtk_tree_list_row_get_expanded (row))
    gtk_tree_list_row_set_expanded (row, FALSE);
  else if (closes)
    go_to_parent (self, row, graft_name_cell_get_position (cell));
  return GDK_EVENT_STOP;
}

/* What the menu is about is what is selected. */
static void
select_for_menu (GraftContentsView *self, guint position)
{
  GtkSelectionModel *model = gtk_column_view_get_model (self->columns);

  if (position != GTK_INVALID_LIST_POSITION && !gtk_selection_model_is_selected (model, position))
    gtk_selection_model_select_item (model, position, TRUE);
}

static void
pop_up (GraftContentsView *self, double x, double y)
{
  GdkRectangle place = { (int)x, (int)y, 1, 1 };

  if (self->popover == NULL)
    return;
  gtk_popover_set_pointing_to (self->popover, &place);
  gtk_popover_popup (self->popover);
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, GraftContentsView *self)
{
  GraftNameCell *cell = graft_name_cell_find_at (GTK_WIDGET (self), x, y);

  if (cell == NULL || n_press != 1)
    return;
  select_for_menu (self, graft_name_cell_get_position (cell));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, x, y);
}

static void
on_menu_key (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsView *self = GRAFT_CONTENTS_VIEW (widget);
  GraftNameCell *cell = find_focused (self);
  graphene_rect_t bounds;

  if (cell == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (cell), widget, &bounds))
    return;
  select_for_menu (self, graft_name_cell_get_position (cell));
  pop_up (self, bounds.origin.x + 24, bounds.origin.y + bounds.size.height);
}

static void
graft_contents_view_dispose (GObject *object)
{
  GraftContentsView *self = GRAFT_CONTENTS_VIEW (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->popover)));
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_CONTENTS_VIEW);
  g_clear_object (&self->cells);
  G_OBJECT_CLASS (graft_contents_view_parent_class)->dispose (object);
}

static void
graft_contents_view_class_init (GraftContentsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_contents_view_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/contents/graft-contents-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftContentsView, scroller);
  gtk_widget_class_bind_template_child (widget_class, GraftContentsView, columns);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_install_action (widget_class, "menu.popup", NULL, on_menu_key);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "menu.popup",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "menu.popup", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "contents.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "contents.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "contents.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK,
                                       "contents.copy-address", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "contents.end-search",
                                       NULL);
  signals[SIGNAL_OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
graft_contents_view_init (GraftContentsView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cells = graft_contents_columns_new (self->columns);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

void
graft_contents_view_set_model (GraftContentsView *self, GtkSelectionModel *selection)
{
  gtk_column_view_set_model (self->columns, selection);
}

void
graft_contents_view_set_menu (GraftContentsView *self, GMenuModel *menu)
{
  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);

  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  self->popover = GTK_POPOVER (popover);
}

GtkSorter *
graft_contents_view_get_sorter (GraftContentsView *self)
{
  return gtk_column_view_get_sorter (self->columns);
}

void
graft_contents_view_refresh (GraftContentsView *self)
{
  graft_contents_columns_refresh (self->cells);
}

void
graft_contents_view_set_room (GraftContentsView *self, int width)
{
  graft_contents_columns_set_room (self->cells, width);
}

/* The row's widget is there only when the list was laid out again, which may take it some frames.
 */
static gboolean
focus_row (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  GraftContentsView *self = GRAFT_CONTENTS_VIEW (widget);
  GtkWidget *row = gtk_widget_get_first_child (find_list (self));

  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GraftNameCell *cell = find_cell (row);

      if (cell != NULL && graft_name_cell_get_position (cell) == self->to_focus
          && gtk_widget_grab_focus (row))
        break;
    }
  if (row == NULL && self->frames_to_focus-- > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

void
graft_contents_view_go_to (GraftContentsView *self, guint position)
{
  GtkSelectionModel *model = gtk_column_view_get_model (self->columns);

  if (model == NULL || position >= g_list_model_get_n_items (G_LIST_MODEL (model)))
    return;
  gtk_selection_model_select_item (model, position, TRUE);
  gtk_widget_activate_action (find_list (self), "list.scroll-to-item", "u", position);
  self->to_focus = position;
  self->frames_to_focus = FRAMES_TO_FOCUS;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), focus_row, NULL, NULL);
}

void
graft_contents_view_focus (GraftContentsView *self)
{
  GtkSelectionModel *model = gtk_column_view_get_model (self->columns);
  g_autoptr (GtkBitset) selected = model != NULL ? gtk_selection_model_get_selection (model) : NULL;

  if (selected != NULL && gtk_bitset_get_size (selected) == 1)
    graft_contents_view_go_to (self, gtk_bitset_get_minimum (selected));
  else
    gtk_widget_grab_focus (find_list (self));
}
