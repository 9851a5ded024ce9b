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

/**
 * GraftPackageControl:
 *
 * What the package says of itself (deb-control(5)); fields that it does not have are NULL.
 */
typedef struct
{
  char *package;
  char *version;
  char *architecture;
  char *depends;
} GraftPackageControl;

void graft_package_control_free (GraftPackageControl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftPackageControl, graft_package_control_free)

/* Whether the package is wanted; %FALSE with @error set when not. */
typedef gboolean (*GraftPackageAcceptFunc) (const GraftPackageControl *control, gpointer data,
                                            GError **error);

/**
 * graft_package_open:
 * @store: where the contents go, each file once
 * @accept: (nullable): called once, before the first file is taken in
 *
 * Returns: (transfer full): the root of a tree in memory, with modes, owners and times as in the
 * package. All names of a hard-linked file have the same node. An entry that would lie outside of
 * the root, or below a link, is %GRAFT_ERROR_REFUSED.
 */
GraftNode *graft_package_open (GraftInput *input, GraftStore *store, GraftPackageAcceptFunc accept,
                               gpointer data, GraftProgress *progress, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
