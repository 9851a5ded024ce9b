/* graft-ext4-apply.h: a plan carried out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/ext4/graft-ext4-edit.h"
#include "formats/ext4/graft-ext4-plan.h"

G_BEGIN_DECLS

/* What goes first, then what is new: so the room of the one serves the other. */
gboolean graft_ext4_apply (GraftExt4Plan *plan, GraftExt4Edit *edit, GraftProgress *progress,
                           GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
