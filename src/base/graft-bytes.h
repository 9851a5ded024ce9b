/* graft-bytes.h: the only readers of little- and big-endian numbers, bounds-checked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each returns %FALSE, and leaves @ret_value alone, when the number does not lie wholly within
 * the @length bytes at @data. No alignment is asked for.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean graft_bytes_get_u8 (const void *data, gsize length, guint64 offset, guint8 *ret_value);
gboolean graft_bytes_get_le16 (const void *data, gsize length, guint64 offset, guint16 *ret_value);
gboolean graft_bytes_get_le32 (const void *data, gsize length, guint64 offset, guint32 *ret_value);
gboolean graft_bytes_get_le64 (const void *data, gsize length, guint64 offset, guint64 *ret_value);
gboolean graft_bytes_get_be16 (const void *data, gsize length, guint64 offset, guint16 *ret_value);
gboolean graft_bytes_get_be32 (const void *data, gsize length, guint64 offset, guint32 *ret_value);
gboolean graft_bytes_get_be64 (const void *data, gsize length, guint64 offset, guint64 *ret_value);

/* Whether the @prefix_length bytes at @prefix stand at @offset. */
gboolean graft_bytes_match (const void *data, gsize length, guint64 offset, const void *prefix,
                            gsize prefix_length);

/* Whether all @length bytes are zero. */
gboolean graft_bytes_are_zero (const void *data, gsize length);

/* The writers' side: @data must have room. */
void graft_bytes_put_le16 (void *data, guint16 value);
void graft_bytes_put_le32 (void *data, guint32 value);
void graft_bytes_put_le64 (void *data, guint64 value);
void graft_bytes_put_be16 (void *data, guint16 value);
void graft_bytes_put_be32 (void *data, guint32 value);

G_END_DECLS
