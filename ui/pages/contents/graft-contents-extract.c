/* graft-contents-extract.c: entries of an image to files of this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page-private.h"

#include "dialogs/graft-error-dialog.h"
#include "export/graft-extract.h"
#include "widgets/graft-toasts.h"

#include <glib/gi18n.h>

/* More sentences than these do not fit on a screen. */
#define MAX_NOTES 20

/**
 * Extract:
 * @entries: of GraftEntryItem, as they were when it was asked for
 * @folder: of this machine
 */
typedef struct
{
  GraftContentsPage *page;
  GListModel *entries;
  char *folder;
  GraftExtractReport *report;
} Extract;

static void
extract_free (Extract *self)
{
  g_object_unref (self->entries);
  g_object_unref (self->page);
  graft_extract_report_free (self->report);
  g_free (self->folder);
  g_free (self);
}

static gboolean
extract_all (Extract *self, GraftNode *root, GraftProgress *progress, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (root, error);
  guint n = directory != NULL ? graft_directory_get_n_entries (directory) : 0;

  if (directory == NULL)
    return FALSE;
  return graft_extract (n > 0 ? graft_directory_get_entry (directory, 0) : NULL, n, self->folder,
                        self->report, progress, cancellable, error);
}

static gboolean
extract (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
         GError **error)
{
  Extract *self = data;
  guint n = g_list_model_get_n_items (self->entries);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (GraftEntry));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (self->entries, i);
      GraftEntry entry
          = { (char *)graft_entry_item_get_name (item), graft_entry_item_get_node (item) };

      if (!graft_entry_item_is_node (item))
        return extract_all (self, entry.node, progress, cancellable, error);
      /* The list keeps the item. */
      g_array_append_val (entries, entry);
    }
  return graft_extract ((const GraftEntry *)(gpointer)entries->data, entries->len, self->folder,
                        self->report, progress, cancellable, error);
}

void
graft_contents_page_show_notes (GraftContentsPage *self, const char *heading, GPtrArray *notes)
{
  g_autoptr (GString) body = g_string_new (NULL);
  GtkWidget *dialog;

  if (notes == NULL || notes->len == 0)
    return;
  for (guint i = 0; i < notes->len && i < MAX_NOTES; i++)
    g_string_append_printf (body, "%s%s", i > 0 ? "\n" : "",
                            (const char *)g_ptr_array_index (notes, i));
  if (notes->len > MAX_NOTES)
    {
      g_string_append_c (body, '\n');
      g_string_append_printf (body, ngettext ("and %u more", "and %u more", notes->len - MAX_NOTES),
                              notes->len - MAX_NOTES);
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), heading,
                                   body->str);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_extracted (GraftJob *job, const GError *error, gpointer data)
{
  Extract *self = data;
  guint n = g_list_model_get_n_items (self->entries);
  g_autofree char *folder = g_filename_display_name (self->folder);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      graft_toasts_add (GTK_WIDGET (self->page),
                        _ ("Extraction stopped: what was extracted so far stays"));
      return;
    }
  if (error != NULL)
    {
      graft_error_dialog_show (GTK_WIDGET (self->page), _ ("Could not extract"), error);
      return;
    }
  text = g_strdup_printf (ngettext ("Extracted %u entry to %s", "Extracted %u entries to %s", n), n,
                          folder);
  graft_toasts_add (GTK_WIDGET (self->page), text);
  graft_contents_page_show_notes (self->page, _ ("Not everything was extracted"),
                                  self->report->notes);
}

static void
start (GraftContentsPage *page, GListModel *entries, const char *folder)
{
  guint n = g_list_model_get_n_items (entries);
  g_autofree char *label
      = g_strdup_printf (ngettext ("Extracting %u entry", "Extracting %u entries", n), n);
  Extract *self = g_new0 (Extract, 1);

  self->page = g_object_ref (page);
  self->entries = g_object_ref (entries);
  self->folder = g_strdup (folder);
  self->report = graft_extract_report_new ();
  /* It touches no set, but the window shows it and can cancel it. */
  graft_session_run (page->session, label, extract, on_extracted, self,
                     (GDestroyNotify)extract_free);
}

static void
on_chosen (GtkNativeDialog *dialog, int response, gpointer data)
{
  GListModel *entries = data;
  GraftContentsPage *page = g_object_get_data (G_OBJECT (dialog), "graft-page");
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && folder != NULL && g_file_peek_path (folder) != NULL)
    start (page, entries, g_file_peek_path (folder));
  g_clear_object (&page->chooser);
}

void
graft_contents_page_extract (GraftContentsPage *self, GListModel *entries)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Extract into a folder"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Extract"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_object_set_data (G_OBJECT (chooser), "graft-page", self);
  g_signal_connect_data (chooser, "response", G_CALLBACK (on_chosen), g_object_ref (entries),
                         (GClosureNotify)(void (*) (void))g_object_unref, 0);
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
  gtk_native_dialog_show (self->chooser);
}
