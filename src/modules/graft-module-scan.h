/* graft-module-scan.h: reading many modules, and the text files beside them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "modules/graft-modinfo.h"
#include "modules/graft-module-folder.h"

G_BEGIN_DECLS

/**
 * GraftModuleFunc:
 * @i: its place in the list
 *
 * Called from up to two threads at once.
 */
typedef gboolean (*GraftModuleFunc) (guint i, const GraftModule *module, gpointer data,
                                     GCancellable *cancellable, GError **error);

/* Calls @func for each of @modules (of GraftModule), in their order as far as two threads allow. An
 * error ends it; of several, that of the first module in the list is reported. */
gboolean graft_module_for_each (GPtrArray *modules, GraftModuleFunc func, gpointer data,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it is the module's own fault, so that the others can go on. */
gboolean graft_module_is_damage (const GError *error);

/**
 * graft_module_scan:
 * @modules: (element-type GraftModule): which ones
 *
 * Reads what all of them say of themselves.
 *
 * Returns: (transfer full) (element-type GraftModinfo): as many as @modules, in their order, with
 * %NULL for one that is damaged or no module at all. An error that is not the module's own (it
 * cannot be read, cancelled) ends the scan; of several, the first in the list is reported.
 */
GPtrArray *graft_module_scan (GPtrArray *modules, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for all modules of a folder, in the order of its list, read once. They are shared:
 * graft_modinfo_get_all() is not for them but in graft_module_aliases_read(). */
GPtrArray *graft_module_folder_scan (GraftModuleFolder *folder, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The lines of a text file of at most GRAFT_LIMIT_TEXT bytes, NULL-terminated; what follows a NUL
 * in it is not read. */
char **graft_module_read_lines (GraftNode *node, const char *name,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
