/* graft-layer-room.h: what a file system of a fixed size still takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/graft-layer.h"

G_BEGIN_DECLS

/* As @member is edited now; it is open. @may_grow: it becomes larger where it lacks room. NULL
 * where it has no such bounds, and when cancelled. Reads the image: for a worker. */
GraftLayerRoom *graft_layer_room_find (GraftMember *member, gboolean may_grow,
                                       GCancellable *cancellable);
/* NULL for NULL. */
GraftLayerRoom *graft_layer_room_copy (const GraftLayerRoom *self);
void graft_layer_room_free (GraftLayerRoom *self);

/* (nullable): why @member, or an image around it, cannot be edited. */
char *graft_layer_room_dup_read_only_reason (GraftMember *member);

G_END_DECLS
