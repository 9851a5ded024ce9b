/* graft-source-digests.h: by which the files and folders that a kernel came from are known again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

typedef struct _GraftSourceDigests GraftSourceDigests;

/* Begins to read the files among @paths, @vmlinuz and @modules (all nullable), in threads of its
 * own. What cannot be read is left out: whoever takes it in says why. */
GraftSourceDigests *graft_source_digests_start (const char *const *paths, const char *vmlinuz,
                                                const char *modules);
void graft_source_digests_free (GraftSourceDigests *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSourceDigests, graft_source_digests_free)

/**
 * graft_source_digests_finish:
 * @kernel: (nullable): the kernel that was found
 * @modules: (nullable): the folder of modules that was found
 *
 * Waits for the files and frees @self. A folder may hold far more than what was found in it (it may
 * be the root of a computer), and modules are read one by one when they are needed: so a folder is
 * known by the kernel's bytes and by the path and size of each file beside the modules.
 *
 * Returns: (transfer full) (element-type utf8 utf8): path as it was given → SHA-256, hex
 */
GHashTable *graft_source_digests_finish (GraftSourceDigests *self, GraftInput *kernel,
                                         GraftNode *modules, GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
