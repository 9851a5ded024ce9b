/* graft-kernel.h: a kernel file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source of the facts: of each kind, its header's (graft-kernel-header.h, -image.h, -zboot.h,
 * -uimage.h, -packed.h); the ELF specification for vmlinux.
 */

#pragma once

#include "formats/kernel/graft-kernel-loaders.h"
#include "image/graft-image-loader.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_KERNEL (graft_kernel_get_type ())
G_DECLARE_FINAL_TYPE (GraftKernel, graft_kernel, GRAFT, KERNEL, GraftImage)

/* Its images have no parts. A file that is no kernel, or one cut short, is an error that says what
 * it is. write() copies the file. */
const GraftImageFormat *graft_kernel_get_format (void);

/* "bzImage", "vmlinux", "Image" (compressed as a whole or not), "zboot", "uImage", "zImage". */
const char *graft_kernel_get_kind (GraftKernel *self);
/* "x86_64", "i386", "arm64", "arm", "riscv", …; NULL when the file does not say. */
const char *graft_kernel_get_arch (GraftKernel *self);
/* Whether a kernel for @arch is one for the same machines as one for @other: x86_64 machines boot
 * i386 kernels as well. Not known (NULL) is taken for yes. */
gboolean graft_kernel_arch_is_same_machine (const char *arch, const char *other);
/* "6.1.0-56-amd64"; NULL when the file does not say. */
const char *graft_kernel_get_release (GraftKernel *self);
/* The whole version text: "6.1.0-56-amd64 (debian-kernel@…) #1 SMP PREEMPT_DYNAMIC …". */
const char *graft_kernel_get_version (GraftKernel *self);
/* Name of the payload's compression ("xz"); "none"; NULL when the file does not say. */
const char *graft_kernel_get_payload_compression (GraftKernel *self);
/* Whether a PE signature is attached; and the bytes of its table of certificates, 0 without. */
gboolean graft_kernel_is_signed (GraftKernel *self);
guint64 graft_kernel_get_certificates_size (GraftKernel *self);
/* Who can start it. */
GraftKernelLoaders graft_kernel_get_loaders (GraftKernel *self);
/* Why a PXE loader cannot start it, as a sentence ("… is an ELF vmlinux: …"); NULL when one can. */
const char *graft_kernel_get_problem (GraftKernel *self);
/* What is not known of it and why, as a sentence; NULL when all is. */
const char *graft_kernel_get_note (GraftKernel *self);

/* The vmlinux inside, decompressed when first asked for (about a second, 70 MB). */
GraftInput *graft_kernel_open_vmlinux (GraftKernel *self, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The configuration that it was built with, where that is in the kernel itself (CONFIG_IKCONFIG);
 * unpacks it. @ret_text: (out) (nullable): NULL when there is none. */
gboolean graft_kernel_read_config (GraftKernel *self, GBytes **ret_text, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
