/* graft-cobbler-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-cobbler-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "bootset/graft-cobbler-list.h"
#include "dialogs/graft-cobbler-report.h"
#include "dialogs/graft-error-dialog.h"
#include "session/graft-job.h"
#include "widgets/graft-chooser.h"

/* So many are looked over without a search. */
#define MANY 8
/* Of a row: the distro's name, raw. */
#define NAME "graft-name"

#define GRAFT_TYPE_COBBLER_DIALOG (graft_cobbler_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GraftCobblerDialog, graft_cobbler_dialog, GRAFT, COBBLER_DIALOG, AdwWindow)

/**
 * GraftCobblerDialog:
 * @folder: where Cobbler's records are looked for
 * @listing: (nullable): the job that does it
 */
struct _GraftCobblerDialog
{
  AdwWindow parent_instance;

  AdwPreferencesGroup *found_group;
  GtkSearchEntry *filter_entry;
  GtkListBox *found_list;
  GtkTextView *report_view;
  GtkListBox *report_list;

  char *folder;
  GraftJob *listing;
};

G_DEFINE_FINAL_TYPE (GraftCobblerDialog, graft_cobbler_dialog, ADW_TYPE_WINDOW)

/* What the worker fills, and whose it is. */
typedef struct
{
  GraftCobblerDialog *dialog; /* nullable, weak */
  char *folder;               /* as it was asked for; then where the records are */
  GPtrArray *distros;
} Listing;

static void
listing_free (gpointer data)
{
  Listing *self = data;

  g_clear_weak_pointer (&self->dialog);
  g_clear_pointer (&self->distros, g_ptr_array_unref);
  g_free (self->folder);
  g_free (self);
}

static void
clear (GtkListBox *list)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

static GtkWidget *
add_row (GtkListBox *list, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *subtitle_markup = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title_markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle_markup);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_list_box_append (list, row);
  return row;
}

static void
add_distro (GtkListBox *list, const GraftCobblerDistro *distro)
{
  gboolean here = graft_cobbler_distro_is_here (distro);
  g_autofree char *name = graft_name_escape (distro->name);
  g_autofree char *kernel = graft_name_escape (distro->kernel);
  g_autofree char *subtitle
      = here ? g_strdup (kernel)
             : g_strdup_printf (_ ("%s: this kernel or its initrd is not on this machine"), kernel);
  GtkWidget *row = add_row (list, name, subtitle);

  g_object_set_data_full (G_OBJECT (row), NAME, g_strdup (distro->name), g_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), here);
  gtk_widget_set_sensitive (row, here);
  if (here)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               gtk_image_new_from_icon_name ("go-next-symbolic"));
}

static void
show_found (GraftCobblerDialog *self, GPtrArray *distros)
{
  g_autofree char *folder = g_filename_display_name (self->folder);
  g_autofree char *markup = g_markup_escape_text (folder, -1);

  clear (self->found_list);
  adw_preferences_group_set_description (self->found_group, markup);
  gtk_editable_set_text (GTK_EDITABLE (self->filter_entry), "");
  gtk_widget_set_visible (GTK_WIDGET (self->filter_entry), distros->len > MANY);
  for (guint i = 0; i < distros->len; i++)
    add_distro (self->found_list, g_ptr_array_index (distros, i));
  if (distros->len == 0)
    {
      GtkWidget *row = add_row (self->found_list, _ ("There are no distros here"),
                                _ ("Choose where a server's disk is mounted, or open this on the "
                                   "Cobbler server itself."));

      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
    }
}

static gboolean
list_distros (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Listing *self = data;
  char *found = graft_cobbler_find_folder (self->folder);

  if (found != NULL)
    {
      g_free (self->folder);
      self->folder = found;
    }
  self->distros = graft_cobbler_list (self->folder);
  return TRUE;
}

static void
on_listed (GraftJob *job, const GError *error, gpointer data)
{
  Listing *listing = data;
  GraftCobblerDialog *self = listing->dialog;

  /* It is closed, or another folder was chosen. */
  if (self == NULL || job != self->listing)
    return;
  g_clear_object (&self->listing);
  g_free (self->folder);
  self->folder = g_steal_pointer (&listing->folder);
  show_found (self, listing->distros);
}

static void
start_listing (GraftCobblerDialog *self, const char *folder)
{
  g_autoptr (GraftJob) job = graft_job_new (_ ("Looking for distros"));
  Listing *listing = g_new0 (Listing, 1);

  g_set_weak_pointer (&listing->dialog, self);
  listing->folder = g_strdup (folder);
  g_set_object (&self->listing, job);
  graft_job_start (job, list_distros, on_listed, listing, listing_free);
}

