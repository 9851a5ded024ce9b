/* graft-module-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-module-columns.h"

#include <glib/gi18n.h>
#include <string.h>

#include "pages/modules/graft-module-item.h"

/* Pixels, of a name that has a path beside it. */
#define WIDE_NAME 230

enum
{
  COLUMN_NAME,
  COLUMN_CHANGE,
  COLUMN_LAYER,
  COLUMN_PATH,
  COLUMN_RELEASE,
  COLUMN_SIZE,
  COLUMN_COMPRESSION,
  N_COLUMNS,
};

/**
 * Column:
 * @title: its header
 * @width: pixels; -1: what is left
 * @xalign: of its text
 * @overflow: what is left out of a long text
 * @from: shown when the list has as many pixels
 * @from_compared: the same, with what changes
 * @dup_text: what it shows
 * @dup_tooltip: (nullable): what is to be said of a text that may be cut off; its result may be
 * NULL
 */
typedef struct
{
  const char *title;
  int width;
  float xalign;
  GtkInscriptionOverflow overflow;
  int from;
  int from_compared;
  char *(*dup_text) (GraftModuleItem *item);
  char *(*dup_tooltip) (GraftModuleItem *item);
} Column;

static const Column columns[N_COLUMNS] = {
  { N_ ("Name"), -1, 0, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, 0, 0, graft_module_item_dup_name,
    graft_module_item_dup_name },
  { N_ ("Change"), 170, 0, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, G_MAXINT, 0,
    graft_module_item_dup_change, graft_module_item_dup_long_change },
  { N_ ("Layer"), 150, 0, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE, 480, 520,
    graft_module_item_dup_layer, graft_module_item_dup_layer },
  { N_ ("Path"), -1, 0, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_START, 900, 1040,
    graft_module_item_dup_path, graft_module_item_dup_path },
  { N_ ("Release"), 190, 0, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, 0, 700,
    graft_module_item_dup_release, graft_module_item_dup_reason },
  { N_ ("Size"), 86, 1, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, 600, 800,
    graft_module_item_dup_size, NULL },
  { N_ ("Compression"), 110, 0, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, 720, 920,
    graft_module_item_dup_compression, NULL },
};

struct _GraftModuleColumns
{
  GObject parent_instance;

  GtkColumnViewColumn *columns[N_COLUMNS];
};

G_DEFINE_FINAL_TYPE (GraftModuleColumns, graft_module_columns, G_TYPE_OBJECT)

static GQuark
get_item_quark (void)
{
  return g_quark_from_static_string ("graft-list-item");
}

