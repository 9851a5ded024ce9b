/* graft-swap-plan-view.h: a plan in words, layer by layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "steps/swap-kernel/graft-swap-plan.h"

G_BEGIN_DECLS

/* Groups for the kernel, the notes and each layer, added to @page. They copy what they say. */
void graft_swap_plan_view_fill (GtkBox *page, GraftSwapPlan *plan);

/* By how many bytes file systems have to become larger for @plan; 0: there is room. @ret_n_growing:
 * how many of them. */
guint64 graft_swap_plan_view_find_growth (GraftSwapPlan *plan, guint *ret_n_growing);

/* "771 found again, 3 now built in, 1 gone". */
char *graft_swap_plan_view_dup_summary (GraftSwapLayer *layer);

G_END_DECLS
