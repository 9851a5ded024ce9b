/* graft-depmod-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-depmod-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-module-scan.h"

/* Whether a line goes on in the next one: by a backslash at its end that is not itself the second
 * of two. libkmod takes whatever else is behind a backslash for itself. */
static gboolean
goes_on (const char *line, gsize length)
{
  gsize n_backslashes = 0;

  while (n_backslashes < length && line[length - 1 - n_backslashes] == '\\')
    n_backslashes++;
  return n_backslashes % 2 == 1;
}

static char *
take_line (char **lines, gsize *i)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (lines[*i] != NULL)
    {
      const char *piece = lines[(*i)++];
      gsize length = strlen (piece);
      gboolean more = goes_on (piece, length);

      g_string_append_len (line, piece, more ? length - 1 : length);
      if (!more)
        break;
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static gboolean
is_kept (const char *line)
{
  static const char *const words[] = { "search", "override" };

  line += strspn (line, " \t");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line, words[i]) && strchr (" \t", line[strlen (words[i])]) != NULL)
      return TRUE;
  return FALSE;
}

static GBytes *
read_file (GraftNode *node, const char *name, GError **error)
{
  g_auto (GStrv) lines = graft_module_read_lines (node, name, error);
  g_autoptr (GString) kept = g_string_new (NULL);
  gsize i = 0, length;

  if (lines == NULL)
    return NULL;
  while (lines[i] != NULL)
    {
      g_autofree char *line = take_line (lines, &i);

      if (is_kept (line))
        g_string_append_printf (kept, "%s\n", line);
    }
  length = kept->len;
  return g_bytes_new_take (g_string_free (g_steal_pointer (&kept), FALSE), length);
}

/* Adds to @files (of char *, GBytes) what it does not have yet. */
static gboolean
add_folder (GraftNode *root, const char *path, GHashTable *files, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) node = graft_path_find (root, path, GRAFT_PATH_FOLLOW, &real, &local);
  g_autoptr (GraftDirectory) directory = NULL;

  if (local == NULL && node != NULL && graft_node_is_directory (node))
    directory = graft_node_list (node, &local);
  for (guint i = 0; directory != NULL && i < graft_directory_get_n_entries (directory); i++)
    {
      const char *name = graft_directory_get_entry (directory, i)->name;
      g_autofree char *child = graft_path_join (real, name);
      g_autoptr (GraftNode) file = NULL;
      GBytes *content;

      if (*name == '.' || !g_str_has_suffix (name, ".conf") || g_hash_table_contains (files, name))
        continue;
      file = graft_path_find (root, child, GRAFT_PATH_FOLLOW, NULL, &local);
      if (local != NULL)
        break;
      if (file != NULL && graft_node_get_node_type (file) == GRAFT_NODE_REGULAR)
        content = read_file (file, child, &local);
      else
        content = g_bytes_new_static ("", 0);
      if (content == NULL)
        break;
      g_hash_table_insert (files, g_strdup (name), content);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "), path);
  return FALSE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

GPtrArray *
graft_depmod_config_read (GraftNode *root, GError **error)
{
  static const char *const folders[]
      = { "/etc/depmod.d", "/run/depmod.d", "/usr/local/lib/depmod.d", "/usr/lib/depmod.d",
          "/lib/depmod.d" };
  g_autoptr (GHashTable) files
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GList) names = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (!add_folder (root, folders[i], files, error))
      return NULL;
  names = g_list_sort (g_hash_table_get_keys (files), compare_names);
  for (GList *item = names; item != NULL; item = item->next)
    g_ptr_array_add (contents, g_bytes_ref (g_hash_table_lookup (files, item->data)));
  return g_steal_pointer (&contents);
}
