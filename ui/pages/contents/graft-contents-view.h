/* graft-contents-view.h: rows of entries in columns, for the keyboard first
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the tree, and what was found. Its keys and its menu activate the page's actions
 * ("contents.rename", …).
 */

#pragma once

#include "pages/contents/graft-entry-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_CONTENTS_VIEW (graft_contents_view_get_type ())
G_DECLARE_FINAL_TYPE (GraftContentsView, graft_contents_view, GRAFT, CONTENTS_VIEW, GtkWidget)

/**
 * GraftContentsView::opened:
 * @position: of a row that is no folder: it was activated
 */

/* @selection: (nullable): of GtkTreeListRow of GraftEntryItem, or of GraftEntryItem. */
void graft_contents_view_set_model (GraftContentsView *self, GtkSelectionModel *selection);
/* What a click with the other button shows. */
void graft_contents_view_set_menu (GraftContentsView *self, GMenuModel *menu);
/* By the columns' headers. */
GtkSorter *graft_contents_view_get_sorter (GraftContentsView *self);

/* Rows may have changed in their places. */
void graft_contents_view_refresh (GraftContentsView *self);
/* Shows the columns that there is room for in @width, pixels. */
void graft_contents_view_set_room (GraftContentsView *self, int width);
/* Selects this row alone, shows it, and gives it the keyboard. */
void graft_contents_view_go_to (GraftContentsView *self, guint position);
void graft_contents_view_focus (GraftContentsView *self);

G_END_DECLS
