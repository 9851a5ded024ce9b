/* graft-program-root.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "programs/graft-program-root.h"

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-path.h"

struct _GraftProgramRoot
{
  GraftNode *root;
  char *name;
  GHashTable *files; /* path → GraftProgramFile; NULL for one that is not there */
};

static void
file_free (gpointer data)
{
  GraftProgramFile *self = data;

  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->real_path);
  g_clear_pointer (&self->node, graft_node_unref);
  g_clear_pointer (&self->elf, graft_elf_program_free);
  g_free (self->problem);
  g_free (self);
}

GraftProgramRoot *
graft_program_root_new (GraftNode *root, const char *name)
{
  GraftProgramRoot *self = g_new0 (GraftProgramRoot, 1);

  self->root = graft_node_ref (root);
  self->name = g_strdup (name);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
  return self;
}

void
graft_program_root_free (GraftProgramRoot *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_free (self->name);
  g_free (self);
}

GraftNode *
graft_program_root_get_node (GraftProgramRoot *self)
{
  return self->root;
}

const char *
graft_program_root_get_name (GraftProgramRoot *self)
{
  return self->name;
}

static GraftNode *
find_regular (GraftProgramRoot *self, const char *path, char **ret_real, GError **error)
{
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) node = graft_path_find (self->root, path, GRAFT_PATH_FOLLOW, &real, error);

  if (node == NULL || graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return NULL;
  if (ret_real != NULL)
    *ret_real = g_steal_pointer (&real);
  return g_steal_pointer (&node);
}

/* A file that is damaged is a finding; one that cannot be read is an error. */
static gboolean
read_elf (GraftProgramFile *file, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (file->node, error);
  g_autoptr (GError) local = NULL;

  if (input == NULL)
    return FALSE;
  if (!graft_elf_program_probe (input))
    return TRUE;
  file->elf = graft_elf_program_read (input, &local);
  if (file->elf != NULL)
    return TRUE;
  if (g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED)
      || g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE)
      || g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED))
    {
      file->problem = g_strdup (local->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GraftProgramFile *
graft_program_root_find_file (GraftProgramRoot *self, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) node = NULL;
  GraftProgramFile *file = NULL;
  gpointer known;

  if (g_hash_table_lookup_extended (self->files, path, NULL, &known))
    return known;
  node = find_regular (self, path, &real, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (node != NULL)
    {
      file = g_new0 (GraftProgramFile, 1);
      file->path = g_strdup (path);
      file->real_path = g_steal_pointer (&real);
      file->node = g_steal_pointer (&node);
      if (!read_elf (file, error))
        {
          file_free (file);
          return NULL;
        }
    }
  g_hash_table_insert (self->files, g_strdup (path), file);
  return file;
}

char *
graft_program_root_read_text (GraftProgramRoot *self, const char *path, gsize limit,
                              gsize *ret_length, GError **error)
{
  g_autoptr (GraftNode) node = find_regular (self, path, NULL, error);
  g_autoptr (GraftInput) input = node != NULL ? graft_node_open (node, error) : NULL;
  g_autofree char *text = NULL;
  gssize length;

  if (input == NULL)
    return NULL;
  limit = MIN (limit, graft_input_get_size (input));
  text = g_malloc (limit + 1);
  length = graft_input_read_some (input, 0, text, limit, error);
  if (length < 0)
    return NULL;
  text[length] = '\0';
  if (ret_length != NULL)
    *ret_length = length;
  return g_steal_pointer (&text);
}

char *
graft_program_root_resolve (GraftProgramRoot *self, const char *path, GError **error)
{
  g_autofree char *there = *path == '/' ? g_strdup (path) : g_strconcat ("/", path, NULL);
  g_autofree char *real = NULL;
  g_autoptr (GString) rest = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) node
          = graft_path_find (self->root, there, GRAFT_PATH_FOLLOW, &real, &local);
      char *slash = strrchr (there, '/');

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (node != NULL)
        break;
      /* The root itself is there. */
      if (slash[1] != '\0')
        g_string_prepend (rest, slash);
      *slash = '\0';
    }
  return strcmp (real, "/") == 0 ? g_strdup (rest->len > 0 ? rest->str : "/")
                                 : g_strconcat (real, rest->str, NULL);
}
