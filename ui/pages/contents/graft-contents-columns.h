/* graft-contents-columns.h: the columns of the tree and of what was found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_CONTENTS_COLUMNS (graft_contents_columns_get_type ())
G_DECLARE_FINAL_TYPE (GraftContentsColumns, graft_contents_columns, GRAFT, CONTENTS_COLUMNS,
                      GObject)

/* Adds the columns to @view, whose items are GtkTreeListRow of GraftEntryItem, or GraftEntryItem;
 * the latter have no order but their own. */
GraftContentsColumns *graft_contents_columns_new (GtkColumnView *view);
/* Rows may have changed in their places: all that are shown are shown anew. */
void graft_contents_columns_refresh (GraftContentsColumns *self);
/* Shows those that there is room for in @width, pixels. */
void graft_contents_columns_set_room (GraftContentsColumns *self, int width);

G_END_DECLS
