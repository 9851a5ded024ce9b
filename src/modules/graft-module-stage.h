/* graft-module-stage.h: the private folder that depmod works in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/* Files may be added from several threads at once. */
typedef struct _GraftModuleStage GraftModuleStage;

/**
 * graft_module_stage_new:
 * @release: the kernel's release; names a folder
 *
 * Makes a folder of mode 0700 on disk ($XDG_CACHE_HOME/bootgraft, else the system's temporary
 * folder: a memory file system could take a few hundred megabytes of memory), with
 * lib/modules/RELEASE and an empty depmod.d in it. Folders that dead processes left there are
 * removed. lib is a link to usr/lib, so that a depmod built for either finds the same.
 */
GraftModuleStage *graft_module_stage_new (const char *release,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes the folder and all in it. */
void graft_module_stage_free (GraftModuleStage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleStage, graft_module_stage_free)

const char *graft_module_stage_get_path (GraftModuleStage *self);

/* Writes depmod.d/@name. */
gboolean graft_module_stage_add_config (GraftModuleStage *self, const char *name, GBytes *content,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes a file; @path is relative to lib/modules/RELEASE, its folders are made. */
gboolean graft_module_stage_add_bytes (GraftModuleStage *self, const char *path, GBytes *content,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_module_stage_add_input (GraftModuleStage *self, const char *path,
                                       GraftInput *content, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * graft_module_stage_add_module:
 * @module: an ELF module
 *
 * Writes what depmod reads of it (descriptions, symbols, versions) at its place and leaves holes
 * where code, data and relocations are: the file has its size and a seventh of its blocks. One
 * that is no ELF file is written whole.
 */
gboolean graft_module_stage_add_module (GraftModuleStage *self, const char *path, GBytes *module,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (element-type filename): names of the regular files "modules.*" in
 * lib/modules/RELEASE, sorted. */
GPtrArray *graft_module_stage_list_indexes (GraftModuleStage *self,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One of them. */
GBytes *graft_module_stage_read_index (GraftModuleStage *self, const char *name,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
