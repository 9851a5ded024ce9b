/* graft-cancel-scope.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-cancel-scope.h"

/* Never made: a scope is its cancellable under another name, so that leaving it needs no memory. */

GraftCancelScope *
graft_cancel_scope_new (GCancellable *cancellable)
{
  if (cancellable != NULL)
    g_cancellable_push_current (g_object_ref (cancellable));
  return (GraftCancelScope *)cancellable;
}

void
graft_cancel_scope_free (GraftCancelScope *self)
{
  g_cancellable_pop_current (G_CANCELLABLE (self));
  g_object_unref (self);
}
