/* graft-session-inside.c: images inside of images, from the image around
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "bootset/graft-member-place.h"
#include "session/graft-session-private.h"

/* What the kernel sees and the segment that has it are two views of one file. */
static gboolean
is_of_part (GraftLayer *layer, int part)
{
  return part < 0 || graft_layer_get_inner_part (layer) < 0
         || graft_layer_get_inner_part (layer) == part;
}

static gboolean
lies_in (GraftLayer *layer, GraftLayer *around, int part)
{
  return g_strcmp0 (graft_layer_get_around (layer), graft_layer_get_path (around)) == 0
         && is_of_part (layer, part);
}

GraftLayer *
graft_session_find_inside (GraftSession *self, GraftLayer *around, int part, const char *path,
                           GraftNode *node)
{
  GListModel *layers = G_LIST_MODEL (self->layers);

  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      /* The list keeps it. */
      if (lies_in (layer, around, part) && strcmp (graft_layer_get_inner_path (layer), path) == 0
          && graft_member_is_at (node, graft_layer_get_inner_node (layer)))
        return layer;
    }
  return NULL;
}

gboolean
graft_session_has_image_in (GraftSession *self, GraftLayer *around, const char *folder)
{
  GListModel *layers = G_LIST_MODEL (self->layers);
  gsize length = g_str_equal (folder, "/") ? 0 : strlen (folder);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);
      const char *path = graft_layer_get_inner_path (layer);

      if (path != NULL && strncmp (path, folder, length) == 0
          && strrchr (path, '/') == path + length
          && g_str_equal (graft_layer_get_around (layer), graft_layer_get_path (around)))
        return TRUE;
    }
  return FALSE;
}

/* Whether @path lies in the folder @folder, at any depth. */
static gboolean
is_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return length <= 1 || (strncmp (path, folder, length) == 0 && path[length] == '/');
}

gboolean
graft_session_is_changed_inside (GraftSession *self, GraftLayer *around, int part, const char *path)
{
  GListModel *layers = G_LIST_MODEL (self->layers);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_is_changed (layer) && graft_layer_is_in_place (layer)
          && lies_in (layer, around, part) && is_below (graft_layer_get_inner_path (layer), path))
        return TRUE;
    }
  return FALSE;
}
