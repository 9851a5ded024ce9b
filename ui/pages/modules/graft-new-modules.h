/* graft-new-modules.h: a kernel to compare with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opened by the first worker that needs it, and kept for others: all of them have the set for
 * themselves, and so come one after the other.
 */

#pragma once

#include "modules/graft-module-folder.h"
#include "sources/graft-kernel-source.h"

G_BEGIN_DECLS

typedef struct _GraftNewModules GraftNewModules;

/* @path: a kernel package, or a folder with modules. */
GraftNewModules *graft_new_modules_new (const char *const *paths);
GraftNewModules *graft_new_modules_ref (GraftNewModules *self);
void graft_new_modules_unref (GraftNewModules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftNewModules, graft_new_modules_unref)

/* As it was given. */
const char *const *graft_new_modules_get_paths (GraftNewModules *self);
/* The release of its modules, or what their folder is called; NULL before it was opened. */
const char *graft_new_modules_get_release (GraftNewModules *self);

/* In the worker; @store: of the set, it gets the content. Borrowed. */
GraftModuleFolder *graft_new_modules_open (GraftNewModules *self, GraftStore *store,
                                           GraftProgress *progress, GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
