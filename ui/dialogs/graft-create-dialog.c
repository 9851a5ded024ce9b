/* graft-create-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-create-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "dialogs/graft-create-run.h"
#include "formats/ext4/graft-ext4-image.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-size-text.h"

#define GRAFT_TYPE_CREATE_DIALOG (graft_create_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GraftCreateDialog, graft_create_dialog, GRAFT, CREATE_DIALOG, AdwWindow)

/* Of a volume's label, bytes (s_volume_name in the superblock, Documentation/filesystems/ext4). */
#define MAX_LABEL 16

/**
 * GraftCreateDialog:
 * @request: what is chosen so far; @options are filled when they are needed
 * @measuring: (nullable): computes the size
 * @problem: (nullable): why that could not be done
 */
struct _GraftCreateDialog
{
  AdwWindow parent_instance;

  AdwActionRow *source_row;
  AdwComboRow *kind_row;
  AdwComboRow *features_row;
  AdwEntryRow *label_row;
  AdwComboRow *compression_row;
  AdwComboRow *effort_row;
  AdwActionRow *owners_row;
  GtkSwitch *owners_switch;
  AdwActionRow *size_row;
  GtkLabel *reason_label;
  GtkButton *create_button;

  GraftSession *session;
  GraftCreateRequest *request;
  GraftJob *measuring;
  char *problem;
};

G_DEFINE_FINAL_TYPE (GraftCreateDialog, graft_create_dialog, ADW_TYPE_WINDOW)

/* The first is what a kind has unless another is chosen. */
static const char *const of_squashfs[] = { "xz", "zstd", "gzip", "lz4", "lzo", NULL };
static const char *const of_newc[]
    = { "none", "xz", "zstd", "gzip", "lz4", "lzo", "bzip2", "lzma", NULL };

static GraftCreateKind
get_kind (GraftCreateDialog *self)
{
  static const GraftCreateKind kinds[]
      = { GRAFT_CREATE_EXT4, GRAFT_CREATE_SQUASHFS, GRAFT_CREATE_NEWC };

  return kinds[MIN (adw_combo_row_get_selected (self->kind_row), G_N_ELEMENTS (kinds) - 1)];
}

/* The ext4 that the source comes from; NULL: it comes from none. */
static GraftImage *
get_original (GraftCreateDialog *self)
{
  GraftImage *image
      = self->request->layer != NULL ? graft_layer_get_image (self->request->layer) : NULL;

  return GRAFT_IS_EXT4_IMAGE (image) ? image : NULL;
}

static gboolean
has_source (GraftCreateDialog *self)
{
  return self->request->node != NULL || self->request->folder != NULL;
}

/* As the rows are now. */
static void
fill_options (GraftCreateDialog *self)
{
  static const GraftEffort efforts[]
      = { GRAFT_EFFORT_FAST, GRAFT_EFFORT_SAME, GRAFT_EFFORT_SMALLEST };
  GraftCreateOptions *options = &self->request->options;
  const char *label = gtk_editable_get_text (GTK_EDITABLE (self->label_row));
  gboolean same = adw_combo_row_get_selected (self->features_row) == 0;
  GraftCreateKind kind = get_kind (self);
  const char *compression = NULL;

  if (kind != GRAFT_CREATE_EXT4)
    {
      GtkStringObject *chosen = adw_combo_row_get_selected_item (self->compression_row);

      compression = chosen != NULL ? gtk_string_object_get_string (chosen) : NULL;
    }
  g_clear_object (&options->like);
  g_free ((char *)options->label);
  g_free ((char *)options->compression);
  *options = (GraftCreateOptions){
    .kind = kind,
    .like = kind == GRAFT_CREATE_EXT4 && same && get_original (self) != NULL
                ? g_object_ref (get_original (self))
                : NULL,
    .label = kind == GRAFT_CREATE_EXT4 && *label != '\0' ? g_strdup (label) : NULL,
    .compression = g_strdup (compression),
    .effort = efforts[MIN (adw_combo_row_get_selected (self->effort_row), 2)],
    .own = self->request->folder != NULL && !gtk_switch_get_active (self->owners_switch),
    .time = -1,
  };
}

