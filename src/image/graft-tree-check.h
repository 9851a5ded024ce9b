/* graft-tree-check.h: whether an image that was written and read again has the tree it should have
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every file system has is compared here, entry by entry: names, types, modes, owners, times,
 * targets, devices, extended attributes, which names are one file. What only a format knows (how a
 * content is proven, what it can hold of a time) it tells by GraftTreeCheckFuncs.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/* @data is what was given to graft_tree_check_new(); @node is of the tree that was to be written,
 * @found the entry of the result in its place. */
typedef struct
{
  /* (transfer full): how an error names an entry of the result: "image:/path". */
  char *(*dup_address) (gpointer data, GraftNode *found);
  /* (nullable): whether the result has as much of the time as the format can hold; NULL where it
   * can hold all. */
  gboolean (*is_same_time) (gpointer data, const GraftAttributes *wanted,
                            const GraftAttributes *got);
  /* (nullable): sets @ret_none when it is known without reading them that neither has any extended
   * attribute. */
  gboolean (*know_no_xattrs) (gpointer data, GraftNode *node, GraftNode *found, gboolean *ret_none,
                              GError **error);
  /* Compares or proves the content of a regular file; called once for all of its names. */
  gboolean (*check_content) (gpointer data, GraftNode *node, GraftNode *found, GError **error);
} GraftTreeCheckFuncs;

/* A file of the result that was met. */
typedef struct
{
  GraftNode *node;  /* (unowned): what it should be, of the tree that was to be written */
  GraftNode *found; /* (unowned): as it was read */
  guint n_names; /* as its count of links should be: of a folder with "." and its folders' ".." */
} GraftTreeChecked;

typedef struct _GraftTreeCheck GraftTreeCheck;

/**
 * graft_tree_check_new:
 * @funcs: (unowned): what the format adds; must live as long
 *
 * Returns: (transfer full): a comparison in which nothing was met yet
 */
GraftTreeCheck *graft_tree_check_new (const GraftTreeCheckFuncs *funcs, gpointer data,
                                      GCancellable *cancellable);
void graft_tree_check_free (GraftTreeCheck *self);

/**
 * graft_tree_check_run:
 * @root: (unowned): the tree that was to be written; must live as long as @self
 * @found: (unowned): the root of the result, of one source tree whose handles are inode numbers;
 * must live as long as @self
 *
 * Compares both trees. Fails with %GRAFT_ERROR_MISMATCH at the first difference, named by its
 * address in the result, and with what the reader or the format's functions fail with.
 */
gboolean graft_tree_check_run (GraftTreeCheck *self, GraftNode *root, GraftNode *found,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The files of the result that were met, each once, in the order of the walk. */
guint graft_tree_check_get_n_files (GraftTreeCheck *self);
const GraftTreeChecked *graft_tree_check_get_file (GraftTreeCheck *self, guint index);

/**
 * graft_tree_check_fail:
 * @found: the entry of the result that is not as it should be
 * @format: (translated): what is wrong with it, as a sentence without its subject
 *
 * Returns: %FALSE, with @error set to %GRAFT_ERROR_MISMATCH
 */
gboolean graft_tree_check_fail (GraftTreeCheck *self, GraftNode *found, GError **error,
                                const char *format, ...) G_GNUC_PRINTF (4, 5);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftTreeCheck, graft_tree_check_free)

G_END_DECLS
