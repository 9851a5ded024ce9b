/* graft-folder-listing.h: one folder of a layer, as its rows are shown
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-directory.h"
#include "pages/contents/graft-entry-item.h"

G_BEGIN_DECLS

/**
 * GraftFolderRow:
 *
 * As GraftEntryInit; borrowed from the listing.
 */
typedef struct
{
  const char *name;
  GraftNode *node;
  GraftNode *source;
  GraftEntryState state;
  guint replaced_by;
  gboolean dangling;
  gboolean inside;
} GraftFolderRow;

/* Immutable, reference counted. */
typedef struct _GraftFolderListing GraftFolderListing;

/* @part -1: the merged view. @path: of a folder, without links. Reads the image: for a worker. */
GraftFolderListing *graft_folder_listing_read (GraftLayer *layer, int part, const char *path,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
GraftFolderListing *graft_folder_listing_ref (GraftFolderListing *self);
void graft_folder_listing_unref (GraftFolderListing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftFolderListing, graft_folder_listing_unref)

GraftLayer *graft_folder_listing_get_layer (GraftFolderListing *self);
/* (element-type GraftFolderRow): folders first, then by name (strcmp). Borrowed. */
GArray *graft_folder_listing_get_rows (GraftFolderListing *self);

/* How @node of @layer differs from @source (nullable), which stood there when it was opened. */
GraftEntryState graft_entry_state_find (GraftLayer *layer, GraftNode *node, GraftNode *source);

/* How the tree's root of @part is called by segments; 0 for -1. */
guint graft_folder_segment_of_part (GraftLayer *layer, int part);

G_END_DECLS
