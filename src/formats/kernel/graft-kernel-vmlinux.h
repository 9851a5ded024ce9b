/* graft-kernel-vmlinux.h: the kernel proper: an ELF file, on its own or inside a bzImage
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"
#include "coders/graft-compression.h"

G_BEGIN_DECLS

/**
 * graft_kernel_vmlinux_probe:
 * @ret_machine: (out): the CPU, EM_… of the ELF specification
 *
 * Whether @input is an ELF program that is loaded elsewhere than where it runs (a segment's
 * physical address differs from its virtual one), as no program of a user is. Reads the headers
 * only.
 */
gboolean graft_kernel_vmlinux_probe (GraftInput *input, guint16 *ret_machine);

/**
 * graft_kernel_vmlinux_find_version:
 *
 * Searches the text that the kernel prints first, "Linux version 6.1.0-56-amd64 (…) #1 SMP …",
 * reading the file once, piece by piece.
 *
 * Returns: what follows "Linux version "; %NULL without @error when there is none
 */
char *graft_kernel_vmlinux_find_version (GraftInput *input, GCancellable *cancellable,
                                         GError **error);

/* The compression of a bzImage's payload by its magic; NONE also for one that is not known. */
GraftCompression graft_kernel_vmlinux_sniff (GraftInput *payload);

/* Unpacks the payload of a bzImage; what it should unpack to (4 bytes at its end) is held against
 * what it does. */
GraftInput *graft_kernel_vmlinux_unpack (GraftInput *payload, const char *name,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
