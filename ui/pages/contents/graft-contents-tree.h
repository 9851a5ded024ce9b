/* graft-contents-tree.h: the layers of a session and all that is in them, as rows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows the session: after an edit what is expanded and selected stays so.
 */

#pragma once

#include "pages/contents/graft-entry-item.h"
#include "session/graft-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_CONTENTS_TREE (graft_contents_tree_get_type ())
G_DECLARE_FINAL_TYPE (GraftContentsTree, graft_contents_tree, GRAFT, CONTENTS_TREE, GObject)

/**
 * GraftContentsTree::refreshed:
 *
 * Rows may have changed in their places: whoever shows one asks again.
 */

/**
 * GraftContentsTree::failed:
 * @error: why a folder cannot be read
 */

GraftContentsTree *graft_contents_tree_new (GraftSession *session);

/* A GtkMultiSelection of GtkTreeListRow. */
GtkSelectionModel *graft_contents_tree_get_selection (GraftContentsTree *self);
/* @sorter: (nullable): of GraftEntryItem; NULL, or one without an order: folders first, then by
 * name. */
void graft_contents_tree_set_sorter (GraftContentsTree *self, GtkSorter *sorter);
/* (transfer full) (nullable): */
GraftEntryItem *graft_contents_tree_dup_item (GraftContentsTree *self, guint position);
/* (transfer full): a GListModel of GraftEntryItem, of the selected rows. */
GListModel *graft_contents_tree_dup_selected (GraftContentsTree *self);

/* @found: whether the row is there; @position: its own, or of the last one on the way to it. */
typedef void (*GraftContentsRevealed) (GraftContentsTree *self, gboolean found, guint position,
                                       gpointer data);

/* Expands the way to an entry, which may have to be read, then calls @done; not when another
 * reveal came in between. @segment 0: the merged view. @path "/": the row of the tree itself. */
void graft_contents_tree_reveal (GraftContentsTree *self, const char *layer, guint segment,
                                 const char *path, GraftContentsRevealed done, gpointer data);

G_END_DECLS
