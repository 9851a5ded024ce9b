/* graft-path.h: paths inside a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Links are followed inside the tree only: an absolute target starts at the tree's own root, ".."
 * never leaves it, as in a chroot.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_PATH_FOLLOW = 1 << 1,    /* also follow a link that is the last component */
  GRAFT_PATH_NO_FOLLOW = 1 << 2, /* no links at all, not even on the way */
} GraftPathFlags;

/**
 * graft_path_lookup:
 * @root: the tree
 * @path: "/a/b", "a/b", "" (the root); "." and empty components are dropped
 * @ret_path: (out) (optional): where the entry really stands ("/usr/lib/modules" for
 *   "/lib/modules"), without links; set only on success
 *
 * Returns: (transfer full): the node; NULL with %GRAFT_ERROR_NOT_FOUND when there is none (the
 * message names the first component that is missing), %GRAFT_ERROR_INVALID for a file used as a
 * folder or too many links.
 */
GraftNode *graft_path_lookup (GraftNode *root, const char *path, GraftPathFlags flags,
                              char **ret_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL, without an error, when the path does not exist; NULL with @error when the image cannot be
 * read. */
GraftNode *graft_path_find (GraftNode *root, const char *path, GraftPathFlags flags,
                            char **ret_path, GError **error);

/* Where @path would stand once its last component were made: its parent, links followed, plus the
 * last component. The parent must exist. */
char *graft_path_resolve_parent (GraftNode *root, const char *path,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "/a//./b/" becomes "/a/b", "" becomes "/"; NULL when a component is "..". */
char *graft_path_normalize (const char *path);

/* @parent "/" or "/a" and @name: "/name", "/a/name". */
char *graft_path_join (const char *parent, const char *name);

/**
 * GraftWalkFunc:
 * @path: without links, "/" for the root
 *
 * Returns: %FALSE with @error set to stop.
 */
typedef gboolean (*GraftWalkFunc) (const char *path, GraftNode *node, gpointer data,
                                   GError **error);

/* Visits @root and all below, a directory before its entries, entries by name; links are not
 * followed. Caps of graft-limits.h hold. */
gboolean graft_path_walk (GraftNode *root, const char *path, GraftWalkFunc func, gpointer data,
                          GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A copy of @root in which @path (normalised, no links on the way) is @node, or (@node NULL) is
 * gone: the folders on the way are new, all else is shared; @root itself when there was nothing to
 * do. With @make_parents, missing folders on the way are made @implicit. */
GraftNode *graft_path_with (GraftNode *root, const char *path, GraftNode *node,
                            gboolean make_parents, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
