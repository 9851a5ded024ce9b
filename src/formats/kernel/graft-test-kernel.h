/* graft-test-kernel.h: kernels made of parts, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"
#include "formats/kernel/graft-kernel.h"

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

/* The lower 64 KiB of an "Image": a header with @magic at byte 56, a PE header for @machine with
 * one section that ends with the file, the banner, and the configuration @config (nullable). */
GBytes *graft_test_image_new (const char *magic, guint16 machine, const char *config);

/* An EFI zboot kernel for arm64 that says that @payload is compressed by @method, and is followed
 * by @unpacked_size unless that is 0 (as with gzip). */
GByteArray *graft_test_zboot_new (const char *method, GBytes *payload, guint32 unpacked_size);

/* A uImage by mkimage(1), with these words of its command line ("-A arm64 -T kernel -C gzip"). */
GByteArray *graft_test_uimage_new (const char *options, GBytes *payload);
/* Makes the sum of a uImage's header right again. */
void graft_test_uimage_sum (GByteArray *image);

/* Offsets in it, for tests that change something. */
#define GRAFT_TEST_PE 0x40
#define GRAFT_TEST_CONFIG 0xa000
#define GRAFT_TEST_ZBOOT_PAYLOAD 0x400
#define GRAFT_TEST_SETUP_SECTORS 3
#define GRAFT_TEST_PAYLOAD ((1 + GRAFT_TEST_SETUP_SECTORS) * 512 + 64)

GByteArray *graft_test_kernel_new (const GraftTestKernel *kernel);

/* The same, with @vmlinux in it. */
GByteArray *graft_test_kernel_new_around (const GraftTestKernel *kernel, GBytes *vmlinux);

/* A small ELF program that is loaded elsewhere than where it runs, with the kernel's banner in it.
 */
GBytes *graft_test_vmlinux_new (guint16 machine);

/* The kernel proper is @wanted, in whatever form it was packed. */
void graft_test_kernel_assert_unpacks_to (GraftKernel *kernel, GBytes *wanted);

/* An input of these bytes under the name "vmlinuz". */
GraftInput *graft_test_input_new (const void *data, gsize length);

/* What @command (split at blanks) makes of @bytes. */
GBytes *graft_test_filter (const char *command, GBytes *bytes);

G_END_DECLS
