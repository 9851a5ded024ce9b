/* graft-attributes-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-attributes-dialog.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "dialogs/graft-error-dialog.h"
#include "dialogs/graft-mode-edit.h"
#include "pages/contents/graft-entry-item.h"
#include "steps/graft-step.h"
#include "widgets/graft-mode.h"
#include "widgets/graft-toasts.h"

#define N_BITS 12
/* What chown(2) takes for "leave it". */
#define NO_OWNER G_MAXUINT32

/**
 * GraftAttributesDialog:
 * @session: whose set it is
 * @entries: (element-type GraftEntryItem): what is changed
 * @checks: of each bit of a mode, from 04000 to 01
 * @edit: of the modes
 * @mode_valid: what is typed as the mode can be read
 * @updating: the widgets are being set to what @edit is
 */
struct _GraftAttributesDialog
{
  AdwWindow parent_instance;

  GtkWidget *apply_button;
  AdwPreferencesGroup *what;
  GtkEditable *mode_row;
  GtkGrid *grid;
  GtkEditable *uid_row;
  GtkEditable *gid_row;
  GtkLabel *problem;
  GtkLabel *note;
  GtkCheckButton *checks[N_BITS];

  GraftSession *session;
  GPtrArray *entries;
  GraftModeEdit edit;
  gboolean mode_valid;
  gboolean uid_mixed;
  gboolean gid_mixed;
  gboolean updating;
};

#define GRAFT_TYPE_ATTRIBUTES_DIALOG (graft_attributes_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GraftAttributesDialog, graft_attributes_dialog, GRAFT, ATTRIBUTES_DIALOG,
                      AdwWindow)
G_DEFINE_FINAL_TYPE (GraftAttributesDialog, graft_attributes_dialog, ADW_TYPE_WINDOW)

static void
graft_attributes_dialog_dispose (GObject *object)
{
  GraftAttributesDialog *self = GRAFT_ATTRIBUTES_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_ATTRIBUTES_DIALOG);
  g_clear_object (&self->session);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  G_OBJECT_CLASS (graft_attributes_dialog_parent_class)->dispose (object);
}

static const GraftAttributes *
get_attributes (GraftAttributesDialog *self, guint i)
{
  GraftEntryItem *entry = g_ptr_array_index (self->entries, i);

  return graft_node_get_attributes (graft_entry_item_get_node (entry));
}

/* %FALSE when @row says no number; *@ret_id is -1 when all are to keep theirs. */
static gboolean
read_id (GtkEditable *row, gboolean mixed, gint64 *ret_id)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (row)));
  guint64 id;

  *ret_id = -1;
  if (*text == '\0')
    return mixed;
  if (!g_ascii_string_to_unsigned (text, 10, 0, NO_OWNER - 1, &id, NULL))
    return FALSE;
  *ret_id = (gint64)id;
  return TRUE;
}

static void
mark (GtkEditable *row, gboolean valid)
{
  if (valid)
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               valid ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
}

static void
check (GraftAttributesDialog *self)
{
  gint64 id;
  gboolean uid_valid = read_id (self->uid_row, self->uid_mixed, &id);
  gboolean gid_valid = read_id (self->gid_row, self->gid_mixed, &id);
  const char *problem = NULL;

  if (!self->mode_valid)
    problem = _ ("A mode is up to four octal digits, as 0644, or nine letters, as rw-r--r--.");
  else if (!uid_valid || !gid_valid)
    problem = _ ("Users and groups are numbers from 0 to 4294967294: an image has no names for "
                 "them.");
  mark (self->mode_row, self->mode_valid);
  mark (self->uid_row, uid_valid);
  mark (self->gid_row, gid_valid);
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_widget_set_sensitive (self->apply_button, problem == NULL);
}

static void
show_checks (GraftAttributesDialog *self)
{
  self->updating = TRUE;
  for (guint i = 0; i < N_BITS; i++)
    {
      guint32 bit = 04000U >> i;

      gtk_check_button_set_active (self->checks[i], (self->edit.bits & bit) != 0);
      gtk_check_button_set_inconsistent (self->checks[i], (self->edit.known & bit) == 0);
    }
  self->updating = FALSE;
}

static void
show_mode (GraftAttributesDialog *self)
{
  g_autofree char *octal = graft_mode_dup_octal (self->edit.bits);

  self->updating = TRUE;
  gtk_editable_set_text (self->mode_row, graft_mode_edit_is_known (&self->edit) ? octal : "");
  self->updating = FALSE;
}

