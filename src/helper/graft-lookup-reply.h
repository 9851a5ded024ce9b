/* graft-lookup-reply.h: what the helper says of look-ups, checked as if it were hostile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "helper/graft-helper-lookup.h"

G_BEGIN_DECLS

/**
 * graft_lookup_reply_parse:
 * @name: of what was looked in, for messages
 * @n_texts: how many were asked for
 * @bytes: all that the helper wrote
 *
 * Holds each frame against the protocol (graft-helper-protocol.h) and against what was asked. An
 * error frame fails with what it says.
 *
 * Returns: (transfer full) (nullable) (element-type GPtrArray): as graft_helper_lookup(); %NULL
 * without @error when it is right as far as it goes, but ends too early
 */
GPtrArray *graft_lookup_reply_parse (const char *name, GraftLookupQuestion question, guint n_texts,
                                     const guint8 *bytes, gsize length, GError **error);

G_END_DECLS
