/* graft-kernel-uimage.h: a kernel with U-Boot's legacy header in front (uImage)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: U-Boot's include/image.h ("struct legacy_img_hdr", IH_…) and doc/usage/cmd/bootm.rst.
 */

#pragma once

#include "formats/kernel/graft-kernel-facts.h"

G_BEGIN_DECLS

gboolean graft_kernel_uimage_probe (GraftInput *input);

/* Both checksums are held against what is there, so that it reads the whole file. A uImage of
 * something else (a ramdisk, a script, the kernel of another system) is %GRAFT_ERROR_UNSUPPORTED.
 */
gboolean graft_kernel_uimage_read (GraftInput *input, GraftKernelFacts *facts,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
