/* graft-window-open.c: from a path to a window with a set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "app/graft-settings.h"
#include "app/graft-window-private.h"
#include "base/graft-name.h"
#include "widgets/graft-toasts.h"

static void
show_title (GraftWindow *self)
{
  g_autofree char *name = graft_session_dup_title (self->session);
  g_autofree char *title = graft_name_escape (name);
  const char *path = graft_session_get_folder (self->session);
  g_autofree char *subtitle
      = graft_name_escape (path != NULL ? path : graft_session_get_path (self->session));

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_view_switcher_title_set_title (self->title, title);
  adw_view_switcher_title_set_subtitle (self->title, subtitle);
}

/* The pages get the set when it is known to be one: a window in which the opening failed is free
 * for another. */
static void
show_set (GraftWindow *self)
{
  g_autofree char *page = graft_settings_get () != NULL
                              ? g_settings_get_string (graft_settings_get (), "page")
                              : NULL;

  graft_layer_cards_set_session (self->cards, self->session);
  graft_contents_page_set_session (self->contents_page, self->session);
  graft_modules_page_set_session (self->modules_page, self->session);
  graft_swap_page_set_session (self->swap_page, self->session);
  if (page != NULL && adw_view_stack_get_child_by_name (self->pages, page) != NULL)
    adw_view_stack_set_visible_child_name (self->pages, page);
  self->is_found = TRUE;
  graft_window_set_view (self, "set");
}

static void
show_failed (GraftWindow *self, const char *path, const char *reason)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shown = graft_name_escape (name);
  g_autofree char *title = g_strdup_printf (_ ("Cannot open %s"), shown);
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *reason_markup = g_markup_escape_text (reason, -1);

  adw_status_page_set_title (self->failed, title_markup);
  adw_status_page_set_description (self->failed, reason_markup);
  graft_window_set_view (self, "failed");
}

static void
remember (GraftWindow *self)
{
  GraftLayer *kernel = graft_session_get_kernel (self->session);

  graft_settings_add_recent (graft_session_get_path (self->session),
                             kernel != NULL ? graft_layer_get_release (kernel) : NULL);
}

static void
on_state (GraftWindow *self)
{
  GraftSessionState state = graft_session_get_state (self->session);
  const GError *error = graft_session_get_error (self->session);

  show_title (self);
  if (state == GRAFT_SESSION_FAILED)
    {
      show_failed (self, graft_session_get_path (self->session), error->message);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
          || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        graft_settings_remove_recent (graft_session_get_path (self->session));
    }
  else if (!self->is_found
           && g_list_model_get_n_items (graft_session_get_layers (self->session)) > 0)
    show_set (self);
  if (state == GRAFT_SESSION_OPEN)
    {
      remember (self);
      if (graft_session_get_note (self->session) != NULL)
        graft_toasts_add (self->content, graft_session_get_note (self->session));
    }
  graft_window_update_actions (self);
}

static void
start_session (GraftWindow *self, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shown = graft_name_escape (name);
  g_autofree char *text = g_strdup_printf (_ ("Opening %s…"), shown);

  /* One that failed. */
  if (self->session != NULL)
    graft_session_close (self->session);
  g_clear_object (&self->session);
  self->session = graft_session_new (path);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (on_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify", G_CALLBACK (graft_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::changed",
                           G_CALLBACK (graft_window_update_inhibit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graft_session_get_jobs (self->session), "items-changed",
                           G_CALLBACK (graft_window_show_jobs), self, G_CONNECT_SWAPPED);
  graft_jobs_popover_set_jobs (self->jobs_popover, graft_session_get_jobs (self->session));
  gtk_label_set_label (self->opening_text, text);
  show_title (self);
  graft_window_set_view (self, "opening");
}

void
graft_window_open (GraftWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *uri = g_file_get_uri (file);

  g_return_if_fail (!graft_window_has_set (self));
  if (path == NULL)
    show_failed (self, uri,
                 _ ("It is not on this machine. Mount its folder first, or copy it here."));
  else
    start_session (self, path);
}

gboolean
graft_window_has_set (GraftWindow *self)
{
  return self->session != NULL && graft_session_get_state (self->session) != GRAFT_SESSION_FAILED;
}

const char *
graft_window_get_path (GraftWindow *self)
{
  return self->session != NULL ? graft_session_get_path (self->session) : NULL;
}

void
graft_window_open_path (GraftWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (!graft_window_has_set (self))
    graft_window_open (self, file);
  else
    g_application_open (G_APPLICATION (application), &file, 1, "");
}

static void
on_chosen (GtkNativeDialog *dialog, int response, GraftWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      const char *path = file != NULL ? g_file_peek_path (file) : NULL;

      if (path != NULL)
        graft_window_open_path (self, path);
    }
  g_clear_object (&self->chooser);
}

void
graft_window_choose_set (GraftWindow *self, GtkFileChooserAction what)
{
  gboolean folder = what == GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER;

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (folder ? _ ("Open the folder of a boot set")
                                                      : _ ("Open an image of a boot set"),
                                               GTK_WINDOW (self), what, _ ("_Open"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
graft_window_fill_recent_menu (GraftWindow *self)
{
  g_autoptr (GPtrArray) recent = graft_settings_list_recent ();

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; i < recent->len; i++)
    {
      GraftRecentSet *set = g_ptr_array_index (recent, i);
      g_autofree char *name = g_path_get_basename (set->path);
      g_autofree char *shown = graft_name_escape (name);
      g_auto (GStrv) parts = g_strsplit (shown, "_", -1);
      /* An underline would be a mnemonic. */
      g_autofree char *label = g_strjoinv ("__", parts);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.open-path", "s", set->path);
      g_menu_append_item (self->recent_menu, item);
    }
}
