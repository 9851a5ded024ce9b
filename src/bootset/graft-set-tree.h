/* graft-set-tree.h: the tree of an installer that a file lies in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How deep below a tree's top its boot files lie: images/pxeboot/vmlinuz. */
#define GRAFT_SET_TREE_DEPTH 2

/**
 * graft_set_tree_find:
 * @path: a file
 * @ret_inside: (out): its path in the tree
 *
 * As Fedora's, RHEL's and CentOS's lorax lays a tree out (lorax, share/templates.d/99-generic):
 * .treeinfo, images/pxeboot/, images/install.img, LiveOS/squashfs.img, isolinux/. A folder is a
 * tree's top when the file lies in one of these, and there is a .treeinfo or images/pxeboot in it.
 *
 * Returns: (nullable): the top folder; NULL when @path lies in no such tree
 */
char *graft_set_tree_find (const char *path, char **ret_inside);

G_END_DECLS
