/* graft-attributes-dialog.h: mode and owner of entries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

/* Over @parent. @entries: of GraftEntryItem; links, which have no mode of their own, segments and
 * layers are left out, and nothing is shown when none is left. What is set is one step for all of
 * them, told by a toast with a way back. */
void graft_attributes_dialog_present (GtkWindow *parent, GraftSession *session,
                                      GListModel *entries);

G_END_DECLS