static void
on_folder_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  start_listing (GRAFT_COBBLER_DIALOG (from), paths[0]);
}

static void
on_choose_folder (GraftCobblerDialog *self)
{
  graft_choose (GTK_WIDGET (self), GRAFT_CHOOSE_FOLDER, _ ("Choose a Cobbler server's folder"),
                _ ("_Choose"), on_folder_chosen, NULL);
}

static gboolean
is_wanted (GtkListBoxRow *row, gpointer data)
{
  GraftCobblerDialog *self = GRAFT_COBBLER_DIALOG (data);
  const char *name = g_object_get_data (G_OBJECT (row), NAME);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->filter_entry));
  g_autofree char *valid = name != NULL ? g_utf8_make_valid (name, -1) : NULL;
  g_autofree char *folded = valid != NULL ? g_utf8_casefold (valid, -1) : NULL;
  g_autofree char *wanted = g_utf8_casefold (text, -1);

  return folded == NULL || strstr (folded, wanted) != NULL;
}

static void
on_filter_changed (GraftCobblerDialog *self)
{
  gtk_list_box_invalidate_filter (self->found_list);
}

/* Takes @address. The dialog goes first: the set may get a window of its own. */
static void
open_address (GraftCobblerDialog *self, char *address)
{
  g_autofree char *path = address;
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  g_object_ref (parent);
  gtk_window_close (GTK_WINDOW (self));
  gtk_widget_activate_action (GTK_WIDGET (parent), "win.open-path", "^ay", path);
  g_object_unref (parent);
}

static void
on_found_activated (GraftCobblerDialog *self, GtkListBoxRow *row)
{
  const char *name = g_object_get_data (G_OBJECT (row), NAME);

  open_address (self, g_strdup_printf ("cobbler:%s#%s", self->folder, name));
}

static char *
dup_report (GraftCobblerDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->report_view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
on_report_changed (GraftCobblerDialog *self)
{
  g_autofree char *text = dup_report (self);
  g_autoptr (GPtrArray) distros = graft_cobbler_list_reported (text);

  clear (self->report_list);
  for (guint i = 0; i < distros->len; i++)
    add_distro (self->report_list, g_ptr_array_index (distros, i));
  if (distros->len == 0 && *text != '\0')
    {
      GtkWidget *row = add_row (self->report_list, _ ("This text tells of no distro"),
                                _ ("A report has lines with “Name :”, “Kernel :” and “Initrd :”."));

      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->report_list), *text != '\0');
}

static void
on_reported_activated (GraftCobblerDialog *self, GtkListBoxRow *row)
{
  const char *name = g_object_get_data (G_OBJECT (row), NAME);
  g_autofree char *text = dup_report (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = graft_cobbler_report_save (text, &error);

  if (path == NULL)
    graft_error_dialog_show (GTK_WIDGET (self), _ ("The report cannot be kept"), error);
  else
    open_address (self, g_strdup_printf ("%s#%s", path, name));
}

static void
graft_cobbler_dialog_dispose (GObject *object)
{
  GraftCobblerDialog *self = GRAFT_COBBLER_DIALOG (object);

  if (self->listing != NULL)
    graft_job_cancel (self->listing);
  g_clear_object (&self->listing);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_COBBLER_DIALOG);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (graft_cobbler_dialog_parent_class)->dispose (object);
}

static void
graft_cobbler_dialog_class_init (GraftCobblerDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_cobbler_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/dialogs/graft-cobbler-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftCobblerDialog, found_group);
  gtk_widget_class_bind_template_child (widget_class, GraftCobblerDialog, filter_entry);
  gtk_widget_class_bind_template_child (widget_class, GraftCobblerDialog, found_list);
  gtk_widget_class_bind_template_child (widget_class, GraftCobblerDialog, report_view);
  gtk_widget_class_bind_template_child (widget_class, GraftCobblerDialog, report_list);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_folder);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_found_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_reported_activated);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
graft_cobbler_dialog_init (GraftCobblerDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_filter_func (self->found_list, is_wanted, self, NULL);
  g_signal_connect_object (gtk_text_view_get_buffer (self->report_view), "changed",
                           G_CALLBACK (on_report_changed), self, G_CONNECT_SWAPPED);
}

void
graft_cobbler_dialog_present (GtkWindow *parent)
{
  GraftCobblerDialog *self
      = g_object_new (GRAFT_TYPE_COBBLER_DIALOG, "transient-for", parent, NULL);

  start_listing (self, GRAFT_COBBLER_FOLDER);
  gtk_window_present (GTK_WINDOW (self));
}
