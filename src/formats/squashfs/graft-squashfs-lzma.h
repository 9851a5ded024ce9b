/* graft-squashfs-lzma.h: what the xz and lzma codecs share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <lzma.h>

#include "formats/squashfs/graft-squashfs-codec.h"

G_BEGIN_DECLS

/* Blocks are at most 1 MiB, and so are the dictionaries that the kernel sets aside. */
#define GRAFT_SQUASHFS_LZMA_MEMORY (16 * 1024 * 1024)

/* The encoder's settings for an effort and a dictionary. */
void graft_squashfs_lzma_options (lzma_options_lzma *self, guint32 dictionary, GraftEffort effort);

G_END_DECLS
