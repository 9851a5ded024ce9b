/* graft-facts-view.h: facts, group by group
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "pages/contents/details/graft-facts.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_FACTS_VIEW (graft_facts_view_get_type ())
G_DECLARE_FINAL_TYPE (GraftFactsView, graft_facts_view, GRAFT, FACTS_VIEW, AdwBin)

/* The groups of @facts and its problem, in place of what was shown. */
void graft_facts_view_show (GraftFactsView *self, GraftFacts *facts);
/* The value of the fact that has the id of @fact. */
void graft_facts_view_update (GraftFactsView *self, const GraftFact *fact);

/* A row for a list: label and value. */
GtkWidget *graft_facts_view_make_row (const GraftFact *fact);

G_END_DECLS
