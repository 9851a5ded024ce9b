/* graft-kernel-packed.h: an "Image" compressed as a whole: Image.gz
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the kernel's arch/arm64/boot/Makefile for what is made; U-Boot's boot/image.c
 * ("comp_magic") for what its booti unpacks.
 */

#pragma once

#include "formats/kernel/graft-kernel-facts.h"

G_BEGIN_DECLS

/* The first bytes of what a compressed file unpacks to; NULL when it is not compressed, or cannot
 * be unpacked that far. */
GraftInput *graft_kernel_packed_peek (GraftInput *input);

/* Whether an "Image" begins in it. Of compressions that must unpack much to see little only a file
 * whose name says that it is a kernel is looked into. */
gboolean graft_kernel_packed_probe (GraftInput *input);
gboolean graft_kernel_packed_read (GraftInput *input, GraftKernelFacts *facts,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "vmlinuz", "vmlinuz-6.1.0-56-amd64", "bzImage", "Image.gz", "uImage": only kernels have it. */
gboolean graft_kernel_is_named_like_one (const char *name);

G_END_DECLS
