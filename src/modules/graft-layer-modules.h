/* graft-layer-modules.h: all modules of one layer, and the release that each was built for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "modules/graft-module-folder.h"

G_BEGIN_DECLS

/**
 * GraftLayerModules:
 * @folder: one release folder of the layer
 * @modules: (element-type GraftModule): its modules, by path
 * @releases: (element-type utf8): of each of @modules, by vermagic; NULL where it says none
 */
typedef struct
{
  GraftModuleFolder *folder;
  GPtrArray *modules;
  GPtrArray *releases;
} GraftLayerModules;

void graft_layer_modules_free (GraftLayerModules *self);

/**
 * graft_layer_modules_gather:
 * @root: the layer, as the kernel sees it
 * @all: read every module; else, where a sample of a folder's modules agrees on one release, the
 *   rest is taken to be of it, too
 *
 * Returns: (transfer full) (element-type GraftLayerModules): one for each release folder; may be
 * empty
 */
GPtrArray *graft_layer_modules_gather (GraftNode *root, gboolean all, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
