/* graft-export-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-export-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "coders/graft-compression.h"
#include "dialogs/graft-export-estimate.h"
#include "dialogs/graft-export-run.h"
#include "export/graft-export-target.h"
#include "session/graft-document.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-grow-group.h"
#include "widgets/graft-layer-text.h"
#include "widgets/graft-size-text.h"

#define GRAFT_TYPE_EXPORT_DIALOG (graft_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GraftExportDialog, graft_export_dialog, GRAFT, EXPORT_DIALOG, AdwWindow)

/**
 * GraftExportDialog:
 * @parent_folder: (nullable): where the new folder will be made; NULL until it is chosen, where a
 *   sandbox shows none that could be proposed
 * @estimate: (nullable): of what is chosen now; NULL until it is made
 * @estimate_job: (nullable): makes it
 * @compressions: (element-type utf8 utf8): path of a layer to what was chosen for it
 * @rows: (element-type utf8 AdwActionRow): by a layer's path; borrowed from the group
 */
struct _GraftExportDialog
{
  AdwWindow parent_instance;

  AdwEntryRow *name_row;
  AdwActionRow *folder_row;
  GraftGrowGroup *grow_group;
  AdwPreferencesGroup *layers_group;
  AdwComboRow *effort_row;
  GtkSwitch *full_switch;
  GtkLabel *reason_label;
  GtkButton *export_button;

  GraftSession *session;
  char *parent_folder;
  GraftExportEstimate *estimate;
  GraftJob *estimate_job;
  GHashTable *compressions;
  GHashTable *rows;
};

G_DEFINE_FINAL_TYPE (GraftExportDialog, graft_export_dialog, ADW_TYPE_WINDOW)

/* NAME_MAX of Linux, bytes. */
#define MAX_NAME 255

/* What can be chosen, in the order of the list; the first is the image's own. Those after lzo are
 * for an initrd only: no kernel reads a squashfs of them, and a squashfs has no "none" that its
 * readers would all take. */
static const char *const choices[]
    = { NULL, "xz", "zstd", "gzip", "lz4", "lzo", "none", "bzip2", "lzma" };
#define N_CHOICES_OF_SQUASHFS 6

static char *
dup_target (GraftExportDialog *self)
{
  return g_build_filename (self->parent_folder,
                           gtk_editable_get_text (GTK_EDITABLE (self->name_row)), NULL);
}

/* What is wrong with the new folder; NULL: nothing. */
static char *
find_reason_of_target (GraftExportDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  if (self->parent_folder == NULL)
    return g_strdup (_ ("Choose the folder that the new one will be made in"));
  target = dup_target (self);
  if (name[0] == '\0')
    return g_strdup (_ ("Give the new folder a name"));
  if (strchr (name, '/') != NULL || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return g_strdup (_ ("A name has no “/”, and is neither “.” nor “..”"));
  if (strlen (name) > MAX_NAME)
    return g_strdup (_ ("A name cannot be longer than 255 bytes."));
  if (g_file_test (target, G_FILE_TEST_EXISTS))
    return g_strdup_printf (_ ("“%s” exists already: an export is always a new folder"), name);
  if (!graft_export_target_check_outside (target, graft_session_get_folder (self->session), &error))
    return g_strdup (error->message);
  return NULL;
}

/* Why a layer as it is now cannot be written; NULL: it can. */
static char *
find_reason_of_layer (GraftLayer *layer)
{
  const GraftLayerRoom *room = graft_layer_get_room (layer);
  g_autofree char *path = NULL;

  /* What lies in another image is carried over with that, read or not. */
  if (graft_layer_get_problem (layer) != NULL && !graft_layer_is_inside (layer))
    return g_strdup (graft_layer_get_problem (layer)->message);
  if (room != NULL && room->problem != NULL)
    return g_strdup (room->problem);
  if (graft_layer_is_in_place (layer) || !graft_layer_is_changed (layer))
    return NULL;
  path = graft_name_escape (graft_layer_get_path (layer));
  return g_strdup_printf (
      _ ("%s was edited inside, and then replaced, moved or deleted as a file: undo one of "
         "the two"),
      path);
}

/* Why it cannot start, in the user's words; NULL: it can. */
static char *
find_reason (GraftExportDialog *self)
{
  GListModel *layers = graft_session_get_layers (self->session);
  char *reason = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      reason = find_reason_of_layer (layer);
      if (reason != NULL)
        return reason;
    }
  reason = find_reason_of_target (self);
  if (reason == NULL && self->estimate != NULL && self->estimate->problem != NULL)
    reason = g_strdup (self->estimate->problem->message);
  return reason;
}

