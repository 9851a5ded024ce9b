/* graft-frame-parser.h: what the helper says, checked as if it were hostile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The helper reads bytes of anybody's making with a library of half a million lines, so it may have
 * been taken over. Each frame is held against the protocol (graft-helper-protocol.h) and the caps
 * of graft-limits.h before anything of it is handed on.
 */

#pragma once

#include "helper/graft-helper.h"

G_BEGIN_DECLS

typedef struct _GraftFrameParser GraftFrameParser;

/* @name and @size: the archive's, for messages and against bombs. @funcs and @data must stay until
 * it is freed. */
GraftFrameParser *graft_frame_parser_new (const char *name, guint64 size,
                                          const GraftHelperStreamFuncs *funcs, gpointer data);
void graft_frame_parser_free (GraftFrameParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftFrameParser, graft_frame_parser_free)

/* The next bytes, cut anywhere. After a failure it must not be called again. An error frame fails
 * with what it says. */
gboolean graft_frame_parser_feed (GraftFrameParser *self, const guint8 *bytes, gsize length,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the end frame came, with nothing after it. */
gboolean graft_frame_parser_is_complete (GraftFrameParser *self);

G_END_DECLS
