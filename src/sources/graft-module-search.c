/* graft-module-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names are those of the kernel's "make modules_install" (Makefile, scripts/Makefile.modinst)
 * and of depmod.
 */

#include "sources/graft-module-search.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "coders/graft-compression.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

/* Levels of folders below the root in which a release folder is looked for: a vendor's archive
 * with "package/usr/lib/modules/RELEASE". */
#define MAX_LEVELS 5
#define MAX_SHOWN 4

typedef struct
{
  char *path;
  GraftNode *node;
} Place;

typedef struct
{
  GPtrArray *found; /* of Place: release folders */
  GCancellable *cancellable;
} Search;

static Place *
place_new (const char *path, GraftNode *node)
{
  Place *self = g_new (Place, 1);

  self->path = g_strdup (path);
  self->node = graft_node_ref (node);
  return self;
}

static void
place_free (gpointer data)
{
  Place *self = data;

  graft_node_unref (self->node);
  g_free (self->path);
  g_free (self);
}

gboolean
graft_module_search_is_module (const char *name)
{
  gsize stem = strlen (name);

  graft_compression_from_suffix (name, &stem);
  return stem > 3 && strncmp (name + stem - 3, ".ko", 3) == 0;
}

gboolean
graft_module_search_is_skipped (const char *path)
{
  return strcmp (path, "/usr/lib/debug") == 0;
}

