/* graft-module-search.h: where in a tree the modules are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_MODULE_SEARCH_ALL,
  GRAFT_MODULE_SEARCH_NEAR, /* only @root's lib/modules and folders directly in it */
} GraftModuleSearchScope;

/**
 * graft_module_search:
 * @root: a tree of any shape
 * @name: its name, for messages
 * @ret_folder: (out): the one folder that is, or could be, lib/modules/RELEASE; NULL when there are
 *   no modules
 * @ret_path: (out): where it stands, without links; "/" for @root
 *
 * A release folder is known by the files that a kernel's installation leaves in it
 * (modules.builtin, modules.order, …) or by a folder kernel/ with modules. Without one, it is the
 * lowest folder with all modules below it. Links are followed on the way to lib/modules only.
 * Two release folders are %GRAFT_ERROR_INVALID, which names them.
 */
gboolean graft_module_search (GraftNode *root, const char *name, GraftModuleSearchScope scope,
                              GraftNode **ret_folder, char **ret_path, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a file of this name is a module, compressed or not. */
gboolean graft_module_search_is_module (const char *name);

/* Folders that no search enters: symbols for debuggers have the shape of a root of their own. */
gboolean graft_module_search_is_skipped (const char *path);

G_END_DECLS
