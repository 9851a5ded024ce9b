/* graft-contents-edits.c: what can be done with what is selected
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page-private.h"

#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "dialogs/graft-attributes-dialog.h"
#include "dialogs/graft-error-dialog.h"
#include "dialogs/graft-name-dialog.h"
#include "image/graft-path.h"
#include "widgets/graft-toasts.h"

#include <glib/gi18n.h>

/* A time of nobody: the image's newest (graft-step.h). */
#define TIME_OF_IMAGE -1

/**
 * Edit:
 * @page: kept
 * @failed: what could not be done, in words
 * @done: (nullable): for a toast with a way back
 * @notes: the heading of what the step had to say
 * @layer: (nullable): with @segment and @path where to go then
 */
typedef struct
{
  GraftContentsPage *page;
  char *failed;
  char *done;
  char *notes;
  char *layer;
  guint segment;
  char *path;
} Edit;

static void
edit_free (Edit *self)
{
  g_object_unref (self->page);
  g_free (self->failed);
  g_free (self->done);
  g_free (self->notes);
  g_free (self->layer);
  g_free (self->path);
  g_free (self);
}

static Edit *
edit_new (GraftContentsPage *page, const char *failed)
{
  Edit *self = g_new0 (Edit, 1);

  self->page = g_object_ref (page);
  self->failed = g_strdup (failed);
  return self;
}

static void
on_applied (GraftSession *session, GraftStepReport *report, const GError *error, gpointer data)
{
  Edit *self = data;

  if (error != NULL)
    {
      graft_error_dialog_show (GTK_WIDGET (self->page), self->failed, error);
      return;
    }
  if (self->done != NULL)
    graft_toasts_add_with_action (GTK_WIDGET (self->page), self->done, _ ("_Undo"), "win.undo");
  if (self->notes != NULL)
    graft_contents_page_show_notes (self->page, self->notes, report->notes);
  if (self->layer != NULL)
    graft_contents_page_reveal (self->page, self->layer, self->segment, self->path);
}

static void
apply (Edit *self, GraftStep *step)
{
  graft_session_apply (self->page->session, step, on_applied, self, (GDestroyNotify)edit_free);
}

/* The only one that is selected; NULL when it is not one. */
static GraftEntryItem *
dup_single (GraftContentsPage *self)
{
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);

  return g_list_model_get_n_items (selected) == 1 ? g_list_model_get_item (selected, 0) : NULL;
}

/* The folder that @item is, or stands in. */
static char *
dup_folder (GraftEntryItem *item)
{
  return graft_entry_item_is_folder (item) ? g_strdup (graft_entry_item_get_path (item))
                                           : g_path_get_dirname (graft_entry_item_get_path (item));
}

static char *
dup_address_at (GraftEntryItem *item, const char *path)
{
  return graft_address_format (graft_layer_get_path (graft_entry_item_get_layer (item)),
                               graft_entry_item_get_segment (item), path);
}

/**
 * Naming:
 * @folder: where the entry stands, or will
 * @old: (nullable): its name before
 */
typedef struct
{
  GraftContentsPage *page;
  GraftEntryItem *item;
  char *folder;
  char *old;
  GraftDirectory *taken;
} Naming;

static void
naming_free (Naming *self)
{
  g_clear_pointer (&self->taken, graft_directory_unref);
  g_object_unref (self->item);
  g_object_unref (self->page);
  g_free (self->folder);
  g_free (self->old);
  g_free (self);
}

static gboolean
list_taken (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Naming *self = data;
  GraftLayer *layer = graft_entry_item_get_layer (self->item);
  int part = graft_entry_item_get_part (self->item);
  GraftNode *root
      = part < 0 ? graft_layer_get_root (layer) : graft_layer_get_part (layer, (guint)part);
  g_autoptr (GraftNode) folder
      = graft_path_lookup (root, self->folder, GRAFT_PATH_NO_FOLLOW, NULL, error);

  if (folder != NULL)
    self->taken = graft_node_list (folder, error);
  return self->taken != NULL;
}

