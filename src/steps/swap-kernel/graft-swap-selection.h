/* graft-swap-selection.h: which modules of the new kernel a layer gets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "modules/graft-module-diff.h"
#include "modules/graft-module-index.h"
#include "modules/graft-module-lookup.h"

G_BEGIN_DECLS

/* The new kernel's folder with the dependencies between its modules, and its indexes. */
typedef struct
{
  GraftModuleFolder *folder;
  GraftModuleDeps *deps;     /* of the folder's own modules.dep, by its paths */
  GraftModuleLookup *lookup; /* in its indexes, which depmod made here */
} GraftSwapIndexed;

/**
 * graft_swap_select:
 * @indexed: the new kernel, indexed
 * @names: (element-type utf8): names of modules of it
 * @ret_n_dependencies: (out): how many were added because others need them
 *
 * Returns: (transfer container) (element-type GraftModule): @names and all they depend on, by
 * path, each once; the modules belong to the folder
 */
GPtrArray *graft_swap_select (const GraftSwapIndexed *indexed, GPtrArray *names,
                              guint *ret_n_dependencies);

G_END_DECLS
