/* graft-member-place.h: whether an image inside of another still lies where it was opened
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-member.h"

G_BEGIN_DECLS

/**
 * graft_member_find_place:
 * @self: an image inside of another
 * @around: what it lies in, with any edits
 *
 * Returns: (transfer full) (nullable): what stands at its place, when that is a file with the bytes
 *   that were opened; %NULL when it was moved, deleted or replaced, with @error only where that
 *   cannot be told
 */
GraftNode *graft_member_find_place (GraftMember *self, GraftOverlay *around, GError **error);

/* Whether it, and each image around it, still lies where it was opened; a file of its own always
 * does. Where it cannot be told, nothing was done to it. */
gboolean graft_member_is_in_place (GraftMember *self);

/* Whether the file @node has the bytes of @opened, so far as that is known without reading. */
gboolean graft_member_is_at (GraftNode *node, GraftNode *opened);

G_END_DECLS