static void
on_named (const char *name, gpointer data)
{
  Naming *self = data;
  g_autofree char *path = graft_path_join (self->folder, name);
  g_autofree char *address = dup_address_at (self->item, path);
  g_autofree char *from = graft_entry_item_dup_address (self->item);
  Edit *edit = edit_new (self->page, self->old != NULL ? _ ("Could not rename")
                                                       : _ ("Could not make the folder"));

  edit->layer = g_strdup (graft_layer_get_path (graft_entry_item_get_layer (self->item)));
  edit->segment = graft_entry_item_get_segment (self->item);
  edit->path = g_steal_pointer (&path);
  apply (edit, self->old != NULL ? graft_step_move_new (from, address)
                                 : graft_step_mkdir_new (address, TIME_OF_IMAGE));
}

static void
ask_name (GraftJob *job, const GError *error, gpointer data)
{
  Naming *self = data;
  Naming *asked;

  if (error != NULL)
    {
      graft_error_dialog_show (GTK_WIDGET (self->page), _ ("Could not read the folder"), error);
      return;
    }
  asked = g_new0 (Naming, 1);
  asked->page = g_object_ref (self->page);
  asked->item = g_object_ref (self->item);
  asked->folder = g_strdup (self->folder);
  asked->old = g_strdup (self->old);
  graft_name_dialog_present (GTK_WIDGET (self->page),
                             self->old != NULL ? _ ("Rename") : _ ("New folder"),
                             self->old != NULL ? _ ("_Rename") : _ ("_Create"), self->old,
                             self->taken, on_named, asked, (GDestroyNotify)naming_free);
}

static void
start_naming (GraftContentsPage *self, GraftEntryItem *item, char *folder, const char *old)
{
  Naming *naming = g_new0 (Naming, 1);

  naming->page = g_object_ref (self);
  naming->item = g_object_ref (item);
  naming->folder = folder;
  naming->old = g_strdup (old);
  graft_session_look (self->session, list_taken, ask_name, naming, (GDestroyNotify)naming_free);
}

static void
on_new_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GraftEntryItem) item = dup_single (self);
  g_autoptr (GraftEntryItem) inner = item != NULL ? graft_entry_item_dup_inner (item) : NULL;

  if (inner != NULL)
    start_naming (self, inner, dup_folder (inner), NULL);
}

static void
on_rename (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GraftEntryItem) item = dup_single (self);

  if (item != NULL && graft_entry_item_is_node (item))
    start_naming (self, item, g_path_get_dirname (graft_entry_item_get_path (item)),
                  graft_entry_item_get_name (item));
}

static gboolean
is_below (const char *address, const char *other)
{
  gsize n = strlen (other);

  return strncmp (address, other, n) == 0 && address[n] == '/';
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Without what goes with a folder that is selected, too. */
static GPtrArray *
list_addresses (GListModel *entries)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *result = g_ptr_array_new_with_free_func (g_free);
  const char *last = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (entries, i);
      g_autofree char *address = graft_entry_item_dup_address (item);

      /* So that in order a folder stands right before what is below it. */
      g_ptr_array_add (all, g_strconcat (address, "/", NULL));
    }
  g_ptr_array_sort (all, compare_texts);
  for (guint i = 0; i < all->len; i++)
    {
      char *address = g_ptr_array_index (all, i);

      address[strlen (address) - 1] = '\0';
      if (last != NULL && (is_below (address, last) || g_str_equal (address, last)))
        continue;
      last = address;
      g_ptr_array_add (result, g_strdup (address));
    }
  return result;
}