static gboolean
has_module (GraftNode *folder, guint depth, gboolean *ret_has, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GraftDirectory) listing = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  listing = graft_node_list (folder, error);
  if (listing == NULL)
    return FALSE;
  for (guint i = 0; !*ret_has && i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);

      if (graft_node_get_node_type (entry->node) == GRAFT_NODE_REGULAR)
        *ret_has = graft_module_search_is_module (entry->name);
    }
  for (guint i = 0; !*ret_has && i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);

      if (graft_node_is_directory (entry->node) && depth < GRAFT_LIMIT_DEPTH
          && !has_module (entry->node, depth + 1, ret_has, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_release_folder (Search *self, GraftNode *folder, gboolean *ret_is, GError **error)
{
  static const char *const marks[] = {
    "modules.builtin", "modules.builtin.modinfo", "modules.order",
    "modules.dep",     "modules.dep.bin",         "modules.alias",
  };
  g_autoptr (GraftDirectory) listing = graft_node_list (folder, error);
  const GraftEntry *kernel;

  if (listing == NULL)
    return FALSE;
  *ret_is = FALSE;
  for (guint i = 0; !*ret_is && i < G_N_ELEMENTS (marks); i++)
    {
      const GraftEntry *mark = graft_directory_lookup (listing, marks[i]);

      *ret_is = mark != NULL && graft_node_get_node_type (mark->node) == GRAFT_NODE_REGULAR;
    }
  kernel = graft_directory_lookup (listing, "kernel");
  if (*ret_is || kernel == NULL || !graft_node_is_directory (kernel->node))
    return TRUE;
  return has_module (kernel->node, 0, ret_is, self->cancellable, error);
}

/* Adds @folder, when it is a release folder that was not found before. */
static gboolean
try_folder (Search *self, const char *path, GraftNode *folder, gboolean *ret_is, GError **error)
{
  if (!is_release_folder (self, folder, ret_is, error))
    return FALSE;
  for (guint i = 0; *ret_is && i < self->found->len; i++)
    if (strcmp (((Place *)g_ptr_array_index (self->found, i))->path, path) == 0)
      return TRUE;
  if (*ret_is)
    g_ptr_array_add (self->found, place_new (path, folder));
  return TRUE;
}

/* Tries the folders in @folder. Those that are no release folder are added to @below, when there
 * is one. */
static gboolean
try_children (Search *self, const char *path, GraftNode *folder, GPtrArray *below, GError **error)
{
  g_autoptr (GraftDirectory) listing = graft_node_list (folder, error);

  if (listing == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);
      g_autofree char *child = graft_path_join (path, entry->name);
      gboolean is_release;

      if (!graft_node_is_directory (entry->node) || graft_module_search_is_skipped (child))
        continue;
      if (!try_folder (self, child, entry->node, &is_release, error))
        return FALSE;
      if (!is_release && below != NULL)
        g_ptr_array_add (below, place_new (child, entry->node));
    }
  return TRUE;
}

static gboolean
try_usual_places (Search *self, GraftNode *root, GError **error)
{
  static const char *const places[] = { "/lib/modules", "/usr/lib/modules" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = NULL;
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) folder
          = graft_path_find (root, places[i], GRAFT_PATH_FOLLOW, &path, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (folder != NULL && graft_node_is_directory (folder)
          && !try_children (self, path, folder, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* Level by level, so that what is nearest to the root is found first. */
static gboolean
try_levels (Search *self, GraftNode *root, guint n_levels, GError **error)
{
  g_autoptr (GPtrArray) level = g_ptr_array_new_with_free_func (place_free);

  g_ptr_array_add (level, place_new ("/", root));
  for (guint n = 0; n < n_levels && self->found->len == 0; n++)
    {
      g_autoptr (GPtrArray) below = g_ptr_array_new_with_free_func (place_free);

      for (guint i = 0; i < level->len; i++)
        {
          const Place *place = g_ptr_array_index (level, i);

          if (!try_children (self, place->path, place->node, below, error))
            return FALSE;
        }
      g_ptr_array_unref (level);
      level = g_steal_pointer (&below);
    }
  return TRUE;
}

/* Of several release folders, those without a module are leftovers (a removed kernel's indexes). */
static gboolean
drop_empty (Search *self, GError **error)
{
  g_autoptr (GPtrArray) full = g_ptr_array_new_with_free_func (place_free);

  if (self->found->len < 2)
    return TRUE;
  for (guint i = 0; i < self->found->len; i++)
    {
      const Place *place = g_ptr_array_index (self->found, i);
      gboolean has = FALSE;

      if (!has_module (place->node, 0, &has, self->cancellable, error))
        return FALSE;
      if (has)
        g_ptr_array_add (full, place_new (place->path, place->node));
    }
  if (full->len > 0)
    {
      g_ptr_array_unref (self->found);
      self->found = g_steal_pointer (&full);
    }
  return TRUE;
}

static gboolean
set_ambiguous (Search *self, const char *name, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < self->found->len && i < MAX_SHOWN; i++)
    {
      const Place *place = g_ptr_array_index (self->found, i);
      g_autofree char *shown = graft_name_escape (place->path + 1);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", shown);
    }
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
      _ ("%s has the modules of %u kernels (%s%s); give the folder of the one that is meant"), name,
      self->found->len, list->str, self->found->len > MAX_SHOWN ? ", …" : "");
  return FALSE;
}

/* The lowest folder with all modules below it. */
typedef struct
{
  char *path; /* NULL until a module was met */
} Common;

static gboolean
meet_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Common *self = data;
  const char *name = strrchr (path, '/') + 1;
  gsize length = name - path; /* with the "/" */
  gsize same = 0;

  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR || !graft_module_search_is_module (name)
      || g_str_has_prefix (path, "/usr/lib/debug/"))
    return TRUE;
  if (self->path == NULL)
    {
      self->path = g_strndup (path, length);
      return TRUE;
    }
  for (gsize i = 0; i < length && self->path[i] == path[i]; i++)
    if (path[i] == '/')
      same = i + 1;
  self->path[same] = '\0';
  return TRUE;
}

static gboolean
find_common (Search *self, GraftNode *root, GError **error)
{
  Common common = { NULL };
  gboolean walked = graft_path_walk (root, "/", meet_entry, &common, self->cancellable, error);
  g_autofree char *path = common.path;
  g_autofree char *clean = NULL;
  g_autoptr (GraftNode) node = NULL;

  if (!walked || path == NULL)
    return walked;
  clean = graft_path_normalize (path);
  node = graft_path_lookup (root, clean, GRAFT_PATH_NO_FOLLOW, NULL, error);
  if (node == NULL)
    return FALSE;
  g_ptr_array_add (self->found, place_new (clean, node));
  return TRUE;
}

static gboolean
run (Search *self, GraftNode *root, GraftModuleSearchScope scope, GError **error)
{
  gboolean is_release = FALSE;

  if (scope == GRAFT_MODULE_SEARCH_ALL && !try_folder (self, "/", root, &is_release, error))
    return FALSE;
  if (self->found->len == 0 && !try_usual_places (self, root, error))
    return FALSE;
  if (self->found->len == 0
      && !try_levels (self, root, scope == GRAFT_MODULE_SEARCH_ALL ? MAX_LEVELS : 1, error))
    return FALSE;
  return drop_empty (self, error)
         && (self->found->len > 0 || scope != GRAFT_MODULE_SEARCH_ALL
             || find_common (self, root, error));
}

gboolean
graft_module_search (GraftNode *root, const char *name, GraftModuleSearchScope scope,
                     GraftNode **ret_folder, char **ret_path, GCancellable *cancellable,
                     GError **error)
{
  Search search = { g_ptr_array_new_with_free_func (place_free), cancellable };
  gboolean result = run (&search, root, scope, error);

  if (result && search.found->len > 1)
    result = set_ambiguous (&search, name, error);
  if (result)
    {
      const Place *place = search.found->len > 0 ? g_ptr_array_index (search.found, 0) : NULL;

      *ret_folder = place != NULL ? graft_node_ref (place->node) : NULL;
      *ret_path = place != NULL ? g_strdup (place->path) : NULL;
    }
  g_ptr_array_unref (search.found);
  return result;
}
