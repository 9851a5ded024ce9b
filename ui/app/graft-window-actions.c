/* graft-window-actions.c: what the window can be told, by button, menu, key or test
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "app/graft-window-private.h"
#include "dialogs/graft-cobbler-dialog.h"
#include "dialogs/graft-export-dialog.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-toasts.h"

static void
on_set_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  graft_window_open_path (GRAFT_WINDOW (from), paths[0]);
}

static void
open_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FOLDER, _ ("Open the folder of a boot set"), _ ("_Open"),
                on_set_chosen, NULL);
}

static void
open_image (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FILE, _ ("Open an image of a boot set"), _ ("_Open"),
                on_set_chosen, NULL);
}

static void
open_cobbler (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_cobbler_dialog_present (GTK_WINDOW (widget));
}

static void
open_path (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_window_open_path (GRAFT_WINDOW (widget), g_variant_get_bytestring (parameter));
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_session_undo (GRAFT_WINDOW (widget)->session);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_session_redo (GRAFT_WINDOW (widget)->session);
}

static void
search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftWindow *self = GRAFT_WINDOW (widget);

  if (strcmp (adw_view_stack_get_visible_child_name (self->pages), "modules") == 0)
    gtk_widget_activate_action (GTK_WIDGET (self->modules_page), "modules.filter", NULL);
  else
    gtk_widget_activate_action (GTK_WIDGET (self->contents_page), "contents.search", NULL);
}

static void
plan_swap (GraftWindow *self, const char *const *paths)
{
  if (graft_swap_page_is_swapping (self->swap_page))
    {
      graft_toasts_add (GTK_WIDGET (self), _ ("A swap is under way: wait for its end"));
      return;
    }
  graft_window_show_view (self, "swap");
  graft_swap_page_plan (self->swap_page, paths);
}

static void
on_kernel_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  plan_swap (GRAFT_WINDOW (from), paths);
}

static void
swap_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FOLDER, _ ("Choose a folder with the new kernel"),
                _ ("_Choose"), on_kernel_chosen, NULL);
}

static void
swap_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_KERNEL, _ ("Choose a kernel package or a vmlinuz"),
                _ ("_Choose"), on_kernel_chosen, NULL);
}

static void
on_swap_response (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  if (strcmp (response, "folder") == 0)
    gtk_widget_activate_action (GTK_WIDGET (data), "win.swap-folder", NULL);
  else if (strcmp (response, "file") == 0)
    gtk_widget_activate_action (GTK_WIDGET (data), "win.swap-file", NULL);
}

/* No file dialog of GTK takes a folder or a file, as one likes. */
static void
swap (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (widget), _ ("Swap the kernel"),
      _ ("Choose what the vendor gave you: a kernel package (.deb, .rpm), or all packages that "
         "make one kernel together, an archive (.tar, .tar.xz) or a vmlinuz; or a folder with the "
         "kernel and its modules. It can also be dropped anywhere on the window."));
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_response (message, "cancel", _ ("_Cancel"));
  adw_message_dialog_add_response (message, "file", _ ("Choose a f_ile…"));
  adw_message_dialog_add_response (message, "folder", _ ("Choose a _folder…"));
  adw_message_dialog_set_close_response (message, "cancel");
  adw_message_dialog_set_default_response (message, "folder");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_swap_response), widget, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
swap_from (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree const char **paths = g_variant_get_bytestring_array (parameter, NULL);

  if (paths[0] != NULL)
    plan_swap (GRAFT_WINDOW (widget), paths);
}

static void
export_set (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_export_dialog_present (GTK_WINDOW (widget), GRAFT_WINDOW (widget)->session);
}

static void
show_page (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_view_stack_set_visible_child_name (GRAFT_WINDOW (widget)->pages,
                                         g_variant_get_string (parameter, NULL));
}

static void
show_layer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftWindow *self = GRAFT_WINDOW (widget);

  if (strcmp (adw_view_stack_get_visible_child_name (self->pages), "modules") == 0)
    gtk_widget_activate_action_variant (GTK_WIDGET (self->modules_page), "modules.show-layer",
                                        parameter);
  else
    gtk_widget_activate_action_variant (GTK_WIDGET (self->contents_page), "contents.show-layer",
                                        parameter);
}

/* An entry by its address, in the contents. */
static void
show_entry (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftWindow *self = GRAFT_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->pages, "contents");
  gtk_widget_activate_action_variant (GTK_WIDGET (self->contents_page), "contents.show-address",
                                      parameter);
}

/* Of the folder that is selected in the contents, or of another. */
static void
new_image (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (GRAFT_WINDOW (widget)->contents_page),
                              "contents.new-image", NULL);
}