static void
check (GraftExportDialog *self)
{
  g_autofree char *reason = find_reason (self);

  gtk_label_set_text (self->reason_label, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason_label), reason != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->export_button), reason == NULL);
}

static void
show_space (GraftExportDialog *self)
{
  g_autofree char *folder = self->parent_folder != NULL
                                ? graft_document_dup_display_name (self->parent_folder)
                                : g_strdup (_ ("None is chosen"));
  g_autofree char *text = NULL, *markup = NULL;

  if (self->estimate == NULL || self->estimate->free_bytes == G_MAXUINT64)
    text = g_strdup (folder);
  else
    {
      g_autofree char *needed = graft_size_text (self->estimate->total);
      g_autofree char *room = graft_size_text (self->estimate->free_bytes);

      text = g_strdup_printf (_ ("%s\nAbout %s needed, %s free"), folder, needed, room);
    }
  markup = g_markup_escape_text (text, -1);
  adw_action_row_set_subtitle (self->folder_row, markup);
}

/* What is to be said of a file that is written anew. */
static char *
describe_written (GraftExportDialog *self, GraftLayer *layer)
{
  const guint64 *expected
      = self->estimate != NULL
            ? g_hash_table_lookup (self->estimate->sizes, graft_layer_get_path (layer))
            : NULL;
  gboolean changed = graft_layer_is_changed (layer);
  g_autofree char *size = graft_size_text (graft_layer_get_file_size (layer));
  g_autofree char *after = expected != NULL ? graft_size_text (*expected) : NULL;

  if (after == NULL)
    return changed ? g_strdup_printf (_ ("changed · %s"), size)
                   : g_strdup_printf (_ ("packed anew · %s"), size);
  return changed ? g_strdup_printf (_ ("changed · %s, about %s afterwards"), size, after)
                 : g_strdup_printf (_ ("packed anew · %s, about %s afterwards"), size, after);
}

/* It is no file of its own, and is written with the one around it. */
static char *
describe_inside (GraftLayer *layer)
{
  g_autofree char *place = graft_layer_text_dup_place (layer);

  return graft_layer_is_changed (layer) ? g_strdup_printf (_ ("changed · %s"), place)
                                        : g_strdup_printf (_ ("unchanged · %s"), place);
}

static gboolean
is_anything_written (GraftExportDialog *self)
{
  GListModel *layers = graft_session_get_layers (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_is_changed (layer))
        return TRUE;
    }
  return g_hash_table_size (self->compressions) > 0;
}

static void
show_layer (GraftExportDialog *self, GraftLayer *layer)
{
  const char *path = graft_layer_get_path (layer);
  AdwActionRow *row = g_hash_table_lookup (self->rows, path);
  g_autofree char *size = graft_size_text (graft_layer_get_file_size (layer));
  g_autofree char *growth = graft_layer_text_dup_growth (layer);
  g_autofree char *text = NULL, *full = NULL, *markup = NULL;

  if (graft_layer_is_inside (layer))
    text = describe_inside (layer);
  else if (graft_layer_is_changed (layer) || g_hash_table_contains (self->compressions, path))
    text = describe_written (self, layer);
  else if (graft_layer_get_role (layer) == GRAFT_ROLE_TREE_INFO && is_anything_written (self))
    text = g_strdup_printf (_ ("gets the new checksums of what is changed · %s"), size);
  else
    text = g_strdup_printf (_ ("unchanged: copied as it is · %s"), size);
  full = growth != NULL ? g_strdup_printf ("%s · %s", text, growth) : g_strdup (text);
  markup = g_markup_escape_text (full, -1);
  adw_action_row_set_subtitle (row, markup);
}

static void
show_growth (GraftExportDialog *self)
{
  GListModel *layers = graft_session_get_layers (self->session);
  guint64 growth = 0;
  guint n_growing = 0;

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);
      const GraftLayerRoom *room = graft_layer_get_room (layer);

      growth += room != NULL ? room->growth : 0;
      n_growing += room != NULL && room->growth > 0;
    }
  graft_grow_group_show (self->grow_group, growth, n_growing,
                         graft_session_get_may_grow (self->session));
}

static void
show_estimate (GraftExportDialog *self)
{
  GListModel *layers = graft_session_get_layers (self->session);

  show_space (self);
  show_growth (self);
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (g_hash_table_contains (self->rows, graft_layer_get_path (layer)))
        show_layer (self, layer);
    }
  check (self);
}

