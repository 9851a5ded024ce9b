/* cli-extract.h: entries of an image as files of this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * cli_extract:
 * @name: (nullable): what to call it in @folder; NULL for a folder whose entries go straight in
 * @folder: made when it is missing
 * @ret_refused: (out): something was not made because it would have led out of @folder, or because
 *   its place was taken
 *
 * Each name is made by openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) or below an open folder with
 * O_NOFOLLOW: neither the image nor a link planted in @folder can make it write elsewhere. Nothing
 * that is there is replaced. Devices are named on standard error, not made; set-user-ID,
 * set-group-ID and sticky bits are dropped; owners are the user's.
 */
gboolean cli_extract (GraftNode *node, const char *name, const char *folder, gboolean *ret_refused,
                      GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
