/* graft-member-place.c: whether an image inside of another still lies where it was opened
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-member-place.h"

#include "image/graft-path.h"

gboolean
graft_member_is_at (GraftNode *node, GraftNode *opened)
{
  GraftNode *left, *right;

  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return FALSE;
  left = graft_node_get_content_origin (node);
  right = graft_node_get_content_origin (opened);
  if (left == NULL || right == NULL)
    return left == right && graft_node_get_content (node) == graft_node_get_content (opened);
  return graft_node_is_same_file (left, right);
}

GraftNode *
graft_member_find_place (GraftMember *self, GraftOverlay *around, GError **error)
{
  int part = graft_member_get_inner_part (self);
  g_autoptr (GraftNode) root = graft_overlay_dup_part (around, part, error);
  g_autoptr (GraftNode) node = NULL;

  if (root == NULL)
    return NULL;
  node = graft_path_find (root, graft_member_get_inner_path (self), GRAFT_PATH_NO_FOLLOW, NULL,
                          error);
  if (node == NULL || !graft_member_is_at (node, graft_member_get_inner_node (self)))
    return NULL;
  return g_steal_pointer (&node);
}

gboolean
graft_member_is_in_place (GraftMember *self)
{
  GraftMember *parent = graft_member_get_parent (self);
  GraftOverlay *around = parent != NULL ? graft_member_peek_overlay (parent) : NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GError) error = NULL;

  if (around == NULL)
    return TRUE;
  node = graft_member_find_place (self, around, &error);
  return node != NULL ? graft_member_is_in_place (parent) : error != NULL;
}
