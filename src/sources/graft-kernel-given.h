/* graft-kernel-given.h: what the user named as a kernel, opened as a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-node.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

/* What all functions of a kernel's source need. */
typedef struct
{
  GraftStore *store;
  GraftProgress *progress;
  GCancellable *cancellable;
} GraftKernelContext;

/**
 * GraftKernelGiven:
 * @path: as it was given; of several packages the first
 * @shown: for messages
 * @base_name: the last name of the path, for messages
 * @root: a folder, the tree of a package, that of several packages; NULL for a kernel file
 * @is_folder: @root is a folder of the host
 * @kernel: (nullable): a kernel file
 * @packages: (element-type GraftKernelPackage): that @root is made of
 */
typedef struct
{
  const char *path;
  char *shown;
  char *base_name;
  GraftNode *root;
  gboolean is_folder;
  GraftInput *kernel;
  GPtrArray *packages;
} GraftKernelGiven;

void graft_kernel_given_clear (GraftKernelGiven *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftKernelGiven, graft_kernel_given_clear)

/* @paths: one or more, NULL-terminated; of several each must be a package or an archive, and their
 * order is no matter. A folder that holds only packages is as good as these. @self is empty. */
gboolean graft_kernel_given_open (GraftKernelGiven *self, const char *const *paths,
                                  const GraftKernelContext *context,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
