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

/**
 * graft_module_successor_find:
 * @name: a module that a tree does not have
 * @info: (nullable): what that module says of itself
 * @aliases: of the tree
 *
 * By aliases: a module that has @name itself as an alias ("modprobe cciss" loads hpsa); else the
 * one whose aliases cover most of the module's own, and at least half of them. Aliases that say
 * nothing of what a driver does are not counted: those of the CPU or the machine's maker, and
 * those that more than two modules share (but algorithms, where any implementation will do).
 *
 * Returns: (transfer full) (nullable): a module's name
 */
char *graft_module_successor_find (const char *name, GraftModinfo *info,
                                   GraftModuleAliases *aliases);

G_END_DECLS
