/* graft-swap-layer.h: planning the swap in one layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "steps/swap-kernel/graft-swap-plan.h"
#include "steps/swap-kernel/graft-swap-selection.h"

G_BEGIN_DECLS

/* What all layers of one swap have in common. */
typedef struct
{
  GraftStore *store;
  GraftModuleFolder *source; /* the new kernel's modules */
  const char *old_release;   /* (nullable): of the set's kernel before */
  const char *new_release;
  GraftSelect select; /* for initrds */
  const char *const *chosen;
  GPtrArray *firmware_sources; /* of GraftNode */
  gboolean source_has_firmware;
  gboolean may_grow; /* images of a fixed size */
  GPtrArray *notes;  /* of utf8 */

  /* The source's modules with their dependencies, made by whoever needs it first. */
  GraftSwapIndexed indexed;
} GraftSwapContext;

void graft_swap_context_clear (GraftSwapContext *self);

/* *@ret_layer stays NULL when the layer has no modules. */
gboolean graft_swap_layer_plan (GraftSwapContext *context, GraftMember *member,
                                GraftSwapLayer **ret_layer, GraftProgress *progress,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_swap_layer_apply (GraftSwapLayer *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
