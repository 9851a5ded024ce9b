/* graft-contents-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-columns.h"

#include "pages/contents/graft-entry-text.h"
#include "pages/contents/graft-name-cell.h"

#include <glib/gi18n.h>

typedef struct _Column Column;

/**
 * Column:
 * @title: its header
 * @width: pixels; -1: what is left
 * @xalign: of its text
 * @from: shown when the view has as many pixels
 * @dup_text: what it shows; NULL: the name, which has a cell of its own
 * @dup_tooltip: (nullable): the same in other words
 */
struct _Column
{
  const char *title;
  int width;
  float xalign;
  int from;
  char *(*dup_text) (GraftEntryItem *item);
  char *(*dup_tooltip) (GraftEntryItem *item);
};

#define N_COLUMNS 6

static const Column columns[N_COLUMNS] = {
  { N_ ("Name"), -1, 0, 0, NULL, NULL },
  { N_ ("Size"), 86, 1, 0, graft_entry_text_dup_size, NULL },
  { N_ ("Mode"), 104, 0, 600, graft_entry_text_dup_mode, graft_entry_text_dup_octal },
  { N_ ("Owner"), 102, 0, 640, graft_entry_text_dup_owner, NULL },
  { N_ ("Changed"), 94, 0, 720, graft_entry_text_dup_time, NULL },
  { N_ ("State"), 130, 0, 320, graft_entry_text_dup_state, NULL },
};

struct _GraftContentsColumns
{
  GObject parent_instance;

  GtkColumnViewColumn *columns[N_COLUMNS];
  GHashTable *bound; /* of GtkListItem: what is shown; not kept */
  int line_height;   /* pixels */
};

G_DEFINE_FINAL_TYPE (GraftContentsColumns, graft_contents_columns, G_TYPE_OBJECT)

