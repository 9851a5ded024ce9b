/* graft-archive-frames.h: a .deb, tar or cpio, read by libarchive, told in frames
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Formats and filters are named, never guessed by libarchive: ar and tar, or cpio; one filter
 * (gzip, xz, zstd, bzip2, of a payload lzma, or none), chosen by its magic. So nothing nests deeper
 * than a package does, and none of libarchive's other readers meets the bytes.
 */

#pragma once

#include "helper/program/graft-frame-writer.h"

/* Reads @length bytes at @offset of @fd, by pread() alone, and writes all frames, an error's too.
 * @payload: they are the payload of an .rpm; else a .deb or a tar, by its magic. Returns whether
 * the end frame was written. */
bool graft_archive_frames_write (int fd, uint64_t offset, uint64_t length, bool payload,
                                 GraftFrameWriter *writer);
