/* graft-optional.h: something that is shown where there is room for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks for no width, so that a window can be narrow; what is left out then must be reachable in
 * another way.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_OPTIONAL (graft_optional_get_type ())
G_DECLARE_FINAL_TYPE (GraftOptional, graft_optional, GRAFT, OPTIONAL, GtkWidget)

/* Property "child". */
void graft_optional_set_child (GraftOptional *self, GtkWidget *child);

G_END_DECLS
