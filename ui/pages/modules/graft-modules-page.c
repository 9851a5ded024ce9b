/* graft-modules-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-modules-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bootset/graft-address.h"
#include "dialogs/graft-error-dialog.h"
#include "pages/modules/graft-module-item.h"
#include "pages/modules/graft-modules-columns.h"
#include "pages/modules/graft-modules-reading.h"
#include "widgets/graft-chooser.h"

#define N_CHANGES (GRAFT_MODULE_RENAMED + 1)

/**
 * GraftModulesPage:
 * @text: (nullable): what rows must have, folded
 * @layer: (nullable): the only layer that is shown
 * @hidden: the changes that are not shown
 * @kernel: (nullable): what is compared with
 * @generation: of the reading that counts: the answer to an older one is dropped
 * @filling: the choices are being set, not chosen
 */
struct _GraftModulesPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkSearchEntry *entry;
  GtkDropDown *layer_choice;
  GtkSpinner *spinner;
  GtkLabel *sum_label;
  GtkWidget *compare_bar;
  GtkLabel *compare_label;
  GtkBox *changes_box;
  GtkColumnView *view;

  GtkToggleButton *toggles[N_CHANGES];
  GtkStringList *layer_names;
  GListStore *items;
  GtkFilter *filter;
  GtkFilterListModel *shown;
  GraftSession *session;
  char *text;
  char *layer;
  gboolean hidden[N_CHANGES];
  char *kernel;
  guint generation;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (GraftModulesPage, graft_modules_page, ADW_TYPE_BIN)

/* A reading on its way, and who asked. */
typedef struct
{
  GraftModulesPage *page;
  GraftModulesReading *reading;
  guint generation;
} Asked;

static gboolean
matches (gpointer item, gpointer data)
{
  GraftModulesPage *self = data;
  const GraftModuleFacts *facts = graft_module_item_get_facts (item);

  if (self->layer != NULL && strcmp (self->layer, facts->layer) != 0)
    return FALSE;
  if (facts->compared && self->hidden[facts->change])
    return FALSE;
  return self->text == NULL || graft_module_item_has (item, self->text);
}

static void
show_sum (GraftModulesPage *self)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  g_autofree char *text
      = all == shown
            ? g_strdup_printf (ngettext ("%u module", "%u modules", all), all)
            : g_strdup_printf (ngettext ("%u of %u module", "%u of %u modules", all), shown, all);

  gtk_label_set_text (self->sum_label, text);
}

static void
filter_changed (GraftModulesPage *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_sum (self);
}

static void
on_text (GraftModulesPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  g_free (self->text);
  self->text = text[0] != '\0' ? g_utf8_casefold (text, -1) : NULL;
  filter_changed (self);
}

static void
on_layer (GraftModulesPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->layer_choice);

  if (self->filling)
    return;
  g_free (self->layer);
  self->layer = selected == 0 || selected == GTK_INVALID_LIST_POSITION
                    ? NULL
                    : g_strdup (gtk_string_list_get_string (self->layer_names, selected));
  filter_changed (self);
}

static void
on_toggle (GtkToggleButton *button, GraftModulesPage *self)
{
  for (guint i = 0; i < N_CHANGES; i++)
    if (self->toggles[i] == button)
      self->hidden[i] = !gtk_toggle_button_get_active (button);
  filter_changed (self);
}

/* "1,313 found again": a button that hides and shows them. */
static void
show_changes (GraftModulesPage *self)
{
  guint counts[N_CHANGES] = { 0 };
  guint all = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < all; i++)
    {
      g_autoptr (GraftModuleItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      counts[graft_module_item_get_facts (item)->change]++;
    }
  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u %s", counts[i], graft_modules_change_word (i));

      gtk_button_set_label (GTK_BUTTON (self->toggles[i]), text);
      gtk_widget_set_sensitive (GTK_WIDGET (self->toggles[i]), counts[i] > 0);
    }
}

