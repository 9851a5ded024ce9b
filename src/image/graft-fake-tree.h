/* graft-fake-tree.h: a source tree made of text, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-tree.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_FAKE_TREE (graft_fake_tree_get_type ())
G_DECLARE_FINAL_TYPE (GraftFakeTree, graft_fake_tree, GRAFT, FAKE_TREE, GObject)

/* The lines of one part, as graft-fake-image.h describes them. Aborts on a line it cannot read. */
GraftFakeTree *graft_fake_tree_new (char *const *lines, guint first_number);

/* Borrowed; the tree outlives it. */
GraftNode *graft_fake_tree_get_root (GraftFakeTree *self);

G_END_DECLS
