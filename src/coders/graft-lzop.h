/* graft-lzop.h: the container that lzop(1) puts around blocks of LZO1X
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As lzop 1.04 writes it and lib/decompress_unlzo.c of the kernel reads it; all numbers are
 * big-endian. The header:
 *
 *     0  9  magic                     17  4  flags              33  1  length of the name
 *     9  2  version of lzop           21  4  mode of the file   34  n  the name
 *    11  2  version of the library    25  4  time, low half       +  4  checksum of all behind the
 *    13  2  version needed            29  4  time, high half            magic
 *    15  1  method  16  1  level
 *
 * Blocks follow, each with its plain length, its stored length, one checksum of what it unpacks to
 * for each of the flags that say so, one of what is stored likewise (unless it is stored as it is:
 * then both lengths are the same), and its bytes. A plain length of 0 ends the stream.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GRAFT_LZOP_MAGIC "\x89LZO\0\r\n\x1a\n"
#define GRAFT_LZOP_MAGIC_SIZE 9

#define GRAFT_LZOP_VERSION_AT 9
#define GRAFT_LZOP_LIBRARY_AT 11
#define GRAFT_LZOP_NEEDED_AT 13
#define GRAFT_LZOP_METHOD_AT 15
#define GRAFT_LZOP_LEVEL_AT 16
#define GRAFT_LZOP_FLAGS_AT 17
#define GRAFT_LZOP_NAME_LENGTH_AT 33
#define GRAFT_LZOP_NAME_AT 34

/* 0.94: since then the header has the level and the high half of the time; 1.04: what is described
 * here. */
#define GRAFT_LZOP_VERSION_LEVEL 0x0940
#define GRAFT_LZOP_VERSION 0x1040

#define GRAFT_LZOP_ADLER32_PLAIN 0x1u
#define GRAFT_LZOP_ADLER32_STORED 0x2u
#define GRAFT_LZOP_EXTRA_FIELD 0x40u
#define GRAFT_LZOP_CRC32_PLAIN 0x100u
#define GRAFT_LZOP_CRC32_STORED 0x200u
#define GRAFT_LZOP_MULTIPART 0x400u
#define GRAFT_LZOP_FILTER 0x800u
#define GRAFT_LZOP_HEADER_CRC32 0x1000u
#define GRAFT_LZOP_UNIX 0x03000000u

/* LZO1X-1, LZO1X-1(15), LZO1X-999: one decoder for all. */
#define GRAFT_LZOP_METHOD_1 1
#define GRAFT_LZOP_METHOD_999 3

/* What lzop makes, and the most that the kernel takes. */
#define GRAFT_LZOP_BLOCK (256 * 1024)

/* Of the start of a stream of which 21 bytes are there: whether the kernel, which passes over four
 * bytes of checksum before each block, finds just those. */
gboolean graft_lzop_fits_kernel (const guint8 *data, gsize length);

G_END_DECLS
