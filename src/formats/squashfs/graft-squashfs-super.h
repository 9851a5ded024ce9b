/* graft-squashfs-super.h: the superblock, held against the image's size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"
#include "formats/squashfs/graft-squashfs-library.h"

G_BEGIN_DECLS

/* Reads the superblock of @input and holds each of its numbers against the input's size. */
gboolean graft_squashfs_super_read (GraftInput *input, sqfs_super_t *ret_super,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The end of the metadata that starts at @start: the nearest table behind it. */
guint64 graft_squashfs_super_get_end (const sqfs_super_t *self, guint64 start);

/* Whether the image has room for the positions of a table's blocks at @start (format.adoc "Storing
 * Lookup Tables"): the library makes room for all entries before it reads the first. @what is for
 * messages ("the id table"). */
gboolean graft_squashfs_super_check_table (const sqfs_super_t *self, guint64 start,
                                           guint64 n_entries, guint entry_size, const char *what,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
