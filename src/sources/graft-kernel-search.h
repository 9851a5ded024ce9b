/* graft-kernel-search.h: which file of a tree is the kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftKernelFile:
 * @path: where it stands in its tree, without links
 * @input: its bytes
 * @config: (nullable): the build configuration that lies beside it
 */
typedef struct
{
  char *path;
  GraftInput *input;
  GraftInput *config;
} GraftKernelFile;

void graft_kernel_file_free (GraftKernelFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftKernelFile, graft_kernel_file_free)

/**
 * graft_kernel_search:
 * @root: a tree of any shape
 * @name: its name, for messages
 * @modules_path: (nullable): the release folder in @root; some vendors put the kernel there
 * @beside: look at the files that lie directly in @root only
 * @ret_file: (out): the kernel; NULL when there is none, and nothing that pretends to be one
 *
 * A kernel is found by its name (vmlinuz…, bzImage…, zImage…, kernel…, linux) and known by its
 * bytes. Equal files under several names are one. Two different ones are %GRAFT_ERROR_INVALID,
 * which names them; so is a file with a kernel's name that is something else, when there is no
 * kernel: the message says what it is.
 */
gboolean graft_kernel_search (GraftNode *root, const char *name, const char *modules_path,
                              gboolean beside, GraftKernelFile **ret_file,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a boot loader could start @input; %FALSE with @error, which says what it is. */
gboolean graft_kernel_search_check (GraftInput *input, const char *name, GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The build configuration beside the kernel @path: "config-R" for "vmlinuz-R", else "config", else
 * the only "config-…". NULL when there is none; one that cannot be read is as good as none, since
 * nobody asked for it. */
GraftInput *graft_kernel_search_config (GraftNode *root, const char *path);

G_END_DECLS
