/* graft-folder-model.h: one folder as a list of GraftEntryItem
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read by a worker when it is first asked how many items it has; empty until then. Items are made
 * when they are asked for, from what is known last; so an item that is changed in its place is not
 * told by GListModel::items-changed: who shows it asks again (after graft_folder_model_take()).
 */

#pragma once

#include "pages/contents/graft-folder-listing.h"
#include "session/graft-session.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_FOLDER_MODEL (graft_folder_model_get_type ())
G_DECLARE_FINAL_TYPE (GraftFolderModel, graft_folder_model, GRAFT, FOLDER_MODEL, GObject)

/**
 * GraftFolderModel::loaded:
 *
 * It was read for the first time.
 */

/**
 * GraftFolderModel::failed:
 * @error: why it cannot be read; it stays empty
 */

/* @session: (nullable): NULL: does not read by itself. */
GraftFolderModel *graft_folder_model_new (GraftSession *session, GraftLayer *layer, int part,
                                          const char *path);

GraftLayer *graft_folder_model_get_layer (GraftFolderModel *self);
int graft_folder_model_get_part (GraftFolderModel *self);
const char *graft_folder_model_get_path (GraftFolderModel *self);
gboolean graft_folder_model_is_loaded (GraftFolderModel *self);
/* @listing: of this folder, maybe of a later layer. Entries that are in both stay. */
void graft_folder_model_take (GraftFolderModel *self, GraftFolderListing *listing);
/* The same, where @layer's folder could not be read: what is known stays. */
void graft_folder_model_keep (GraftFolderModel *self, GraftLayer *layer);
/* Images in it were opened, or are no more what they were: rows of files get others below them. */
void graft_folder_model_update_images (GraftFolderModel *self);
/* %FALSE when there is no such entry. */
gboolean graft_folder_model_find (GraftFolderModel *self, const char *name, guint *ret_position);

G_END_DECLS
