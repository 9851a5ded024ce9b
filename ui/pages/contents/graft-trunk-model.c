/* graft-trunk-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-trunk-model.h"

struct _GraftTrunkModel
{
  GObject parent_instance;

  GListModel *source;  /* of the layers; NULL: the segments of one */
  GPtrArray *layers;   /* of GraftLayer: as @source told last, or the one */
  GPtrArray *segments; /* of GraftSegment, borrowed from the image */
};

enum
{
  SIGNAL_UPDATED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void graft_trunk_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GraftTrunkModel, graft_trunk_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      graft_trunk_model_list_model_init))

/* Zeroes between archives are nothing to look at. */
static gboolean
is_shown (const GraftSegment *segment)
{
  return segment->part >= 0 || g_strcmp0 (segment->format, "padding") != 0;
}

gboolean
graft_trunk_is_segmented (GraftLayer *layer)
{
  GraftImage *image = graft_layer_get_image (layer);
  GPtrArray *segments = image != NULL ? graft_image_get_segments (image) : NULL;
  guint n = 0;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    n += is_shown (g_ptr_array_index (segments, i));
  return n > 1 && graft_layer_get_root (layer) != NULL;
}

gboolean
graft_trunk_is_only_segment (GraftLayer *layer, guint segment)
{
  GraftImage *image = graft_layer_get_image (layer);
  GPtrArray *segments = image != NULL ? graft_image_get_segments (image) : NULL;
  gboolean found = FALSE;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      const GraftSegment *other = g_ptr_array_index (segments, i);

      if (is_shown (other) && other->number != segment)
        return FALSE;
      found = found || is_shown (other);
    }
  return found;
}

static GType
get_item_type (GListModel *model)
{
  return GRAFT_TYPE_ENTRY_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  GraftTrunkModel *self = GRAFT_TRUNK_MODEL (model);

  return self->segments != NULL ? self->segments->len + 1 : self->layers->len;
}

static GraftEntryItem *
make_layer (GraftLayer *layer)
{
  GraftEntryInit init = { .kind = GRAFT_ENTRY_KIND_LAYER, .layer = layer, .part = -1 };

  init.node = graft_layer_get_root (layer);
  init.source = graft_layer_get_source_root (layer);
  init.inside = graft_layer_is_changed (layer);
  return graft_entry_item_new (&init);
}

static gboolean
is_changed_part (GraftLayer *layer, int part)
{
  return part >= 0
         && graft_layer_get_part (layer, (guint)part)
                != graft_layer_get_source_part (layer, (guint)part);
}

static GraftEntryItem *
make_segment (GraftLayer *layer, const GraftSegment *segment)
{
  GraftEntryInit init = { .kind = GRAFT_ENTRY_KIND_SEGMENT, .layer = layer, .part = -1 };

  if (segment == NULL)
    {
      init.node = graft_layer_get_root (layer);
      init.source = graft_layer_get_source_root (layer);
      init.inside = graft_layer_is_changed (layer);
      return graft_entry_item_new (&init);
    }
  init.part = segment->part;
  init.segment = segment->number;
  if (segment->part >= 0 && (guint)segment->part < graft_layer_get_n_parts (layer))
    {
      init.node = graft_layer_get_part (layer, (guint)segment->part);
      init.source = graft_layer_get_source_part (layer, (guint)segment->part);
      init.inside = is_changed_part (layer, segment->part);
    }
  return graft_entry_item_new (&init);
}

static gpointer
get_item (GListModel *model, guint position)
{
  GraftTrunkModel *self = GRAFT_TRUNK_MODEL (model);

  if (position >= get_n_items (model))
    return NULL;
  if (self->segments == NULL)
    return make_layer (g_ptr_array_index (self->layers, position));
  return make_segment (g_ptr_array_index (self->layers, 0),
                       position > 0 ? g_ptr_array_index (self->segments, position - 1) : NULL);
}

static void
graft_trunk_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
graft_trunk_model_finalize (GObject *object)
{
  GraftTrunkModel *self = GRAFT_TRUNK_MODEL (object);

  g_clear_object (&self->source);
  g_clear_pointer (&self->segments, g_ptr_array_unref);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  G_OBJECT_CLASS (graft_trunk_model_parent_class)->finalize (object);
}

static void
graft_trunk_model_class_init (GraftTrunkModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_trunk_model_finalize;
  signals[SIGNAL_UPDATED] = g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
graft_trunk_model_init (GraftTrunkModel *self)
{
  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
}

/* What lies in another image is a row of that image's tree. */
static GPtrArray *
list_layers (GListModel *source)
{
  GPtrArray *layers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (source); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (source, i);

      if (!graft_layer_is_inside (layer))
        g_ptr_array_add (layers, g_steal_pointer (&layer));
    }
  return layers;
}

/* Whether the row has as much below it as before; else it is a new one. */
static gboolean
is_later (GraftLayer *layer, GraftLayer *before)
{
  return g_strcmp0 (graft_layer_get_path (layer), graft_layer_get_path (before)) == 0
         && (graft_layer_get_root (layer) == NULL) == (graft_layer_get_root (before) == NULL)
         && graft_trunk_is_segmented (layer) == graft_trunk_is_segmented (before);
}

static void
on_layers_changed (GListModel *source, guint position, guint removed, guint added,
                   GraftTrunkModel *self)
{
  g_autoptr (GPtrArray) before = self->layers;
  GPtrArray *now = list_layers (source);
  guint first = 0, last = 0;

  self->layers = now;
  while (first < MIN (before->len, now->len) && is_later (now->pdata[first], before->pdata[first]))
    first++;
  while (last < MIN (before->len, now->len) - first
         && is_later (now->pdata[now->len - 1 - last], before->pdata[before->len - 1 - last]))
    last++;
  if (first + last < MAX (before->len, now->len))
    g_list_model_items_changed (G_LIST_MODEL (self), first, before->len - first - last,
                                now->len - first - last);
  g_signal_emit (self, signals[SIGNAL_UPDATED], 0);
}

GraftTrunkModel *
graft_trunk_model_new_layers (GListModel *layers)
{
  GraftTrunkModel *self = g_object_new (GRAFT_TYPE_TRUNK_MODEL, NULL);

  self->source = g_object_ref (layers);
  g_ptr_array_unref (self->layers);
  self->layers = list_layers (layers);
  g_signal_connect_object (layers, "items-changed", G_CALLBACK (on_layers_changed), self, 0);
  return self;
}

GraftTrunkModel *
graft_trunk_model_new_segments (GraftLayer *layer)
{
  GraftTrunkModel *self = g_object_new (GRAFT_TYPE_TRUNK_MODEL, NULL);
  GPtrArray *segments = graft_image_get_segments (graft_layer_get_image (layer));

  g_ptr_array_add (self->layers, g_object_ref (layer));
  self->segments = g_ptr_array_new ();
  for (guint i = 0; i < segments->len; i++)
    if (is_shown (g_ptr_array_index (segments, i)))
      g_ptr_array_add (self->segments, g_ptr_array_index (segments, i));
  return self;
}

GraftLayer *
graft_trunk_model_get_layer (GraftTrunkModel *self)
{
  return g_ptr_array_index (self->layers, 0);
}

void
graft_trunk_model_set_layer (GraftTrunkModel *self, GraftLayer *layer)
{
  g_return_if_fail (self->segments != NULL);
  g_object_ref (layer);
  g_object_unref (g_ptr_array_index (self->layers, 0));
  g_ptr_array_index (self->layers, 0) = layer;
}
