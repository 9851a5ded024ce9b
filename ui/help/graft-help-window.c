/* graft-help-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "help/graft-help-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "help/graft-help-page.h"

#define PAGES "/io/github/bootgraft/Bootgraft/help/"

/**
 * GraftHelpWindow:
 * @list: a row per page, in the order of the page "index"
 * @page_box: what is shown of the page that is selected
 */
struct _GraftHelpWindow
{
  AdwApplicationWindow parent_instance;

  AdwLeaflet *leaflet;
  GtkListBox *list;
  GtkWidget *content;
  AdwWindowTitle *title;
  GtkScrolledWindow *scroller;
  GtkBox *page_box;
};

G_DEFINE_FINAL_TYPE (GraftHelpWindow, graft_help_window, ADW_TYPE_APPLICATION_WINDOW)

static GraftHelpPage *
load_page (const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (PAGES, name, ".page", NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, error);
  const char *text;
  gsize length;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &length);
  return graft_help_page_parse (text, length, error);
}

static GtkWidget *
make_label (const char *markup, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  /* By the mouse; a stop of the Tab key at each paragraph would be in the way. */
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_heading (const char *text, const char *style)
{
  return g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, "label",
                       text, "use-markup", TRUE, "wrap", TRUE, "xalign", 0.0, "css-classes",
                       (const char *[]){ style, NULL }, NULL);
}

/* A text behind its number or dot. */
static GtkWidget *
make_item (const GraftHelpBlock *block)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *mark
      = block->kind == GRAFT_HELP_STEP ? g_strdup_printf ("%u.", block->number) : g_strdup ("•");
  GtkWidget *label = gtk_label_new (mark);

  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_label_set_width_chars (GTK_LABEL (label), 2);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), make_label (block->text, NULL));
  return box;
}

/* What is typed is written from left to right in every language. */
static GtkWidget *
make_screen (const char *text)
{
  GtkWidget *label = make_label ("", "help-screen");

  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_set_can_focus (label, TRUE);
  gtk_label_set_text (GTK_LABEL (label), text);
  return label;
}

static const char *
get_name (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "page");
}

static void
select_page (GraftHelpWindow *self, const char *name)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (strcmp (get_name (row), name) == 0)
      gtk_list_box_select_row (self->list, row);
}

static void
on_see (GtkButton *button, GraftHelpWindow *self)
{
  /* The button goes with its page. */
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (button), "page"));

  select_page (self, name);
  gtk_widget_grab_focus (GTK_WIDGET (self->page_box));
}

static GtkWidget *
make_see (GraftHelpWindow *self, const char *name)
{
  g_autoptr (GraftHelpPage) page = load_page (name, NULL);
  GtkWidget *button = gtk_button_new_with_label (page != NULL ? page->title : name);

  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), TRUE);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data_full (G_OBJECT (button), "page", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_see), self, 0);
  return button;
}

static GtkWidget *
make_block (GraftHelpWindow *self, const GraftHelpBlock *block)
{
  switch (block->kind)
    {
    case GRAFT_HELP_TITLE:
      return make_heading (block->text, "title-3");
    case GRAFT_HELP_ITEM:
    case GRAFT_HELP_STEP:
      return make_item (block);
    case GRAFT_HELP_NOTE:
      return make_label (block->text, "help-note");
    case GRAFT_HELP_SCREEN:
      return make_screen (block->text);
    case GRAFT_HELP_SEE:
      return make_see (self, block->text);
    case GRAFT_HELP_TEXT:
    default:
      return make_label (block->text, NULL);
    }
}

