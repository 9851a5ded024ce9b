/* graft-module-stage.h: the private folder that the helper works in
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
 * Makes a folder of mode 0700 with lib/modules/RELEASE and an empty depmod.d in it. A few thousand
 * modules take 60 to 90 MB there, for a second or two. They are in memory ($XDG_RUNTIME_DIR,
 * /dev/shm) where it has plenty of room; else on disk ($XDG_CACHE_HOME/bootgraft, the temporary
 * folder), which costs more: ext4 searches long for thousands of free inodes when it has just
 * deleted as many. lib is a link to usr/lib, so that a depmod built for either finds the same.
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
 * Writes what depmod reads of it (descriptions, symbols, versions), without code and data: a
 * seventh of its size. One that is no ELF file is written as it is.
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
