/* graft-export-dialog.h: where a set is written to, and how
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

/* Over @parent, which also gets the news of how it went. */
void graft_export_dialog_present (GtkWindow *parent, GraftSession *session);

G_END_DECLS
