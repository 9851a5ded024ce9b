/* graft-step-folders.h: the folders on the way to what a step puts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the steps.
 */

#pragma once

#include "overlay/graft-overlay.h"

G_BEGIN_DECLS

/* Makes @path, a folder, with its parents (0:0, 0755); what is there is left as it is. @part: as
 * graft_overlay_put() has it. */
gboolean graft_step_make_folders (GraftOverlay *overlay, int part, const char *path, gint64 mtime,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
