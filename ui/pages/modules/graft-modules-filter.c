/* graft-modules-filter.c: which rows are shown, and what is said of them together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "pages/modules/graft-modules-page-private.h"

/* GtkListView makes widgets for 200 rows, seen or not: told a few at a time, no frame has to make
 * all of them. */
#define FIRST_ROWS 40
#define ROWS_OF_A_VIEW 240
/* Milliseconds. */
#define ROWS_EVERY 30

static gboolean
on_more (gpointer data)
{
  GraftModulesPage *self = data;
  guint size = gtk_slice_list_model_get_size (self->slice);

  if (size < ROWS_OF_A_VIEW)
    {
      gtk_slice_list_model_set_size (self->slice, size + FIRST_ROWS);
      return G_SOURCE_CONTINUE;
    }
  self->more_source = 0;
  gtk_slice_list_model_set_size (self->slice, G_MAXUINT);
  return G_SOURCE_REMOVE;
}

static void
show_first (GraftModulesPage *self)
{
  gtk_slice_list_model_set_size (self->slice, FIRST_ROWS);
  if (self->more_source == 0)
    self->more_source = g_timeout_add (ROWS_EVERY, on_more, self);
}

static void
scroll_to_first (GraftModulesPage *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  if (child != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    gtk_widget_activate_action (child, "list.scroll-to-item", "u", 0);
}

/* Whether it is of the layers that are shown. */
static gboolean
is_of_layer (GraftModulesPage *self, GraftModuleItem *item)
{
  return self->layer_index < 0
         || graft_module_item_get_facts (item)->layer_index == (guint)self->layer_index;
}

static gboolean
is_wanted (gpointer object, gpointer data)
{
  GraftModulesPage *self = data;
  GraftModuleItem *item = object;

  return is_of_layer (self, item)
         && graft_modules_page_has_change (self, graft_module_item_get_facts (item)->change)
         && (self->wanted == NULL || graft_module_item_has (item, self->wanted));
}

static void
filter_again (GraftModulesPage *self)
{
  show_first (self);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  scroll_to_first (self);
  graft_modules_page_show_sum (self);
}

static void
on_search_changed (GraftModulesPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  g_clear_pointer (&self->wanted, g_free);
  if (text[0] != '\0')
    self->wanted = graft_module_item_fold (text);
  filter_again (self);
}

static void
on_stop_search (GraftModulesPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
focus_filter (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

static int
find_layer (GraftModulesPage *self, const char *path)
{
  for (guint i = 0; path != NULL && self->rows != NULL && i < self->rows->layers->len; i++)
    if (strcmp (graft_layer_get_path (g_ptr_array_index (self->rows->layers, i)), path) == 0)
      return (int)i;
  return -1;
}

static void
set_layer (GraftModulesPage *self, const char *path)
{
  char *copy = g_strdup (path);

  g_free (self->layer);
  self->layer = copy;
  self->layer_index = find_layer (self, path);
}

static void
select_layer (GraftModulesPage *self)
{
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->layers, (guint)(self->layer_index + 1));
  self->filling = FALSE;
}

static void
on_layer_selected (GraftModulesPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->layers);

  if (self->filling || self->rows == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  set_layer (self, selected > 0
                       ? graft_layer_get_path (g_ptr_array_index (self->rows->layers, selected - 1))
                       : NULL);
  graft_modules_page_show_changes (self);
  filter_again (self);
}

/* A layer without a tree has no modules that could be shown alone. */
static void
show_layer (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  set_layer (self, g_variant_get_bytestring (parameter));
  if (self->rows == NULL)
    return;
  if (self->layer_index < 0)
    set_layer (self, NULL);
  select_layer (self);
  graft_modules_page_show_changes (self);
  filter_again (self);
}

static void
fill_layers (GraftModulesPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("All layers"));
  for (guint i = 0; i < self->rows->layers->len; i++)
    gtk_string_list_take (names, graft_name_escape (graft_layer_get_path (
                                     g_ptr_array_index (self->rows->layers, i))));
  self->filling = TRUE;
  gtk_drop_down_set_model (self->layers, G_LIST_MODEL (names));
  self->filling = FALSE;
  self->layer_index = find_layer (self, self->layer);
  if (self->layer_index < 0)
    set_layer (self, NULL);
  select_layer (self);
}

static void
show_problems (GraftModulesPage *self)
{
  g_autofree char *text = NULL;

  g_ptr_array_add (self->rows->problems, NULL);
  text = g_strjoinv ("\n", (char **)self->rows->problems->pdata);
  g_ptr_array_remove_index (self->rows->problems, self->rows->problems->len - 1);
  gtk_label_set_text (self->problems, text);
  gtk_widget_set_visible (GTK_WIDGET (self->problems), self->rows->problems->len > 0);
}

void
graft_modules_page_take_rows (GraftModulesPage *self, GraftModuleRows *rows)
{
  g_autoptr (GraftModuleRows) before = g_steal_pointer (&self->rows);

  self->rows = rows;
  fill_layers (self);
  graft_modules_page_show_changes (self);
  show_problems (self);
  graft_module_columns_set_room (self->columns, gtk_widget_get_width (GTK_WIDGET (self)),
                                 rows->against != NULL);
  show_first (self);
  g_list_store_splice (self->store, 0, g_list_model_get_n_items (G_LIST_MODEL (self->store)),
                       rows->items->pdata, rows->items->len);
  if (before == NULL || before->against != rows->against)
    scroll_to_first (self);
}

/**
 * Sum:
 * @n_modules: of the shown layers, whatever text is looked for
 * @n_layers: that have some of them
 * @layer: the last of these
 * @release: (nullable): of all of them, if they agree
 */
typedef struct
{
  guint n_modules;
  guint n_layers;
  const char *layer;
  const char *release;
} Sum;

static Sum
sum_up (GraftModulesPage *self)
{
  Sum sum = { 0 };
  gboolean agree = TRUE;
  g_autoptr (GHashTable) layers = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->rows->items->len; i++)
    {
      GraftModuleItem *item = g_ptr_array_index (self->rows->items, i);
      const GraftModuleFacts *facts = graft_module_item_get_facts (item);

      if (!is_of_layer (self, item) || !graft_modules_page_has_change (self, facts->change))
        continue;
      if (sum.n_modules++ == 0)
        sum.release = facts->release;
      agree = agree && g_strcmp0 (sum.release, facts->release) == 0;
      sum.layer = facts->layer;
      g_hash_table_add (layers, GUINT_TO_POINTER (facts->layer_index));
    }
  sum.n_layers = g_hash_table_size (layers);
  if (!agree)
    sum.release = NULL;
  return sum;
}

