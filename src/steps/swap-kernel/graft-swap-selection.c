/* graft-swap-selection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-selection.h"

#include <string.h>

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  const GraftModule *const *left = a, *const *right = b;

  return strcmp ((*left)->path, (*right)->path);
}

/* Adds @module once; whether it is new. */
static gboolean
take (const GraftModule *module, GHashTable *taken, GPtrArray *queue)
{
  if (module == NULL || !g_hash_table_add (taken, (gpointer)module->path))
    return FALSE;
  g_ptr_array_add (queue, (gpointer)module);
  return TRUE;
}

GPtrArray *
graft_swap_select (const GraftSwapIndexed *indexed, GPtrArray *names, guint *ret_n_dependencies)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) selected = g_ptr_array_new ();
  guint n_dependencies = 0;

  for (guint i = 0; i < names->len; i++)
    take (graft_module_folder_lookup (indexed->folder, g_ptr_array_index (names, i)), taken,
          selected);
  /* The list grows while it is read: dependencies of dependencies come along. */
  for (guint i = 0; i < selected->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (selected, i);
      const char *const *needed = graft_module_deps_get (indexed->deps, module->path);

      for (guint k = 0; needed != NULL && needed[k] != NULL; k++)
        {
          g_autofree char *file = g_path_get_basename (needed[k]);
          g_autofree char *name = graft_module_name_from_file (file);

          if (name != NULL
              && take (graft_module_folder_lookup (indexed->folder, name), taken, selected))
            n_dependencies++;
        }
    }
  g_ptr_array_sort (selected, compare_paths);
  *ret_n_dependencies = n_dependencies;
  return g_steal_pointer (&selected);
}