/* What the worker fills, and whose it is. */
typedef struct
{
  GraftExportDialog *dialog;
  GraftExportEstimate *estimate;
} Estimating;

static void
estimating_free (gpointer data)
{
  Estimating *self = data;

  g_clear_pointer (&self->estimate, graft_export_estimate_free);
  g_object_unref (self->dialog);
  g_free (self);
}

static gboolean
make_estimate (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
               GError **error)
{
  return graft_export_estimate_make (set, ((Estimating *)data)->estimate, progress, cancellable,
                                     error);
}

static void
on_estimated (GraftJob *job, const GError *error, gpointer data)
{
  Estimating *estimating = data;
  GraftExportDialog *self = estimating->dialog;

  /* Of another choice, or the dialog is closed. */
  if (job != self->estimate_job)
    return;
  g_clear_object (&self->estimate_job);
  if (error != NULL)
    return;
  self->estimate = g_steal_pointer (&estimating->estimate);
  show_estimate (self);
}

static void
stop_estimating (GraftExportDialog *self)
{
  if (self->estimate_job != NULL)
    graft_job_cancel (self->estimate_job);
  g_clear_object (&self->estimate_job);
  g_clear_pointer (&self->estimate, graft_export_estimate_free);
}

static void
start_estimating (GraftExportDialog *self)
{
  Estimating *estimating = g_new0 (Estimating, 1);

  stop_estimating (self);
  estimating->dialog = g_object_ref (self);
  estimating->estimate = graft_export_estimate_new (self->parent_folder, self->compressions);
  g_set_object (&self->estimate_job, graft_session_run (self->session, NULL, make_estimate,
                                                        on_estimated, estimating, estimating_free));
  show_estimate (self);
}

/* The layers are read anew before, and the estimate is made after them. */
static void
on_grow (GraftExportDialog *self)
{
  graft_session_set_may_grow (self->session, graft_grow_group_get_active (self->grow_group));
  start_estimating (self);
}

/* NULL: it is to be chosen. */
static void
set_parent_folder (GraftExportDialog *self, const char *folder)
{
  g_free (self->parent_folder);
  self->parent_folder = folder != NULL ? g_canonicalize_filename (folder, NULL) : NULL;
  start_estimating (self);
}

static void
on_folder_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  set_parent_folder (GRAFT_EXPORT_DIALOG (from), paths[0]);
}

static void
on_choose_folder (GraftExportDialog *self)
{
  graft_choose (GTK_WIDGET (self), GRAFT_CHOOSE_FOLDER,
                _ ("Choose where the new folder will be made"), _ ("_Choose"), on_folder_chosen,
                NULL);
}

static void
on_compression (AdwComboRow *row, GParamSpec *pspec, GraftExportDialog *self)
{
  const char *path = g_object_get_data (G_OBJECT (row), "path");
  guint selected = adw_combo_row_get_selected (row);

  if (selected == 0 || selected >= G_N_ELEMENTS (choices))
    g_hash_table_remove (self->compressions, path);
  else
    g_hash_table_insert (self->compressions, g_strdup (path), g_strdup (choices[selected]));
  start_estimating (self);
}

static GtkStringList *
list_compressions (GraftLayer *layer)
{
  const char *own = graft_image_get_compression (graft_layer_get_image (layer));
  g_autofree char *first = g_strdup_printf (_ ("As it is (%s)"), own);
  GtkStringList *list = gtk_string_list_new (NULL);
  guint count = graft_layer_get_role (layer) == GRAFT_ROLE_INITRD ? G_N_ELEMENTS (choices)
                                                                  : N_CHOICES_OF_SQUASHFS;

  gtk_string_list_append (list, first);
  for (guint i = 1; i < count; i++)
    gtk_string_list_append (list, choices[i]);
  return list;
}

/* What lies in another image is packed with it, and a file system is not packed at all. */
static gboolean
has_compression (GraftLayer *layer)
{
  return graft_layer_get_root (layer) != NULL && !graft_layer_is_inside (layer)
         && !graft_image_keeps_size (graft_layer_get_image (layer));
}

/* Files that become whatever the layer's own file becomes. */
static void
add_copies (GraftExportDialog *self, GraftLayer *layer)
{
  const char *const *copies = graft_layer_get_copies (layer);
  g_autofree char *original = graft_name_escape (graft_layer_get_path (layer));
  g_autofree char *text = g_strdup_printf (_ ("copy of %s"), original);
  g_autofree char *subtitle = g_markup_escape_text (text, -1);

  for (guint i = 0; copies != NULL && copies[i] != NULL; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *name = graft_name_escape (copies[i]);
      g_autofree char *markup = g_markup_escape_text (name, -1);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), markup);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
      adw_preferences_group_add (self->layers_group, row);
    }
}

