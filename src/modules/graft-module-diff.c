/* graft-module-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-diff.h"

#include <string.h>

#include "base/graft-error.h"
#include "modules/graft-module-aliases.h"
#include "modules/graft-module-scan.h"
#include "modules/graft-module-successor.h"

const char *
graft_module_change_get_name (GraftModuleChange self)
{
  static const char *const names[] = {
    [GRAFT_MODULE_SAME] = "same",       [GRAFT_MODULE_GONE] = "gone",
    [GRAFT_MODULE_BUILTIN] = "builtin", [GRAFT_MODULE_NEW] = "new",
    [GRAFT_MODULE_RENAMED] = "renamed",
  };

  return names[self];
}

/* The two trees, and how the new one's aliases are found. */
typedef struct
{
  GraftModuleFolder *old_folder;
  GraftModuleFolder *new_folder;
  GraftModuleLookup *lookup; /* (nullable) */
} Trees;

static void
difference_free (gpointer data)
{
  GraftModuleDifference *difference = data;

  g_free (difference->name);
  g_free (difference);
}

static void
add (GPtrArray *list, GraftModuleChange change, const GraftModule *old_module,
     const GraftModule *new_module)
{
  GraftModuleDifference *difference = g_new0 (GraftModuleDifference, 1);

  difference->change = change;
  difference->name = g_strdup (old_module != NULL ? old_module->name : new_module->name);
  difference->old_module = old_module;
  difference->new_module = new_module;
  g_ptr_array_add (list, difference);
}

/* Each name once: of several modules of a name, the one that modprobe loads. */
static GPtrArray *
list_winners (GraftModuleFolder *folder, GError **error)
{
  g_autoptr (GPtrArray) all = graft_module_folder_list (folder, error);
  g_autoptr (GPtrArray) winners = g_ptr_array_new ();

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (all, i);

      if (graft_module_folder_lookup (folder, module->name) == module)
        g_ptr_array_add (winners, (gpointer)module);
    }
  return all != NULL ? g_steal_pointer (&winners) : NULL;
}

/* Adds @module as what it became, if @successor is in the new tree or kernel. */
static gboolean
add_successor (GPtrArray *list, const GraftModule *module, const char *successor,
               GraftModuleFolder *new_folder)
{
  const GraftModule *other = graft_module_folder_lookup (new_folder, successor);

  if (other != NULL)
    add (list, GRAFT_MODULE_RENAMED, module, other);
  else if (graft_module_folder_is_builtin (new_folder, successor))
    add (list, GRAFT_MODULE_BUILTIN, module, NULL);
  else
    return FALSE;
  return TRUE;
}

static gboolean
add_known (GPtrArray *list, const GraftModule *module, GraftModuleFolder *new_folder)
{
  const char *const *known = graft_module_successor_get_known (module->name);

  for (gsize i = 0; known != NULL && known[i] != NULL; i++)
    if (add_successor (list, module, known[i], new_folder))
      return TRUE;
  return FALSE;
}

/* The new tree's aliases for @missing, of which @infos tell; with *@ret_owned to be freed. */
static GraftModuleAliases *
get_aliases (const Trees *trees, GPtrArray *missing, GPtrArray *infos,
             GraftModuleAliases **ret_owned, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) wanted = NULL;

  if (trees->lookup == NULL)
    return graft_module_folder_get_aliases (trees->new_folder, cancellable, error);
  wanted = g_ptr_array_new ();
  for (guint i = 0; i < missing->len; i++)
    graft_module_successor_list_aliases (((GraftModule *)g_ptr_array_index (missing, i))->name,
                                         g_ptr_array_index (infos, i), wanted);
  *ret_owned
      = graft_module_aliases_look_up (trees->new_folder, trees->lookup, wanted, cancellable, error);
  return *ret_owned;
}

/* Modules that the new tree has not under their names: they and its aliases are read. */
static gboolean
add_missing (GPtrArray *list, GPtrArray *missing, const Trees *trees, GCancellable *cancellable,
             GError **error)
{
  GraftModuleAliases *aliases;
  g_autoptr (GraftModuleAliases) owned = NULL;
  g_autoptr (GPtrArray) infos = NULL;

  if (missing->len == 0)
    return TRUE;
  infos = graft_module_scan (missing, cancellable, error);
  if (infos == NULL)
    return FALSE;
  aliases = get_aliases (trees, missing, infos, &owned, cancellable, error);
  if (aliases == NULL)
    return FALSE;
  for (guint i = 0; i < missing->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (missing, i);
      g_autofree char *successor = NULL;
      g_autoptr (GError) local = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      successor = graft_module_successor_find (module->name, g_ptr_array_index (infos, i),
                                               trees->old_folder, aliases, cancellable, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (successor == NULL || !add_successor (list, module, successor, trees->new_folder))
        add (list, GRAFT_MODULE_GONE, module, NULL);
    }
  return TRUE;
}

static gboolean
add_old (GPtrArray *list, const Trees *trees, GCancellable *cancellable, GError **error)
{
  GraftModuleFolder *new_folder = trees->new_folder;
  g_autoptr (GPtrArray) modules = list_winners (trees->old_folder, error);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();

  for (guint i = 0; modules != NULL && i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      const GraftModule *other = graft_module_folder_lookup (new_folder, module->name);

      if (other != NULL)
        add (list, GRAFT_MODULE_SAME, module, other);
      else if (graft_module_folder_is_builtin (new_folder, module->name))
        add (list, GRAFT_MODULE_BUILTIN, module, NULL);
      else if (!add_known (list, module, new_folder))
        g_ptr_array_add (missing, (gpointer)module);
    }
  return modules != NULL && add_missing (list, missing, trees, cancellable, error);
}

/* Those that serve for no old one. */
static void
add_new (GPtrArray *list, GPtrArray *new_modules)
{
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (list, i);

      if (difference->new_module != NULL)
        g_hash_table_add (used, (gpointer)difference->new_module);
    }
  for (guint i = 0; i < new_modules->len; i++)
    if (!g_hash_table_contains (used, g_ptr_array_index (new_modules, i)))
      add (list, GRAFT_MODULE_NEW, NULL, g_ptr_array_index (new_modules, i));
}

static gint
compare_differences (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(GraftModuleDifference *const *)a)->name,
                 (*(GraftModuleDifference *const *)b)->name);
}

GPtrArray *
graft_module_diff_with_lookup (GraftModuleFolder *old_folder, GraftModuleFolder *new_folder,
                               GraftModuleLookup *lookup, gboolean with_new,
                               GCancellable *cancellable, GError **error)
{
  const Trees trees = { old_folder, new_folder, lookup };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (difference_free);
  g_autoptr (GPtrArray) new_modules = list_winners (new_folder, error);

  if (new_modules == NULL || !add_old (list, &trees, cancellable, error))
    return NULL;
  if (with_new)
    add_new (list, new_modules);
  g_ptr_array_sort (list, compare_differences);
  return g_steal_pointer (&list);
}

GPtrArray *
graft_module_diff (GraftModuleFolder *old_folder, GraftModuleFolder *new_folder, gboolean with_new,
                   GCancellable *cancellable, GError **error)
{
  return graft_module_diff_with_lookup (old_folder, new_folder, NULL, with_new, cancellable, error);
}
