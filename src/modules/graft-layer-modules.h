/* graft-layer-modules.h: the modules of one layer, and how they differ from a new kernel's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "modules/graft-module-diff.h"
#include "modules/graft-module-folder.h"

G_BEGIN_DECLS

/**
 * GraftLayerModules:
 * @folder: one of the layer's release folders
 * @releases: (element-type utf8): of each of the folder's modules, in their order, by vermagic;
 *   NULL where it says none
 *
 * The folder's nodes do not hold the image that they come from: who has this keeps the image, too.
 */
typedef struct
{
  GraftModuleFolder *folder;
  GPtrArray *releases;
} GraftLayerModules;

/**
 * graft_layer_modules_gather:
 * @root: of the layer, as the kernel sees it
 * @all: read the release out of every module; else, where a sample of a folder's modules agrees on
 *   one release, the rest is taken to be of it, too
 *
 * Reads the image.
 *
 * Returns: (transfer full) (element-type GraftLayerModules): one for each release folder, by name;
 * may be empty
 */
GPtrArray *graft_layer_modules_gather (GraftNode *root, gboolean all, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_layer_modules_free (GraftLayerModules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftLayerModules, graft_layer_modules_free)

/**
 * GraftFolderComparison:
 * @old_folder: a layer's
 * @new_folder: the one that it is compared with
 * @differences: (element-type GraftModuleDifference): they borrow from both folders
 */
typedef struct
{
  GraftModuleFolder *old_folder;
  GraftModuleFolder *new_folder;
  GPtrArray *differences;
} GraftFolderComparison;

/* As graft_module_diff(), and keeps both folders. */
GraftFolderComparison *graft_folder_comparison_new (GraftModuleFolder *old_folder,
                                                    GraftModuleFolder *new_folder,
                                                    gboolean with_new, GCancellable *cancellable,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_folder_comparison_free (GraftFolderComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftFolderComparison, graft_folder_comparison_free)

/* (element-type GraftFolderComparison): each release folder of the layer with this @root against
 * @new_folder, by name. @with_new FALSE: modules that only @new_folder has are left out, as is
 * right for a layer that has a selection only (an initrd). */
GPtrArray *graft_layer_modules_compare (GraftNode *root, GraftModuleFolder *new_folder,
                                        gboolean with_new, GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
