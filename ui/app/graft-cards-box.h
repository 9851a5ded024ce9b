/* graft-cards-box.h: cards in columns of one width, never more than a part of the window high
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_CARDS_BOX (graft_cards_box_get_type ())
G_DECLARE_FINAL_TYPE (GraftCardsBox, graft_cards_box, GRAFT, CARDS_BOX, GtkWidget)

/* As many columns as there is room for; what is higher than @max_height (pixels) scrolls. @width:
 * the least that a card gets. (GtkFlowBox does not say how high it is at a width when it lies in a
 * scrolled window.) */
void graft_cards_box_set_size (GraftCardsBox *self, int width, int max_height);

/* At @position of the cards. */
void graft_cards_box_insert (GraftCardsBox *self, GtkWidget *card, guint position);
void graft_cards_box_remove (GraftCardsBox *self, guint position);
/* NULL: none. */
GtkWidget *graft_cards_box_get_card (GraftCardsBox *self, guint position);

G_END_DECLS
