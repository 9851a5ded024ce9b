/* graft-modules-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-modules-columns.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "pages/modules/graft-module-item.h"
#include "widgets/graft-size-text.h"

/**
 * Column:
 * @title: untranslated
 * @fill: what its label says of an item
 * @compare: (nullable): orders two items
 * @ellipsize: which end of a long text is dropped
 * @xalign: 0 left, 1 right
 * @expand: takes what width there is
 * @width: characters it asks for
 */
typedef struct
{
  const char *title;
  void (*fill) (GtkLabel *label, const GraftModuleFacts *facts);
  GCompareDataFunc compare;
  PangoEllipsizeMode ellipsize;
  float xalign;
  gboolean expand;
  int width;
} Column;

const char *
graft_modules_change_word (GraftModuleChange change)
{
  switch (change)
    {
    case GRAFT_MODULE_SAME:
      return _ ("found again");
    case GRAFT_MODULE_GONE:
      return _ ("gone");
    case GRAFT_MODULE_BUILTIN:
      return _ ("now built in");
    case GRAFT_MODULE_NEW:
      return _ ("new");
    case GRAFT_MODULE_RENAMED:
    default:
      return _ ("under another name");
    }
}

static void
set_escaped (GtkLabel *label, const char *text)
{
  g_autofree char *shown = graft_name_escape (text != NULL ? text : "");

  gtk_label_set_text (label, shown);
}

static void
fill_name (GtkLabel *label, const GraftModuleFacts *facts)
{
  set_escaped (label, facts->name);
}

static void
fill_layer (GtkLabel *label, const GraftModuleFacts *facts)
{
  set_escaped (label, facts->layer);
}

static void
fill_path (GtkLabel *label, const GraftModuleFacts *facts)
{
  set_escaped (label, facts->path);
}

static void
fill_size (GtkLabel *label, const GraftModuleFacts *facts)
{
  g_autofree char *size = graft_size_text (facts->size);

  gtk_label_set_text (label, size);
}

static void
set_class (GtkLabel *label, const char *style)
{
  static const char *const styles[] = { "success", "warning", "error", "dim-label" };

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_strcmp0 (style, styles[i]) == 0)
      gtk_widget_add_css_class (GTK_WIDGET (label), styles[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (label), styles[i]);
}

static void
fill_change (GtkLabel *label, const GraftModuleFacts *facts)
{
  static const char *const styles[] = {
    [GRAFT_MODULE_SAME] = "success",    [GRAFT_MODULE_GONE] = "error",
    [GRAFT_MODULE_BUILTIN] = "success", [GRAFT_MODULE_NEW] = "dim-label",
    [GRAFT_MODULE_RENAMED] = "success",
  };
  g_autofree char *other = facts->other != NULL ? graft_name_escape (facts->other) : NULL;
  g_autofree char *text = other != NULL ? g_strdup_printf (_ ("now called %s"), other)
                                        : g_strdup (graft_modules_change_word (facts->change));

  gtk_label_set_text (label, text);
  set_class (label, styles[facts->change]);
}

static void
fill_release (GtkLabel *label, const GraftModuleFacts *facts)
{
  g_autofree char *release = facts->release != NULL ? graft_name_escape (facts->release) : NULL;
  g_autofree char *text = NULL;

  if (facts->compared)
    {
      fill_change (label, facts);
      return;
    }
  if (release == NULL)
    text = g_strdup (_ ("says none"));
  else
    text = facts->matches ? g_strdup_printf ("✓ %s", release)
                          : g_strdup_printf (_ ("✗ %s, not the kernel's"), release);
  gtk_label_set_text (label, text);
  set_class (label, release == NULL ? "dim-label" : facts->matches ? "success" : "error");
}

static const GraftModuleFacts *
get_facts (gconstpointer item)
{
  return graft_module_item_get_facts (GRAFT_MODULE_ITEM ((gpointer)item));
}

static int
compare_name (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (get_facts (a)->name, get_facts (b)->name);
}

static int
compare_layer (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (get_facts (a)->layer, get_facts (b)->layer);
}

static int
compare_size (gconstpointer a, gconstpointer b, gpointer data)
{
  guint64 first = get_facts (a)->size, second = get_facts (b)->size;

  return (first > second) - (first < second);
}

static int
compare_release (gconstpointer a, gconstpointer b, gpointer data)
{
  const GraftModuleFacts *first = get_facts (a), *second = get_facts (b);

  if (first->compared)
    return (int)first->change - (int)second->change;
  return g_strcmp0 (first->release, second->release);
}

static const Column columns[] = {
  { N_ ("Name"), fill_name, compare_name, PANGO_ELLIPSIZE_END, 0, FALSE, 18 },
  { N_ ("State"), fill_release, compare_release, PANGO_ELLIPSIZE_END, 0, FALSE, 18 },
  { N_ ("Size"), fill_size, compare_size, PANGO_ELLIPSIZE_END, 1, FALSE, 8 },
  { N_ ("Image"), fill_layer, compare_layer, PANGO_ELLIPSIZE_MIDDLE, 0, FALSE, 12 },
  { N_ ("Path"), fill_path, NULL, PANGO_ELLIPSIZE_START, 0, TRUE, 12 },
};

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), column->ellipsize);
  gtk_label_set_width_chars (GTK_LABEL (label), column->width);
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  column->fill (GTK_LABEL (gtk_list_item_get_child (item)),
                get_facts (gtk_list_item_get_item (item)));
}

void
graft_modules_columns_add (GtkColumnView *view)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      const Column *column = &columns[i];
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) made = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), (gpointer)column);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), (gpointer)column);
      made = gtk_column_view_column_new (_ (column->title), factory);
      gtk_column_view_column_set_resizable (made, TRUE);
      gtk_column_view_column_set_expand (made, column->expand);
      if (column->compare != NULL)
        {
          g_autoptr (GtkSorter) sorter
              = GTK_SORTER (gtk_custom_sorter_new (column->compare, NULL, NULL));

          gtk_column_view_column_set_sorter (made, sorter);
        }
      gtk_column_view_append_column (view, made);
    }
}
