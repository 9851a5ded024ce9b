/* graft-layer-room.c: what a file system of a fixed size still takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-layer-room.h"

#include <glib/gi18n.h>

#include "formats/ext4/graft-ext4-image.h"

void
graft_layer_room_free (GraftLayerRoom *self)
{
  g_free (self->problem);
  g_free (self);
}

GraftLayerRoom *
graft_layer_room_copy (const GraftLayerRoom *self)
{
  GraftLayerRoom *copy;

  if (self == NULL)
    return NULL;
  copy = g_memdup2 (self, sizeof *self);
  copy->problem = g_strdup (self->problem);
  return copy;
}

/* What they lack is told as the format itself tells it when it is written. */
static void
add_lack (GraftLayerRoom *self, GraftImage *image, GraftNode *const *roots, gboolean may_grow,
          GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GraftRoom room = { 0 };

  if (graft_image_check_room (image, roots, NULL, cancellable, &error))
    return;
  if (graft_image_check_room (image, roots, &room, cancellable, NULL))
    self->growth = room.growth;
  if (self->growth == 0)
    self->problem = g_strdup (error->message);
  else if (!may_grow)
    self->problem = g_strdup_printf (
        _ ("%s; when it is exported, its file system can be made larger"), error->message);
}

static void
add_edits (GraftLayerRoom *self, GraftExt4Image *image, GraftOverlay *overlay, gboolean may_grow,
           GCancellable *cancellable)
{
  GraftNode *const *roots = graft_overlay_get_roots (overlay);
  guint32 block = graft_ext4_image_get_block_size (image);
  GraftExt4Need need;

  /* One that may not be written at all has no edits. */
  if (!graft_ext4_image_measure (image, roots[0], &need, cancellable, NULL))
    return;
  self->free_bytes
      = block * (need.available_blocks - MIN (need.needed_blocks, need.available_blocks));
  self->free_inodes = need.available_inodes - MIN (need.needed_inodes, need.available_inodes);
  if (need.needed_blocks > need.available_blocks || need.needed_inodes > need.available_inodes)
    add_lack (self, GRAFT_IMAGE (image), roots, may_grow, cancellable);
}

GraftLayerRoom *
graft_layer_room_find (GraftMember *member, gboolean may_grow, GCancellable *cancellable)
{
  GraftOverlay *overlay = graft_member_peek_overlay (member);
  GraftImage *image = overlay != NULL ? graft_overlay_get_image (overlay) : NULL;
  GraftLayerRoom *self;

  if (!GRAFT_IS_EXT4_IMAGE (image))
    return NULL;
  self = g_new0 (GraftLayerRoom, 1);
  self->size = graft_input_get_size (graft_image_get_input (image));
  self->free_bytes = graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (image))
                     * graft_ext4_image_get_block_size (GRAFT_EXT4_IMAGE (image));
  self->free_inodes = graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (image));
  if (graft_overlay_is_changed (overlay))
    add_edits (self, GRAFT_EXT4_IMAGE (image), overlay, may_grow, cancellable);
  return self;
}

char *
graft_layer_room_dup_read_only_reason (GraftMember *member)
{
  GraftMember *parent = graft_member_get_parent (member);
  GraftOverlay *overlay = graft_member_peek_overlay (member);
  GraftImage *image = overlay != NULL ? graft_overlay_get_image (overlay) : NULL;
  char *reason = GRAFT_IS_EXT4_IMAGE (image)
                     ? graft_ext4_image_dup_read_only_reason (GRAFT_EXT4_IMAGE (image))
                     : NULL;

  if (reason != NULL || parent == NULL)
    return reason;
  return graft_layer_room_dup_read_only_reason (parent);
}