/* The layers that have modules; the choice stays where it can. */
static void
show_layers (GraftModulesPage *self)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  const char *last = NULL;
  guint selected = 0;

  self->filling = TRUE;
  gtk_string_list_splice (self->layer_names, 1,
                          g_list_model_get_n_items (G_LIST_MODEL (self->layer_names)) - 1, NULL);
  for (guint i = 0; i < all; i++)
    {
      g_autoptr (GraftModuleItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      const char *layer = graft_module_item_get_facts (item)->layer;

      /* They come layer by layer. */
      if (g_strcmp0 (layer, last) == 0)
        continue;
      gtk_string_list_append (self->layer_names, layer);
      last = layer;
      if (g_strcmp0 (layer, self->layer) == 0)
        selected = g_list_model_get_n_items (G_LIST_MODEL (self->layer_names)) - 1;
    }
  if (selected == 0)
    g_clear_pointer (&self->layer, g_free);
  gtk_drop_down_set_selected (self->layer_choice, selected);
  self->filling = FALSE;
}

static void
show_reading (GraftModulesPage *self, GraftModulesReading *reading)
{
  gboolean compared = reading->kernel != NULL;

  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       reading->items->pdata, reading->items->len);
  gtk_widget_set_visible (self->compare_bar, compared);
  if (compared)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("With %s instead of the modules in the set"), reading->release);

      gtk_label_set_text (self->compare_label, text);
      show_changes (self);
    }
  show_layers (self);
  filter_changed (self);
  gtk_stack_set_visible_child_name (self->stack, reading->items->len > 0 ? "list" : "empty");
}

static void
set_reading (GraftModulesPage *self, gboolean reading)
{
  gtk_spinner_set_spinning (self->spinner, reading);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), reading);
}

static void
on_read (GraftJob *job, const GError *error, gpointer data)
{
  Asked *asked = data;
  GraftModulesPage *self = asked->page;

  if (asked->generation != self->generation)
    return;
  set_reading (self, FALSE);
  if (error == NULL)
    {
      show_reading (self, asked->reading);
      return;
    }
  /* What was compared with is of no use; the modules of the set are still shown. */
  if (asked->reading->kernel != NULL)
    g_clear_pointer (&self->kernel, g_free);
  graft_error_dialog_show (GTK_WIDGET (self), _ ("The modules could not be read"), error);
}

static void
asked_free (gpointer data)
{
  Asked *self = data;

  graft_modules_reading_free (self->reading);
  g_object_unref (self->page);
  g_free (self);
}

static gboolean
list_modules (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  return graft_modules_reading_list (((Asked *)data)->reading, cancellable, error);
}

static gboolean
compare_modules (GraftBootSet *set, gpointer data, GraftProgress *progress,
                 GCancellable *cancellable, GError **error)
{
  return graft_modules_reading_compare (((Asked *)data)->reading, set, progress, cancellable,
                                        error);
}

static void
renew (GraftModulesPage *self)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->page = g_object_ref (self);
  asked->reading = graft_modules_reading_new (self->session, self->kernel);
  asked->generation = ++self->generation;
  set_reading (self, TRUE);
  if (self->kernel != NULL)
    graft_session_run (self->session, _ ("Comparing the modules"), compare_modules, on_read, asked,
                       asked_free);
  else
    graft_session_look (self->session, list_modules, on_read, asked, asked_free);
}

/* A page that nobody looks at reads nothing. */
static void
renew_if_shown (GraftModulesPage *self)
{
  if (self->session != NULL && gtk_widget_get_mapped (GTK_WIDGET (self))
      && graft_session_get_state (self->session) == GRAFT_SESSION_OPEN)
    renew (self);
  else
    self->generation++;
}

static void
graft_modules_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (graft_modules_page_parent_class)->map (widget);
  renew_if_shown (GRAFT_MODULES_PAGE (widget));
}

static void
on_kernel_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (from);

  g_free (self->kernel);
  self->kernel = g_strdup (paths[0]);
  renew (self);
}

