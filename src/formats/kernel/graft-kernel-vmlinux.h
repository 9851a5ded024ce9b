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
 * @payload: the kernel proper as it is stored
 * @compression: how it is compressed
 * @sized: as of graft_kernel_vmlinux_unpack()
 * @whole: unpack all of it in any case, to see whether it is whole
 *
 * Searches the text that the kernel prints first, "Linux version 6.1.0-56-amd64 (…) #1 SMP …",
 * unpacking piece by piece, as far as that text; more than GRAFT_LIMIT_VMLINUX is
 * %GRAFT_ERROR_TOO_LARGE.
 *
 * Returns: what follows "Linux version "; %NULL without @error when there is none
 */
char *graft_kernel_vmlinux_find_version (GraftInput *payload, GraftCompression compression,
                                         gboolean sized, gboolean whole, GCancellable *cancellable,
                                         GError **error);

/* By the magic only. */
gboolean graft_kernel_vmlinux_is_elf (GraftInput *input);

/* The compression of a kernel proper by its magic; NONE also for one that is not known. */
GraftCompression graft_kernel_vmlinux_sniff (GraftInput *payload);

/**
 * graft_kernel_vmlinux_unpack:
 * @payload: the kernel proper as it is stored
 * @compression: how it is compressed; NONE: what comes back is a view of @payload
 * @sized: it ends with its unpacked size (4 bytes little-endian; of gzip its own), which is held
 *   against what it unpacks to
 * @name: for messages about what it unpacks to
 */
GraftInput *graft_kernel_vmlinux_unpack (GraftInput *payload, GraftCompression compression,
                                         gboolean sized, const char *name,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
