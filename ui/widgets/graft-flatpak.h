/* graft-flatpak.h: whether a Flatpak runs this
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Files of the user's machine are then seen only as far as portals show them. */
gboolean graft_in_flatpak (void);

G_END_DECLS