static void
on_mode_changed (GraftAttributesDialog *self)
{
  const char *text = gtk_editable_get_text (self->mode_row);
  guint32 mode;

  if (self->updating)
    return;
  if (*text == '\0' && !graft_mode_edit_was_shared (&self->edit))
    {
      graft_mode_edit_reset (&self->edit);
      self->mode_valid = TRUE;
    }
  else
    {
      self->mode_valid = graft_mode_parse (text, &mode);
      if (self->mode_valid)
        graft_mode_edit_decide (&self->edit, GRAFT_MODE_ALL, mode);
    }
  show_checks (self);
  check (self);
}

static void
on_check_toggled (GraftAttributesDialog *self, GtkCheckButton *button)
{
  if (self->updating)
    return;
  for (guint i = 0; i < N_BITS; i++)
    if (self->checks[i] == button)
      {
        guint32 bit = 04000U >> i;

        gtk_check_button_set_inconsistent (button, FALSE);
        graft_mode_edit_decide (&self->edit, bit, gtk_check_button_get_active (button) ? bit : 0);
      }
  self->mode_valid = TRUE;
  show_mode (self);
  check (self);
}

static void
on_applied (GraftSession *session, GraftStepReport *report, const GError *error, gpointer data)
{
  GtkWidget *parent = data;

  if (error != NULL)
    graft_error_dialog_show (parent, _ ("Could not change the attributes"), error);
  else
    graft_toasts_add_with_action (parent, graft_session_get_undo_label (session), _ ("Undo"),
                                  "win.undo");
}

/* Addresses of the entries that will have @mode; with -1 of all. */
static GStrv
list_addresses (GraftAttributesDialog *self, gint64 mode)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      g_autofree char *address
          = graft_entry_item_dup_address (g_ptr_array_index (self->entries, i));

      if (mode < 0 || graft_mode_edit_apply (&self->edit, get_attributes (self, i)->mode) == mode)
        g_strv_builder_add (builder, address);
    }
  return g_strv_builder_end (builder);
}

/* A step for each mode that comes out of it, as one; NULL when nothing becomes another. */
static GraftStep *
make_step (GraftAttributesDialog *self, gint64 uid, gint64 gid)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autofree char *label = NULL;
  gboolean mode_changes = FALSE;
  gboolean owner_changes = FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const GraftAttributes *now = get_attributes (self, i);

      mode_changes |= graft_mode_edit_apply (&self->edit, now->mode) != now->mode;
      owner_changes |= (uid >= 0 && uid != now->uid) || (gid >= 0 && gid != now->gid);
    }
  if (!owner_changes)
    uid = gid = -1;
  for (guint i = 0; mode_changes && i < self->entries->len; i++)
    {
      guint32 mode = graft_mode_edit_apply (&self->edit, get_attributes (self, i)->mode);
      g_auto (GStrv) addresses = NULL;

      if (!g_hash_table_add (seen, GUINT_TO_POINTER (mode)))
        continue;
      addresses = list_addresses (self, mode);
      g_ptr_array_add (
          steps, graft_step_set_attributes_new ((const char *const *)addresses, mode, uid, gid));
    }
  if (!mode_changes && owner_changes)
    {
      g_auto (GStrv) addresses = list_addresses (self, -1);

      g_ptr_array_add (
          steps, graft_step_set_attributes_new ((const char *const *)addresses, -1, uid, gid));
    }
  if (steps->len < 2)
    return steps->len > 0 ? g_object_ref (g_ptr_array_index (steps, 0)) : NULL;
  label = g_strdup_printf (ngettext ("Set mode and owner of %u entry",
                                     "Set mode and owner of %u entries", self->entries->len),
                           self->entries->len);
  return graft_step_group_new (label, steps);
}

static void
on_apply_clicked (GraftAttributesDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (GraftStep) step = NULL;
  gint64 uid;
  gint64 gid;

  if (!self->mode_valid || !read_id (self->uid_row, self->uid_mixed, &uid)
      || !read_id (self->gid_row, self->gid_mixed, &gid))
    return;
  step = make_step (self, uid, gid);
  if (step != NULL)
    graft_session_apply (self->session, g_steal_pointer (&step), on_applied, g_object_ref (parent),
                         g_object_unref);
  gtk_window_close (GTK_WINDOW (self));
}

static void
graft_attributes_dialog_class_init (GraftAttributesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_attributes_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/dialogs/graft-attributes-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, apply_button);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, what);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, mode_row);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, grid);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, uid_row);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, gid_row);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, GraftAttributesDialog, note);
  gtk_widget_class_bind_template_callback (widget_class, on_mode_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_apply_clicked);
  gtk_widget_class_bind_template_callback (widget_class, check);
}

static void
add_check (GraftAttributesDialog *self, guint i, const char *name, GtkWidget *button)
{
  self->checks[i] = GTK_CHECK_BUTTON (button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "toggled", G_CALLBACK (on_check_toggled), self,
                           G_CONNECT_SWAPPED);
}

