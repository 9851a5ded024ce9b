/* graft-kernel-loaders.h: who can start a kernel over the network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GraftKernelLoaders:
 * @GRAFT_KERNEL_LOADER_BIOS: by the boot protocol of x86: PXELINUX, iPXE, GRUB on a BIOS
 * @GRAFT_KERNEL_LOADER_EFI: as an EFI program: iPXE, GRUB, syslinux.efi, the firmware itself
 * @GRAFT_KERNEL_LOADER_UBOOT: U-Boot, by its commands pxe and boot
 */
typedef enum
{
  GRAFT_KERNEL_LOADER_BIOS = 1 << 0,
  GRAFT_KERNEL_LOADER_EFI = 1 << 1,
  GRAFT_KERNEL_LOADER_UBOOT = 1 << 2,
} GraftKernelLoaders;

/* "bios", "efi", "u-boot", NULL-terminated; as in --json. */
char **graft_kernel_loaders_list (GraftKernelLoaders self);

/* For people: "BIOS (PXELINUX, iPXE), EFI (iPXE, GRUB)"; "none". */
char *graft_kernel_loaders_describe (GraftKernelLoaders self);

G_END_DECLS
