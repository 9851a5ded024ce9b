/* graft-module-folders.c: the release folders of a root, and the releases in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-module-folder.h"
#include "modules/graft-module-scan.h"

#define SAMPLE 16

/* Whether it has the indexes of modules, or one module at least. */
static gboolean
is_release_folder (GraftModuleFolder *folder, gboolean *ret_is, GError **error)
{
  g_autoptr (GraftDirectory) directory
      = graft_node_list (graft_module_folder_get_node (folder), error);
  g_autoptr (GPtrArray) modules = NULL;

  if (directory == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    if (g_str_has_prefix (graft_directory_get_entry (directory, i)->name, "modules."))
      {
        *ret_is = TRUE;
        return TRUE;
      }
  modules = graft_module_folder_list (folder, error);
  if (modules == NULL)
    return FALSE;
  *ret_is = modules->len > 0;
  return TRUE;
}

static gboolean
has_path (GPtrArray *folders, const char *path)
{
  for (guint i = 0; i < folders->len; i++)
    if (strcmp (graft_module_folder_get_path (g_ptr_array_index (folders, i)), path) == 0)
      return TRUE;
  return FALSE;
}

/* One entry of lib/modules: a folder or, with @links, a link to one inside the image. */
static gboolean
add_entry (GraftNode *root, const char *parent, const GraftEntry *entry, gboolean links,
           GPtrArray *folders, GError **error)
{
  g_autofree char *path = graft_path_join (parent, entry->name);
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GError) local = NULL;
  gboolean is_link = graft_node_get_node_type (entry->node) == GRAFT_NODE_SYMLINK;
  gboolean is = FALSE;

  if (is_link != links)
    return TRUE;
  node = graft_path_find (root, path, GRAFT_PATH_FOLLOW, &real, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (node == NULL || !graft_node_is_directory (node) || has_path (folders, real))
    return TRUE;
  /* A link's own name is what modprobe looks up. */
  folder = graft_module_folder_new (node, real, entry->name);
  if (!is_release_folder (folder, &is, error))
    return FALSE;
  if (is)
    g_ptr_array_add (folders, g_steal_pointer (&folder));
  return TRUE;
}

static gboolean
add_folders (GraftNode *root, const char *parent, GraftNode *node, GPtrArray *folders,
             GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);

  if (directory == NULL)
    return FALSE;
  /* Folders before links, so that a folder is known by its own name. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
      if (!add_entry (root, parent, graft_directory_get_entry (directory, i), pass == 1, folders,
                      error))
        return FALSE;
  return TRUE;
}

static gint
compare_folders (gconstpointer a, gconstpointer b)
{
  GraftModuleFolder *left = *(GraftModuleFolder *const *)a;
  GraftModuleFolder *right = *(GraftModuleFolder *const *)b;
  int order = strcmp (graft_module_folder_get_name (left), graft_module_folder_get_name (right));

  return order != 0
             ? order
             : strcmp (graft_module_folder_get_path (left), graft_module_folder_get_path (right));
}

GPtrArray *
graft_module_folders_find (GraftNode *root, GError **error)
{
  static const char *const places[] = { "/lib/modules", "/usr/lib/modules" };
  g_autoptr (GPtrArray) folders
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_module_folder_unref);
  g_autofree char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *real = NULL;
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) node
          = graft_path_find (root, places[i], GRAFT_PATH_FOLLOW, &real, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (node == NULL || !graft_node_is_directory (node) || g_strcmp0 (real, first) == 0)
        continue;
      if (!add_folders (root, real, node, folders, error))
        return NULL;
      if (first == NULL)
        first = g_steal_pointer (&real);
    }
  g_ptr_array_sort (folders, compare_folders);
  return g_steal_pointer (&folders);
}

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Takes the strings of a set, sorts them. */
static char **
finish_set (GHashTable *set)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (list, g_strdup (key));
  g_ptr_array_sort (list, compare_strings);
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

/* Some of @modules, spread over all of them. */
static GPtrArray *
take_sample (GPtrArray *modules)
{
  GPtrArray *sample = g_ptr_array_new ();
  guint count = MIN (modules->len, SAMPLE);

  for (guint i = 0; i < count; i++)
    g_ptr_array_add (sample, g_ptr_array_index (modules, (guint64)i * modules->len / count));
  return sample;
}

gboolean
graft_module_folder_read_releases (GraftModuleFolder *self, gboolean all, char ***ret_releases,
                                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) modules = graft_module_folder_list (self, error);
  g_autoptr (GPtrArray) sample = NULL, infos = NULL;
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);

  if (modules == NULL)
    return FALSE;
  if (all)
    infos = graft_module_folder_scan (self, cancellable, error);
  else
    {
      sample = take_sample (modules);
      infos = graft_module_scan (sample, cancellable, error);
    }
  if (infos == NULL)
    return FALSE;
  for (guint i = 0; i < infos->len; i++)
    {
      GraftModinfo *info = g_ptr_array_index (infos, i);

      if (info != NULL && graft_modinfo_get_release (info) != NULL)
        g_hash_table_add (set, (gpointer)graft_modinfo_get_release (info));
    }
  *ret_releases = finish_set (set);
  return TRUE;
}
