/* modules-like-libkmod.c: our own reading of the indexes of a whole kernel against libkmod's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     modules-like-libkmod KERNEL      a name in the cache: cloud, newest, rt, 6.12
 *
 * Environment: BOOTGRAFT_CACHE. For each module the dependencies, in the order of their loading,
 * and the closure that a swap takes; for each line of modules.alias the modules that serve it.
 */

#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-module-aliases.h"
#include "modules/graft-module-index.h"
#include "modules/graft-module-lookup.h"
#include "modules/graft-module-scan.h"
#include "sources/graft-host-folder.h"
#include "steps/swap-kernel/graft-swap-selection.h"

/* The kernel's folder with the indexes that depmod makes for it. */
static GraftModuleFolder *
index_kernel (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, &error);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GraftDirectory) children = NULL;
  GraftModuleFolder *folder;
  const char *release;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755 } };
  g_autoptr (GraftNode) node = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (folders->len, ==, 1);
  folder = g_ptr_array_index (folders, 0);
  release = graft_module_folder_get_name (folder);
  files = graft_module_index_build (folder, release, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  children = graft_node_list (graft_module_folder_get_node (folder), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < files->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (files, i);
      const GraftNodeInit file_init = {
        .type = GRAFT_NODE_REGULAR,
        .attributes = { .mode = 0644 },
        .content = graft_memory_input_new (file->content, file->name),
      };
      g_autoptr (GraftNode) index = graft_node_new (&file_init);
      g_autoptr (GraftDirectory) before = g_steal_pointer (&children);

      g_object_unref (file_init.content);
      children = graft_directory_with (before, file->name, index);
    }
  init.children = children;
  node = graft_node_new (&init);
  return graft_module_folder_new (node, "/", release);
}

static GraftNode *
find_child (GraftModuleFolder *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_node_get_child (graft_module_folder_get_node (folder), name, &error);

  g_assert_no_error (error);
  return node;
}

static GBytes *
read_index (GraftModuleFolder *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) node = find_child (folder, name);
  g_autoptr (GraftInput) input = graft_node_open (node, &error);
  GBytes *bytes;

  g_assert_no_error (error);
  bytes = graft_input_read_all (input, &error);
  g_assert_no_error (error);
  return bytes;
}

/* modules.dep names the nearest first; libkmod has what is to be loaded first first. */
static char *
join_dependencies (const char *const *paths)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = g_strv_length ((char **)paths); i-- > 0;)
    {
      g_autofree char *file = g_path_get_basename (paths[i]);
      g_autofree char *name = graft_module_name_from_file (file);

      g_string_append_printf (text, "%s ", name);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Each once, by name. */
static char *
join_sorted (GPtrArray *names)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (i == 0 || strcmp (g_ptr_array_index (names, i), g_ptr_array_index (names, i - 1)) != 0)
      g_string_append_printf (text, "%s ", (const char *)g_ptr_array_index (names, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What a swap takes along for @name. */
static char *
join_closure (const GraftSwapIndexed *indexed, const char *name)
{
  g_autoptr (GPtrArray) start = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) selected = NULL;
  guint n_dependencies;

  g_ptr_array_add (start, (gpointer)name);
  selected = graft_swap_select (indexed, start, &n_dependencies);
  for (guint i = 0; i < selected->len; i++)
    g_ptr_array_add (names, ((const GraftModule *)g_ptr_array_index (selected, i))->name);
  return join_sorted (names);
}

static void
test_dependencies (gconstpointer data)
{
  const GraftSwapIndexed *indexed = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) modules = graft_module_folder_list (indexed->folder, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers = NULL;
  guint n_dependencies = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < modules->len; i++)
    g_ptr_array_add (names, ((const GraftModule *)g_ptr_array_index (modules, i))->name);
  answers = graft_module_lookup_dependencies (indexed->lookup, names, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      GPtrArray *answer = g_ptr_array_index (answers, i);
      g_autofree char *ours
          = join_dependencies (graft_module_deps_get (indexed->deps, module->path));
      g_autofree char *our_closure = join_closure (indexed, module->name);
      g_autoptr (GString) theirs = g_string_new (NULL);
      g_autoptr (GPtrArray) closure = g_ptr_array_new ();
      g_autofree char *their_closure = NULL;

      for (guint j = 0; j < answer->len; j++)
        {
          const GraftFound *found = g_ptr_array_index (answer, j);

          if (found->kind == GRAFT_FOUND_NEEDED)
            {
              g_string_append_printf (theirs, "%s ", found->name);
              n_dependencies++;
            }
          if (found->kind == GRAFT_FOUND_NEEDED || found->kind == GRAFT_FOUND_IN_TREE)
            g_ptr_array_add (closure, found->name);
        }
      their_closure = join_sorted (closure);
      g_assert_cmpstr (ours, ==, theirs->str);
      g_assert_cmpstr (our_closure, ==, their_closure);
    }
  /* Nothing would equal nothing. */
  g_assert_cmpuint (modules->len, >, 500);
  g_assert_cmpuint (n_dependencies, >, modules->len / 2);
  g_test_message ("%u modules with %u dependencies", modules->len, n_dependencies);
}

/* A request that @pattern serves. */
static char *
fill_wildcards (const char *pattern)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = pattern; *at != '\0'; at++)
    {
      const char *end = *at == '[' ? strchr (at, ']') : NULL;

      if (end != NULL)
        {
          g_string_append_c (text, at[1]);
          at = end;
        }
      else if (*at == '*')
        g_string_append (text, "0F");
      else
        g_string_append_c (text, *at == '?' ? '7' : *at);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* name → GPtrArray of its aliases, of the tree and of built-in modules. */
static GHashTable *
read_aliases (GraftModuleFolder *folder, GPtrArray *requests)
{
  GHashTable *by_name
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GraftNode) index = find_child (folder, "modules.alias");
  g_autoptr (GBytes) built_in = read_index (folder, "modules.builtin.modinfo");
  g_auto (GStrv) lines = graft_module_read_lines (index, "modules.alias", NULL);
  gsize length;
  const char *data = g_bytes_get_data (built_in, &length);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free); /* name, alias, … */

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);

      if (g_strv_length (words) != 3 || strcmp (words[0], "alias") != 0)
        continue;
      g_ptr_array_add (pairs, g_strdup (words[2]));
      g_ptr_array_add (pairs, g_strdup (words[1]));
    }
  for (gsize at = 0; at < length; at += strlen (data + at) + 1)
    {
      const char *key = strstr (data + at, ".alias=");

      if (key == NULL)
        continue;
      g_ptr_array_add (pairs, g_strndup (data + at, key - data - at));
      g_ptr_array_add (pairs, g_strdup (key + strlen (".alias=")));
    }
  for (guint i = 0; i < pairs->len; i += 2)
    {
      const char *name = g_ptr_array_index (pairs, i), *alias = g_ptr_array_index (pairs, i + 1);
      GPtrArray *list = g_hash_table_lookup (by_name, name);

      if (list == NULL)
        {
          list = g_ptr_array_new_with_free_func (g_free);
          g_hash_table_insert (by_name, g_strdup (name), list);
        }
      g_ptr_array_add (list, g_strdup (alias));
      g_ptr_array_add (requests, fill_wildcards (alias));
      /* As a swap asks, with the old module's own pattern; sets in brackets it fills. */
      if (strchr (alias, '[') == NULL)
        g_ptr_array_add (requests, g_strdup (alias));
    }
  return by_name;
}