static GtkWidget *
make_layer_row (GraftExportDialog *self, GraftLayer *layer)
{
  gboolean has_tree = has_compression (layer);
  GtkWidget *row = has_tree ? adw_combo_row_new () : adw_action_row_new ();
  g_autofree char *name = graft_layer_text_dup_name (layer);
  g_autofree char *markup = g_markup_escape_text (name, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), markup);
  g_hash_table_insert (self->rows, g_strdup (graft_layer_get_path (layer)), row);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  if (has_tree)
    {
      g_autoptr (GtkStringList) list = list_compressions (layer);

      adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
      g_object_set_data_full (G_OBJECT (row), "path", g_strdup (graft_layer_get_path (layer)),
                              g_free);
      g_signal_connect (row, "notify::selected", G_CALLBACK (on_compression), self);
    }
  return row;
}

static void
on_export (GraftExportDialog *self)
{
  static const GraftEffort efforts[]
      = { GRAFT_EFFORT_FAST, GRAFT_EFFORT_SAME, GRAFT_EFFORT_SMALLEST };
  g_autofree char *target = NULL;
  const GraftExportOptions options = {
    .effort = efforts[MIN (adw_combo_row_get_selected (self->effort_row), 2)],
    .compressions = self->compressions,
    .full = gtk_switch_get_active (self->full_switch),
  };

  check (self);
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->export_button)))
    return;
  target = dup_target (self);
  graft_export_run (gtk_window_get_transient_for (GTK_WINDOW (self)), self->session, target,
                    &options);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_cancel (GraftExportDialog *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
graft_export_dialog_dispose (GObject *object)
{
  GraftExportDialog *self = GRAFT_EXPORT_DIALOG (object);

  stop_estimating (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_EXPORT_DIALOG);
  g_clear_object (&self->session);
  g_clear_pointer (&self->compressions, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->parent_folder, g_free);
  G_OBJECT_CLASS (graft_export_dialog_parent_class)->dispose (object);
}

static void
graft_export_dialog_class_init (GraftExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_export_dialog_dispose;
  g_type_ensure (GRAFT_TYPE_GROW_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/dialogs/graft-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, grow_group);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, layers_group);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, effort_row);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, full_switch);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, reason_label);
  gtk_widget_class_bind_template_child (widget_class, GraftExportDialog, export_button);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_folder);
  gtk_widget_class_bind_template_callback (widget_class, on_grow);
  gtk_widget_class_bind_template_callback (widget_class, on_export);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
graft_export_dialog_init (GraftExportDialog *self)
{
  self->compressions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Beside the set, named after it and the kernel it has now: "clonezilla-6.1.0-56-amd64". */
static void
propose (GraftExportDialog *self)
{
  const char *folder = graft_session_get_folder (self->session);
  g_autofree char *absolute = g_canonicalize_filename (folder, NULL);
  g_autofree char *parent = g_path_get_dirname (absolute);
  g_autofree char *title = graft_session_dup_title (self->session);
  GraftLayer *kernel = graft_session_get_kernel (self->session);
  const char *release = kernel != NULL ? graft_layer_get_release (kernel) : NULL;
  g_autofree char *name = NULL;

  for (guint i = 1; name == NULL; i++)
    {
      g_autofree char *suffix = i > 1 ? g_strdup_printf ("-%u", i) : g_strdup ("");
      g_autofree char *tried
          = g_strdup_printf ("%s-%s%s", title, release != NULL ? release : "new", suffix);
      g_autofree char *path = g_build_filename (parent, tried, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        name = g_steal_pointer (&tried);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
  /* What lies around a folder that a sandbox was given is not the user's. */
  set_parent_folder (self, graft_document_can_hold (parent) ? parent : NULL);
}

void
graft_export_dialog_present (GtkWindow *parent, GraftSession *session)
{
  GraftExportDialog *self = g_object_new (GRAFT_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  GListModel *layers = graft_session_get_layers (session);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "edited", G_CALLBACK (show_estimate), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      adw_preferences_group_add (self->layers_group, make_layer_row (self, layer));
      add_copies (self, layer);
    }
  propose (self);
  gtk_window_present (GTK_WINDOW (self));
  /* The text, not its row: it is there to be typed over. */
  gtk_widget_grab_focus (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->name_row))));
}
