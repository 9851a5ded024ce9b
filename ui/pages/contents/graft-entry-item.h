/* graft-entry-item.h: what one row of the tree stands for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made when a row is asked for, and immutable: it shows its layer as that was then. After an edit
 * another one stands in its place.
 */

#pragma once

#include "session/graft-layer.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_ENTRY_KIND_LAYER,   /* a member of the set; one that is opened or not, readable or not */
  GRAFT_ENTRY_KIND_SEGMENT, /* of an initrd with several; number 0: all of them together */
  GRAFT_ENTRY_KIND_NODE,    /* a file, a folder, … in an image */
} GraftEntryKind;

typedef enum
{
  GRAFT_ENTRY_STATE_UNCHANGED,
  GRAFT_ENTRY_STATE_NEW,
  GRAFT_ENTRY_STATE_EDITED,     /* content or target */
  GRAFT_ENTRY_STATE_ATTRIBUTES, /* only mode, owner, times or extended attributes */
  GRAFT_ENTRY_STATE_MOVED,      /* from elsewhere in the image */
} GraftEntryState;

/**
 * GraftEntryInit:
 * @kind: the kind
 * @layer: the layer as it was when the row was made; keeps the nodes alive
 * @part: of the image (GraftSegment.part); -1: the merged view, and no part at all
 * @segment: the number of that part, from 1; 0: the merged view
 * @folder: (nullable): path of the folder it stands in; NULL where @name is NULL
 * @name: (nullable): raw; NULL for the root of a tree
 * @node: (nullable): what stands there; the root for layers and segments with a tree
 * @source: (nullable): what stood there when the image was opened
 * @state: how the two differ
 * @replaced_by: the segment whose entry the kernel sees instead; 0: none
 * @dangling: a link whose target is not in the image
 * @inside: something below this folder was changed
 * @image: (nullable): the layer that this file is, looked into: its tree is below the row
 */
typedef struct
{
  GraftEntryKind kind;
  GraftLayer *layer;
  int part;
  guint segment;
  const char *folder;
  const char *name;
  GraftNode *node;
  GraftNode *source;
  GraftEntryState state;
  guint replaced_by;
  gboolean dangling;
  gboolean inside;
  GraftLayer *image;
} GraftEntryInit;

#define GRAFT_TYPE_ENTRY_ITEM (graft_entry_item_get_type ())
G_DECLARE_FINAL_TYPE (GraftEntryItem, graft_entry_item, GRAFT, ENTRY_ITEM, GObject)

/* References are added, not taken. */
GraftEntryItem *graft_entry_item_new (const GraftEntryInit *init);

GraftEntryKind graft_entry_item_get_kind (GraftEntryItem *self);
GraftLayer *graft_entry_item_get_layer (GraftEntryItem *self);
int graft_entry_item_get_part (GraftEntryItem *self);
guint graft_entry_item_get_segment (GraftEntryItem *self);
/* In the image: "/" for the root of a tree and where there is no tree. */
const char *graft_entry_item_get_path (GraftEntryItem *self);
/* Raw, as it is in the image; the layer's path for layers; "" for segments. */
const char *graft_entry_item_get_name (GraftEntryItem *self);
GraftNode *graft_entry_item_get_node (GraftEntryItem *self);
GraftNode *graft_entry_item_get_source (GraftEntryItem *self);
GraftEntryState graft_entry_item_get_state (GraftEntryItem *self);
/* The segment whose entry the kernel sees instead of this one; 0: none. */
guint graft_entry_item_get_replaced_by (GraftEntryItem *self);
gboolean graft_entry_item_is_shadowed (GraftEntryItem *self);
gboolean graft_entry_item_is_dangling (GraftEntryItem *self);
/* Whether something below it was changed; a layer: whether it differs from its file on disk. */
gboolean graft_entry_item_is_changed_inside (GraftEntryItem *self);
/* What is known of the segment; NULL unless the kind is a segment with a number. Borrowed. */
const GraftSegment *graft_entry_item_get_segment_info (GraftEntryItem *self);
/* The layer that this file is, where it is an image that was looked into; NULL: none. */
GraftLayer *graft_entry_item_get_image (GraftEntryItem *self);
/* Whether it is a folder, or the root of a tree. */
gboolean graft_entry_item_is_folder (GraftEntryItem *self);
/* Whether there are rows below it: it is a folder, or a file that is an image with a tree. */
gboolean graft_entry_item_is_expandable (GraftEntryItem *self);
/* (transfer full): where what is put onto it goes: the image that it is, as its root; else
 * itself. */
GraftEntryItem *graft_entry_item_dup_inner (GraftEntryItem *self);
/* Whether it may be renamed, deleted: a node that is not a tree's root. */
gboolean graft_entry_item_is_node (GraftEntryItem *self);

/* As steps take it: "initrd.img@2:/conf/modules". */
char *graft_entry_item_dup_address (GraftEntryItem *self);

G_END_DECLS