/* Why it cannot start, in the user's words; NULL: it can. */
static char *
dup_reason (GraftCreateDialog *self)
{
  const char *label = gtk_editable_get_text (GTK_EDITABLE (self->label_row));

  if (!has_source (self))
    return g_strdup (_ ("Choose a folder of this computer; or select one in the contents, and then "
                        "“New image…”"));
  if (get_kind (self) == GRAFT_CREATE_EXT4 && strlen (label) > MAX_LABEL)
    return g_strdup (_ ("An ext4 has room for a label of 16 bytes; this one is longer"));
  return g_strdup (self->problem);
}

static void
check (GraftCreateDialog *self)
{
  g_autofree char *reason = dup_reason (self);

  gtk_label_set_text (self->reason_label, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason_label), reason != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->create_button), reason == NULL);
}

/* What the worker fills, and whose it is. */
typedef struct
{
  GraftCreateDialog *dialog;
  GraftCreateRequest *request;
  GraftCreateSize size;
} Measuring;

static void
measuring_free (gpointer data)
{
  Measuring *self = data;

  graft_create_request_free (self->request);
  g_object_unref (self->dialog);
  g_free (self);
}

static gboolean
measure (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Measuring *self = data;

  return graft_create_request_measure (self->request, &self->size, cancellable, error);
}

/* Takes @text. */
static void
show_size (GraftCreateDialog *self, char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (self->size_row, markup);
  g_free (text);
}

static void
on_measured (GraftJob *job, const GError *error, gpointer data)
{
  Measuring *measuring = data;
  GraftCreateDialog *self = measuring->dialog;
  guint64 n = measuring->size.n_entries;
  g_autofree char *size = graft_size_text (measuring->size.size);
  g_autofree char *content = graft_size_text (measuring->size.content);
  g_autofree char *entries
      = g_strdup_printf (ngettext ("%s entry", "%s entries", n), GRAFT_NUMBER (n));

  /* Of another choice, or the dialog is closed. */
  if (job != self->measuring)
    return;
  g_clear_object (&self->measuring);
  if (error != NULL)
    {
      self->problem = g_strdup (error->message);
      show_size (self, g_strdup (_ ("cannot be computed")));
    }
  else if (measuring->size.size > 0)
    show_size (self, g_strdup_printf (_ ("%s · %s, with %s in files"), size, entries, content));
  else
    show_size (self, g_strdup_printf (_ ("known when it is packed · %s, with %s in files"), entries,
                                      content));
  check (self);
}

static void
stop_measuring (GraftCreateDialog *self)
{
  if (self->measuring != NULL)
    graft_job_cancel (self->measuring);
  g_clear_object (&self->measuring);
  g_clear_pointer (&self->problem, g_free);
}

static void
start_measuring (GraftCreateDialog *self)
{
  Measuring *measuring;

  stop_measuring (self);
  check (self);
  gtk_widget_set_visible (GTK_WIDGET (self->size_row), has_source (self));
  if (!has_source (self))
    return;
  fill_options (self);
  show_size (self, g_strdup (_ ("being computed…")));
  measuring = g_new0 (Measuring, 1);
  measuring->dialog = g_object_ref (self);
  measuring->request = graft_create_request_copy (self->request);
  /* What is too long for a label is said at once, and changes no size. */
  g_free ((char *)g_steal_pointer (&measuring->request->options.label));
  self->measuring = g_object_ref (
      graft_session_look (self->session, measure, on_measured, measuring, measuring_free));
}

static void
show_rows (GraftCreateDialog *self)
{
  gboolean ext4 = get_kind (self) == GRAFT_CREATE_EXT4;

  gtk_widget_set_visible (GTK_WIDGET (self->features_row), ext4 && get_original (self) != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->label_row), ext4);
  gtk_widget_set_visible (GTK_WIDGET (self->compression_row), !ext4);
  gtk_widget_set_visible (GTK_WIDGET (self->effort_row), !ext4);
  gtk_widget_set_visible (GTK_WIDGET (self->owners_row), self->request->folder != NULL);
}

