/* graft-squashfs-verify-content.h: whether a file of a written image has the bytes it should have
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-plan.h"
#include "formats/squashfs/graft-squashfs-proof.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsContentCheck:
 * @carried: (element-type GraftCarriedRange): compared as stored bytes before
 * @n_carried: how many of them hold whole contents, in the order of the source: the first
 * @plan: (nullable): what was written, with the digests of what is new; without it, what was not
 *   carried over is read and compared
 * @full: also decode what was carried over
 * @proof: gets what is to be decoded
 * @proven: contents of @plan that were added to it
 */
typedef struct
{
  GraftSquashfs *source;
  GraftSquashfs *result;
  const GArray *carried;
  guint n_carried;
  GraftSquashfsPlan *plan;
  gboolean full;
  GraftSquashfsProof *proof;
  GHashTable *proven;
  GCancellable *cancellable;
} GraftSquashfsContentCheck;

/* Holds the layout of @written_node, a file of the result, against what @node asks for; what must
 * be decoded for that is added to the proof. */
gboolean graft_squashfs_verify_content (GraftSquashfsContentCheck *self, GraftNode *node,
                                        GraftNode *written_node,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