/* "4,023 modules in filesystem.squashfs for 6.1.0-47-amd64", "12 of 4,023 modules in 2 layers". */
static char *
dup_sum (GraftModulesPage *self, guint n_shown)
{
  Sum sum = sum_up (self);
  g_autofree char *what = NULL, *where = NULL, *release = NULL;

  if (sum.n_modules == 0)
    return g_strdup (_ ("No modules"));
  if (n_shown == sum.n_modules)
    what = g_strdup_printf (ngettext ("%'u module", "%'u modules", n_shown), n_shown);
  else
    what = g_strdup_printf (ngettext ("%'u of %'u module", "%'u of %'u modules", sum.n_modules),
                            n_shown, sum.n_modules);
  if (sum.n_layers == 1)
    where = graft_name_escape (sum.layer);
  else
    where = g_strdup_printf (ngettext ("%u layer", "%u layers", sum.n_layers), sum.n_layers);
  /* Translators: "4,023 modules" in "filesystem.squashfs" */
  if (sum.release == NULL)
    return g_strdup_printf (_ ("%s in %s"), what, where);
  release = graft_name_escape (sum.release);
  /* Translators: "4,023 modules" in "filesystem.squashfs" for "6.1.0-47-amd64" */
  return g_strdup_printf (_ ("%s in %s for %s"), what, where, release);
}

void
graft_modules_page_show_sum (GraftModulesPage *self)
{
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
  g_autofree char *text = NULL;

  if (self->job != NULL && self->against != NULL)
    {
      g_autofree char *base = g_path_get_basename (graft_new_modules_get_paths (self->against)[0]);
      g_autofree char *shown = graft_name_escape (base);

      text = g_strdup_printf (_ ("Comparing with %s…"), shown);
    }
  else
    text = self->rows != NULL ? dup_sum (self, n_shown) : g_strdup (_ ("Reading the modules…"));
  gtk_label_set_text (self->sum, text);
  if (self->rows == NULL)
    gtk_stack_set_visible_child_name (self->stack, "loading");
  else if (self->rows->items->len == 0)
    gtk_stack_set_visible_child_name (self->stack, "empty");
  else
    gtk_stack_set_visible_child_name (self->stack, n_shown > 0 ? "list" : "nothing");
}

void
graft_modules_page_install_filter (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_layer_selected);
  gtk_widget_class_install_action (widget_class, "modules.filter", NULL, focus_filter);
  gtk_widget_class_install_action (widget_class, "modules.show-layer", "ay", show_layer);
}

void
graft_modules_page_init_filter (GraftModulesPage *self)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (self->view);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GtkSortListModel *sorted;

  self->store = g_list_store_new (GRAFT_TYPE_MODULE_ITEM);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  self->filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->store)),
                                              g_object_ref (self->filter));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->filtered)),
                                    g_object_ref (sorter));
  self->slice = gtk_slice_list_model_new (G_LIST_MODEL (sorted), 0, FIRST_ROWS);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->slice)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self->view));
  gtk_string_list_append (names, _ ("All layers"));
  gtk_drop_down_set_model (self->layers, G_LIST_MODEL (names));
  /* The button in it does not take the name of the whole. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->layers))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Layer"), -1);
  graft_modules_page_show_sum (self);
}
