/* graft-overlay-edits.c: put, change, remove, move
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each works on a copy of the state, which is set only when all went well.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "image/graft-path.h"
#include "overlay/graft-overlay-private.h"

/* What an early archive alone has cannot be removed from the merged view: the kernel and whoever
 * loads microcode read it at fixed places, so it is left to those who name the segment. */
static gboolean
check_not_early (GraftOverlay *self, GraftTarget *target, int part, GError **error)
{
  for (guint i = 0; part < 0 && i < target->places->len; i++)
    {
      GraftPlace *place = g_ptr_array_index (target->places, i);

      if (graft_overlay_is_early (self, place->part))
        return graft_overlay_set_error (self, GRAFT_ERROR_REFUSED, place->path,
                                        _ ("%s stands in an early archive (microcode); name its "
                                           "segment (IMAGE@N:/path) to change it"),
                                        error);
    }
  return TRUE;
}

static gboolean
check_not_root (GraftOverlay *self, GraftTarget *target, GError **error)
{
  return strcmp (target->path, "/") != 0
         || graft_overlay_set_error (self, GRAFT_ERROR_REFUSED, "/",
                                     _ ("%s is the root folder: it stays where it is"), error);
}

/* A link of one part through which another part's entries go, for that one has no record of such a
 * folder: without the link they would be lost, or come up in its place. */
