/* graft-facts-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-facts-view.h"

#include <glib/gi18n.h>

/* Characters of the labels' column: what is longer is broken. */
#define LABEL_CHARS 14
/* A scrolled window asks for a height without a width: so the texts' natural width must be about
 * that of the pane. */
#define VALUE_CHARS 26
#define PROBLEM_CHARS 38

struct _GraftFactsView
{
  AdwBin parent_instance;

  GtkWidget *box;
  GHashTable *values; /* id of a fact → its GtkLabel, borrowed */
};

G_DEFINE_FINAL_TYPE (GraftFactsView, graft_facts_view, ADW_TYPE_BIN)

static void
graft_facts_view_finalize (GObject *object)
{
  GraftFactsView *self = GRAFT_FACTS_VIEW (object);

  g_hash_table_unref (self->values);
  G_OBJECT_CLASS (graft_facts_view_parent_class)->finalize (object);
}

static void
graft_facts_view_class_init (GraftFactsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_facts_view_finalize;
}

static void
graft_facts_view_init (GraftFactsView *self)
{
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  adw_bin_set_child (ADW_BIN (self), self->box);
}

static GtkWidget *
make_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  return label;
}

static GtkWidget *
make_value (const GraftFact *fact)
{
  GtkWidget *label = make_label (fact->value);

  gtk_label_set_max_width_chars (GTK_LABEL (label), VALUE_CHARS);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  fact->label, -1);
  return label;
}

static void
add_tone (GtkWidget *box, GraftFactTone tone)
{
  const struct
  {
    const char *icon;
    const char *style;
  } tones[] = {
    [GRAFT_FACT_PLAIN] = { NULL, NULL },
    [GRAFT_FACT_GOOD] = { "emblem-ok-symbolic", "success" },
    [GRAFT_FACT_WARNING] = { "dialog-warning-symbolic", "warning" },
    [GRAFT_FACT_BAD] = { "dialog-error-symbolic", "error" },
  };
  GtkWidget *icon;

  if (tones[tone].icon == NULL)
    return;
  icon = gtk_image_new_from_icon_name (tones[tone].icon);
  gtk_widget_add_css_class (icon, tones[tone].style);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), icon);
}

static GtkWidget *
make_row (const GraftFact *fact, GtkWidget **ret_value)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = make_label (fact->label);

  gtk_label_set_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  *ret_value = make_value (fact);
  gtk_box_append (GTK_BOX (box), label);
  add_tone (box, fact->tone);
  gtk_box_append (GTK_BOX (box), *ret_value);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  /* The value takes the focus, to be copied. */
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

GtkWidget *
graft_facts_view_make_row (const GraftFact *fact)
{
  GtkWidget *value;

  return make_row (fact, &value);
}

static void
add_group (GraftFactsView *self, const GraftFactGroup *group)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *heading = NULL;

  if (group->title != NULL)
    {
      heading = make_label (group->title);
      gtk_widget_add_css_class (heading, "heading");
      gtk_widget_set_margin_top (heading, 6);
      gtk_box_append (GTK_BOX (self->box), heading);
    }
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  group->title != NULL ? group->title : _ ("Details"), -1);
  for (guint i = 0; i < group->facts->len; i++)
    {
      const GraftFact *fact = g_ptr_array_index (group->facts, i);
      GtkWidget *value;

      gtk_list_box_append (GTK_LIST_BOX (list), make_row (fact, &value));
      if (fact->id != NULL)
        g_hash_table_replace (self->values, g_strdup (fact->id), value);
    }
  gtk_box_append (GTK_BOX (self->box), list);
}

static void
add_problem (GraftFactsView *self, const GraftFacts *facts)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-error-symbolic");
  GtkWidget *problem = make_label (facts->problem);

  gtk_widget_add_css_class (icon, "error");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_label_set_max_width_chars (GTK_LABEL (problem), PROBLEM_CHARS);
  gtk_label_set_selectable (GTK_LABEL (problem), TRUE);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), problem);
  if (facts->advice != NULL)
    {
      GtkWidget *advice = make_label (facts->advice);

      gtk_label_set_max_width_chars (GTK_LABEL (advice), PROBLEM_CHARS);
      gtk_label_set_selectable (GTK_LABEL (advice), TRUE);
      gtk_widget_add_css_class (advice, "dim-label");
      gtk_box_append (GTK_BOX (texts), advice);
    }
  gtk_widget_add_css_class (card, "card");
  gtk_box_append (GTK_BOX (card), icon);
  gtk_box_append (GTK_BOX (card), texts);
  for (GtkWidget *child = gtk_widget_get_first_child (card); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      gtk_widget_set_margin_top (child, 12);
      gtk_widget_set_margin_bottom (child, 12);
    }
  gtk_widget_set_margin_start (icon, 12);
  gtk_widget_set_margin_end (texts, 12);
  gtk_box_append (GTK_BOX (self->box), card);
}

void
graft_facts_view_show (GraftFactsView *self, GraftFacts *facts)
{
  GtkWidget *child;

  g_hash_table_remove_all (self->values);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  if (facts->problem != NULL)
    add_problem (self, facts);
  for (guint i = 0; i < facts->groups->len; i++)
    {
      const GraftFactGroup *group = g_ptr_array_index (facts->groups, i);

      if (group->facts->len > 0)
        add_group (self, group);
    }
}

void
graft_facts_view_update (GraftFactsView *self, const GraftFact *fact)
{
  GtkLabel *label = g_hash_table_lookup (self->values, fact->id);

  if (label != NULL)
    gtk_label_set_text (label, fact->value);
}
