/* graft-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-tree.h"

G_DEFINE_INTERFACE (GraftTree, graft_tree, G_TYPE_OBJECT)

static void
graft_tree_default_init (GraftTreeInterface *iface)
{
}
