/* graft-cobbler-dialog.h: which of a Cobbler server's distros to open
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Lists what Cobbler has on this machine, or elsewhere, and opens what is chosen by the action
 * win.open-path of @parent. */
void graft_cobbler_dialog_present (GtkWindow *parent);

G_END_DECLS
