/* graft-module-successor.h: which module does now what another one did
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "modules/graft-modinfo.h"
#include "modules/graft-module-aliases.h"

G_BEGIN_DECLS

/* The modules (NULL-terminated) that @name became in later kernels, by a table of what aliases do
 * not tell; NULL when it is not in the table. */
const char *const *graft_module_successor_get_known (const char *name);

/* Adds to @list (of utf8, borrowed from @info and @name) all that graft_module_successor_find()
 * will look up for that module. */
void graft_module_successor_list_aliases (const char *name, GraftModinfo *info, GPtrArray *list);

/**
 * graft_module_successor_find:
 * @name: a module of @old_folder that the new tree does not have
 * @info: (nullable): what that module says of itself
 * @aliases: of the new tree; at least all that serve what graft_module_successor_list_aliases() has
 *
 * By aliases: a module that has @name itself as an alias ("modprobe cciss" loads hpsa); else the
 * one whose aliases cover most of the module's own, and at least half of them. Not counted is what
 * says nothing of what a driver does: aliases of the CPU, of the machine's maker, of input devices
 * (which have several drivers at once), those that more than two modules share (but algorithms,
 * where any implementation will do), and those that the other module had in the old tree already,
 * beside this one.
 *
 * Returns: (transfer full) (nullable): a module's name; %NULL without @error when there is none
 */
char *graft_module_successor_find (const char *name, GraftModinfo *info,
                                   GraftModuleFolder *old_folder, GraftModuleAliases *aliases,
                                   GCancellable *cancellable, GError **error);

G_END_DECLS
