/* graft-layer-cards.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-layer-cards.h"

#include <glib/gi18n.h>

#include "app/graft-cards-box.h"
#include "app/graft-layer-card.h"
#include "base/graft-name.h"

struct _GraftLayerCards
{
  AdwBin parent_instance;

  GraftCardsBox *box;
  GtkWidget *remedy;
  GtkLabel *remedy_text;
  GraftSession *session;
  GPtrArray *cards; /* of GraftLayerCard, as the layers are ordered; the box keeps them */
  gboolean compact;
};

enum
{
  PROP_COMPACT = 1,
};

G_DEFINE_FINAL_TYPE (GraftLayerCards, graft_layer_cards, ADW_TYPE_BIN)

static void
show_remedy (GraftLayerCards *self)
{
  GListModel *layers = graft_session_get_layers (self->session);
  g_autofree char *release = NULL;
  g_autofree char *text = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_get_root (layer) == NULL
          || graft_layer_get_state (layer) != GRAFT_LAYER_DIFFERS
          || graft_layer_get_kernel_release (layer) == NULL)
        continue;
      n++;
      g_free (release);
      release = graft_name_escape (graft_layer_get_kernel_release (layer));
    }
  gtk_widget_set_visible (self->remedy, n > 0);
  if (n == 0)
    return;
  text = g_strdup_printf (ngettext ("%u layer has no modules of the kernel %s: its drivers will "
                                    "not load.",
                                    "%u layers have no modules of the kernel %s: their drivers "
                                    "will not load.",
                                    n),
                          n, release);
  gtk_label_set_label (self->remedy_text, text);
}

/* Which kernel boots may be known after its own card. */
static void
show_layers (GraftLayerCards *self)
{
  GListModel *layers = graft_session_get_layers (self->session);
  GraftLayer *kernel = graft_session_get_kernel (self->session);

  for (guint i = 0; i < self->cards->len; i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);
      gboolean known = graft_session_get_state (self->session) == GRAFT_SESSION_OPEN;

      graft_layer_card_set_layer (g_ptr_array_index (self->cards, i), layer,
                                  !known || layer == kernel);
    }
  show_remedy (self);
}

static void
add_card (GraftLayerCards *self, guint position)
{
  GraftLayerCard *card = graft_layer_card_new ();

  graft_layer_card_set_compact (card, self->compact);
  graft_cards_box_insert (self->box, GTK_WIDGET (card), position);
  g_ptr_array_insert (self->cards, position, card);
}

static void
remove_card (GraftLayerCards *self, guint position)
{
  GtkWidget *card = g_ptr_array_index (self->cards, position);

  graft_cards_box_remove (self->box, card);
  g_ptr_array_remove_index (self->cards, position);
}

/* A layer in place of another keeps its card, and so the focus. */
static void
on_items_changed (GListModel *layers, guint position, guint removed, guint added,
                  GraftLayerCards *self)
{
  for (; removed > added; removed--)
    remove_card (self, position);
  for (; added > removed; removed++)
    add_card (self, position);
  show_layers (self);
}

static void
set_compact (GraftLayerCards *self, gboolean compact)
{
  self->compact = compact;
  for (guint i = 0; i < self->cards->len; i++)
    graft_layer_card_set_compact (g_ptr_array_index (self->cards, i), compact);
  graft_cards_box_set_size (self->box, compact ? 150 : 200, compact ? 190 : 250);
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

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_LAYER_CARDS);
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_layer_cards_parent_class)->dispose (object);
}

static void
graft_layer_cards_class_init (GraftLayerCardsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

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
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCards, box);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCards, remedy);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCards, remedy_text);
}

static void
graft_layer_cards_init (GraftLayerCards *self)
{
  self->cards = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_layer_cards_set_session (GraftLayerCards *self, GraftSession *session)
{
  GListModel *layers = graft_session_get_layers (session);

  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (layers, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (show_layers), self,
                           G_CONNECT_SWAPPED);
  on_items_changed (layers, 0, 0, g_list_model_get_n_items (layers), self);
}