static void
attach_label (GraftAttributesDialog *self, const char *text, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 0.5f);
  gtk_widget_set_hexpand (label, column == 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

/* A row for each of owner, group and others, a column for each right; the three above them below.
 */
static void
fill_grid (GraftAttributesDialog *self)
{
  const char *const whose[] = { _ ("Owner"), _ ("Group"), _ ("Others") };
  const char *const rights[] = { _ ("Read"), _ ("Write"), _ ("Execute") };
  const char *const special[]
      = { _ ("Run as its owner (set user)"), _ ("Run as its group (set group)"),
          _ ("Only owners delete in it (sticky)") };

  for (int i = 0; i < 3; i++)
    {
      attach_label (self, rights[i], i + 1, 0);
      attach_label (self, whose[i], 0, i + 1);
    }
  for (int i = 0; i < 9; i++)
    {
      GtkWidget *button = gtk_check_button_new ();
      g_autofree char *name = g_strdup_printf ("%s: %s", whose[i / 3], rights[i % 3]);

      gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (button, name);
      gtk_grid_attach (self->grid, button, i % 3 + 1, i / 3 + 1, 1, 1);
      add_check (self, (guint)i + 3, name, button);
    }
  for (int i = 0; i < 3; i++)
    {
      GtkWidget *button = gtk_check_button_new_with_label (special[i]);

      gtk_grid_attach (self->grid, button, 0, i + 4, 4, 1);
      add_check (self, (guint)i, special[i], button);
    }
}

static void
graft_attributes_dialog_init (GraftAttributesDialog *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->mode_valid = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_grid (self);
}

/* Takes what can be changed; the number of the links that are left out. */
static guint
take_entries (GraftAttributesDialog *self, GListModel *entries)
{
  guint links = 0;

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GraftEntryItem) entry = g_list_model_get_item (entries, i);
      GraftNode *node = graft_entry_item_get_node (entry);

      if (graft_entry_item_get_kind (entry) != GRAFT_ENTRY_KIND_NODE || node == NULL)
        continue;
      if (graft_node_get_node_type (node) == GRAFT_NODE_SYMLINK)
        links++;
      else
        g_ptr_array_add (self->entries, g_steal_pointer (&entry));
    }
  return links;
}

static void
show_id (GtkEditable *row, guint32 id, gboolean mixed, const char *keep)
{
  g_autofree char *text = g_strdup_printf ("%u", id);

  if (mixed)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), keep);
  gtk_editable_set_text (row, mixed ? "" : text);
}

static void
show_values (GraftAttributesDialog *self)
{
  g_autofree guint32 *modes = g_new (guint32, self->entries->len);
  const GraftAttributes *first = get_attributes (self, 0);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const GraftAttributes *attributes = get_attributes (self, i);

      modes[i] = attributes->mode;
      self->uid_mixed |= attributes->uid != first->uid;
      self->gid_mixed |= attributes->gid != first->gid;
    }
  graft_mode_edit_init (&self->edit, modes, self->entries->len);
  if (!graft_mode_edit_was_shared (&self->edit))
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->mode_row),
                                   _ ("Mode (they differ; empty: each keeps its own)"));
  show_id (self->uid_row, first->uid, self->uid_mixed,
           _ ("User number (they differ; empty: each keeps its own)"));
  show_id (self->gid_row, first->gid, self->gid_mixed,
           _ ("Group number (they differ; empty: each keeps its own)"));
  show_mode (self);
  show_checks (self);
  check (self);
}

static void
show_what (GraftAttributesDialog *self, guint links)
{
  GraftEntryItem *first = g_ptr_array_index (self->entries, 0);
  guint count = self->entries->len;
  g_autofree char *path = graft_name_escape (graft_entry_item_get_path (first));
  g_autofree char *what = count == 1
                              ? g_markup_escape_text (path, -1)
                              : g_strdup_printf (ngettext ("%u entry", "%u entries", count), count);
  g_autofree char *note = links == 0 ? g_strdup ("")
                                     : g_strdup_printf (ngettext ("%u link is left out: it has no "
                                                                  "mode of its own.",
                                                                  "%u links are left out: they "
                                                                  "have no mode of their own.",
                                                                  links),
                                                        links);

  adw_preferences_group_set_title (self->what, what);
  gtk_label_set_label (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), links > 0);
}

void
graft_attributes_dialog_present (GtkWindow *parent, GraftSession *session, GListModel *entries)
{
  GraftAttributesDialog *self
      = g_object_new (GRAFT_TYPE_ATTRIBUTES_DIALOG, "transient-for", parent, NULL);
  guint links = take_entries (self, entries);

  self->session = g_object_ref (session);
  if (self->entries->len == 0)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  show_what (self, links);
  show_values (self);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->mode_row));
  gtk_window_present (GTK_WINDOW (self));
}
