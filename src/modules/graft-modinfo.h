/* graft-modinfo.h: what a module says of itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the kernel's include/linux/moduleparam.h and module.h: section .modinfo holds
 * "key=value" strings, each ended by NUL.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/* Not for use from several threads at once. */
typedef struct _GraftModinfo GraftModinfo;

/* From an ELF module in memory (decompressed). */
GraftModinfo *graft_modinfo_new (GBytes *module, const char *name,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From a file of any supported compression (.ko, .ko.gz, .ko.xz, .ko.zst), by its content. */
GraftModinfo *graft_modinfo_read (GraftNode *module, const char *name, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The ELF module in such a file: its bytes, decompressed. */
GBytes *graft_modinfo_read_module (GraftNode *module, const char *name, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_modinfo_free (GraftModinfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModinfo, graft_modinfo_free)

/* The first value of @key, NULL when there is none. */
const char *graft_modinfo_get (GraftModinfo *self, const char *key);
/* All of them, NULL-terminated, in the file's order; borrowed. */
const char *const *graft_modinfo_get_all (GraftModinfo *self, const char *key);
/* The release that vermagic begins with; NULL when there is no vermagic. */
const char *graft_modinfo_get_release (GraftModinfo *self);
/* Whether the bytes end in "~Module signature appended~\n". */
gboolean graft_modinfo_is_signed (GraftModinfo *self);

G_END_DECLS
