/* graft-package-tree.h: a tree that grows entry by entry, as an archive tells it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "helper/graft-helper.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

typedef struct _GraftPackageTree GraftPackageTree;

/* @name: the archive's, for messages. */
GraftPackageTree *graft_package_tree_new (const char *name);
void graft_package_tree_free (GraftPackageTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftPackageTree, graft_package_tree_free)

/* A folder that is told twice has the later attributes; any other entry that stands there is
 * replaced by the later. Folders that are not told are made (0755, 0:0). */
gboolean graft_package_tree_add (GraftPackageTree *self, const GraftHelperEntry *entry,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The bytes of the regular file that was added last. */
void graft_package_tree_set_content (GraftPackageTree *self, GraftInput *content);

/* (transfer full): the root. */
GraftNode *graft_package_tree_build (GraftPackageTree *self);

G_END_DECLS
