/* graft-squashfs-error.h: the library's error numbers as sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-stream.h"

G_BEGIN_DECLS

/**
 * graft_squashfs_fail_reading:
 * @stream: (nullable): what the library was reading from; its own error goes before all
 * @code: a SQFS_ERROR
 * @what: what was being read, in the reader's language ("the id table")
 * @offset: where, from the image's start
 *
 * Sets @error, of %GRAFT_IMAGE_ERROR, without the image's name: callers put it before.
 *
 * Returns: %FALSE
 */
gboolean graft_squashfs_fail_reading (GraftSquashfsStream *stream, int code, const char *what,
                                      guint64 offset, GError **error);

/* The same for what fails while writing, of %GRAFT_EXPORT_ERROR; @what is being written. */
gboolean graft_squashfs_fail_writing (GraftSquashfsStream *stream, int code, const char *what,
                                      GError **error);

G_END_DECLS
