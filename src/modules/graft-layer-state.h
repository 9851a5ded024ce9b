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

G_END_DECLS
