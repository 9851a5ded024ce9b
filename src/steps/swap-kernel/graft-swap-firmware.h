/* graft-swap-firmware.h: the firmware that a layer's new modules ask for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "steps/swap-kernel/graft-swap-plan.h"

G_BEGIN_DECLS

/**
 * graft_swap_firmware_find:
 * @modules: (element-type GraftModule): the new ones
 * @root: the layer
 * @sources: (element-type GraftNode): lib/firmware folders to take from, best first
 * @firmware: (element-type GraftFirmwareFile): gets what @root lacks and a source has
 * @missing: (element-type utf8): gets the names that @root lacks and nobody has
 *
 * Reads the modinfo of each module. Compressed firmware (.xz, .zst) counts as there.
 */
gboolean graft_swap_firmware_find (GPtrArray *modules, GraftNode *root, GPtrArray *sources,
                                   GPtrArray *firmware, GPtrArray *missing,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts @file into the layer's firmware folder (lib/firmware, made when there is none), with the
 * folders on the way. */
gboolean graft_swap_firmware_put (const GraftFirmwareFile *file, GraftOverlay *overlay,
                                  gint64 mtime, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void graft_firmware_file_free (GraftFirmwareFile *self);

G_END_DECLS
