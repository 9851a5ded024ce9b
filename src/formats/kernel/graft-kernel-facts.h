/* graft-kernel-facts.h: what the reader of one kind of kernel finds out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"
#include "coders/graft-compression.h"
#include "formats/kernel/graft-kernel-loaders.h"

G_BEGIN_DECLS

/**
 * GraftKernelFacts:
 * @kind: "bzImage", "Image", …; static
 * @arch: (nullable): as the kernel names its architectures; static; %NULL when the file does not
 *   say
 * @version: (nullable): the version text, where a header has it
 * @payload: (nullable): the kernel proper as it is stored; %NULL when the file has none, or does
 *   not say where
 * @compression: of @payload
 * @odd: @payload is compressed in a way that is not known
 * @sized: @payload ends with its unpacked size, 4 bytes little-endian, as the kernel's
 *   scripts/Makefile.lib ("size_append") writes it; gzip has that of itself
 * @unmeasured: no header tells how long @payload is, so that only unpacking it shows whether it was
 *   cut short
 * @certificates: bytes of the table of certificates of a signed kernel; 0: not signed
 * @loaders: who can start it
 * @problem: (nullable): why no PXE loader can, as a sentence
 * @note: (nullable): what is not known of it and why, as a sentence
 *
 * A reader is given zeros and fills in what it knows.
 */
typedef struct
{
  const char *kind;
  const char *arch;
  char *version;
  GraftInput *payload;
  GraftCompression compression;
  gboolean odd;
  gboolean sized;
  gboolean unmeasured;
  guint64 certificates;
  GraftKernelLoaders loaders;
  char *problem;
  char *note;
} GraftKernelFacts;

/* Frees what it points to, and makes it zeros. */
void graft_kernel_facts_clear (GraftKernelFacts *self);

/* %GRAFT_ERROR_CORRUPTED: @input is shorter than the @wanted bytes that its header tells of.
 * Returns %FALSE. */
gboolean graft_kernel_facts_set_truncated (GraftInput *input, guint64 wanted, GError **error);

/* The payload: @length bytes of @input from @offset, which are known to be there. Its compression
 * is told by its first bytes. */
gboolean graft_kernel_facts_set_payload (GraftKernelFacts *self, GraftInput *input, guint64 offset,
                                         guint64 length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
