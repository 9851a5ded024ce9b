/* graft-trunk-model.h: the rows of the tree that are no files: layers, and segments of one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists of GraftEntryItem. As in graft-folder-model.h, a row that is changed in its place is not
 * told by GListModel::items-changed, so that what is expanded below it stays.
 */

#pragma once

#include "pages/contents/graft-entry-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_TRUNK_MODEL (graft_trunk_model_get_type ())
G_DECLARE_FINAL_TYPE (GraftTrunkModel, graft_trunk_model, GRAFT, TRUNK_MODEL, GObject)

/**
 * GraftTrunkModel::updated:
 *
 * A layer was replaced by a later one of itself.
 */

/* @layers: of GraftLayer, as the session has them. */
GraftTrunkModel *graft_trunk_model_new_layers (GListModel *layers);
/* What is in a layer of several segments: first all of them together, then each. */
GraftTrunkModel *graft_trunk_model_new_segments (GraftLayer *layer);

/* Whether the layer's rows are its segments, and not at once its files. */
gboolean graft_trunk_is_segmented (GraftLayer *layer);
/* Whether @segment is the one that the layer's files, which are its rows, are all in. */
gboolean graft_trunk_is_only_segment (GraftLayer *layer, guint segment);

/* (segments) The layer that the rows are made from. */
GraftLayer *graft_trunk_model_get_layer (GraftTrunkModel *self);
/* (segments) A later one of the same; its segments are the same. */
void graft_trunk_model_set_layer (GraftTrunkModel *self, GraftLayer *layer);

G_END_DECLS
