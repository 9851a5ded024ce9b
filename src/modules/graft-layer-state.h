/* graft-layer-state.h: does a layer have the modules of this kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_LAYER_NONE,    /* no module folder */
  GRAFT_LAYER_MATCH,   /* one folder, of the kernel's release */
  GRAFT_LAYER_DIFFERS, /* folders, but none of the kernel's release */
  GRAFT_LAYER_SEVERAL, /* several folders, the kernel's among them */
} GraftLayerState;

/* "none", "match", "differs", "several": as in --json. */
const char *graft_layer_state_get_name (GraftLayerState self);

/* @kernel_release may be NULL (no kernel known): then one folder is DIFFERS.
 * @ret_releases: (out) (optional): names of the release folders, sorted, NULL-terminated. */
gboolean graft_layer_state_find (GraftNode *root, const char *kernel_release,
                                 GraftLayerState *ret_state, char ***ret_releases,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The CPU of a layer's modules, as graft_elf_machine_get_name() has it: of the first that can be
 * read in the folder of @kernel_release, else in any. *@ret_arch is NULL when there is none. */
gboolean graft_layer_state_find_arch (GraftNode *root, const char *kernel_release,
                                      const char **ret_arch, GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
