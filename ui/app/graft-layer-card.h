/* graft-layer-card.h: what one layer is, and whether it agrees with the kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "session/graft-layer.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_LAYER_CARD (graft_layer_card_get_type ())
G_DECLARE_FINAL_TYPE (GraftLayerCard, graft_layer_card, GRAFT, LAYER_CARD, GtkButton)

/* A click shows the layer: action "win.show-layer" with its path. */
GtkWidget *graft_layer_card_new (GraftLayer *layer);
/* Less room around what it says; the facts only where it has no state to tell. */
void graft_layer_card_set_compact (GraftLayerCard *self, gboolean compact);

G_END_DECLS
