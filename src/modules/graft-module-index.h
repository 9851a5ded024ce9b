/* graft-module-index.h: modules.dep and its companions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "modules/graft-module-folder.h"

G_BEGIN_DECLS

/* A file made by depmod: "modules.dep", "modules.dep.bin", … */
typedef struct
{
  char *name;
  GBytes *content;
} GraftIndexFile;

/**
 * graft_module_index_build:
 * @folder: the release folder as it will be (its modules and modules.builtin, .order, …)
 * @release: the kernel's release
 * @image_root: (nullable): the image, for its etc/depmod.d, lib/depmod.d; NULL: none
 *
 * Runs depmod, in the helper, on a stage of the folder, with the image's own configuration (the
 * host's never leaks in). Modules that the host's depmod cannot read compressed (.ko.gz) are staged
 * unpacked and named as they are in the result.
 *
 * Returns: (transfer full) (element-type GraftIndexFile): by name
 */
GPtrArray *graft_module_index_build (GraftModuleFolder *folder, const char *release,
                                     GraftNode *image_root, GraftProgress *progress,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The dependencies of all modules, read from the text of a modules.dep. */
typedef struct _GraftModuleDeps GraftModuleDeps;

GraftModuleDeps *graft_module_deps_new (GBytes *modules_dep, GError **error);
void graft_module_deps_free (GraftModuleDeps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleDeps, graft_module_deps_free)
/* Paths, relative to the release folder, of what the module at @path needs; NULL-terminated,
 * borrowed; NULL for an unknown path. */
const char *const *graft_module_deps_get (GraftModuleDeps *self, const char *path);

G_END_DECLS
