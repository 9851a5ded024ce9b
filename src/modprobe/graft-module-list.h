/* graft-module-list.h: a file that lists modules to be loaded by their names, one a line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sources: initramfs-tools(7), scripts/functions, load_modules(): conf/modules of an initrd, "NAME
 * OPTION…", comments begin with "#"; modules(5): etc/modules, the same; modules-load.d(5): names,
 * comments begin with "#" or ";".
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GraftListedModule:
 * @name: as it is written
 * @options: (nullable): what is behind it
 * @line: from 1
 * @offset: of the line in the text
 * @length: of the line, with its end if it has one
 */
typedef struct
{
  char *name;
  char *options;
  guint line;
  gsize offset;
  gsize length;
} GraftListedModule;

/* (element-type GraftListedModule): all in @text, in order. */
GPtrArray *graft_module_list_parse (GBytes *text);

/**
 * graft_module_list_add:
 * @name: the module
 * @options: (nullable): what it is to be loaded with; not for modules-load.d
 * @before: (nullable): a module in the list; %NULL: at the end
 *
 * Adds a line; one that names the module goes, so that it is loaded once, at the new place.
 *
 * Returns: (transfer full): the new text; %NULL with %GRAFT_ERROR_INVALID for a name that no module
 *   has, %GRAFT_ERROR_NOT_FOUND when @before is not in the list
 */
GBytes *graft_module_list_add (GBytes *text, const char *name, const char *options,
                               const char *before, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): @text without the lines that name @name; all else as it is. */
GBytes *graft_module_list_remove (GBytes *text, const char *name);

G_END_DECLS
