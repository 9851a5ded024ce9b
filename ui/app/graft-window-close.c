/* graft-window-close.c: nothing is lost by closing without having asked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "app/graft-window-private.h"
#include "base/graft-name.h"

static void
on_answer (AdwMessageDialog *dialog, const char *response, GraftWindow *self)
{
  self->asks = FALSE;
  if (g_str_equal (response, "close"))
    {
      self->closes = TRUE;
      gtk_window_close (GTK_WINDOW (self));
    }
  else if (g_str_equal (response, "export"))
    g_action_group_activate_action (G_ACTION_GROUP (self), "export", NULL);
}

static AdwMessageDialog *
new_question (GraftWindow *self, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);

  self->asks = TRUE;
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  return ADW_MESSAGE_DIALOG (dialog);
}

static void
ask_about_job (GraftWindow *self)
{
  g_autoptr (GraftJob) job = g_list_model_get_item (graft_session_get_jobs (self->session), 0);
  g_autofree char *label = graft_name_escape (graft_job_get_label (job));
  g_autofree char *body
      = graft_session_is_changed (self->session)
            ? g_strdup_printf (_ ("“%s” is not finished. What it has written so far is removed. "
                                  "The changes to the set that were not exported are lost."),
                               label)
            : g_strdup_printf (_ ("“%s” is not finished. What it has written so far is removed."),
                               label);
  AdwMessageDialog *dialog = new_question (self, _ ("Stop what is running?"), body);

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Keep running"), "close",
                                    _ ("_Stop and close"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "close", ADW_RESPONSE_DESTRUCTIVE);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_about_changes (GraftWindow *self)
{
  AdwMessageDialog *dialog
      = new_question (self, _ ("Export the changes first?"),
                      _ ("The set was changed, but not exported. What is not exported is lost when "
                         "the window closes."));

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "close",
                                    _ ("Close _without exporting"), "export", _ ("_Export…"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "close", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (dialog, "export", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "export");
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
graft_window_agree_to_close (GraftWindow *self)
{
  if (self->closes || self->session == NULL)
    return TRUE;
  if (self->asks)
    return FALSE;
  if (graft_window_has_jobs (self))
    ask_about_job (self);
  else if (graft_session_is_changed (self->session))
    ask_about_changes (self);
  else
    return TRUE;
  return FALSE;
}

void
graft_window_update_inhibit (GraftWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  gboolean changed = self->session != NULL && graft_session_is_changed (self->session);
  gboolean inhibit = !self->closes && (changed || graft_window_has_jobs (self));

  if (application == NULL || inhibit == (self->inhibit_cookie != 0))
    return;
  if (inhibit)
    self->inhibit_cookie = gtk_application_inhibit (
        application, GTK_WINDOW (self), GTK_APPLICATION_INHIBIT_LOGOUT,
        changed ? _ ("A boot set was changed, but not exported") : _ ("A boot set is at work"));
  else
    {
      gtk_application_uninhibit (application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}
