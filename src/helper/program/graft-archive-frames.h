/* graft-archive-frames.h: a .deb or tar, read by libarchive, told in frames
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Formats and filters are named, never guessed by libarchive: ar and tar; one filter (gzip, xz,
 * zstd or none), chosen by its magic. So nothing nests deeper than a package does, and none of
 * libarchive's other readers meets the bytes.
 */

#pragma once

#include "helper/program/graft-frame-writer.h"

/* Reads @length bytes at @offset of @fd, by pread() alone, and writes all frames, an error's too.
 * Returns whether the end frame was written. */
bool graft_archive_frames_write (int fd, uint64_t offset, uint64_t length,
                                 GraftFrameWriter *writer);
