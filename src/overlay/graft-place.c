/* graft-place.c: where in the parts an entry of the merged view stands
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "overlay/graft-place.h"

#include <string.h>

#include "image/graft-path.h"

GraftPlace *
graft_place_new (guint part, const char *path, GraftNode *node, const char *below)
{
  GraftPlace *self = g_new (GraftPlace, 1);

  self->part = part;
  self->path = g_strdup (path);
  self->node = graft_node_ref (node);
  self->below = g_strdup (below);
  return self;
}

void
graft_place_free (GraftPlace *self)
{
  g_free (self->path);
  g_free (self->below);
  graft_node_unref (self->node);
  g_free (self);
}

static gboolean
is_link (GraftNode *node)
{
  return node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_SYMLINK;
}

/* graft_path_find(), but %FALSE when the image cannot be read. */
static gboolean
find (GraftNode *root, const char *path, GraftPathFlags flags, GraftNode **ret_node,
      char **ret_path, GError **error)
{
  g_autoptr (GError) local = NULL;

  *ret_node = graft_path_find (root, path, flags, ret_path, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* What follows @folder in @path: "" when they are equal, "/b" for "/a" and "/a/b"; NULL when @path
 * is not below @folder. */
static const char *
get_below (const char *path, const char *folder)
{
  gsize length = strcmp (folder, "/") == 0 ? 0 : strlen (folder);

  if (strncmp (path, folder, length) != 0)
    return NULL;
  return path[length] == '\0' || path[length] == '/' ? path + length : NULL;
}

/* A folder of a part that has no record, and where an earlier part's link leads it. */
typedef struct
{
  char *path;
  char *shown;
  GraftNode *node;
} Alias;

static void
alias_free (gpointer data)
{
  Alias *self = data;

  g_free (self->path);
  g_free (self->shown);
  graft_node_unref (self->node);
  g_free (self);
}

typedef struct
{
  GraftNode *merged;
  GPtrArray *aliases; /* of Alias */
} Search;

static gboolean
search_folder (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Search *self = data;
  g_autoptr (GraftNode) shown = NULL, real = NULL;
  g_autofree char *real_path = NULL;
  Alias *alias;

  if (!graft_node_is_directory (node) || !graft_node_is_implicit (node))
    return TRUE;
  if (!find (self->merged, path, 0, &shown, NULL, error))
    return FALSE;
  if (!is_link (shown))
    return TRUE;
  if (!find (self->merged, path, GRAFT_PATH_FOLLOW, &real, &real_path, error))
    return FALSE;
  if (real == NULL)
    return TRUE;
  alias = g_new (Alias, 1);
  alias->path = g_strdup (path);
  alias->shown = g_steal_pointer (&real_path);
  alias->node = graft_node_ref (node);
  g_ptr_array_add (self->aliases, alias);
  return TRUE;
}

static GPtrArray *
list_aliases (GraftNode *root, GraftNode *merged, gboolean late, GError **error)
{
  g_autoptr (GPtrArray) aliases = g_ptr_array_new_with_free_func (alias_free);
  Search search = { merged, aliases };

  if (late && !graft_path_walk (root, "/", search_folder, &search, NULL, error))
    return NULL;
  return g_steal_pointer (&aliases);
}

/* Adds @path of a part, whose folder shows as that of @shown_path. */
static gboolean
add_if_there (GPtrArray *places, guint part, GraftNode *root, const char *path, GraftNode *merged,
              const char *shown_path, GError **error)
{
  g_autoptr (GraftNode) node = NULL, shown = NULL;

  if (!find (root, path, GRAFT_PATH_NO_FOLLOW, &node, NULL, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (graft_node_is_directory (node) && graft_node_is_implicit (node)
      && !find (merged, shown_path, GRAFT_PATH_NO_FOLLOW, &shown, NULL, error))
    return FALSE;
  /* A folder without a record where a link is shown: what is in it went where the link leads. */
  if (!is_link (shown))
    g_ptr_array_add (places, graft_place_new (part, path, node, ""));
  return TRUE;
}

static gboolean
add_by_alias (GPtrArray *places, guint part, GraftNode *root, Alias *alias, GraftNode *merged,
              const char *path, GError **error)
{
  const char *below = get_below (path, alias->shown);
  g_autofree char *there = NULL;

  if (below != NULL)
    {
      there = g_strconcat (alias->path, below, NULL);
      return add_if_there (places, part, root, there, merged, path, error);
    }
  below = get_below (alias->shown, path);
  if (below != NULL)
    g_ptr_array_add (places, graft_place_new (part, alias->path, alias->node, below));
  return TRUE;
}

GPtrArray *
graft_place_list (GraftNode *const *roots, guint n_parts, GraftNode *merged, guint first_late,
                  const char *path, GError **error)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_place_free);

  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GPtrArray) aliases = list_aliases (roots[i], merged, i >= first_late, error);

      if (aliases == NULL || !add_if_there (places, i, roots[i], path, merged, path, error))
        return NULL;
      for (guint k = 0; k < aliases->len; k++)
        if (!add_by_alias (places, i, roots[i], aliases->pdata[k], merged, path, error))
          return NULL;
    }
  return g_steal_pointer (&places);
}

/* How many folders on the way to @path are there. */
static gboolean
measure (GraftNode *root, const char *path, guint *ret_depth, GError **error)
{
  guint depth = 0;

  for (const char *slash = strchr (path + 1, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *above = g_strndup (path, slash - path);
      g_autoptr (GraftNode) node = NULL;

      if (!find (root, above, GRAFT_PATH_NO_FOLLOW, &node, NULL, error))
        return FALSE;
      if (node == NULL)
        break;
      depth++;
    }
  *ret_depth = depth;
  return TRUE;
}

static guint
count_folders (const char *path)
{
  guint count = 0;

  for (; *path != '\0'; path++)
    count += *path == '/';
  return count - 1;
}

char *
graft_place_map (GraftNode *root, GraftNode *merged, gboolean late, const char *path,
                 GError **error)
{
  g_autoptr (GPtrArray) aliases = list_aliases (root, merged, late, error);
  g_autofree char *best = g_strdup (path);
  guint depth, n_missing;

  if (aliases == NULL || !measure (root, path, &depth, error))
    return NULL;
  n_missing = count_folders (path) - depth;
  for (guint i = 0; i < aliases->len && n_missing > 0; i++)
    {
      Alias *alias = g_ptr_array_index (aliases, i);
      const char *below = get_below (path, alias->shown);
      g_autofree char *there = NULL;

      if (below == NULL || *below == '\0')
        continue;
      there = g_strconcat (alias->path, below, NULL);
      if (!measure (root, there, &depth, error))
        return NULL;
      if (count_folders (there) - depth >= n_missing)
        continue;
      n_missing = count_folders (there) - depth;
      g_free (best);
      best = g_steal_pointer (&there);
    }
  return g_steal_pointer (&best);
}

static gboolean
has_record (GraftPlace *self)
{
  return graft_node_is_directory (self->node) && !graft_node_is_implicit (self->node);
}

GraftPlace *
graft_place_find_winner (GPtrArray *places, GraftNode *node)
{
  gboolean folder = graft_node_is_directory (node);
  GraftPlace *last = NULL, *best = NULL;

  for (guint i = 0; i < places->len; i++)
    {
      GraftPlace *place = g_ptr_array_index (places, i);

      if (*place->below != '\0')
        continue;
      if (graft_node_is_directory (place->node) == folder)
        last = place;
      if (folder ? has_record (place) : graft_node_is_same_file (place->node, node))
        best = place;
    }
  return best != NULL ? best : last;
}
