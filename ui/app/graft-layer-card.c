/* graft-layer-card.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-layer-card.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "widgets/graft-layer-text.h"
#include "widgets/graft-size-text.h"

struct _GraftLayerCard
{
  GtkButton parent_instance;

  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *name_label;
  GtkLabel *place_label;
  GtkLabel *release_label;
  GtkLabel *state_label;
  GtkLabel *facts_label;
};

G_DEFINE_FINAL_TYPE (GraftLayerCard, graft_layer_card, GTK_TYPE_BUTTON)

static void
graft_layer_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GRAFT_TYPE_LAYER_CARD);
  G_OBJECT_CLASS (graft_layer_card_parent_class)->dispose (object);
}

static void
graft_layer_card_class_init (GraftLayerCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_layer_card_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-layer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, icon);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, spinner);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, name_label);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, place_label);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, release_label);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, state_label);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, facts_label);
}

static void
graft_layer_card_init (GraftLayerCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

static void
show_state (GraftLayerCard *self, GraftLayer *layer)
{
  GraftLayerWord word = graft_layer_text_get_word (layer);
  g_autofree char *state = graft_layer_text_dup_state (layer);

  set_text (self->state_label, state);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), word.icon_name != NULL);
  gtk_image_set_from_icon_name (self->icon, word.icon_name);
  if (word.style_class != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->icon), word.style_class);
      gtk_widget_add_css_class (GTK_WIDGET (self->state_label), word.style_class);
    }
}

GtkWidget *
graft_layer_card_new (GraftLayer *layer)
{
  GraftLayerCard *self = g_object_new (GRAFT_TYPE_LAYER_CARD, NULL);
  g_autofree char *path = graft_name_escape (graft_layer_get_path (layer));
  g_autofree char *name = graft_layer_text_dup_name (layer);
  g_autofree char *place = graft_layer_text_dup_place (layer);
  g_autofree char *facts = graft_layer_text_dup_facts (layer);
  g_autofree char *releases = graft_layer_text_dup_releases (layer);
  g_autofree char *state = graft_layer_text_dup_state (layer);
  g_autofree char *spoken = NULL;

  set_text (self->name_label, name);
  set_text (self->place_label, place);
  set_text (self->release_label, releases);
  set_text (self->facts_label, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), !graft_layer_is_open (layer));
  gtk_spinner_set_spinning (self->spinner, !graft_layer_is_open (layer));
  show_state (self, layer);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "^ay", graft_layer_get_path (layer));
  /* All that the card says, for who does not see it. */
  spoken = g_strdup_printf ("%s: %s %s", path, releases != NULL ? releases : "",
                            state != NULL ? state : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  if (graft_layer_get_problem (layer) != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), graft_layer_get_problem (layer)->message);
  else if (graft_layer_get_read_only_reason (layer) != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), graft_layer_get_read_only_reason (layer));
  return GTK_WIDGET (self);
}

void
graft_layer_card_set_compact (GraftLayerCard *self, gboolean compact)
{
  gtk_label_set_lines (self->state_label, compact ? 2 : 4);
  gtk_widget_set_visible (GTK_WIDGET (self->facts_label),
                          !compact || !gtk_widget_get_visible (GTK_WIDGET (self->state_label)));
  if (compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");
}
