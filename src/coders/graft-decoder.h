/* graft-decoder.h: one compressed stream, decoded piece by piece
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A decoder ends with its stream and says how many bytes that took; what follows (another segment,
 * padding) is not its business. Each compression is one file, graft-decoder-NAME.c.
 */

#pragma once

#include <gio/gio.h>

#include "base/graft-input.h"
#include "coders/graft-compression.h"

G_BEGIN_DECLS

typedef struct _GraftDecoder GraftDecoder;

GraftDecoder *graft_decoder_new (GraftCompression compression);
void graft_decoder_free (GraftDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftDecoder, graft_decoder_free)

/**
 * graft_decoder_run:
 * @in: (inout): where the encoded bytes are; moved past what was used
 * @in_length: (inout): how many there are; reduced by what was used
 * @last: no more encoded bytes will come after these: a stream that is not at its end then is
 *   %GRAFT_ERROR_CORRUPTED ("ends in the middle")
 * @out: (inout): where the decoded bytes go
 * @out_length: (inout): the room there; reduced by what was written
 * @ret_end: (out): the stream's end was met; do not call again
 *
 * Decodes until the encoded bytes or the room run out, or the stream ends.
 */
gboolean graft_decoder_run (GraftDecoder *self, const guint8 **in, gsize *in_length, gboolean last,
                            guint8 **out, gsize *out_length, gboolean *ret_end,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Encoded bytes that the stream took so far; at its end, its size. (Of lz4 in its legacy frame,
 * which has no end mark, @in may then stand up to four bytes past the end.) */
guint64 graft_decoder_get_used (GraftDecoder *self);

/* How many encoded bytes it would best be given next, in one piece, so that it need not collect
 * them; 0: it does not matter. */
gsize graft_decoder_get_wanted (GraftDecoder *self);

/* After graft_decoder_run() failed: whether it was for want of encoded bytes (a file cut short),
 * not because of wrong ones. */
gboolean graft_decoder_is_truncated (GraftDecoder *self);

/* Decodes a whole small thing (a module, a vmlinux): the stream at the start of @input, up to
 * @limit bytes; more is %GRAFT_ERROR_TOO_LARGE. @ret_used (optional): encoded bytes. */
GBytes *graft_decode_all (GraftInput *input, GraftCompression compression, guint64 limit,
                          guint64 *ret_used, GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
