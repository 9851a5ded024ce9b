/* graft-ld-conf.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "programs/graft-ld-conf.h"

#include <fnmatch.h>
#include <string.h>

#include "base/graft-limits.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

#define CONF_PATH "/etc/ld.so.conf"
#define BLANKS " \t\r\f\v"

typedef struct
{
  GraftProgramRoot *root;
  GPtrArray *folders; /* of utf8 */
  GHashTable *read;   /* paths of files */
  guint n_looked_at;  /* folders and paths of patterns: links may make any number of these */
} LdConf;

static gboolean read_file (LdConf *self, const char *path, guint depth, GError **error);

/* Adds the paths of @root that match @parts, from @folder on; by name in each folder, as glob(3)
 * sorts them in the C locale. */
static gboolean
expand (LdConf *self, const char *folder, char **parts, GPtrArray *paths, GError **error)
{
  GraftNode *root = graft_program_root_get_node (self->root);
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftDirectory) directory = NULL;

  while (*parts != NULL && **parts == '\0')
    parts++;
  if (++self->n_looked_at > GRAFT_LIMIT_SEARCH_PATH)
    return TRUE;
  if (*parts == NULL)
    {
      g_ptr_array_add (paths, g_strdup (folder));
      return TRUE;
    }
  if (strpbrk (*parts, "*?[") == NULL)
    {
      g_autofree char *below = graft_path_join (folder, *parts);

      return expand (self, below, parts + 1, paths, error);
    }
  node = graft_path_find (root, folder, GRAFT_PATH_FOLLOW, NULL, &local);
  if (node != NULL && graft_node_is_directory (node))
    directory = graft_node_list (node, &local);
  for (guint i = 0; directory != NULL && i < graft_directory_get_n_entries (directory); i++)
    {
      const char *name = graft_directory_get_entry (directory, i)->name;
      g_autofree char *below = graft_path_join (folder, name);

      if (fnmatch (*parts, name, FNM_PERIOD) == 0 && !expand (self, below, parts + 1, paths, error))
        return FALSE;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The patterns of a line "include", without that word. */
static gboolean
include (LdConf *self, const char *patterns, const char *includer, guint depth, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (patterns, BLANKS, -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *folder = g_path_get_dirname (includer);
      g_autofree char *pattern = NULL;
      g_auto (GStrv) parts = NULL;
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

      if (*words[i] == '\0')
        continue;
      pattern = *words[i] == '/' ? g_strdup (words[i]) : graft_path_join (folder, words[i]);
      parts = g_strsplit (pattern, "/", -1);
      if (!expand (self, "/", parts, paths, error))
        return FALSE;
      for (guint j = 0; j < paths->len; j++)
        if (!read_file (self, g_ptr_array_index (paths, j), depth + 1, error))
          return FALSE;
    }
  return TRUE;
}

/* "FOLDER=TYPE" is an old form that names the kind of libraries, too. */
static void
add_folder (LdConf *self, char *line)
{
  char *equals = strchr (line, '=');
  gsize length;

  if (equals != NULL)
    *equals = '\0';
  g_strchomp (line);
  length = strlen (line);
  while (length > 1 && line[length - 1] == '/')
    line[--length] = '\0';
  if (*line == '/' && self->folders->len < GRAFT_LIMIT_SEARCH_PATH
      && !g_ptr_array_find_with_equal_func (self->folders, line, g_str_equal, NULL))
    g_ptr_array_add (self->folders, g_strdup (line));
}

static gboolean
read_line (LdConf *self, char *line, const char *path, guint depth, GError **error)
{
  static const char word[] = "include";
  char *comment = strchr (line, '#');

  if (comment != NULL)
    *comment = '\0';
  line += strspn (line, BLANKS);
  if (g_str_has_prefix (line, word) && line[strlen (word)] != '\0'
      && strchr (BLANKS, line[strlen (word)]) != NULL)
    return include (self, line + strlen (word), path, depth, error);
  /* "hwcap" was for processors' own folders, and is ignored since 2.33. */
  if (!g_str_has_prefix (line, "hwcap "))
    add_folder (self, line);
  return TRUE;
}

/* Folders are nothing that could be included; nor does a file that is missing count. */
static gboolean
read_file (LdConf *self, const char *path, guint depth, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (depth > GRAFT_LIMIT_INCLUDES || !g_hash_table_add (self->read, g_strdup (path)))
    return TRUE;
  text = graft_program_root_read_text (self->root, path, GRAFT_LIMIT_TEXT, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (text == NULL)
    return TRUE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!read_line (self, lines[i], path, depth, error))
      return FALSE;
  return TRUE;
}

GPtrArray *
graft_ld_conf_list_folders (GraftProgramRoot *root, GError **error)
{
  g_autoptr (GHashTable) read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  LdConf self = { root, folders, read, 0 };

  return read_file (&self, CONF_PATH, 0, error) ? g_steal_pointer (&folders) : NULL;
}
