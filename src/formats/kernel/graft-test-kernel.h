/* graft-test-kernel.h: kernels made of parts, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

#define GRAFT_TEST_VERSION "6.1.0-9-test (me@there) #1 SMP PREEMPT_DYNAMIC today"

/**
 * GraftTestKernel:
 * @compressor: (nullable): command line whose output is the payload ("xz --check=crc32 -c"); %NULL:
 *   not compressed
 * @with_size: the unpacked size follows the payload, as in all but gzip
 * @is_signed: has a certificate table
 *
 * What graft_test_kernel_new() makes a bzImage of protocol 2.15 for x86_64 of.
 */
typedef struct
{
  const char *compressor;
  gboolean with_size;
  gboolean is_signed;
} GraftTestKernel;

/* Offsets in it, for tests that change something. */
#define GRAFT_TEST_PE 0x40
#define GRAFT_TEST_SETUP_SECTORS 3
#define GRAFT_TEST_PAYLOAD ((1 + GRAFT_TEST_SETUP_SECTORS) * 512 + 64)

GByteArray *graft_test_kernel_new (const GraftTestKernel *kernel);

/* A small ELF program that is loaded elsewhere than where it runs, with the kernel's banner in it.
 */
GBytes *graft_test_vmlinux_new (guint16 machine);

/* An input of these bytes under the name "vmlinuz". */
GraftInput *graft_test_input_new (const void *data, gsize length);

/* What @command (split at blanks) makes of @bytes. */
GBytes *graft_test_filter (const char *command, GBytes *bytes);

G_END_DECLS
