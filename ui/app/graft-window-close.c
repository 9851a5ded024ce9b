/* graft-window-close.c: nothing is lost by closing without being asked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "app/graft-window-private.h"

static gboolean
would_lose (GraftWindow *self)
{
  return self->session != NULL
         && (graft_session_is_changed (self->session)
             || g_list_model_get_n_items (graft_session_get_jobs (self->session)) > 0);
}

static gboolean
close_now (gpointer data)
{
  GraftWindow *self = data;

  self->closing = TRUE;
  gtk_window_close (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  GraftWindow *self = data;

  /* Later: the dialog is still being closed, and its window must outlive it. */
  if (strcmp (response, "close") == 0)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_now, g_object_ref (self), g_object_unref);
  else if (strcmp (response, "export") == 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.export", NULL);
}

static AdwMessageDialog *
make_dialog (GraftWindow *self)
{
  gboolean running = g_list_model_get_n_items (graft_session_get_jobs (self->session)) > 0;
  g_autofree char *title = graft_session_dup_title (self->session);
  g_autofree char *heading = running ? g_strdup (_ ("Stop what is running?"))
                                     : g_strdup_printf (_ ("Close “%s” without exporting?"), title);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
      GTK_WINDOW (self), heading,
      running ? _ ("An unfinished export leaves nothing behind; what was extracted so far stays. "
                   "Changes that were not exported are lost.")
              : _ ("The changes are in this window only. The set on disk was not touched.")));

  adw_message_dialog_add_response (dialog, "cancel", _ ("_Cancel"));
  adw_message_dialog_add_response (dialog, "close", running ? _ ("_Stop and close") : _ ("_Close"));
  adw_message_dialog_set_response_appearance (dialog, "close", ADW_RESPONSE_DESTRUCTIVE);
  if (!running)
    {
      adw_message_dialog_add_response (dialog, "export", _ ("_Export…"));
      adw_message_dialog_set_response_appearance (dialog, "export", ADW_RESPONSE_SUGGESTED);
    }
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_default_response (dialog, running ? "cancel" : "export");
  return dialog;
}

static void
release_inhibit (GraftWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (application != NULL && self->inhibit_cookie != 0)
    gtk_application_uninhibit (application, self->inhibit_cookie);
  self->inhibit_cookie = 0;
}

gboolean
graft_window_close_request (GtkWindow *window)
{
  GraftWindow *self = GRAFT_WINDOW (window);
  AdwMessageDialog *dialog;

  if (self->closing || !would_lose (self))
    {
      /* The application forgets its windows, but not what they asked of it. */
      self->closing = TRUE;
      release_inhibit (self);
      return GDK_EVENT_PROPAGATE;
    }
  dialog = make_dialog (self);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return GDK_EVENT_STOP;
}

void
graft_window_update_inhibit (GraftWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  gboolean wanted = !self->closing && would_lose (self);

  if (application == NULL || wanted == (self->inhibit_cookie != 0))
    return;
  if (wanted)
    self->inhibit_cookie
        = gtk_application_inhibit (application, GTK_WINDOW (self), GTK_APPLICATION_INHIBIT_LOGOUT,
                                   _ ("Changes to a boot set were not exported"));
  else
    release_inhibit (self);
}
