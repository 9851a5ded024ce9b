/* graft-kernel-header.h: the boot header of a bzImage
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the kernel's Documentation/arch/x86/boot.rst ("The Real-Mode Kernel Header").
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/**
 * GraftKernelHeader:
 * @protocol: version of the boot protocol: 0x20f is 2.15
 * @setup_size: bytes of boot sector and setup code; the kernel proper begins there
 * @code_size: bytes of the kernel proper; 0 when the protocol is too old (below 2.04) to tell
 * @arch: "x86_64", "i386"; %NULL when the file does not say
 * @version: (nullable): the version text
 * @payload_offset: in the file, bytes: the compressed vmlinux
 * @payload_length: bytes; 0 when the file does not say (protocols below 2.08)
 * @is_pe: it is an EFI program as well
 * @certificates: bytes of its table of certificates; 0: not signed
 */
typedef struct
{
  guint16 protocol;
  guint64 setup_size;
  guint64 code_size;
  const char *arch;
  char *version;
  guint64 payload_offset;
  guint64 payload_length;
  gboolean is_pe;
  guint64 certificates;
} GraftKernelHeader;

/* Whether @input has the boot header's magic ("HdrS" and the boot sector's mark); reads one
 * sector. */
gboolean graft_kernel_header_probe (GraftInput *input);

/* Reads the header of a file that graft_kernel_header_probe() knows. Each place it names is held
 * against the file's size: %GRAFT_ERROR_CORRUPTED with both numbers for a file cut short. */
GraftKernelHeader *graft_kernel_header_read (GraftInput *input,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_kernel_header_free (GraftKernelHeader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftKernelHeader, graft_kernel_header_free)

G_END_DECLS
