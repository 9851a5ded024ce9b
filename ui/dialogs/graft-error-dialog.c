/* graft-error-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-error-dialog.h"

#include <glib/gi18n.h>

void
graft_error_dialog_show (GtkWidget *from, const char *heading, const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWidget *dialog;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading,
                                   error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}
