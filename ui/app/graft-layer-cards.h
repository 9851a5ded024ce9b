/* graft-layer-cards.h: the layers of the set, in boot order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

/* Property "compact": for little room. */
#define GRAFT_TYPE_LAYER_CARDS (graft_layer_cards_get_type ())
G_DECLARE_FINAL_TYPE (GraftLayerCards, graft_layer_cards, GRAFT, LAYER_CARDS, AdwBin)

void graft_layer_cards_set_session (GraftLayerCards *self, GraftSession *session);

G_END_DECLS
