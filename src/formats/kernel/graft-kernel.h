/* graft-kernel.h: a kernel file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source of the facts: the Linux kernel's Documentation/arch/x86/boot.rst ("The Linux/x86 Boot
 * Protocol") for the bzImage; the ELF specification for vmlinux.
 */

#pragma once

#include "image/graft-image-loader.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_KERNEL (graft_kernel_get_type ())
G_DECLARE_FINAL_TYPE (GraftKernel, graft_kernel, GRAFT, KERNEL, GraftImage)

/* Its images have no parts. A file that is no kernel, or one cut short, is an error that says what
 * it is. write() copies the file. */
const GraftImageFormat *graft_kernel_get_format (void);

/* "bzImage", "vmlinux"; later "Image", "zboot", … */
const char *graft_kernel_get_kind (GraftKernel *self);
/* "x86_64", "i386", …; NULL when the file does not say. */
const char *graft_kernel_get_arch (GraftKernel *self);
/* "6.1.0-56-amd64"; NULL when the file does not say. */
const char *graft_kernel_get_release (GraftKernel *self);
/* The whole version text: "6.1.0-56-amd64 (debian-kernel@…) #1 SMP PREEMPT_DYNAMIC …". */
const char *graft_kernel_get_version (GraftKernel *self);
/* Name of the payload's compression ("xz"); "none". */
const char *graft_kernel_get_payload_compression (GraftKernel *self);
/* Whether a PE signature is attached. */
gboolean graft_kernel_is_signed (GraftKernel *self);
/* Why a PXE loader cannot start it, as a sentence ("… is an ELF vmlinux: …"); NULL when it can. */
const char *graft_kernel_get_problem (GraftKernel *self);

/* The vmlinux inside, decompressed when first asked for (about a second, 70 MB). */
GraftInput *graft_kernel_open_vmlinux (GraftKernel *self, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
