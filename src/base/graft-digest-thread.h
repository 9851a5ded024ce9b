/* graft-digest-thread.h: the SHA-256 of a file, made while others read it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLib's SHA-256 makes about 220 MB a second of one processor, slower than writing: in a thread of
 * its own it costs no waiting.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

typedef struct _GraftDigestThread GraftDigestThread;

GraftDigestThread *graft_digest_thread_new (GraftInput *input);
/* Waits for it and frees @self. Lower-case hex. A cancel of @cancellable ends the wait at once. */
char *graft_digest_thread_finish (GraftDigestThread *self, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives up and frees @self. */
void graft_digest_thread_free (GraftDigestThread *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftDigestThread, graft_digest_thread_free)

G_END_DECLS
