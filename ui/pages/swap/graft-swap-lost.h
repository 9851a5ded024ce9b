/* graft-swap-lost.h: what a swap could not carry over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "steps/graft-step.h"

G_BEGIN_DECLS

/* Tells it in a dialog over the window of @from, by the layers (of GraftLayer, in boot order). */
void graft_swap_lost_show (GtkWidget *from, GListModel *layers, GraftStepReport *report);

G_END_DECLS
