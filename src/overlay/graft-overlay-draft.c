/* graft-overlay-draft.c: the state that an edit is about to make
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "image/graft-path.h"
#include "overlay/graft-overlay-private.h"

static gboolean
is_in_earlier_part (GraftOverlayState *draft, guint part, const char *path)
{
  for (guint i = 0; i < part; i++)
    {
      g_autoptr (GraftNode) node
          = graft_path_find (draft->roots[i], path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

      if (node != NULL && graft_node_is_directory (node) && !graft_node_is_implicit (node))
        return TRUE;
    }
  return FALSE;
}

/* The folder that shows at @path, in a part that lacks it. The kernel makes no folders but
 * those that have a record, and reads the parts in order: one that only a later part has must get
 * a record here too. */
static gboolean
add_folder (GraftOverlayState *draft, guint part, GraftNode *merged, const char *path,
            GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) shown = graft_path_find (merged, path, GRAFT_PATH_FOLLOW, &real, &local);
  g_autoptr (GraftNode) folder = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .implicit = TRUE };

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (shown != NULL)
    {
      init.attributes = *graft_node_get_attributes (shown);
      init.implicit = graft_node_is_implicit (shown) || is_in_earlier_part (draft, part, real);
    }
  folder = graft_node_new (&init);
  return graft_overlay_state_with (draft, part, path, folder, error);
}

/* Makes the folders on the way to @path in a part where it lacks them. */
static gboolean
add_folders_to (GraftOverlay *self, GraftOverlayState *draft, guint part, const char *path,
                GError **error)
{
  for (const char *slash = strchr (path + 1, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *above = g_strndup (path, slash - path);
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) merged = NULL;
      g_autoptr (GraftNode) there
          = graft_path_find (draft->roots[part], above, GRAFT_PATH_NO_FOLLOW, NULL, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (there != NULL)
        continue;
      merged = graft_overlay_dup_root (self, error);
      if (merged == NULL || !add_folder (draft, part, merged, above, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
graft_overlay_draft_put (GraftOverlay *self, GraftOverlayState *draft, guint part, const char *path,
                         GraftNode *node, GError **error)
{
  return add_folders_to (self, draft, part, path, error)
         && graft_overlay_state_with (draft, part, path, node, error);
}

/* Whether the merged view has at @path what an edit put there: @node, a folder (of the attributes
 * of @node), or nothing (@node NULL). */
static gboolean
is_shown (GraftOverlay *self, const char *path, GraftNode *node, gboolean *ret_shown,
          GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) merged = graft_overlay_dup_root (self, error), shown = NULL;

  if (merged == NULL)
    return FALSE;
  shown = graft_path_find (merged, path, GRAFT_PATH_NO_FOLLOW, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (shown == NULL || node == NULL)
    *ret_shown = shown == node;
  else if (graft_node_is_directory (node))
    *ret_shown = graft_node_is_directory (shown)
                 && memcmp (graft_node_get_attributes (node), graft_node_get_attributes (shown),
                            sizeof (GraftAttributes))
                        == 0;
  else
    *ret_shown = graft_node_is_same_file (shown, node);
  return TRUE;
}

gboolean
graft_overlay_commit (GraftOverlay *self, GraftOverlayState *draft, int part, const char *path,
                      GraftNode *node, GError **error)
{
  g_autoptr (GraftOverlayState) before = graft_overlay_dup_state (self);
  gboolean shown = TRUE;

  graft_overlay_set_state (self, draft);
  if (part >= 0 || graft_overlay_get_first_late (self) >= draft->n_parts)
    return TRUE;
  if (is_shown (self, path, node, &shown, error) && shown)
    return TRUE;
  graft_overlay_set_state (self, before);
  return shown
             ? graft_overlay_prefix_error (self, error)
             : graft_overlay_set_error (self, GRAFT_ERROR_REFUSED, path,
                                        _ ("%s would not change: another segment has its say about "
                                           "it; name the segment to change (IMAGE@N:/path)"),
                                        error);
}

gboolean
graft_overlay_draft_remove (GraftOverlayState *draft, GPtrArray *places, GraftPlace *kept,
                            GError **error)
{
  for (guint i = 0; i < places->len; i++)
    {
      GraftPlace *place = g_ptr_array_index (places, i);

      if (place != kept && !graft_overlay_state_with (draft, place->part, place->path, NULL, error))
        return FALSE;
    }
  return TRUE;
}