static void
list_compressions (GraftCreateDialog *self)
{
  g_autoptr (GtkStringList) list
      = gtk_string_list_new (get_kind (self) == GRAFT_CREATE_NEWC ? of_newc : of_squashfs);

  adw_combo_row_set_model (self->compression_row, G_LIST_MODEL (list));
}

static void
on_kind (GraftCreateDialog *self)
{
  list_compressions (self);
  show_rows (self);
  start_measuring (self);
}

static void
show_source (GraftCreateDialog *self, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  GraftImage *original = get_original (self);
  const char *label = original != NULL ? graft_image_get_label (original) : NULL;

  adw_action_row_set_subtitle (self->source_row, markup);
  gtk_editable_set_text (GTK_EDITABLE (self->label_row), label != NULL ? label : "");
  show_rows (self);
  start_measuring (self);
}

static void
on_folder_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  GraftCreateDialog *self = GRAFT_CREATE_DIALOG (from);
  g_autofree char *shown = g_filename_display_name (paths[0]);

  g_clear_pointer (&self->request->node, graft_node_unref);
  g_clear_object (&self->request->layer);
  g_free (self->request->folder);
  self->request->folder = g_strdup (paths[0]);
  show_source (self, shown);
}

static void
on_choose_folder (GraftCreateDialog *self)
{
  graft_choose (GTK_WIDGET (self), GRAFT_CHOOSE_FOLDER,
                _ ("Choose the folder that the image is made of"), _ ("_Choose"), on_folder_chosen,
                NULL);
}

static void
on_out_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  GraftCreateDialog *self = GRAFT_CREATE_DIALOG (from);

  fill_options (self);
  graft_create_run (gtk_window_get_transient_for (GTK_WINDOW (self)), self->session, self->request,
                    paths[0]);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_create (GraftCreateDialog *self)
{
  static const char *const names[] = { "new.ext4", "new.squashfs", "new.img" };
  const char *folder = graft_session_get_folder (self->session);
  g_autofree char *absolute = folder != NULL ? g_canonicalize_filename (folder, NULL) : NULL;
  g_autofree char *parent
      = absolute != NULL ? g_path_get_dirname (absolute) : g_strdup (g_get_home_dir ());

  check (self);
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->create_button)))
    return;
  graft_choose_new_file (GTK_WIDGET (self), _ ("Save the new image"), parent,
                         names[get_kind (self)], on_out_chosen, NULL);
}

static void
on_cancel (GraftCreateDialog *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
graft_create_dialog_dispose (GObject *object)
{
  GraftCreateDialog *self = GRAFT_CREATE_DIALOG (object);

  stop_measuring (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_CREATE_DIALOG);
  g_clear_pointer (&self->request, graft_create_request_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_create_dialog_parent_class)->dispose (object);
}

static void
graft_create_dialog_class_init (GraftCreateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_create_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/dialogs/graft-create-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, source_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, features_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, label_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, compression_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, effort_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, owners_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, owners_switch);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, size_row);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, reason_label);
  gtk_widget_class_bind_template_child (widget_class, GraftCreateDialog, create_button);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, start_measuring);
  gtk_widget_class_bind_template_callback (widget_class, on_kind);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_folder);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
graft_create_dialog_init (GraftCreateDialog *self)
{
  self->request = g_new0 (GraftCreateRequest, 1);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_create_dialog_present (GtkWindow *parent, GraftSession *session, GraftLayer *layer,
                             GraftNode *node, const char *address)
{
  GraftCreateDialog *self = g_object_new (GRAFT_TYPE_CREATE_DIALOG, "transient-for", parent, NULL);
  guint squashfs = GRAFT_CREATE_SQUASHFS;

  self->session = g_object_ref (session);
  if (node != NULL)
    {
      self->request->layer = g_object_ref (layer);
      self->request->node = graft_node_ref (node);
    }
  /* Of an ext4 another ext4; of anything else what is smallest. */
  if (get_original (self) == NULL)
    adw_combo_row_set_selected (self->kind_row, squashfs);
  g_signal_connect_object (self->kind_row, "notify::selected", G_CALLBACK (on_kind), self,
                           G_CONNECT_SWAPPED);
  list_compressions (self);
  show_source (self, node != NULL ? address : _ ("nothing yet"));
  gtk_window_present (GTK_WINDOW (self));
}
