/* graft-kernel-image.h: the uncompressed "Image" of arm64, riscv and loongarch; the zImage of arm
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the kernel's Documentation/arch/arm64/booting.rst ("Call the kernel image"),
 * Documentation/arch/riscv/boot-image-header.rst, arch/loongarch/kernel/head.S; for the zImage
 * arch/arm/boot/compressed/head.S and Documentation/arch/arm/booting.rst.
 */

#pragma once

#include "formats/kernel/graft-kernel-facts.h"

G_BEGIN_DECLS

/* The architecture of an "Image" of which the @length bytes at @head are the start; NULL when it is
 * none. 64 bytes are enough. */
const char *graft_kernel_image_get_arch (const guint8 *head, gsize length);

gboolean graft_kernel_image_probe (GraftInput *input);
gboolean graft_kernel_image_read (GraftInput *input, GraftKernelFacts *facts,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_kernel_zimage_probe (GraftInput *input);
gboolean graft_kernel_zimage_read (GraftInput *input, GraftKernelFacts *facts,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
