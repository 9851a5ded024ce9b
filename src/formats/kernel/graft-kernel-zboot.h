/* graft-kernel-zboot.h: an EFI program that unpacks the kernel in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the kernel's drivers/firmware/efi/libstub/zboot-header.S and Makefile.zboot.
 */

#pragma once

#include "formats/kernel/graft-kernel-facts.h"

G_BEGIN_DECLS

gboolean graft_kernel_zboot_probe (GraftInput *input);
gboolean graft_kernel_zboot_read (GraftInput *input, GraftKernelFacts *facts,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