static gboolean
check_not_passed (GraftOverlay *self, GraftTarget *target, int part, GError **error)
{
  GraftOverlayState *state = graft_overlay_get_state (self);

  if (part >= 0 || target->node == NULL
      || graft_node_get_node_type (target->node) != GRAFT_NODE_SYMLINK)
    return TRUE;
  for (guint i = 0; i < state->n_parts; i++)
    {
      g_autoptr (GraftNode) node
          = graft_path_find (state->roots[i], target->path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

      if (node != NULL && graft_node_is_directory (node))
        return graft_overlay_set_error (
            self, GRAFT_ERROR_REFUSED, target->path,
            _ ("%s is a link that another segment's files go through; name its segment "
               "(IMAGE@N:/path) to change it all the same"),
            error);
    }
  return TRUE;
}

static gboolean
check_same_kind (GraftOverlay *self, GraftTarget *target, GraftNode *node, GError **error)
{
  if (graft_node_is_directory (target->node) == graft_node_is_directory (node))
    return TRUE;
  return graft_overlay_set_error (
      self, GRAFT_ERROR_REFUSED, target->path,
      graft_node_is_directory (node)
          ? _ ("%s is not a folder: remove it before a folder takes its place")
          : _ ("%s is a folder: remove it before something else takes its place"),
      error);
}

gboolean
graft_overlay_put (GraftOverlay *self, int part, const char *path, GraftNode *node, GError **error)
{
  g_auto (GraftTarget) target = { 0 };
  g_autoptr (GraftOverlayState) draft = NULL;

  if (!graft_target_init (&target, self, part, path, error)
      || !check_not_root (self, &target, error) || !check_not_passed (self, &target, part, error)
      || !graft_overlay_check_attributes (self, target.path, node, error)
      || !(target.node != NULL ? check_same_kind (self, &target, node, error)
                               : graft_overlay_check_path (self, target.path, error)))
    return FALSE;
  draft = graft_overlay_state_copy (graft_overlay_get_state (self));
  /* A folder is replaced with all that is in it: also with what other parts have in it. */
  if (target.winner != NULL && graft_node_is_directory (node) && target.places->len > 1
      && (!check_not_early (self, &target, part, error)
          || !graft_overlay_draft_remove (draft, target.places, target.winner, error)))
    return FALSE;
  if (!graft_overlay_draft_put (self, draft, target.part, target.part_path, node, error))
    return graft_overlay_prefix_error (self, error);
  return graft_overlay_commit (self, draft, part, target.path, node, error);
}

gboolean
graft_overlay_remove (GraftOverlay *self, int part, const char *path, GError **error)
{
  g_auto (GraftTarget) target = { 0 };
  g_autoptr (GraftOverlayState) draft = NULL;

  if (!graft_target_init_existing (&target, self, part, path, error)
      || !check_not_root (self, &target, error) || !check_not_early (self, &target, part, error)
      || !check_not_passed (self, &target, part, error))
    return FALSE;
  draft = graft_overlay_state_copy (graft_overlay_get_state (self));
  if (!graft_overlay_draft_remove (draft, target.places, NULL, error))
    return graft_overlay_prefix_error (self, error);
  return graft_overlay_commit (self, draft, part, target.path, NULL, error);
}

/* A folder goes in every part that has it, a file in the part that it comes from. */
static gboolean
draft_move (GraftOverlay *self, GraftOverlayState *draft, int part, GraftTarget *from,
            const char *to, GError **error)
{
  for (guint i = 0; i < from->places->len; i++)
    {
      GraftPlace *place = g_ptr_array_index (from->places, i);
      g_autofree char *shown = g_strconcat (to, place->below, NULL);
      g_autofree char *path = NULL;

      if (!graft_overlay_state_with (draft, place->part, place->path, NULL, error))
        return FALSE;
      if (place != from->winner && !graft_node_is_directory (from->node))
        continue;
      if (graft_node_is_directory (place->node) != graft_node_is_directory (from->node))
        continue;
      path = part >= 0 ? g_steal_pointer (&shown)
                       : graft_overlay_map (self, draft, place->part, shown, error);
      if (path == NULL
          || !graft_overlay_draft_put (self, draft, place->part, path, place->node, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_below (const char *path, const char *folder)
{
  return g_str_has_prefix (path, folder) && path[strlen (folder)] == '/';
}

gboolean
graft_overlay_move (GraftOverlay *self, int part, const char *from, const char *to, GError **error)
{
  g_auto (GraftTarget) source = { 0 };
  g_auto (GraftTarget) target = { 0 };
  g_autoptr (GraftOverlayState) draft = NULL;

  if (!graft_target_init_existing (&source, self, part, from, error)
      || !check_not_root (self, &source, error) || !check_not_early (self, &source, part, error)
      || !check_not_passed (self, &source, part, error)
      || !graft_target_init (&target, self, part, to, error)
      || !graft_overlay_check_path (self, target.path, error))
    return FALSE;
  if (target.node != NULL)
    return graft_overlay_set_error (self, GRAFT_ERROR_REFUSED, target.path, _ ("%s exists already"),
                                    error);
  if (is_below (target.path, source.path))
    return graft_overlay_set_error (self, GRAFT_ERROR_INVALID, target.path,
                                    _ ("%s lies in the very folder that is to be moved there"),
                                    error);
  draft = graft_overlay_state_copy (graft_overlay_get_state (self));
  if (!draft_move (self, draft, part, &source, target.path, error))
    return graft_overlay_prefix_error (self, error);
  return graft_overlay_commit (self, draft, part, target.path, source.node, error);
}

typedef struct
{
  GraftNode *node;
  GPtrArray *paths; /* of char*: the names of @node's file */
} Names;

static gboolean
collect_name (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Names *names = data;

  if (graft_node_is_same_file (names->node, node))
    g_ptr_array_add (names->paths, g_strdup (path));
  return TRUE;
}

/* All names of the file in its part, in a new array. */
static GPtrArray *
list_names (GraftOverlay *self, GraftPlace *place, GError **error)
{
  GraftNode *root = graft_overlay_get_state (self)->roots[place->part];
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  Names names = { place->node, paths };

  if (graft_node_get_nlink (place->node) < 2)
    g_ptr_array_add (paths, g_strdup (place->path));
  else if (!graft_path_walk (root, "/", collect_name, &names, NULL, error))
    return NULL;
  return g_steal_pointer (&paths);
}

static gboolean
change_file (GraftOverlay *self, int part, GraftTarget *target, GraftNode *node, GError **error)
{
  g_autoptr (GPtrArray) paths = list_names (self, target->winner, error);
  g_autoptr (GraftOverlayState) draft = NULL;
  g_autoptr (GraftNode) linked = NULL;
  GraftNodeInit init = graft_node_to_init (node);

  if (paths == NULL)
    return FALSE;
  init.nlink = paths->len;
  linked
      = graft_node_get_nlink (node) == init.nlink ? graft_node_ref (node) : graft_node_new (&init);
  draft = graft_overlay_state_copy (graft_overlay_get_state (self));
  for (guint i = 0; i < paths->len; i++)
    if (!graft_overlay_state_with (draft, target->part, paths->pdata[i], linked, error))
      return FALSE;
  return graft_overlay_commit (self, draft, part, target->path, linked, error);
}

/* Only the attributes: @node may come from the merged view, and have what other parts have in this
 * folder. */
static gboolean
change_folder (GraftOverlay *self, int part, GraftTarget *target, GraftNode *node, GError **error)
{
  g_autoptr (GraftOverlayState) draft = NULL;
  g_autoptr (GraftNode) folder = NULL;
  GraftNodeInit given = graft_node_to_init (node);
  GraftNodeInit init = graft_node_to_init (target->winner->node);

  init.attributes = given.attributes;
  init.implicit = FALSE;
  if (given.xattrs != NULL)
    init.xattrs = given.xattrs;
  folder = graft_node_new (&init);
  draft = graft_overlay_state_copy (graft_overlay_get_state (self));
  if (!graft_overlay_state_with (draft, target->part, target->part_path, folder, error))
    return FALSE;
  return graft_overlay_commit (self, draft, part, target->path, folder, error);
}

gboolean
graft_overlay_change (GraftOverlay *self, int part, const char *path, GraftNode *node,
                      GError **error)
{
  g_auto (GraftTarget) target = { 0 };

  if (!graft_target_init_existing (&target, self, part, path, error)
      || (g_strcmp0 (graft_node_get_target (node), graft_node_get_target (target.node)) != 0
          && !check_not_passed (self, &target, part, error))
      || !graft_overlay_check_attributes (self, target.path, node, error)
      || !check_same_kind (self, &target, node, error))
    return FALSE;
  if (graft_node_is_directory (node) ? change_folder (self, part, &target, node, error)
                                     : change_file (self, part, &target, node, error))
    return TRUE;
  return graft_overlay_prefix_error (self, error);
}
