/* graft-modules-menu.c: what can be done with one module
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "pages/modules/graft-modules-page-private.h"
#include "widgets/graft-toasts.h"

static void
show_item (GraftModulesPage *self, GraftModuleItem *item)
{
  const GraftModuleFacts *facts = graft_module_item_get_facts (item);
  g_autofree char *address = NULL;

  if (facts->change == GRAFT_MODULE_NEW)
    {
      g_autofree char *name = graft_module_item_dup_name (item);
      g_autofree char *text
          = g_strdup_printf (_ ("%s is not in this set: only the other kernel has it"), name);

      graft_toasts_add (GTK_WIDGET (self), text);
      return;
    }
  address = graft_address_format (facts->layer, 0, facts->path);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-entry", "s", address);
}

static void
on_activate (GraftModulesPage *self, guint position)
{
  g_autoptr (GraftModuleItem) item
      = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    show_item (self, item);
}

static void
show_entry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);
  GraftModuleItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    show_item (self, item);
}

static void
copy_name (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);
  GraftModuleItem *item = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *name = item != NULL ? graft_module_item_dup_name (item) : NULL;

  if (name == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), name);
  graft_toasts_add (widget, _ ("Name copied"));
}

static void
on_selected (GraftModulesPage *self)
{
  GraftModuleItem *item = gtk_single_selection_get_selected_item (self->selection);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (
      widget, "modules.show-entry",
      item != NULL && graft_module_item_get_facts (item)->change != GRAFT_MODULE_NEW);
  gtk_widget_action_set_enabled (widget, "modules.copy-name", item != NULL);
}

static void
pop_up (GraftModulesPage *self, guint position, double x, double y)
{
  GdkRectangle place = { (int)x, (int)y, 1, 1 };

  gtk_single_selection_set_selected (self->selection, position);
  gtk_popover_set_pointing_to (self->popover, &place);
  gtk_popover_popup (self->popover);
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, GraftModulesPage *self)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  guint position = graft_module_columns_find_position (picked);
  double page_x, page_y;

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (self), x, y, &page_x,
                                    &page_y);
  pop_up (self, position, page_x, page_y);
}

/* For the row that has the keyboard. */
static void
on_menu_key (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  guint position = GTK_INVALID_LIST_POSITION;
  graphene_rect_t bounds;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->view)))
    position = graft_module_columns_find_position (focus);
  if (position != GTK_INVALID_LIST_POSITION && gtk_widget_compute_bounds (focus, widget, &bounds))
    pop_up (self, position, bounds.origin.x + 24, bounds.origin.y + bounds.size.height);
}

void
graft_modules_page_install_menu (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_install_action (widget_class, "modules.show-entry", NULL, show_entry);
  gtk_widget_class_install_action (widget_class, "modules.copy-name", NULL, copy_name);
  gtk_widget_class_install_action (widget_class, "menu.popup", NULL, on_menu_key);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "menu.popup",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "menu.popup", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK,
                                       "modules.copy-name", NULL);
}

void
graft_modules_page_init_menu (GraftModulesPage *self)
{
  GtkWidget *popover = gtk_popover_menu_new_from_model (self->row_menu);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  self->popover = GTK_POPOVER (popover);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  on_selected (self);
}
