/* graft-name-cell.h: picture, name and what stands behind it, of one entry
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "pages/contents/graft-entry-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_NAME_CELL (graft_name_cell_get_type ())
G_DECLARE_FINAL_TYPE (GraftNameCell, graft_name_cell, GRAFT, NAME_CELL, GtkWidget)

/* @line_height: pixels; of its row at least. An inscription asks for the height of its font, and is
 * cut where words are drawn in another one: Chinese ones beside a Latin name. */
GraftNameCell *graft_name_cell_new (int line_height);

/* @row: (nullable): for the expander; NULL in a flat list, where the name is the whole path.
 * @position: the row's, for what is dropped on it or asked for by a click. */
void graft_name_cell_bind (GraftNameCell *self, GtkTreeListRow *row, GraftEntryItem *item,
                           guint position);
void graft_name_cell_unbind (GraftNameCell *self);

/* NULL, %GTK_INVALID_LIST_POSITION while it shows nothing. Borrowed. */
GraftEntryItem *graft_name_cell_get_item (GraftNameCell *self);
guint graft_name_cell_get_position (GraftNameCell *self);

/* The one of the row that is at @x, @y of @view (a list or column view); NULL beside all rows. */
GraftNameCell *graft_name_cell_find_at (GtkWidget *view, double x, double y);

G_END_DECLS
