/* graft-tree.h: what the backend of a source tree implements
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nobody calls these but graft-node.c. A backend's functions may be called from several threads;
 * a handle below it that cannot stand that (libsquashfs readers, libext2fs) is locked inside.
 */

#pragma once

#include "image/graft-directory.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_TREE (graft_tree_get_type ())
G_DECLARE_INTERFACE (GraftTree, graft_tree, GRAFT, TREE, GObject)

/**
 * GraftTreeInterface:
 * @list: the entries of the directory @node; the backend remembers what it listed, so that a
 *   second call gives the same nodes
 * @open: the bytes of the regular file @node; a new input for each call, or a shared one
 * @list_xattrs: (optional) the extended attributes of @node, sorted by name
 */
struct _GraftTreeInterface
{
  GTypeInterface parent_iface;

  GraftDirectory *(*list) (GraftTree *self, GraftNode *node, GError **error);
  GraftInput *(*open) (GraftTree *self, GraftNode *node, GError **error);
  GPtrArray *(*list_xattrs) (GraftTree *self, GraftNode *node, GError **error);
};

G_END_DECLS
