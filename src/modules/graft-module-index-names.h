/* graft-module-index-names.h: other names of the same length in what depmod wrote
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source of the binary form: kmod's libkmod/libkmod-index.h ("Integers are stored as 32 bit
 * unsigned in network order. Offsets are relative to the start of the file").
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * graft_module_index_rename:
 * @name: "modules.dep" or "modules.dep.bin": the only indexes with paths in them; others are
 *   handed back as they are
 * @content: what depmod wrote
 * @paths: a set of paths as staged ("kernel/fs/x.ko.xz"), that end in @from
 * @to: the ending they get, as long as @from
 *
 * Because no length changes, no offset in the binary index does.
 */
GBytes *graft_module_index_rename (const char *name, GBytes *content, GHashTable *paths,
                                   const char *from, const char *to,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