static void
graft_contents_columns_finalize (GObject *object)
{
  GraftContentsColumns *self = GRAFT_CONTENTS_COLUMNS (object);

  g_hash_table_unref (self->bound);
  for (guint i = 0; i < N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  G_OBJECT_CLASS (graft_contents_columns_parent_class)->finalize (object);
}

static void
graft_contents_columns_class_init (GraftContentsColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_contents_columns_finalize;
}

static void
graft_contents_columns_init (GraftContentsColumns *self)
{
  self->bound = g_hash_table_new (NULL, NULL);
}

static GraftEntryItem *
dup_item (gpointer object)
{
  if (GTK_IS_TREE_LIST_ROW (object))
    return gtk_tree_list_row_get_item (object);
  return object != NULL ? g_object_ref (object) : NULL;
}

static void
show (GtkListItem *list_item, const Column *column)
{
  gpointer object = gtk_list_item_get_item (list_item);
  GtkWidget *child = gtk_list_item_get_child (list_item);
  g_autoptr (GraftEntryItem) item = dup_item (object);
  g_autofree char *text = NULL;

  if (item == NULL)
    return;
  if (column->dup_text == NULL)
    {
      graft_name_cell_bind (GRAFT_NAME_CELL (child), GTK_IS_TREE_LIST_ROW (object) ? object : NULL,
                            item, gtk_list_item_get_position (list_item));
      return;
    }
  text = column->dup_text (item);
  gtk_inscription_set_text (GTK_INSCRIPTION (child), text);
}

static const Column *
get_column (GtkSignalListItemFactory *factory)
{
  return g_object_get_data (G_OBJECT (factory), "graft-column");
}

/* Asked for by one cell at a time, and so not made for all. */
static gboolean
on_query_tooltip (GtkWidget *child, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  GtkListItem *list_item)
{
  g_autoptr (GraftEntryItem) item = dup_item (gtk_list_item_get_item (list_item));
  const Column *column = g_object_get_data (G_OBJECT (child), "graft-column");
  g_autofree char *text = item != NULL ? column->dup_tooltip (item) : NULL;

  if (text == NULL || text[0] == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, GraftContentsColumns *self)
{
  const Column *column = get_column (factory);
  GtkInscription *inscription;

  if (column->dup_text == NULL)
    {
      gtk_list_item_set_child (list_item, GTK_WIDGET (graft_name_cell_new (self->line_height)));
      return;
    }
  inscription = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  gtk_inscription_set_text_overflow (inscription, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (inscription, column->xalign);
  gtk_widget_add_css_class (GTK_WIDGET (inscription), "numeric");
  if (column->dup_tooltip != NULL)
    {
      g_object_set_data (G_OBJECT (inscription), "graft-column", (gpointer)column);
      gtk_widget_set_has_tooltip (GTK_WIDGET (inscription), TRUE);
      g_signal_connect (inscription, "query-tooltip", G_CALLBACK (on_query_tooltip), list_item);
    }
  gtk_list_item_set_child (list_item, GTK_WIDGET (inscription));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, GraftContentsColumns *self)
{
  const Column *column = get_column (factory);

  g_hash_table_insert (self->bound, list_item, (gpointer)column);
  show (list_item, column);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, GraftContentsColumns *self)
{
  g_hash_table_remove (self->bound, list_item);
  if (get_column (factory)->dup_text == NULL)
    graft_name_cell_unbind (GRAFT_NAME_CELL (gtk_list_item_get_child (list_item)));
}

/* Keys for sorting: layers and segments keep their order, folders stand before files. */
static int
get_rank (gpointer this, gpointer data)
{
  return graft_entry_item_is_node (this) && !graft_entry_item_is_folder (this);
}

static char *
dup_sort_name (gpointer this, gpointer data)
{
  return graft_entry_item_is_node (this) ? g_utf8_make_valid (graft_entry_item_get_name (this), -1)
                                         : g_strdup ("");
}

static gint64
get_sort_number (gpointer this, gpointer data)
{
  GraftNode *node = graft_entry_item_is_node (this) ? graft_entry_item_get_node (this) : NULL;
  const GraftAttributes *attributes = node != NULL ? graft_node_get_attributes (node) : NULL;

  if (node == NULL)
    return 0;
  switch (GPOINTER_TO_INT (data))
    {
    case 1:
      return graft_node_get_node_type (node) == GRAFT_NODE_REGULAR
                 ? (gint64)graft_node_get_size (node)
                 : -1;
    case 2:
      return attributes->mode;
    case 3:
      return ((gint64)attributes->uid << 32) | attributes->gid;
    case 4:
      return attributes->mtime;
    case 5:
    default:
      /* What was changed comes first. */
      return -(gint64)graft_entry_item_get_state (this) * 2
             - graft_entry_item_is_changed_inside (this);
    }
}

static GtkSorter *
make_sorter (guint i)
{
  GtkMultiSorter *sorter = gtk_multi_sorter_new ();

  if (i == 0)
    {
      gtk_multi_sorter_append (sorter,
                               GTK_SORTER (gtk_numeric_sorter_new (gtk_cclosure_expression_new (
                                   G_TYPE_INT, NULL, 0, NULL, G_CALLBACK (get_rank), NULL, NULL))));
      gtk_multi_sorter_append (
          sorter, GTK_SORTER (gtk_string_sorter_new (gtk_cclosure_expression_new (
                      G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (dup_sort_name), NULL, NULL))));
    }
  else
    gtk_multi_sorter_append (sorter,
                             GTK_SORTER (gtk_numeric_sorter_new (gtk_cclosure_expression_new (
                                 G_TYPE_INT64, NULL, 0, NULL, G_CALLBACK (get_sort_number),
                                 GINT_TO_POINTER (i), NULL))));
  return GTK_SORTER (sorter);
}

static GtkColumnViewColumn *
make_column (GraftContentsColumns *self, guint i)
{
  const Column *column = &columns[i];
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *made = gtk_column_view_column_new (_ (column->title), factory);
  g_autoptr (GtkSorter) sorter = make_sorter (i);

  g_object_set_data (G_OBJECT (factory), "graft-column", (gpointer)column);
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_expand (made, column->width < 0);
  gtk_column_view_column_set_fixed_width (made, column->width);
  return made;
}

/* Of a line in the user's language. */
static int
measure_line (GtkWidget *view)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (view, _ ("Name"));
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

GraftContentsColumns *
graft_contents_columns_new (GtkColumnView *view)
{
  GraftContentsColumns *self = g_object_new (GRAFT_TYPE_CONTENTS_COLUMNS, NULL);

  self->line_height = measure_line (GTK_WIDGET (view));
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      self->columns[i] = make_column (self, i);
      gtk_column_view_append_column (view, self->columns[i]);
    }
  return self;
}

void
graft_contents_columns_refresh (GraftContentsColumns *self)
{
  GHashTableIter iter;
  gpointer list_item;
  gpointer column;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &list_item, &column))
    show (list_item, column);
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
graft_contents_columns_set_room (GraftContentsColumns *self, int width)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    set_visible (self->columns[i], &columns[i], columns[i].from <= width);
}