static void
on_delete (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);
  g_autoptr (GPtrArray) addresses = list_addresses (selected);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GraftEntryItem) first = g_list_model_get_item (selected, 0);
  g_autofree char *name = NULL;
  g_autofree char *label = NULL;
  Edit *edit;

  if (first == NULL)
    return;
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (steps, graft_step_delete_new (g_ptr_array_index (addresses, i)));
  edit = edit_new (self, _ ("Could not delete"));
  if (steps->len == 1)
    {
      name = graft_name_escape (graft_entry_item_get_name (first));
      edit->done = g_strdup_printf (_ ("“%s” deleted"), name);
      apply (edit, g_object_ref (g_ptr_array_index (steps, 0)));
      return;
    }
  label
      = g_strdup_printf (ngettext ("Delete %u entry", "Delete %u entries", steps->len), steps->len);
  edit->done = g_strdup_printf (ngettext ("%u entry deleted", "%u entries deleted", steps->len),
                                steps->len);
  apply (edit, graft_step_group_new (label, steps));
}

void
graft_contents_page_import (GraftContentsPage *self, GraftEntryItem *onto, const char *const *paths)
{
  g_autoptr (GraftEntryItem) item = graft_entry_item_dup_inner (onto);
  g_autofree char *folder = dup_folder (item);
  g_autofree char *address = dup_address_at (item, folder);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *name = NULL;
  g_autofree char *label = NULL;
  Edit *edit;

  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (steps, g_file_test (paths[i], G_FILE_TEST_IS_DIR)
                                ? graft_step_copy_in_new (paths[i], address, TIME_OF_IMAGE)
                                : graft_step_upload_new (paths[i], address, TIME_OF_IMAGE));
  if (steps->len == 0)
    return;
  edit = edit_new (self, _ ("Could not import"));
  edit->notes = g_strdup (_ ("Imported with notes"));
  edit->layer = g_strdup (graft_layer_get_path (graft_entry_item_get_layer (item)));
  edit->segment = graft_entry_item_get_segment (item);
  if (steps->len == 1)
    {
      name = g_path_get_basename (paths[0]);
      label = g_filename_display_name (name);
      edit->path = graft_path_join (folder, name);
      edit->done = g_strdup_printf (_ ("“%s” imported into %s"), label, address);
      apply (edit, g_object_ref (g_ptr_array_index (steps, 0)));
      return;
    }
  label = g_strdup_printf (
      ngettext ("Import %u entry into %s", "Import %u entries into %s", steps->len), steps->len,
      address);
  edit->path = g_strdup (folder);
  edit->done = g_strdup_printf (
      ngettext ("%u entry imported into %s", "%u entries imported into %s", steps->len), steps->len,
      address);
  apply (edit, graft_step_group_new (label, steps));
}

typedef struct
{
  GraftContentsPage *page;
  GraftEntryItem *item;
} Import;

static void
import_free (gpointer data, GClosure *closure)
{
  Import *self = data;

  g_object_unref (self->item);
  g_free (self);
}

static void
on_import_chosen (GtkNativeDialog *dialog, int response, gpointer data)
{
  Import *self = data;
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        g_strv_builder_add (paths, g_file_peek_path (file));
    }
  list = g_strv_builder_end (paths);
  graft_contents_page_import (self->page, self->item, (const char *const *)list);
  g_clear_object (&self->page->chooser);
}

static void
choose_import (GraftContentsPage *self, const char *title, GtkFileChooserAction what)
{
  g_autoptr (GraftEntryItem) item = dup_single (self);
  GtkFileChooserNative *chooser;
  Import *import;

  if (item == NULL)
    return;
  chooser = gtk_file_chooser_native_new (
      title, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), what, _ ("_Import"), NULL);
  import = g_new0 (Import, 1);
  import->page = self;
  import->item = g_object_ref (item);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  g_signal_connect_data (chooser, "response", G_CALLBACK (on_import_chosen), import, import_free,
                         0);
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
  gtk_native_dialog_show (self->chooser);
}

