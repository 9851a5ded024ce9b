/* graft-drop-ins.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modprobe/graft-drop-ins.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

static void
drop_in_free (gpointer data)
{
  GraftDropIn *self = data;

  g_free (self->name);
  g_free (self->path);
  g_clear_pointer (&self->node, graft_node_unref);
  g_free (self);
}

static gboolean
add_file (GPtrArray *files, GraftNode *root, const char *folder, const char *name, GError **error)
{
  g_autofree char *path = graft_path_join (folder, name);
  g_autofree char *real = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = graft_path_find (root, path, GRAFT_PATH_FOLLOW, &real, &local);
  GraftDropIn *file;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  file = g_new0 (GraftDropIn, 1);
  file->name = g_strdup (name);
  file->path = node != NULL ? g_steal_pointer (&real) : g_steal_pointer (&path);
  if (node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    file->node = g_steal_pointer (&node);
  g_ptr_array_add (files, file);
  return TRUE;
}

/* @seen (of char *, borrowed): the names in @files. */
static gboolean
add_folder (GPtrArray *files, GHashTable *seen, GraftNode *root, const char *path,
            const char *suffix, GError **error)
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

      if (*name == '.' || !g_str_has_suffix (name, suffix) || g_hash_table_contains (seen, name))
        continue;
      if (!add_file (files, root, real, name, &local))
        break;
      g_hash_table_add (seen, ((GraftDropIn *)g_ptr_array_index (files, files->len - 1))->name);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "), path);
  return FALSE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const GraftDropIn *const *left = a, *const *right = b;

  return strcmp ((*left)->name, (*right)->name);
}

GPtrArray *
graft_drop_ins_list (GraftNode *root, const char *const *folders, const char *suffix,
                     GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (drop_in_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; folders[i] != NULL; i++)
    if (!add_folder (files, seen, root, folders[i], suffix, error))
      return NULL;
  g_ptr_array_sort (files, compare_names);
  return g_steal_pointer (&files);
}

GBytes *
graft_drop_in_read (GraftNode *node, const char *path, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (node, error);
  g_autofree char *text = NULL;
  guint64 size;

  if (input == NULL)
    return NULL;
  size = graft_input_get_size (input);
  if (size > GRAFT_LIMIT_TEXT)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s has %s bytes, too many for what it is"), path, GRAFT_NUMBER (size));
      return NULL;
    }
  text = g_malloc (size + 1);
  if (!graft_input_read_at (input, 0, text, size, error))
    return NULL;
  text[size] = '\0';
  return g_bytes_new_take (g_steal_pointer (&text), size);
}
