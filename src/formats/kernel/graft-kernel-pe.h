/* graft-kernel-pe.h: the EFI program that a kernel also is, and its signature
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: Microsoft's "PE Format" ("COFF File Header", "Optional Header", "Section Table", "The
 * Attribute Certificate Table").
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/**
 * GraftKernelPe:
 * @is_pe: there is a PE header; without one all else is 0
 * @arch: (nullable): "x86_64", "i386", "arm64", …; %NULL for another CPU
 * @end: where the last section ends in the file, bytes
 * @certificates: bytes of the table of certificates; 0: not signed
 */
typedef struct
{
  gboolean is_pe;
  const char *arch;
  guint64 end;
  guint64 certificates;
} GraftKernelPe;

/* Reads the headers of @input. %GRAFT_ERROR_CORRUPTED when a table of certificates lies outside the
 * file or is not as it should be. That a section ends outside is for the caller to see. */
gboolean graft_kernel_pe_read (GraftInput *input, GraftKernelPe *ret_pe,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The CPU of a PE file ("MZ") of which the @length bytes at @head are the start; NULL when it is no
 * PE file or of another CPU. */
const char *graft_kernel_pe_get_arch (const guint8 *head, gsize length);

G_END_DECLS
