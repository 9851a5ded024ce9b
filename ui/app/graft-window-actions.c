/* graft-window-actions.c: what the window can be asked for, by stable names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "app/graft-window-private.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "dialogs/graft-export-dialog.h"

static void
do_open_folder (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_window_choose_set (data, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
do_open_image (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_window_choose_set (data, GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
do_open_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_window_open_path (data, g_variant_get_string (parameter, NULL));
}

static void
do_undo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_session_undo (GRAFT_WINDOW (data)->session);
}

static void
do_redo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_session_redo (GRAFT_WINDOW (data)->session);
}

static void
do_search (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GraftWindow *self = data;

  adw_view_stack_set_visible_child_name (self->pages, "contents");
  gtk_widget_activate_action (GTK_WIDGET (self->contents_page), "contents.search", NULL);
}

void
graft_window_swap_from (GraftWindow *self, const char *const *paths)
{
  graft_window_set_view (self, "swap");
  graft_swap_page_plan (self->swap_page, paths);
}

static void
do_swap_from (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autofree const char **paths = g_variant_get_strv (parameter, NULL);

  if (paths[0] != NULL)
    graft_window_swap_from (data, paths);
}

static void
on_kernel_chosen (GtkNativeDialog *dialog, int response, GraftWindow *self)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        g_ptr_array_add (paths, g_file_get_path (file));
    }
  g_ptr_array_add (paths, NULL);
  if (response == GTK_RESPONSE_ACCEPT && paths->len > 1)
    graft_window_swap_from (self, (const char *const *)paths->pdata);
  g_clear_object (&self->chooser);
}

static void
choose_kernel (GraftWindow *self, GtkFileChooserAction what)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Choose the new kernel"), GTK_WINDOW (self), what,
                                               _ ("_Choose"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_kernel_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_kernel_kind (AdwMessageDialog *dialog, const char *response, GraftWindow *self)
{
  if (g_str_equal (response, "folder"))
    choose_kernel (self, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
  else if (g_str_equal (response, "file"))
    choose_kernel (self, GTK_FILE_CHOOSER_ACTION_OPEN);
}

/* A file dialog offers either files or folders: so which is asked first. */
static void
do_swap (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GraftWindow *self = data;
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("Swap to which kernel?"),
      _ ("Give its package (linux-image-….deb), or the folder with vmlinuz and lib/modules. "
         "Modules "
         "alone will do where only they are wrong. You can also drop it on the window."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "folder",
                                    _ ("Choose a _folder…"), "file", _ ("Choose a _package…"),
                                    NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "file");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_kernel_kind), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
do_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GraftWindow *self = data;

  graft_export_dialog_present (GTK_WINDOW (self), self->session);
}

static void
do_show_page (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GraftWindow *self = data;
  const char *name = g_variant_get_string (parameter, NULL);

  if (adw_view_stack_get_child_by_name (self->pages, name) == NULL)
    return;
  graft_window_set_view (self, "set");
  adw_view_stack_set_visible_child_name (self->pages, name);
}

static void
do_select_layer (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GraftWindow *self = data;
  const char *path = g_variant_get_string (parameter, NULL);

  gtk_widget_activate_action (GTK_WIDGET (self->contents_page), "contents.show-layer", "s", path);
  gtk_widget_activate_action (GTK_WIDGET (self->modules_page), "modules.show-layer", "s", path);
}

static void
do_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_window_set_view (data, "set");
}

static void
do_close (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

void
graft_window_add_actions (GraftWindow *self)
{
  const GActionEntry entries[] = {
    { "open-folder", do_open_folder },
    { "open-image", do_open_image },
    { "open-path", do_open_path, "s" },
    { "undo", do_undo },
    { "redo", do_redo },
    { "search", do_search },
    { "swap", do_swap },
    { "swap-from", do_swap_from, "as" },
    { "export", do_export },
    { "show-page", do_show_page, "s" },
    { "select-layer", do_select_layer, "s" },
    { "back", do_back },
    { "close", do_close },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  graft_window_update_actions (self);
}

static void
enable (GraftWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* @label: what would be undone; NULL: nothing. @sentence has a place for it. */
static void
name_button (GtkWidget *button, const char *label, const char *bare, const char *sentence)
{
  g_autofree char *shown = label != NULL ? graft_name_escape (label) : NULL;
  g_autofree char *text = shown != NULL ? graft_sentence_about (sentence, shown) : g_strdup (bare);

  gtk_widget_set_tooltip_text (button, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
graft_window_update_actions (GraftWindow *self)
{
  gboolean is_open
      = self->session != NULL && graft_session_get_state (self->session) == GRAFT_SESSION_OPEN;
  gboolean in_set = graft_window_is_in_view (self, "set");
  /* What takes a moment only is waited for; what takes longer is not piled on. */
  gboolean free = is_open && !graft_window_has_jobs (self);
  const char *undo = is_open ? graft_session_get_undo_label (self->session) : NULL;
  const char *redo = is_open ? graft_session_get_redo_label (self->session) : NULL;

  enable (self, "undo", free && undo != NULL);
  enable (self, "redo", free && redo != NULL);
  enable (self, "search", in_set);
  enable (self, "swap", free && in_set);
  enable (self, "swap-from", free);
  enable (self, "export", free && in_set);
  enable (self, "show-page", self->is_found);
  enable (self, "select-layer", in_set);
  enable (self, "back", graft_window_is_in_view (self, "swap"));
  name_button (self->undo, undo, _ ("Undo"), _ ("Undo: %s"));
  name_button (self->redo, redo, _ ("Redo"), _ ("Redo: %s"));
}
