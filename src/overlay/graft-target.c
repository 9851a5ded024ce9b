/* graft-target.c: where the path of an edit leads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "image/graft-path.h"
#include "overlay/graft-overlay-private.h"

void
graft_target_clear (GraftTarget *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->node, graft_node_unref);
  g_clear_pointer (&self->places, g_ptr_array_unref);
  g_clear_pointer (&self->part_path, g_free);
}

/* The path without links, its last component excepted, which need not be there. */
static char *
resolve (GraftNode *root, const char *path, GError **error)
{
  g_autofree char *clean = graft_path_normalize (path);

  return clean != NULL && strcmp (clean, "/") == 0 ? g_steal_pointer (&clean)
                                                   : graft_path_resolve_parent (root, path, error);
}

/* In one part links are the part's own; a folder that only other parts have is found by the merged
 * view, which is made only then: it may take a while. */
static char *
resolve_in_part (GraftOverlay *overlay, guint part, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) merged = NULL;
  char *real = resolve (graft_overlay_get_state (overlay)->roots[part], path, &local);

  if (g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND))
    {
      merged = graft_overlay_dup_root (overlay, error);
      return merged != NULL ? resolve (merged, path, error) : NULL;
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return real;
}

static gboolean
find_in_part (GraftTarget *self, GraftNode *root, guint part, GError **error)
{
  g_autoptr (GError) local = NULL;

  self->node = graft_path_find (root, self->path, GRAFT_PATH_NO_FOLLOW, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->places = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_place_free);
  if (self->node != NULL)
    g_ptr_array_add (self->places, graft_place_new (part, self->path, self->node, ""));
  return TRUE;
}

char *
graft_overlay_map (GraftOverlay *self, GraftOverlayState *state, guint part, const char *path,
                   GError **error)
{
  g_autoptr (GraftNode) merged = graft_overlay_dup_root (self, error);

  if (merged == NULL)
    return NULL;
  return graft_place_map (state->roots[part], merged, part >= graft_overlay_get_first_late (self),
                          path, error);
}

static gboolean
find_in_merged (GraftTarget *self, GraftOverlay *overlay, GraftNode *merged, GError **error)
{
  GraftOverlayState *state = graft_overlay_get_state (overlay);
  g_autoptr (GError) local = NULL;

  self->node = graft_path_find (merged, self->path, GRAFT_PATH_NO_FOLLOW, NULL, &local);
  if (self->node != NULL)
    self->places = graft_place_list (state->roots, state->n_parts, merged,
                                     graft_overlay_get_first_late (overlay), self->path, &local);
  else if (local == NULL)
    self->places = g_ptr_array_new ();
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
find (GraftTarget *self, GraftOverlay *overlay, int part, const char *path, GError **error)
{
  GraftOverlayState *state = graft_overlay_get_state (overlay);
  g_autoptr (GraftNode) merged = NULL;

  if (part >= 0)
    {
      g_return_val_if_fail ((guint)part < state->n_parts, FALSE);
      self->path = resolve_in_part (overlay, part, path, error);
      return self->path != NULL && find_in_part (self, state->roots[part], part, error);
    }
  merged = graft_overlay_dup_root (overlay, error);
  if (merged == NULL)
    return FALSE;
  self->path = resolve (merged, path, error);
  return self->path != NULL && find_in_merged (self, overlay, merged, error);
}

gboolean
graft_target_init (GraftTarget *self, GraftOverlay *overlay, int part, const char *path,
                   GError **error)
{
  if (!find (self, overlay, part, path, error))
    return graft_overlay_prefix_error (overlay, error);
  self->winner = self->node != NULL ? graft_place_find_winner (self->places, self->node) : NULL;
  if (self->winner != NULL)
    {
      self->part = self->winner->part;
      self->part_path = g_strdup (self->winner->path);
      return TRUE;
    }
  self->part = part >= 0 ? (guint)part : graft_overlay_get_last_part (overlay);
  self->part_path = part >= 0 ? g_strdup (self->path)
                              : graft_overlay_map (overlay, graft_overlay_get_state (overlay),
                                                   self->part, self->path, error);
  return self->part_path != NULL || graft_overlay_prefix_error (overlay, error);
}

gboolean
graft_target_init_existing (GraftTarget *self, GraftOverlay *overlay, int part, const char *path,
                            GError **error)
{
  if (!graft_target_init (self, overlay, part, path, error))
    return FALSE;
  return self->winner != NULL
         || graft_overlay_set_error (overlay, GRAFT_ERROR_NOT_FOUND, self->path,
                                     _ ("%s does not exist"), error);
}
