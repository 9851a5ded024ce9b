/* graft-module-aliases.h: which modules of a tree serve a device, file system or algorithm
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An alias is a pattern (fnmatch) for what the kernel asks modprobe for:
 * "pci:v00001AF4d00001000sv*sd*bc*sc*i*", "fs-ext4", "crypto-sha256".
 */

#pragma once

#include "modules/graft-module-folder.h"
#include "modules/graft-module-lookup.h"

G_BEGIN_DECLS

typedef struct _GraftModuleAliases GraftModuleAliases;

/* Those of @folder, read when first asked for; borrowed. */
GraftModuleAliases *graft_module_folder_get_aliases (GraftModuleFolder *folder,
                                                     GCancellable *cancellable,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From modules.alias and modules.builtin.modinfo of the folder; without a modules.alias (a package
 * before its depmod) from all its modules, which takes seconds. */
GraftModuleAliases *graft_module_aliases_read (GraftModuleFolder *folder, GCancellable *cancellable,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_module_aliases_look_up:
 * @lookup: of the indexes that depmod made for the modules of @folder
 * @wanted: (element-type utf8): all that will be looked up
 *
 * The same, of no more modules than serve one of @wanted: libkmod names them by the indexes, and
 * they alone are read.
 */
GraftModuleAliases *graft_module_aliases_look_up (GraftModuleFolder *folder,
                                                  GraftModuleLookup *lookup, GPtrArray *wanted,
                                                  GCancellable *cancellable,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_module_aliases_free (GraftModuleAliases *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleAliases, graft_module_aliases_free)

/**
 * graft_module_alias_covers:
 * @pattern: a module's alias
 * @alias: another one's
 *
 * Whether each request that @alias would match, @pattern matches as well, as far as their texts
 * tell, and is meant for the same thing: a pattern that leaves open what @alias names (all devices
 * of a class, a maker, a bus) covers nothing.
 */
gboolean graft_module_alias_covers (const char *pattern, const char *alias);

/* The modules (in the tree or built in) one of whose aliases covers @alias. (transfer container)
 * (element-type utf8): names, sorted, each once; borrowed from @self. */
GPtrArray *graft_module_aliases_lookup (GraftModuleAliases *self, const char *alias);

G_END_DECLS
