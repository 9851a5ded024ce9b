/* graft-layer-card.h: one layer at a glance: what it is, and does it match the kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-layer.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_LAYER_CARD (graft_layer_card_get_type ())
G_DECLARE_FINAL_TYPE (GraftLayerCard, graft_layer_card, GRAFT, LAYER_CARD, GtkButton)

/* A click activates "win.select-layer" with the layer's path. */
GraftLayerCard *graft_layer_card_new (void);

/* @is_kernel: the layers are held against this one. */
void graft_layer_card_set_layer (GraftLayerCard *self, GraftLayer *layer, gboolean is_kernel);
/* Fewer lines and less room around them. */
void graft_layer_card_set_compact (GraftLayerCard *self, gboolean compact);

G_END_DECLS
