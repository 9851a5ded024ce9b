/* graft-kernel-source.h: a new kernel, from whatever the vendor gave
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-node.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_KERNEL_SOURCE (graft_kernel_source_get_type ())
G_DECLARE_FINAL_TYPE (GraftKernelSource, graft_kernel_source, GRAFT, KERNEL_SOURCE, GObject)

/**
 * graft_kernel_source_open:
 * @paths: (nullable): one of: a package (.deb, .rpm) or archive (.tar, compressed or not); a folder
 *   of any shape and name: a root (boot/vmlinuz-R, lib/modules/R), lib/modules, lib/modules/R, or
 *   any folder in which modules lie; a vmlinuz beside or in it is found, and the modules beside a
 *   folder "boot"; a folder of packages; a vmlinuz alone. Or several packages and archives that
 *   together make one kernel
 * @vmlinuz: (nullable): the kernel, instead of what @paths have
 * @modules: (nullable): a folder of modules (of any name and shape), a package or an archive,
 *   instead of what @paths have
 *
 * All content is taken into @store when it is first read; @store must outlive what comes from it.
 * Needs the kernel format to be registered.
 *
 * Returns: (transfer full): what was found, a kernel or modules or both. Errors say what is missing
 * or ambiguous (two kernels, modules of two releases: which, by name) and what to give.
 */
GraftKernelSource *graft_kernel_source_open (const char *const *paths, const char *vmlinuz,
                                             const char *modules, GraftStore *store,
                                             GraftProgress *progress, GCancellable *cancellable,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Names are the last component of where a thing was found, escaped: for messages. */

/* The kernel file; NULL when the source has only modules. */
GraftInput *graft_kernel_source_get_vmlinuz (GraftKernelSource *self);
/* "vmlinuz-6.1.0-56-amd64"; NULL without one. */
const char *graft_kernel_source_get_vmlinuz_name (GraftKernelSource *self);
/* The folder that is lib/modules/RELEASE (kernel/, modules.builtin, …); NULL when the source has
 * only a kernel. */
GraftNode *graft_kernel_source_get_modules (GraftKernelSource *self);
const char *graft_kernel_source_get_modules_name (GraftKernelSource *self);
/* lib/firmware of the same source; NULL when there is none. */
GraftNode *graft_kernel_source_get_firmware (GraftKernelSource *self);
/* The build configuration (boot/config-R); NULL when there is none. */
GraftInput *graft_kernel_source_get_config (GraftKernelSource *self);
/* (element-type utf8): sentences for whoever is to say yes: which scripts the packages have, that
 * nobody runs. */
GPtrArray *graft_kernel_source_get_notes (GraftKernelSource *self);
/* (element-type utf8 utf8): by which each path that was given is known again; see
 * graft_source_digests_finish(). */
GHashTable *graft_kernel_source_get_digests (GraftKernelSource *self);

G_END_DECLS