static void
close_window (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

static void
add_shortcut (GtkWidgetClass *widget_class, const char *keys, const char *action)
{
  gtk_widget_class_add_shortcut (
      widget_class,
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys), gtk_named_action_new (action)));
}

static void
add_page_shortcut (GtkWidgetClass *widget_class, const char *keys, const char *page)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys),
                                            gtk_named_action_new ("win.show-page"));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_string (page));
  gtk_widget_class_add_shortcut (widget_class, shortcut);
}

/* Paths are bytes: no file system says that they are UTF-8. */
void
graft_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.open-folder", NULL, open_folder);
  gtk_widget_class_install_action (widget_class, "win.open-image", NULL, open_image);
  gtk_widget_class_install_action (widget_class, "win.open-cobbler", NULL, open_cobbler);
  gtk_widget_class_install_action (widget_class, "win.open-path", "ay", open_path);
  gtk_widget_class_install_action (widget_class, "win.choose-set-folder", NULL,
                                   graft_window_choose_set_folder);
  gtk_widget_class_install_action (widget_class, "win.drop-refused", NULL,
                                   graft_window_refuse_drop);
  gtk_widget_class_install_action (widget_class, "win.choose-dropped", NULL,
                                   graft_window_choose_dropped);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.swap", NULL, swap);
  gtk_widget_class_install_action (widget_class, "win.swap-file", NULL, swap_file);
  gtk_widget_class_install_action (widget_class, "win.swap-folder", NULL, swap_folder);
  gtk_widget_class_install_action (widget_class, "win.swap-from", "aay", swap_from);
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_set);
  gtk_widget_class_install_action (widget_class, "win.new-image", NULL, new_image);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", show_page);
  gtk_widget_class_install_action (widget_class, "win.show-layer", "ay", show_layer);
  gtk_widget_class_install_action (widget_class, "win.show-entry", "s", show_entry);
  gtk_widget_class_install_action (widget_class, "win.close", NULL, close_window);
  graft_window_install_journal_actions (widget_class);
  add_shortcut (widget_class, "<Control>o", "win.open-folder");
  add_shortcut (widget_class, "<Control><Shift>o", "win.open-image");
  add_shortcut (widget_class, "<Control>z", "win.undo");
  add_shortcut (widget_class, "<Control><Shift>z", "win.redo");
  add_shortcut (widget_class, "<Control>y", "win.redo");
  add_shortcut (widget_class, "<Control>f", "win.search");
  add_shortcut (widget_class, "<Control>k", "win.swap");
  add_shortcut (widget_class, "<Control>e", "win.export");
  add_shortcut (widget_class, "<Control>w", "win.close");
  add_shortcut (widget_class, "<Control>s", "win.save-recipe");
  add_shortcut (widget_class, "<Control>r", "win.apply-recipe");
  add_page_shortcut (widget_class, "<Alt>1", "contents");
  add_page_shortcut (widget_class, "<Alt>2", "modules");
}

void
graft_window_update_actions (GraftWindow *self)
{
  static const char *const of_set[]
      = { "win.search", "win.swap",      "win.swap-file", "win.swap-folder", "win.swap-from",
          "win.export", "win.new-image", "win.show-page", "win.show-layer",  "win.show-entry" };
  GtkWidget *widget = GTK_WIDGET (self);
  const char *view = gtk_stack_get_visible_child_name (self->views);
  gboolean shown = g_strcmp0 (view, "set") == 0;
  gboolean open
      = self->session != NULL && graft_session_get_state (self->session) == GRAFT_SESSION_OPEN;
  gboolean idle = shown && open && !graft_session_is_busy (self->session);
  /* While a swap is planned another kernel can be chosen. */
  gboolean planning = open && g_strcmp0 (view, "swap") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (of_set); i++)
    gtk_widget_action_set_enabled (widget, of_set[i], shown);
  gtk_widget_action_set_enabled (widget, "win.swap", idle || planning);
  gtk_widget_action_set_enabled (widget, "win.swap-file", idle || planning);
  gtk_widget_action_set_enabled (widget, "win.swap-folder", idle || planning);
  gtk_widget_action_set_enabled (widget, "win.swap-from", (shown && open) || planning);
  gtk_widget_action_set_enabled (widget, "win.export", idle);
  gtk_widget_action_set_enabled (widget, "win.choose-set-folder",
                                 gtk_widget_get_visible (self->grant_bar));
  gtk_widget_action_set_enabled (widget, "win.undo",
                                 idle && graft_session_get_undo_label (self->session) != NULL);
  gtk_widget_action_set_enabled (widget, "win.redo",
                                 idle && graft_session_get_redo_label (self->session) != NULL);
  graft_window_update_journal_actions (self, idle);
}
