/* graft-xz-ahead.h: an xz stream of several blocks, decoded by several threads ahead of its reader
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/graft-input.h"

G_BEGIN_DECLS

typedef struct _GraftXzAhead GraftXzAhead;

/* For the stream at @offset of @input. %NULL (of which there is nothing to report: read it with a
 * decoder) when it has one block or less content than @least bytes, when it is not known where its
 * blocks are, when they are so large that having some of them at once would take too much memory,
 * or when there is one processor. */
GraftXzAhead *graft_xz_ahead_new (GraftInput *input, guint64 offset, guint64 least);
void graft_xz_ahead_free (GraftXzAhead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftXzAhead, graft_xz_ahead_free)

/* The next decoded bytes, in order, valid until the next call; a length of 0 is the end. What is
 * wrong with a stream is said as shortly as can be: the decoder says it better. */
gboolean graft_xz_ahead_next (GraftXzAhead *self, const guint8 **ret_data, gsize *ret_length,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Encoded bytes of the whole stream. */
guint64 graft_xz_ahead_get_stream_size (GraftXzAhead *self);

G_END_DECLS
