/* graft-tree-copy.h: a tree as the content of an image that is made anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-image.h"

G_BEGIN_DECLS

/**
 * graft_tree_copy:
 * @tree: a folder, of whatever image or of this machine
 * @own: all belongs to 0:0; else to whom it belongs there
 *
 * The same tree of new nodes, whose contents are those of the old ones. Names of one file are one
 * file still, and count those that are below @tree only.
 *
 * Returns: (transfer full): its root
 */
GraftNode *graft_tree_copy (GraftNode *tree, gboolean own, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The root of @empty, an image with nothing in it, as it is to be written with all of @tree. What
 * the format itself puts into an empty one ("lost+found") stays, unless @tree has it. */
GraftNode *graft_tree_fill (GraftImage *empty, GraftNode *tree,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
