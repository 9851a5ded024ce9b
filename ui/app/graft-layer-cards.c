/* graft-layer-cards.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-layer-cards.h"

#include <glib/gi18n.h>

#include "app/graft-cards-box.h"
#include "app/graft-layer-card.h"
#include "base/graft-name.h"
#include "widgets/graft-layer-text.h"

struct _GraftLayerCards
{
  AdwBin parent_instance;

  GraftCardsBox *cards;
  GtkWidget *remedy;
  GtkLabel *remedy_label;
  GListModel *layers;
  gboolean compact;
};

enum
{
  PROP_COMPACT = 1
};

G_DEFINE_FINAL_TYPE (GraftLayerCards, graft_layer_cards, ADW_TYPE_BIN)

static void
show_remedy (GraftLayerCards *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL, *text = NULL, *release = NULL;
  guint n;

  for (guint i = 0; i < g_list_model_get_n_items (self->layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (self->layers, i);

      if (!graft_layer_text_is_mismatch (layer))
        continue;
      g_ptr_array_add (names, graft_layer_text_dup_name (layer));
      g_free (release);
      release = graft_name_escape (graft_layer_get_kernel_release (layer));
    }
  if (names->len > 0)
    {
      n = names->len;
      g_ptr_array_add (names, NULL);
      list = g_strjoinv (", ", (char **)names->pdata);
      text = g_strdup_printf (ngettext ("The kernel is %s, but %s has no modules for it.",
                                        "The kernel is %s, but %s have no modules for it.", n),
                              release, list);
      gtk_label_set_text (self->remedy_label, text);
    }
  gtk_widget_set_visible (self->remedy, text != NULL);
}

static void
on_layers_changed (GListModel *layers, guint position, guint removed, guint added, gpointer data)
{
  GraftLayerCards *self = data;

  for (guint i = 0; i < removed; i++)
    graft_cards_box_remove (self->cards, position);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, position + i);
      GtkWidget *card = graft_layer_card_new (layer);

      graft_layer_card_set_compact (GRAFT_LAYER_CARD (card), self->compact);
      graft_cards_box_insert (self->cards, card, position + i);
    }
  show_remedy (self);
}

static void
set_compact (GraftLayerCards *self, gboolean compact)
{
  GtkWidget *card;

  self->compact = compact;
  graft_cards_box_set_size (self->cards, compact ? 150 : 200, compact ? 190 : 260);
  for (guint i = 0; (card = graft_cards_box_get_card (self->cards, i)) != NULL; i++)
    graft_layer_card_set_compact (GRAFT_LAYER_CARD (card), compact);
}

static void
graft_layer_cards_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COMPACT)
    g_value_set_boolean (value, GRAFT_LAYER_CARDS (object)->compact);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
graft_layer_cards_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COMPACT)
    set_compact (GRAFT_LAYER_CARDS (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
graft_layer_cards_dispose (GObject *object)
{
  GraftLayerCards *self = GRAFT_LAYER_CARDS (object);

  if (self->layers != NULL)
    g_signal_handlers_disconnect_by_data (self->layers, self);
  g_clear_object (&self->layers);
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_LAYER_CARDS);
  G_OBJECT_CLASS (graft_layer_cards_parent_class)->dispose (object);
}

static void
graft_layer_cards_class_init (GraftLayerCardsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = graft_layer_cards_dispose;
  object_class->get_property = graft_layer_cards_get_property;
  object_class->set_property = graft_layer_cards_set_property;
  g_object_class_install_property (
      object_class, PROP_COMPACT,
      g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (GRAFT_TYPE_CARDS_BOX);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-layer-cards.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCards, cards);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCards, remedy);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCards, remedy_label);
}

static void
graft_layer_cards_init (GraftLayerCards *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_layer_cards_set_session (GraftLayerCards *self, GraftSession *session)
{
  g_return_if_fail (self->layers == NULL);
  self->layers = g_object_ref (graft_session_get_layers (session));
  g_signal_connect (self->layers, "items-changed", G_CALLBACK (on_layers_changed), self);
  on_layers_changed (self->layers, 0, 0, g_list_model_get_n_items (self->layers), self);
}
