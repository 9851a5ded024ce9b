/* graft-swap-tree.h: lib/modules/RELEASE as a layer will have it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-store.h"
#include "modules/graft-module-folder.h"
#include "modules/graft-module-reader.h"

G_BEGIN_DECLS

/**
 * graft_swap_tree_build:
 * @source: the new kernel's folder
 * @release: its release
 * @modules: (nullable) (element-type GraftModule): those of @source to take, NULL: all
 * @reader: what the layer's modprobe reads: what it cannot is stored uncompressed
 * @image_root: the layer, for its depmod.d
 * @store: where modules that had to be decompressed are kept
 * @ret_decompressed: (out): how many are stored uncompressed
 * @left_out: (element-type utf8): gets the paths of stray big files that were not taken
 *
 * Everything is owned by 0:0, with modes 0644 and 0755; files keep their times, folders and indexes
 * get that of the newest module: so the same kernel gives the same bytes by whatever way it came.
 */
GraftNode *graft_swap_tree_build (GraftModuleFolder *source, const char *release,
                                  GPtrArray *modules, GraftModuleReader *reader,
                                  GraftNode *image_root, GraftStore *store, guint *ret_decompressed,
                                  GPtrArray *left_out, GraftProgress *progress,
                                  GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
