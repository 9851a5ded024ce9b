/* graft-module-lookup.h: modules looked up in indexes, by libkmod in the helper
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "helper/graft-helper-lookup.h"
#include "modules/graft-module-folder.h"

G_BEGIN_DECLS

/* Not for use from several threads at once. */
typedef struct _GraftModuleLookup GraftModuleLookup;

/**
 * graft_module_lookup_new:
 * @indexed: a release folder whose indexes are those that graft_module_index_build() made, never
 *   those found in an image: damaged ones break libkmod
 * @release: the kernel's release
 *
 * Costs nothing until something is looked up; then a stage of the indexes (a few megabytes), and
 * for dependencies an empty file for each module.
 */
GraftModuleLookup *graft_module_lookup_new (GraftModuleFolder *indexed, const char *release);
void graft_module_lookup_free (GraftModuleLookup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleLookup, graft_module_lookup_free)

/* Answers as graft_helper_lookup() has them: for each of @aliases (of utf8) the modules that serve
 * it, as often as they match; */
GPtrArray *graft_module_lookup_aliases (GraftModuleLookup *self, GPtrArray *aliases,
                                        GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* for each of @names the module itself and what it needs and wants. */
GPtrArray *graft_module_lookup_dependencies (GraftModuleLookup *self, GPtrArray *names,
                                             GCancellable *cancellable,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
