/* graft-contents-page-private.h: what the files of the page share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "pages/contents/details/graft-details-pane.h"
#include "pages/contents/graft-contents-page.h"
#include "pages/contents/graft-contents-search.h"
#include "pages/contents/graft-contents-tree.h"
#include "pages/contents/graft-contents-view.h"

G_BEGIN_DECLS

/**
 * GraftContentsPage:
 * @results: (nullable): of GraftEntryItem: what the last search found
 * @search: (nullable): the last one
 * @search_source: the wait for more to be typed
 * @go_when_found: the first result is wanted as soon as there is one
 * @to_select: (nullable) (element-type utf8): addresses that were selected before the set was
 *   edited, and were not found again yet
 * @to_focus: the results had the keyboard then
 * @shown: (nullable): what the details pane was given last
 * @chooser: (nullable): the one that is open
 * @layout_source: the width is another: to be laid out anew
 * @below: the details are below the tree, for want of width
 */
struct _GraftContentsPage
{
  AdwBin parent_instance;

  GtkPaned *paned;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkLabel *search_note;
  GtkStack *stack;
  GraftContentsView *tree_view;
  GraftContentsView *results_view;
  GraftDetailsPane *details;
  GMenuModel *entry_menu;

  GraftSession *session;
  GraftContentsTree *tree;
  GtkMultiSelection *results;
  GraftContentsSearch *search;
  guint search_source;
  gboolean go_when_found;
  GHashTable *to_select;
  gboolean to_focus;
  GListModel *shown;
  GtkNativeDialog *chooser;
  guint layout_source;
  gboolean below;
};

/* (transfer full): a GListModel of GraftEntryItem: what is selected in what is seen. */
GListModel *graft_contents_page_dup_selected (GraftContentsPage *self);
/* Goes there in the tree; says so when it is not there. @segment 0: the merged view. */
void graft_contents_page_reveal (GraftContentsPage *self, const char *layer, guint segment,
                                 const char *path);

/* graft-contents-find.c: the search bar. */
void graft_contents_page_set_up_search (GraftContentsPage *self);
void graft_contents_page_end_search (GraftContentsPage *self);
/* The set was edited: what was found shows it as it was. */
void graft_contents_page_search_anew (GraftContentsPage *self);

/* graft-contents-edits.c: the actions that change something. */
void graft_contents_page_install_edits (GtkWidgetClass *widget_class);
/* Which of them make sense with what is selected. */
void graft_contents_page_update_edits (GraftContentsPage *self, GListModel *selected);
/* Takes the files in below @item, or beside it when it is no folder. @paths: of this machine. */
void graft_contents_page_import (GraftContentsPage *self, GraftEntryItem *item,
                                 const char *const *paths);

/* graft-contents-extract.c */
void graft_contents_page_extract (GraftContentsPage *self, GListModel *entries);
/* Sentences that the user should read; nothing when there are none. */
void graft_contents_page_show_notes (GraftContentsPage *self, const char *heading,
                                     GPtrArray *notes);

/* graft-contents-inside.c: an action: the selected file becomes a layer of its own. */
void graft_contents_page_look_inside (GtkWidget *widget, const char *action, GVariant *parameter);
gboolean graft_contents_page_can_look_inside (GraftEntryItem *item);

/* graft-contents-create.c: actions: a new image of the selected folder, or of one of this machine;
 * of all that is in the layer of this path (a bytestring). */
void graft_contents_page_new_image (GtkWidget *widget, const char *action, GVariant *parameter);
void graft_contents_page_new_image_of (GtkWidget *widget, const char *action, GVariant *parameter);

/* graft-contents-drop.c: what other programs drop on the tree. */
void graft_contents_page_set_up_drop (GraftContentsPage *self);

G_END_DECLS
