/* graft-stream-reader.h: a compressed stream read forward once, in large pieces, without copies
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For whoever walks a whole stream and keeps only parts of it (headers): the memory is one buffer
 * for encoded and one for decoded bytes, plus the decoder's own window.
 */

#pragma once

#include "coders/graft-decoder.h"

G_BEGIN_DECLS

typedef struct _GraftStreamReader GraftStreamReader;

/* The stream that starts at @offset of @input, and ends where it ends: at the latest with @input.
 */
GraftStreamReader *graft_stream_reader_new (GraftInput *input, guint64 offset,
                                            GraftCompression compression);
/* The same, decoded ahead by several threads where that can be done (xz of several blocks) and the
 * content has at least @least bytes: for who reads all of it. Whatever fails with one that
 * graft_stream_reader_is_ahead(), or with what it gave, is to be done again with one that is not,
 * which says where and why. */
GraftStreamReader *graft_stream_reader_new_ahead (GraftInput *input, guint64 offset,
                                                  GraftCompression compression, guint64 least);
gboolean graft_stream_reader_is_ahead (GraftStreamReader *self);
void graft_stream_reader_free (GraftStreamReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftStreamReader, graft_stream_reader_free)

/* The next decoded bytes, the reader's own until the next call; a length of 0 is the end. */
gboolean graft_stream_reader_next (GraftStreamReader *self, const guint8 **ret_data,
                                   gsize *ret_length, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Encoded bytes that the stream took so far; at its end, its size. (Of one that is ahead, its size
 * at any time.) */
guint64 graft_stream_reader_get_used (GraftStreamReader *self);
/* After a failure: whether @input ended before the stream did. */
gboolean graft_stream_reader_is_truncated (GraftStreamReader *self);

G_END_DECLS
