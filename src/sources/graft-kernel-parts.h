/* graft-kernel-parts.h: several packages that together make one kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fedora divides a kernel into kernel-core, kernel-modules and more, Ubuntu into linux-image and
 * linux-modules. Installed, they lie in one tree; so they do here.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftKernelPart:
 * @name: the package's file, escaped, for messages
 * @root: its tree
 */
typedef struct
{
  char *name;
  GraftNode *root;
} GraftKernelPart;

/* (transfer none) for both. */
GraftKernelPart *graft_kernel_part_new (const char *name, GraftNode *root);
void graft_kernel_part_free (GraftKernelPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftKernelPart, graft_kernel_part_free)

/**
 * graft_kernel_parts_join:
 * @parts: (element-type GraftKernelPart)
 *
 * Returns: (transfer full): the tree of all. Of a file that several have, with the same content,
 * the first's attributes stay; so they do of folders. Where some have usr/lib and some lib, what is
 * in lib is in usr/lib. Two kernels, modules of two releases, or one file with two contents are
 * %GRAFT_ERROR_INVALID, which names both packages.
 */
GraftNode *graft_kernel_parts_join (GPtrArray *parts, GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
