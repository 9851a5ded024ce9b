/* graft-ext4-error.h: the library's error numbers as sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-error.h"
#include "formats/ext4/graft-ext4-io.h"

G_BEGIN_DECLS

/* Sets @error from @code, or from the error of @io (may be NULL) that caused it. @what: what was
 * read or done, "inode 12". Always %FALSE. */
gboolean graft_ext4_fail (GraftExt4Io *io, errcode_t code, const char *what, GError **error);

/* The same for %GRAFT_EXPORT_ERROR: while changes are made. */
gboolean graft_ext4_fail_writing (GraftExt4Io *io, errcode_t code, const char *what,
                                  GError **error);

G_END_DECLS