static void
compare_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FOLDER, _ ("Choose a folder with the other kernel"),
                _ ("_Choose"), on_kernel_chosen, NULL);
}

static void
compare_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FILE, _ ("Choose the other kernel's package"), _ ("_Choose"),
                on_kernel_chosen, NULL);
}

static void
end_comparison (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  g_clear_pointer (&self->kernel, g_free);
  renew (self);
}

static void
swap_to_it (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);
  const char *const paths[] = { self->kernel, NULL };

  if (self->kernel != NULL)
    gtk_widget_activate_action (widget, "win.swap-from", "^as", paths);
}

static void
focus_filter (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (GRAFT_MODULES_PAGE (widget)->entry));
}

static void
show_layer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);
  const char *layer = g_variant_get_string (parameter, NULL);
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->layer_names));

  for (guint i = 1; i < count; i++)
    if (strcmp (gtk_string_list_get_string (self->layer_names, i), layer) == 0)
      gtk_drop_down_set_selected (self->layer_choice, i);
}

static void
on_activate (GtkColumnView *view, guint position, GraftModulesPage *self)
{
  g_autoptr (GraftModuleItem) item
      = g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (view)), position);
  const GraftModuleFacts *facts = graft_module_item_get_facts (item);
  g_autofree char *address = NULL;

  /* One that is only in the other kernel is nowhere to be shown. */
  if (facts->path == NULL)
    return;
  address = graft_address_format (facts->layer, 0, facts->path);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-entry", "s", address);
}

static void
make_toggles (GraftModulesPage *self)
{
  for (guint i = 0; i < N_CHANGES; i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();

      self->toggles[i] = GTK_TOGGLE_BUTTON (button);
      gtk_toggle_button_set_active (self->toggles[i], TRUE);
      g_signal_connect (button, "toggled", G_CALLBACK (on_toggle), self);
      gtk_box_append (self->changes_box, button);
    }
}

static void
make_models (GraftModulesPage *self)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (self->view);
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;

  self->items = g_list_store_new (GRAFT_TYPE_MODULE_ITEM);
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->shown = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->items)),
                                           g_object_ref (self->filter));
  sorted
      = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->shown)), g_object_ref (sorter));
  selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

static void
graft_modules_page_dispose (GObject *object)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_MODULES_PAGE);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->items);
  g_clear_object (&self->session);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->layer, g_free);
  g_clear_pointer (&self->kernel, g_free);
  G_OBJECT_CLASS (graft_modules_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, entry);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, layer_choice);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, layer_names);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, sum_label);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, compare_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, compare_label);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, changes_box);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, view);
  gtk_widget_class_bind_template_callback (widget_class, on_text);
  gtk_widget_class_bind_template_callback (widget_class, on_layer);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
graft_modules_page_class_init (GraftModulesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_modules_page_dispose;
  widget_class->map = graft_modules_page_map;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/modules/graft-modules-page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "modules.compare-folder", NULL, compare_folder);
  gtk_widget_class_install_action (widget_class, "modules.compare-file", NULL, compare_file);
  gtk_widget_class_install_action (widget_class, "modules.end-comparison", NULL, end_comparison);
  gtk_widget_class_install_action (widget_class, "modules.swap", NULL, swap_to_it);
  gtk_widget_class_install_action (widget_class, "modules.filter", NULL, focus_filter);
  gtk_widget_class_install_action (widget_class, "modules.show-layer", "s", show_layer);
}

static void
graft_modules_page_init (GraftModulesPage *self)
{
  /* The template sets the choice, before there is anything to filter. */
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = FALSE;
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self->view));
  graft_modules_columns_add (self->view);
  make_models (self);
  make_toggles (self);
}

void
graft_modules_page_set_session (GraftModulesPage *self, GraftSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "edited", G_CALLBACK (renew_if_shown), self);
  g_signal_connect_swapped (session, "notify::state", G_CALLBACK (renew_if_shown), self);
}
