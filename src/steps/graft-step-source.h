/* graft-step-source.h: a file or folder of this computer that a step takes in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the steps. A recipe says where it lay and what it held, never the content itself.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftStepSource:
 * @path: as the user wrote it
 * @digest: (nullable): SHA-256, hex, of what was taken in; NULL: not taken in yet, and anything
 *   will do
 */
typedef struct
{
  char *path;
  char *digest;
} GraftStepSource;

GraftStepSource *graft_step_source_new (const char *path, const char *digest);
void graft_step_source_free (GraftStepSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftStepSource, graft_step_source_free)

/* Keeps @digest as that of what was taken in; %GRAFT_ERROR_CHANGED when another was expected. */
gboolean graft_step_source_accept (GraftStepSource *self, const char *digest,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of a folder that was imported: over the paths, types, modes, times, targets and contents of all
 * in it, in their order; which of the entries are one file counts as well. */
char *graft_step_source_digest_tree (GraftNode *folder, GCancellable *cancellable, GError **error);

G_END_DECLS
