/* graft-module-aliases.h: which modules of a tree serve a device, file system or algorithm
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An alias is a pattern (fnmatch) for what the kernel asks modprobe for:
 * "pci:v00001AF4d00001000sv*sd*bc*sc*i*", "fs-ext4", "crypto-sha256".
 */

#pragma once

#include "modules/graft-module-folder.h"

G_BEGIN_DECLS

typedef struct _GraftModuleAliases GraftModuleAliases;

/* From modules.alias and modules.builtin.modinfo of the folder; without a modules.alias (a package
 * before its depmod) from all its modules, which takes seconds. */
GraftModuleAliases *graft_module_aliases_read (GraftModuleFolder *folder, GCancellable *cancellable,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_module_aliases_free (GraftModuleAliases *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleAliases, graft_module_aliases_free)

/* The modules (in the tree or built in) one of whose aliases covers @alias, itself a pattern: each
 * request that @alias would match, theirs matches as well, as far as its text can tell.
 * (transfer container) (element-type utf8): names, sorted, each once; borrowed from @self. */
GPtrArray *graft_module_aliases_lookup (GraftModuleAliases *self, const char *alias);

G_END_DECLS
