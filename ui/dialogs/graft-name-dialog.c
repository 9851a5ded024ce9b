/* graft-name-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-name-dialog.h"

#include "base/graft-name.h"

#include <glib/gi18n.h>

typedef struct
{
  AdwMessageDialog *dialog;
  GtkEditable *entry;
  GtkLabel *problem;
  char *name;
  GraftDirectory *taken;
  char *chosen;
  GraftNameChosen done;
  gpointer data;
  GDestroyNotify free_data;
} NameDialog;

static void
name_dialog_free (NameDialog *self)
{
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_clear_pointer (&self->taken, graft_directory_unref);
  g_free (self->chosen);
  g_free (self->name);
  g_free (self);
}

static void
on_changed (NameDialog *self)
{
  g_autofree char *problem = NULL;
  g_autofree char *chosen = NULL;

  problem = graft_name_dialog_check (gtk_editable_get_text (self->entry), self->name, self->taken,
                                     &chosen);
  gtk_label_set_text (self->problem, problem);
  if (problem != NULL && problem[0] != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  adw_message_dialog_set_response_enabled (self->dialog, "accept", problem == NULL);
  g_free (self->chosen);
  self->chosen = g_steal_pointer (&chosen);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, NameDialog *self)
{
  if (g_str_equal (response, "accept") && self->chosen != NULL
      && g_strcmp0 (self->chosen, self->name) != 0)
    self->done (self->chosen, self->data);
}

static GtkWidget *
make_content (NameDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *entry = adw_entry_row_new ();
  GtkWidget *problem = gtk_label_new (NULL);
  g_autofree char *shown = self->name != NULL ? graft_name_escape (self->name) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Name"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  if (shown != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), shown);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  gtk_label_set_wrap (GTK_LABEL (problem), TRUE);
  gtk_label_set_xalign (GTK_LABEL (problem), 0);
  gtk_widget_add_css_class (problem, "error");
  gtk_widget_add_css_class (problem, "caption");
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), problem);
  self->entry = GTK_EDITABLE (entry);
  self->problem = GTK_LABEL (problem);
  return box;
}

void
graft_name_dialog_present (GtkWidget *from, const char *heading, const char *accept,
                           const char *name, GraftDirectory *taken, GraftNameChosen done,
                           gpointer data, GDestroyNotify free_data)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, NULL);
  NameDialog *self = g_new0 (NameDialog, 1);

  self->dialog = ADW_MESSAGE_DIALOG (dialog);
  self->name = g_strdup (name);
  self->taken = taken != NULL ? graft_directory_ref (taken) : NULL;
  self->done = done;
  self->data = data;
  self->free_data = free_data;
  adw_message_dialog_add_responses (self->dialog, "cancel", _ ("_Cancel"), "accept", accept, NULL);
  adw_message_dialog_set_response_appearance (self->dialog, "accept", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (self->dialog, "accept");
  adw_message_dialog_set_close_response (self->dialog, "cancel");
  adw_message_dialog_set_extra_child (self->dialog, make_content (self));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), self);
  g_object_set_data_full (G_OBJECT (dialog), "graft-name-dialog", self,
                          (GDestroyNotify)name_dialog_free);
  on_changed (self);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
