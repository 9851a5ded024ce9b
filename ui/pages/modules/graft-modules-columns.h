/* graft-modules-columns.h: the columns of the modules page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "modules/graft-module-diff.h"

G_BEGIN_DECLS

/* Of @view, whose items are GraftModuleItem. */
void graft_modules_columns_add (GtkColumnView *view);

/* "found again", "gone", "now built in", "new", "under another name". */
const char *graft_modules_change_word (GraftModuleChange change);

G_END_DECLS
