/* graft-details-pane.h: what there is to say of what is selected
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_DETAILS_PANE (graft_details_pane_get_type ())
G_DECLARE_FINAL_TYPE (GraftDetailsPane, graft_details_pane, GRAFT, DETAILS_PANE, AdwBin)

/* Once, before it is shown. */
void graft_details_pane_set_session (GraftDetailsPane *self, GraftSession *session);
/* @entries: of GraftEntryItem; none: a hint to select something. What was shown stays until a
 * worker has the new, or for a moment; an answer that comes too late is dropped. */
void graft_details_pane_show (GraftDetailsPane *self, GListModel *entries);

G_END_DECLS
