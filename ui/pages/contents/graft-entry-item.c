/* graft-entry-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-entry-item.h"

#include "bootset/graft-address.h"
#include "image/graft-path.h"

struct _GraftEntryItem
{
  GObject parent_instance;

  GraftEntryKind kind;
  GraftEntryState state;
  gboolean dangling;
  gboolean inside;
  int part;
  guint segment;
  guint replaced_by;
  GraftLayer *layer;
  char *path;
  GraftNode *node;
  GraftNode *source;
  GraftLayer *image;
};

G_DEFINE_FINAL_TYPE (GraftEntryItem, graft_entry_item, G_TYPE_OBJECT)

static void
graft_entry_item_finalize (GObject *object)
{
  GraftEntryItem *self = GRAFT_ENTRY_ITEM (object);

  g_clear_pointer (&self->node, graft_node_unref);
  g_clear_pointer (&self->source, graft_node_unref);
  g_free (self->path);
  /* After the nodes: they do not hold the image that they come from. */
  g_clear_object (&self->image);
  g_clear_object (&self->layer);
  G_OBJECT_CLASS (graft_entry_item_parent_class)->finalize (object);
}

static void
graft_entry_item_class_init (GraftEntryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_entry_item_finalize;
}

static void
graft_entry_item_init (GraftEntryItem *self)
{
}

GraftEntryItem *
graft_entry_item_new (const GraftEntryInit *init)
{
  GraftEntryItem *self = g_object_new (GRAFT_TYPE_ENTRY_ITEM, NULL);

  self->kind = init->kind;
  self->state = init->state;
  self->dangling = init->dangling;
  self->inside = init->inside;
  self->part = init->part;
  self->segment = init->segment;
  self->replaced_by = init->replaced_by;
  self->layer = g_object_ref (init->layer);
  self->path = init->name != NULL ? graft_path_join (init->folder, init->name) : g_strdup ("/");
  if (init->node != NULL)
    self->node = graft_node_ref (init->node);
  if (init->source != NULL)
    self->source = graft_node_ref (init->source);
  g_set_object (&self->image, init->image);
  return self;
}

GraftEntryKind
graft_entry_item_get_kind (GraftEntryItem *self)
{
  return self->kind;
}

GraftLayer *
graft_entry_item_get_layer (GraftEntryItem *self)
{
  return self->layer;
}

int
graft_entry_item_get_part (GraftEntryItem *self)
{
  return self->part;
}

guint
graft_entry_item_get_segment (GraftEntryItem *self)
{
  return self->segment;
}

const char *
graft_entry_item_get_path (GraftEntryItem *self)
{
  return self->path;
}

const char *
graft_entry_item_get_name (GraftEntryItem *self)
{
  switch (self->kind)
    {
    case GRAFT_ENTRY_KIND_LAYER:
      return graft_layer_get_path (self->layer);
    case GRAFT_ENTRY_KIND_SEGMENT:
      return "";
    case GRAFT_ENTRY_KIND_NODE:
    default:
      return strrchr (self->path, '/') + 1;
    }
}

GraftNode *
graft_entry_item_get_node (GraftEntryItem *self)
{
  return self->node;
}

GraftNode *
graft_entry_item_get_source (GraftEntryItem *self)
{
  return self->source;
}

GraftEntryState
graft_entry_item_get_state (GraftEntryItem *self)
{
  return self->state;
}

guint
graft_entry_item_get_replaced_by (GraftEntryItem *self)
{
  return self->replaced_by;
}

gboolean
graft_entry_item_is_shadowed (GraftEntryItem *self)
{
  return self->replaced_by != 0;
}

gboolean
graft_entry_item_is_dangling (GraftEntryItem *self)
{
  return self->dangling;
}

gboolean
graft_entry_item_is_changed_inside (GraftEntryItem *self)
{
  return self->inside;
}

const GraftSegment *
graft_entry_item_get_segment_info (GraftEntryItem *self)
{
  GraftImage *image = graft_layer_get_image (self->layer);
  GPtrArray *segments = image != NULL ? graft_image_get_segments (image) : NULL;
  const GraftSegment *segment;

  if (self->kind != GRAFT_ENTRY_KIND_SEGMENT || segments == NULL)
    return NULL;
  for (guint i = 0; i < segments->len; i++)
    {
      segment = g_ptr_array_index (segments, i);
      if (segment->number == self->segment)
        return segment;
    }
  return NULL;
}

GraftLayer *
graft_entry_item_get_image (GraftEntryItem *self)
{
  return self->image;
}

gboolean
graft_entry_item_is_folder (GraftEntryItem *self)
{
  return self->node != NULL && graft_node_is_directory (self->node);
}

gboolean
graft_entry_item_is_expandable (GraftEntryItem *self)
{
  return graft_entry_item_is_folder (self)
         || (self->image != NULL && graft_layer_get_root (self->image) != NULL);
}

GraftEntryItem *
graft_entry_item_dup_inner (GraftEntryItem *self)
{
  GraftEntryInit init = { .kind = GRAFT_ENTRY_KIND_LAYER, .layer = self->image, .part = -1 };

  if (self->image == NULL)
    return g_object_ref (self);
  init.node = graft_layer_get_root (self->image);
  init.source = graft_layer_get_source_root (self->image);
  init.inside = graft_layer_is_changed (self->image);
  return graft_entry_item_new (&init);
}

gboolean
graft_entry_item_is_node (GraftEntryItem *self)
{
  return self->kind == GRAFT_ENTRY_KIND_NODE;
}

char *
graft_entry_item_dup_address (GraftEntryItem *self)
{
  return graft_address_format (graft_layer_get_path (self->layer), self->segment, self->path);
}
