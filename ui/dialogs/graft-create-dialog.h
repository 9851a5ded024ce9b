/* graft-create-dialog.h: "New image…": of what, of which kind, how packed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

/**
 * graft_create_dialog_present:
 * @parent: over it
 * @layer: (nullable): with @node: what the image is to be made of, until another folder is chosen
 * @node: (nullable): a folder of @layer
 * @address: (nullable): of @node, for the user
 *
 * What `bootgraft-cli create` does, by the same code; the file is asked for at the end.
 */
void graft_create_dialog_present (GtkWindow *parent, GraftSession *session, GraftLayer *layer,
                                  GraftNode *node, const char *address);

G_END_DECLS
