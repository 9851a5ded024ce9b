/* graft-package.h: the files of a package or archive, as a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read by libarchive in the helper, streamed once into the store. Nothing is installed, no script
 * is run.
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-node.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

/* Whether @input looks like a package that graft_package_open() reads (.deb). */
gboolean graft_package_probe (GraftInput *input);

GraftNode *graft_package_open (GraftInput *input, GraftStore *store, GraftProgress *progress,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
