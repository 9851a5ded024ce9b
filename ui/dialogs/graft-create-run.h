/* graft-create-run.h: makes a new image, as a job of the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "export/graft-create.h"
#include "session/graft-session.h"

G_BEGIN_DECLS

/**
 * GraftCreateRequest:
 * @layer: (nullable): whose folder @node is, and which it keeps
 * @node: (nullable): with @layer: what the image is made of
 * @folder: (nullable): of this machine, where there is no @layer: the same
 * @options: its strings and @like are the request's own
 *
 * Immutable once a worker has it.
 */
typedef struct
{
  GraftLayer *layer;
  GraftNode *node;
  char *folder;
  GraftCreateOptions options;
} GraftCreateRequest;

/* References and copies are made. */
GraftCreateRequest *graft_create_request_copy (const GraftCreateRequest *from);
void graft_create_request_free (GraftCreateRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftCreateRequest, graft_create_request_free)

/* As graft_create_measure(). In a worker. */
gboolean graft_create_request_measure (const GraftCreateRequest *self, GraftCreateSize *ret_size,
                                       GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the new file @out when the set is free for it; the end is told by toast, a failure by
 * dialog, over @window. */
void graft_create_run (GtkWindow *window, GraftSession *session, const GraftCreateRequest *request,
                       const char *out);

G_END_DECLS
