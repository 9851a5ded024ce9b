/* graft-squashfs-memory.h: a decoder that remembers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-stream.h"

G_BEGIN_DECLS

/* Decodes metadata blocks as @inner does, which it takes, and remembers a megabyte of them by where
 * @stream, which must outlive it, was read last: a meta reader that walks from one block into the
 * next has lost the first, and inodes at a block's end are asked for again and again. */
sqfs_compressor_t *graft_squashfs_memory_new (sqfs_compressor_t *inner,
                                              GraftSquashfsStream *stream);

G_END_DECLS
