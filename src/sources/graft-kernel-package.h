/* graft-kernel-package.h: a package or archive that should be one of a kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "sources/graft-package.h"

G_BEGIN_DECLS

/* Remembers what the package says of itself, for messages when it has no kernel. */
typedef struct _GraftKernelPackage GraftKernelPackage;

/* @name: the file's, for messages. */
GraftKernelPackage *graft_kernel_package_new (const char *name, GraftPackageKind kind);
void graft_kernel_package_free (GraftKernelPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftKernelPackage, graft_kernel_package_free)

/* As graft_package_open(). A package of debugging symbols (gigabytes of them), or of another
 * architecture, is refused before anything of it is taken in. */
GraftNode *graft_kernel_package_open (GraftKernelPackage *self, GraftInput *input,
                                      GraftStore *store, GraftProgress *progress,
                                      GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Says what kind of package it is that has neither kernel nor modules, and which one to give
 * instead. Always returns %FALSE. */
gboolean graft_kernel_package_set_empty (GraftKernelPackage *self, GError **error);

/* A sentence about the scripts that it has, for whoever should read it; NULL when it has none. */
char *graft_kernel_package_dup_note (GraftKernelPackage *self);

G_END_DECLS
