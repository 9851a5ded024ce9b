/* graft-cancel-scope.h: the cancellable of what this thread is doing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading at an offset takes no cancellable, yet where a stream must be decoded up to there it can
 * take seconds. Whoever was given a cancellable and reads puts it in force for its thread; a slow
 * reader asks g_cancellable_get_current(), and fails with %G_IO_ERROR_CANCELLED.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GraftCancelScope GraftCancelScope;

/* In force in this thread until graft_cancel_scope_free(), which g_autoptr calls where the block
 * ends. Of %NULL nothing changes: the scope around stays in force. */
GraftCancelScope *graft_cancel_scope_new (GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;
void graft_cancel_scope_free (GraftCancelScope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftCancelScope, graft_cancel_scope_free)

G_END_DECLS
