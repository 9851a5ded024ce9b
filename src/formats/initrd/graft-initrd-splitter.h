/* graft-initrd-splitter.h: finds the segments of an initrd, as the kernel walks it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * init/initramfs.c, unpack_to_rootfs(): at a "0" on a multiple of 4, an archive as it is; zeros are
 * passed over; anything else must be the start of a compressed stream, which ends where its format
 * says. After an archive that is not compressed, what comes behind the zeros must start on a
 * multiple of 4 ("broken padding"), and everything after an error is dropped.
 */

#pragma once

#include "formats/initrd/graft-initrd-segment.h"

G_BEGIN_DECLS

/* (element-type GraftInitrdSegment): all segments, which together are all of @input. Damage that
 * hides content is an error; what the kernel stumbles over is a problem of the segment. */
GPtrArray *graft_initrd_split (GraftInput *input, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How sure it is that @input is an initrd: for GraftImageFormat. */
int graft_initrd_probe (GraftInput *input);

G_END_DECLS