static void
show_page (GraftHelpWindow *self, GraftHelpPage *page)
{
  gboolean seeing = FALSE;
  g_autofree char *title = g_markup_escape_text (page->title, -1);
  g_autofree char *summary = g_markup_escape_text (page->summary, -1);

  g_autofree char *window_title = g_strdup_printf (_ ("Help: %s"), page->title);

  gtk_window_set_title (GTK_WINDOW (self), window_title);
  adw_window_title_set_title (self->title, page->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->page_box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  page->title, -1);
  gtk_box_append (self->page_box, make_heading (title, "title-1"));
  gtk_box_append (self->page_box, make_label (summary, "dim-label"));
  for (guint i = 0; i < page->blocks->len; i++)
    {
      const GraftHelpBlock *block = g_ptr_array_index (page->blocks, i);

      if (block->kind == GRAFT_HELP_SEE && !seeing)
        gtk_box_append (self->page_box, make_heading (_ ("See also"), "title-3"));
      seeing = block->kind == GRAFT_HELP_SEE;
      gtk_box_append (self->page_box, make_block (self, block));
    }
}

static void
fill (GraftHelpWindow *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftHelpPage) page = load_page (name, &error);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->page_box))) != NULL)
    gtk_box_remove (self->page_box, child);
  if (page != NULL)
    show_page (self, page);
  else
    gtk_box_append (self->page_box, gtk_label_new (error->message));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, GraftHelpWindow *self)
{
  if (row != NULL)
    fill (self, get_name (row));
}

/* Where there is room for one of the two only. */
static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, GraftHelpWindow *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
on_back (GraftHelpWindow *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

/* @section: (nullable): of the list that @name begins */
static void
add_row (GraftHelpWindow *self, const char *name, const char *section)
{
  g_autoptr (GraftHelpPage) page = load_page (name, NULL);
  const char *title = page != NULL ? page->title : name;
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_object_set_data_full (G_OBJECT (row), "page", g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (row), "section", g_strdup (section), g_free);
  gtk_list_box_append (self->list, row);
}

static void
add_section (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const char *section = g_object_get_data (G_OBJECT (row), "section");
  GtkWidget *heading;

  if (section == NULL || gtk_list_box_row_get_header (row) != NULL)
    return;
  heading = make_heading (section, "heading");
  gtk_widget_set_margin_start (heading, 12);
  gtk_widget_set_margin_top (heading, before != NULL ? 12 : 0);
  gtk_list_box_row_set_header (row, heading);
}

static void
add_rows (GraftHelpWindow *self)
{
  g_autoptr (GraftHelpPage) index = load_page ("index", NULL);
  const char *section = NULL;

  gtk_list_box_set_header_func (self->list, add_section, NULL, NULL);
  for (guint i = 0; index != NULL && i < index->blocks->len; i++)
    {
      const GraftHelpBlock *block = g_ptr_array_index (index->blocks, i);

      if (block->kind == GRAFT_HELP_SEE)
        add_row (self, block->text, g_steal_pointer (&section));
      else
        section = block->text;
    }
}

static void
graft_help_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GRAFT_TYPE_HELP_WINDOW);
  G_OBJECT_CLASS (graft_help_window_parent_class)->dispose (object);
}

static void
graft_help_window_class_init (GraftHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_help_window_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/help/graft-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftHelpWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, GraftHelpWindow, list);
  gtk_widget_class_bind_template_child (widget_class, GraftHelpWindow, content);
  gtk_widget_class_bind_template_child (widget_class, GraftHelpWindow, title);
  gtk_widget_class_bind_template_child (widget_class, GraftHelpWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, GraftHelpWindow, page_box);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
graft_help_window_init (GraftHelpWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_rows (self);
}

static GraftHelpWindow *
find_window (GtkApplication *application)
{
  for (GList *item = gtk_application_get_windows (application); item != NULL; item = item->next)
    if (GRAFT_IS_HELP_WINDOW (item->data))
      return item->data;
  return NULL;
}

void
graft_help_window_present (GtkApplication *application, const char *page)
{
  GraftHelpWindow *self = find_window (application);

  if (self == NULL)
    {
      self = g_object_new (GRAFT_TYPE_HELP_WINDOW, "application", application, NULL);
      if (page == NULL)
        gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
    }
  if (page != NULL)
    {
      select_page (self, page);
      adw_leaflet_set_visible_child (self->leaflet, self->content);
    }
  gtk_window_present (GTK_WINDOW (self));
}
