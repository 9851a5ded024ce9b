/* graft-step-imported.h: files of the user's machine as nodes that an image may hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the steps.
 */

#pragma once

#include "image/graft-node.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

/* The file is opened once, never waited for, must be a regular one, and is taken into @store as it
 * is now. Owner 0:0, mode 0755 or 0644, its own time. @ret_digest: SHA-256, hex. */
GraftNode *graft_step_import_file (const char *host_path, GraftStore *store, char **ret_digest,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of @folder (of graft_host_folder_open(), so that its files go to that one's store): files,
 * folders, links as links, hard links as such; %GRAFT_ERROR_REFUSED for anything else. @name: the
 * folder's, for messages. */
GraftNode *graft_step_import_folder (GraftNode *folder, const char *name, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
