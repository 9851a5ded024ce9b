/* graft-module-columns.h: what the list of modules shows of each, and how it is sorted
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_MODULE_COLUMNS (graft_module_columns_get_type ())
G_DECLARE_FINAL_TYPE (GraftModuleColumns, graft_module_columns, GRAFT, MODULE_COLUMNS, GObject)

/* Adds the columns to @view, sorted by name. */
GraftModuleColumns *graft_module_columns_new (GtkColumnView *view);

/* Shows what fits in @width pixels; @compared: with what changes. */
void graft_module_columns_set_room (GraftModuleColumns *self, int width, gboolean compared);

/* The position of the row that @widget belongs to: lies in or holds the cells of;
 * %GTK_INVALID_LIST_POSITION: of none. */
guint graft_module_columns_find_position (GtkWidget *widget);

G_END_DECLS
