/* graft-width-bin.h: a child that is told when there is little room
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Narrower than this, what has words in a header becomes an icon. */
#define GRAFT_WIDTH_NARROW 980
/* Narrower than this, what is rarely used is in the menu only. */
#define GRAFT_WIDTH_TINY 520

#define GRAFT_TYPE_WIDTH_BIN (graft_width_bin_get_type ())
G_DECLARE_FINAL_TYPE (GraftWidthBin, graft_width_bin, GRAFT, WIDTH_BIN, GtkWidget)

/* Properties: "child"; "narrow" and "tiny", read-only, which follow the width that it has. It asks
 * for little whatever the child asks for, so that it can become narrow at all: the child must then
 * fit. (What AdwBreakpoint does; delete when the floor reaches libadwaita 1.4.) */

gboolean graft_width_bin_is_narrow (GraftWidthBin *self);
gboolean graft_width_bin_is_tiny (GraftWidthBin *self);

G_END_DECLS