/* libkmod's answer, of those whose aliases are meant for what is asked for. */
static char *
join_covering (GPtrArray *answer, GHashTable *by_name, const char *request)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < answer->len; i++)
    {
      const GraftFound *found = g_ptr_array_index (answer, i);
      GPtrArray *aliases = g_hash_table_lookup (by_name, found->name);
      gboolean covers = FALSE;

      g_assert_nonnull (aliases);
      for (guint j = 0; j < aliases->len && !covers; j++)
        covers = graft_module_alias_covers (g_ptr_array_index (aliases, j), request);
      if (covers)
        g_ptr_array_add (names, found->name);
    }
  return join_sorted (names);
}

static void
test_aliases (gconstpointer data)
{
  const GraftSwapIndexed *indexed = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) by_name = read_aliases (indexed->folder, requests);
  g_autoptr (GraftModuleAliases) ours = graft_module_aliases_read (indexed->folder, NULL, &error);
  g_autoptr (GPtrArray) answers = NULL;
  guint n_served = 0;

  g_assert_no_error (error);
  answers = graft_module_lookup_aliases (indexed->lookup, requests, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < requests->len; i++)
    {
      const char *request = g_ptr_array_index (requests, i);
      g_autoptr (GPtrArray) found = graft_module_aliases_lookup (ours, request);
      g_autofree char *our_names = join_sorted (found);
      g_autofree char *their_names
          = join_covering (g_ptr_array_index (answers, i), by_name, request);

      if (strcmp (our_names, their_names) != 0)
        g_error ("%s: “%s”, by libkmod “%s”", request, our_names, their_names);
      n_served += *our_names != '\0';
      /* Whatever was asked for is some module's. */
      g_assert_cmpuint (((GPtrArray *)g_ptr_array_index (answers, i))->len, >, 0);
    }
  g_assert_cmpuint (n_served, >, 2000);
  g_test_message ("%u requests, %u served", requests->len, n_served);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftStore) store = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GraftModuleDeps) deps = NULL;
  g_autoptr (GraftModuleLookup) lookup = NULL;
  GraftSwapIndexed indexed;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2 || g_getenv ("BOOTGRAFT_CACHE") == NULL)
    g_error ("modules-like-libkmod KERNEL, with BOOTGRAFT_CACHE set");
  path = g_build_filename (g_getenv ("BOOTGRAFT_CACHE"), "kernels", argv[1], "root", NULL);
  store = graft_store_new (NULL, &error);
  g_assert_no_error (error);
  root = graft_host_folder_open (path, store, &error);
  g_assert_no_error (error);
  folder = index_kernel (root);
  text = read_index (folder, "modules.dep");
  deps = graft_module_deps_new (text, &error);
  g_assert_no_error (error);
  lookup = graft_module_lookup_new (folder, graft_module_folder_get_name (folder));
  indexed = (GraftSwapIndexed){ folder, deps, lookup };
  g_test_add_data_func ("/modules-like-libkmod/dependencies", &indexed, test_dependencies);
  g_test_add_data_func ("/modules-like-libkmod/aliases", &indexed, test_aliases);
  return g_test_run ();
}
