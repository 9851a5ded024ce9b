/* graft-export-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-export-run.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "dialogs/graft-error-dialog.h"
#include "widgets/graft-size-text.h"
#include "widgets/graft-toasts.h"

/**
 * Run:
 * @window: (nullable): weak
 * @report: (nullable): of the worker
 * @rest: (nullable): what is left to do by the user
 */
typedef struct
{
  GtkWindow *window;
  GraftSession *session;
  char *target;
  GraftExportOptions options;
  GraftExportReport *report;
  char *rest;
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->report, graft_export_report_free);
  g_clear_pointer (&self->options.compressions, g_hash_table_unref);
  g_clear_pointer (&self->options.steps, g_ptr_array_unref);
  g_object_unref (self->session);
  g_free (self->target);
  g_free (self->rest);
  g_free (self);
}

static gboolean export(GraftBootSet *set, gpointer data, GraftProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  Run *self = data;

  self->report
      = graft_export_to_folder (set, self->target, &self->options, progress, cancellable, error);
  if (graft_boot_set_get_distro (set) != NULL)
    self->rest = graft_cobbler_distro_dup_rest (graft_boot_set_get_distro (set),
                                                graft_boot_set_get_folder (set), FALSE);
  return self->report != NULL;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  const char *target = data;
  g_autofree char *uri = NULL;

  if (strcmp (response, "show") != 0)
    return;
  uri = g_filename_to_uri (target, NULL, NULL);
  if (uri != NULL)
    gtk_show_uri (gtk_window_get_transient_for (GTK_WINDOW (dialog)), uri, GDK_CURRENT_TIME);
}

static char *
describe (GraftExportReport *report, const char *rest)
{
  GString *text = g_string_new (_ ("All of it was read back and compared."));

  g_string_append (text, "\n");
  for (guint i = 0; i < report->images->len; i++)
    {
      const GraftExported *image = g_ptr_array_index (report->images, i);
      g_autofree char *name = graft_name_escape (image->path);
      g_autofree char *size = graft_size_text (image->size);
      g_autofree char *copied = graft_size_text (image->copied);
      g_autofree char *encoded = graft_size_text (image->encoded);
      g_autofree char *grown = graft_size_text (image->grown);

      g_string_append_c (text, '\n');
      if (image->copy_of != NULL)
        {
          g_autofree char *original = graft_name_escape (image->copy_of);

          g_string_append_printf (text, _ ("%s: copy of %s"), name, original);
        }
      else if (image->changed && image->encoded == 0)
        g_string_append_printf (text, _ ("%s: %s, replaced"), name, size);
      else if (image->changed && image->grown > 0)
        g_string_append_printf (text, _ ("%s: %s (%s copied, %s new), its file system grew by %s"),
                                name, size, copied, encoded, grown);
      else if (image->changed)
        g_string_append_printf (text, _ ("%s: %s (%s copied, %s new)"), name, size, copied,
                                encoded);
      else
        g_string_append_printf (text, _ ("%s: %s, unchanged"), name, size);
    }
  if (rest != NULL)
    g_string_append_printf (text, "\n\n%s", rest);
  return g_string_free (text, FALSE);
}

static void
free_target (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
show_result (Run *self)
{
  g_autofree char *name = g_filename_display_basename (self->target);
  g_autofree char *heading = g_strdup_printf (_ ("“%s” is ready ✓"), name);
  g_autofree char *body = describe (self->report, self->rest);
  GtkWidget *dialog = adw_message_dialog_new (self->window, heading, body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_response (message, "close", _ ("_Close"));
  adw_message_dialog_add_response (message, "show", _ ("_Show in folder"));
  adw_message_dialog_set_response_appearance (message, "show", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "show");
  adw_message_dialog_set_close_response (message, "close");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), g_strdup (self->target),
                         free_target, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_exported (GraftJob *job, const GError *error, gpointer data)
{
  Run *self = data;

  if (error == NULL)
    graft_session_mark_exported (self->session);
  if (self->window == NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    graft_toasts_add (GTK_WIDGET (self->window),
                      _ ("The export was cancelled; nothing of it remains"));
  else if (error != NULL)
    graft_error_dialog_show (GTK_WIDGET (self->window), _ ("The set was not exported"), error);
  else
    show_result (self);
}

static GHashTable *
copy_compressions (GHashTable *from)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gpointer key, value;
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

void
graft_export_run (GtkWindow *window, GraftSession *session, const char *target,
                  const GraftExportOptions *options)
{
  Run *self = g_new0 (Run, 1);
  g_autofree char *name = g_filename_display_basename (target);
  g_autofree char *label = g_strdup_printf (_ ("Exporting to %s"), name);

  g_set_weak_pointer (&self->window, window);
  self->session = g_object_ref (session);
  self->target = g_strdup (target);
  self->options = *options;
  if (options->compressions != NULL)
    self->options.compressions = copy_compressions (options->compressions);
  self->options.steps = g_ptr_array_ref (graft_session_get_steps (session));
  graft_session_run (session, label, export, on_exported, self, run_free);
}
