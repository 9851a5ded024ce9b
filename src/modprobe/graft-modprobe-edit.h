/* graft-modprobe-edit.h: the text of a file of modprobe.d with one setting more, other or less
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All lines that are not about the setting stay as they are, to the byte. Source of what lines
 * mean: modprobe.d(5).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * graft_modprobe_edit_set_option:
 * @module: its name
 * @key: the parameter
 * @value: (nullable): what it is to be; %NULL when it is not to be set any more
 *
 * Where the file sets the parameter, its value is replaced where it counts, which is the last
 * place; else it is added to the last line of options of the module, else a line is added. When it
 * is taken away, it is so everywhere, and with it lines that set nothing else.
 *
 * Returns: (transfer full): the new text; %NULL with %GRAFT_ERROR_INVALID when modprobe or the
 * kernel could not take the name, the key or the value
 */
GBytes *graft_modprobe_edit_set_option (GBytes *text, const char *module, const char *key,
                                        const char *value,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_modprobe_edit_set_blacklisted:
 *
 * Adds a line at the end unless there is one, or takes all of them away.
 *
 * Returns: (transfer full): the new text; %NULL with %GRAFT_ERROR_INVALID for a name that no module
 *   has
 */
GBytes *graft_modprobe_edit_set_blacklisted (GBytes *text, const char *module, gboolean blacklisted,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @name can be a module's, which are letters, digits, "-" and "_" (and what else is no
 * blank, quote, comment or slash). Sets @error when not. */
gboolean graft_modprobe_check_name (const char *name, GError **error);

G_END_DECLS