static void
on_import_files (GtkWidget *widget, const char *action, GVariant *parameter)
{
  choose_import (GRAFT_CONTENTS_PAGE (widget), _ ("Import files"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
on_import_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  choose_import (GRAFT_CONTENTS_PAGE (widget), _ ("Import a folder"),
                 GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
on_extract (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);

  graft_contents_page_extract (self, selected);
}

static void
on_attributes (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (widget);
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (self);
  GtkRoot *root = gtk_widget_get_root (widget);

  graft_attributes_dialog_present (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->session,
                                   selected);
}

static void
on_copy_address (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GListModel) selected = graft_contents_page_dup_selected (GRAFT_CONTENTS_PAGE (widget));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (selected); i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (selected, i);
      g_autofree char *address = graft_entry_item_dup_address (item);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", address);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
  graft_toasts_add (widget, _ ("Address copied"));
}

static void
set_enabled (GraftContentsPage *self, const char *action, gboolean enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, enabled);
}

static gboolean
is_writable (GraftEntryItem *item)
{
  return graft_layer_get_read_only_reason (graft_entry_item_get_layer (item)) == NULL;
}

static gboolean
is_writable_inside (GraftEntryItem *item)
{
  g_autoptr (GraftEntryItem) inner = graft_entry_item_dup_inner (item);

  return is_writable (inner) && graft_entry_item_get_node (inner) != NULL;
}

/* Why nothing can be done is said in the details (graft_entry_facts_gather ()). */
void
graft_contents_page_update_edits (GraftContentsPage *self, GListModel *selected)
{
  guint n = g_list_model_get_n_items (selected);
  gboolean all_nodes = n > 0;
  gboolean all_trees = n > 0;
  gboolean can_write = TRUE, can_write_inside = TRUE, can_look = TRUE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (selected, i);

      all_nodes = all_nodes && graft_entry_item_is_node (item);
      all_trees = all_trees && graft_entry_item_get_node (item) != NULL;
      can_write = can_write && is_writable (item);
      can_write_inside = can_write_inside && is_writable_inside (item);
      can_look = can_look && graft_contents_page_can_look_inside (item);
    }
  set_enabled (self, "contents.new-folder", n == 1 && all_trees && can_write_inside);
  set_enabled (self, "contents.import-files", n == 1 && all_trees && can_write_inside);
  set_enabled (self, "contents.import-folder", n == 1 && all_trees && can_write_inside);
  set_enabled (self, "contents.rename", n == 1 && all_nodes && can_write);
  set_enabled (self, "contents.delete", all_nodes && can_write);
  set_enabled (self, "contents.attributes", all_nodes && can_write);
  set_enabled (self, "contents.extract", all_nodes || (n == 1 && all_trees));
  set_enabled (self, "contents.copy-address", n > 0);
  set_enabled (self, "contents.look-inside", n == 1 && can_look);
}

void
graft_contents_page_install_edits (GtkWidgetClass *widget_class)
{
  const GdkModifierType both = GDK_CONTROL_MASK | GDK_SHIFT_MASK;

  gtk_widget_class_install_action (widget_class, "contents.new-folder", NULL, on_new_folder);
  gtk_widget_class_install_action (widget_class, "contents.rename", NULL, on_rename);
  gtk_widget_class_install_action (widget_class, "contents.delete", NULL, on_delete);
  gtk_widget_class_install_action (widget_class, "contents.attributes", NULL, on_attributes);
  gtk_widget_class_install_action (widget_class, "contents.extract", NULL, on_extract);
  gtk_widget_class_install_action (widget_class, "contents.import-files", NULL, on_import_files);
  gtk_widget_class_install_action (widget_class, "contents.import-folder", NULL, on_import_folder);
  gtk_widget_class_install_action (widget_class, "contents.copy-address", NULL, on_copy_address);
  gtk_widget_class_install_action (widget_class, "contents.look-inside", NULL,
                                   graft_contents_page_look_inside);
  gtk_widget_class_install_action (widget_class, "contents.new-image", NULL,
                                   graft_contents_page_new_image);
  gtk_widget_class_install_action (widget_class, "contents.new-image-of", "ay",
                                   graft_contents_page_new_image_of);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, both, "contents.new-folder", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, both, "contents.extract", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, GDK_CONTROL_MASK,
                                       "contents.attributes", NULL);
}