static void
graft_module_columns_finalize (GObject *object)
{
  GraftModuleColumns *self = GRAFT_MODULE_COLUMNS (object);

  for (guint i = 0; i < N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  G_OBJECT_CLASS (graft_module_columns_parent_class)->finalize (object);
}

static void
graft_module_columns_class_init (GraftModuleColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_module_columns_finalize;
}

static void
graft_module_columns_init (GraftModuleColumns *self)
{
}

/* Asked for by one cell at a time, and so not made for all. */
static gboolean
on_query_tooltip (GtkWidget *child, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  const Column *column)
{
  GtkListItem *list_item = g_object_get_qdata (G_OBJECT (child), get_item_quark ());
  GraftModuleItem *item = gtk_list_item_get_item (list_item);
  g_autofree char *text = item != NULL ? column->dup_tooltip (item) : NULL;

  gtk_tooltip_set_text (tooltip, text);
  return text != NULL && text[0] != '\0';
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, const Column *column)
{
  GtkInscription *inscription = GTK_INSCRIPTION (gtk_inscription_new (NULL));

  gtk_inscription_set_text_overflow (inscription, column->overflow);
  gtk_inscription_set_xalign (inscription, column->xalign);
  if (column->dup_text == graft_module_item_dup_size)
    gtk_widget_add_css_class (GTK_WIDGET (inscription), "numeric");
  g_object_set_qdata (G_OBJECT (inscription), get_item_quark (), list_item);
  if (column->dup_tooltip != NULL)
    {
      gtk_widget_set_has_tooltip (GTK_WIDGET (inscription), TRUE);
      g_signal_connect (inscription, "query-tooltip", G_CALLBACK (on_query_tooltip),
                        (gpointer)column);
    }
  gtk_list_item_set_child (list_item, GTK_WIDGET (inscription));
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on == gtk_widget_has_css_class (widget, name))
    return;
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_colour (GtkWidget *child, GraftModuleItem *item, const Column *column)
{
  const GraftModuleFacts *facts = graft_module_item_get_facts (item);
  gboolean is_change = column->dup_text == graft_module_item_dup_change;
  gboolean is_release = column->dup_text == graft_module_item_dup_release;
  gboolean match = graft_module_item_is_match (item);
  gboolean known = facts->release != NULL && facts->kernel_release != NULL
                   && facts->change != GRAFT_MODULE_NEW;

  set_class (child, "success",
             (is_release && match) || (is_change && facts->change == GRAFT_MODULE_NEW));
  set_class (child, "error",
             (is_release && known && !match) || (is_change && facts->change == GRAFT_MODULE_GONE));
  set_class (child, "warning", is_change && facts->change == GRAFT_MODULE_RENAMED);
  set_class (child, "dim-label", is_change && facts->change == GRAFT_MODULE_SAME);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, const Column *column)
{
  GraftModuleItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *child = gtk_list_item_get_child (list_item);
  g_autofree char *text = column->dup_text (item);

  gtk_inscription_set_text (GTK_INSCRIPTION (child), text);
  if (column == &columns[COLUMN_RELEASE] || column == &columns[COLUMN_CHANGE])
    show_colour (child, item, column);
}

/* What one would look at first. */
static int
get_rank (int change)
{
  static const int ranks[] = {
    [GRAFT_MODULE_GONE] = 0, [GRAFT_MODULE_RENAMED] = 1, [GRAFT_MODULE_BUILTIN] = 2,
    [GRAFT_MODULE_NEW] = 3,  [GRAFT_MODULE_SAME] = 4,
  };

  return change == GRAFT_MODULE_NO_CHANGE ? 0 : ranks[change];
}

static int
compare_numbers (guint64 a, guint64 b)
{
  return (a > b) - (a < b);
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer data)
{
  const GraftModuleFacts *left = graft_module_item_get_facts ((GraftModuleItem *)a);
  const GraftModuleFacts *right = graft_module_item_get_facts ((GraftModuleItem *)b);
  int order = 0;

  switch (GPOINTER_TO_INT (data))
    {
    case COLUMN_CHANGE:
      order = get_rank (left->change) - get_rank (right->change);
      break;
    case COLUMN_LAYER:
      order = compare_numbers (left->layer_index, right->layer_index);
      break;
    case COLUMN_PATH:
      order = strcmp (left->path, right->path);
      break;
    case COLUMN_RELEASE:
      order = g_strcmp0 (left->release, right->release);
      break;
    case COLUMN_SIZE:
      order = compare_numbers (left->size, right->size);
      break;
    case COLUMN_COMPRESSION:
      order = compare_numbers (left->compression, right->compression);
      break;
    case COLUMN_NAME:
    default:
      break;
    }
  if (order == 0)
    order = strcmp (left->name, right->name);
  return order != 0 ? order : compare_numbers (left->layer_index, right->layer_index);
}

static GtkColumnViewColumn *
make_column (guint i)
{
  const Column *column = &columns[i];
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *made = gtk_column_view_column_new (_ (column->title), factory);
  g_autoptr (GtkSorter) sorter
      = GTK_SORTER (gtk_custom_sorter_new (compare_items, GINT_TO_POINTER (i), NULL));

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), (gpointer)column);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), (gpointer)column);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_expand (made, column->width < 0);
  gtk_column_view_column_set_fixed_width (made, column->width);
  return made;
}

GraftModuleColumns *
graft_module_columns_new (GtkColumnView *view)
{
  GraftModuleColumns *self = g_object_new (GRAFT_TYPE_MODULE_COLUMNS, NULL);

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      self->columns[i] = make_column (i);
      gtk_column_view_append_column (view, self->columns[i]);
    }
  gtk_column_view_sort_by_column (view, self->columns[COLUMN_NAME], GTK_SORT_ASCENDING);
  return self;
}

/* GTK 4.8 leaves room for the fixed width of a column that is hidden. */
static void
set_visible (GtkColumnViewColumn *made, const Column *column, gboolean visible)
{
  if (gtk_column_view_column_get_visible (made) == visible)
    return;
  gtk_column_view_column_set_visible (made, visible);
  gtk_column_view_column_set_fixed_width (made, visible ? column->width : -1);
}

void
graft_module_columns_set_room (GraftModuleColumns *self, int width, gboolean compared)
{
  GtkColumnViewColumn *name = self->columns[COLUMN_NAME];
  gboolean wide;

  for (guint i = 0; i < N_COLUMNS; i++)
    set_visible (self->columns[i], &columns[i],
                 (compared ? columns[i].from_compared : columns[i].from) <= width);
  /* Paths are longer than names. */
  wide = gtk_column_view_column_get_visible (self->columns[COLUMN_PATH]);
  if (gtk_column_view_column_get_expand (name) != wide)
    return;
  gtk_column_view_column_set_expand (name, !wide);
  gtk_column_view_column_set_fixed_width (name, wide ? WIDE_NAME : -1);
}

static GtkListItem *
find_below (GtkWidget *widget)
{
  GtkListItem *found = g_object_get_qdata (G_OBJECT (widget), get_item_quark ());
  GtkWidget *child = gtk_widget_get_first_child (widget);

  for (; found == NULL && child != NULL; child = gtk_widget_get_next_sibling (child))
    found = find_below (child);
  return found;
}

guint
graft_module_columns_find_position (GtkWidget *widget)
{
  while (widget != NULL && !GTK_IS_LIST_VIEW (widget) && !GTK_IS_COLUMN_VIEW (widget))
    {
      GtkListItem *found = find_below (widget);

      if (found != NULL)
        return gtk_list_item_get_position (found);
      widget = gtk_widget_get_parent (widget);
    }
  return GTK_INVALID_LIST_POSITION;
}
