/* graft-contents-tree-private.h: what the files of the tree share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "pages/contents/graft-contents-tree.h"
#include "pages/contents/graft-folder-model.h"
#include "pages/contents/graft-trunk-model.h"

G_BEGIN_DECLS

typedef struct _GraftReveal GraftReveal;

/**
 * GraftContentsTree:
 * @models: (element-type utf8 GListModel): of all rows that are expanded; not kept
 * @sorter: (nullable): the column view's, which outlives this
 * @sort_model: (nullable): while there is an order
 * @updating: a worker reads the folders anew
 * @reveal: (nullable): on its way
 */
struct _GraftContentsTree
{
  GObject parent_instance;

  GraftSession *session;
  GraftTrunkModel *trunk;
  GtkTreeListModel *tree_model;
  GtkMultiSelection *selection;
  GtkSorter *sorter;
  GtkSortListModel *sort_model;
  GHashTable *models;
  gboolean updating;
  GraftReveal *reveal;
};

void graft_contents_tree_cancel_reveal (GraftContentsTree *self);
/* The folders are as the layers are. */
void graft_contents_tree_resume_reveal (GraftContentsTree *self);

G_END_DECLS
