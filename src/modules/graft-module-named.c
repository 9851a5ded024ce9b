/* graft-module-named.c: modules that a root or an initrd loads by their names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-named.h"

#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-module-scan.h"

/* Of one image; real ones name a few dozen, in as many files. */
#define MAX_NAMED 10000
#define MAX_FILES 10000
/* initqueue has folders of its own among dracut's hooks. */
#define HOOK_DEPTH 2

static void
named_free (gpointer data)
{
  GraftNamedModule *self = data;

  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

static void
add_name (GPtrArray *named, const char *name, const char *path)
{
  GraftNamedModule *one;

  if (*name == '\0' || named->len >= MAX_NAMED)
    return;
  one = g_new (GraftNamedModule, 1);
  one->name = g_strdelimit (g_strdup (name), "-", '_');
  one->path = g_strdup (path);
  g_ptr_array_add (named, one);
}

/* "NAME OPTION…" of a list of modules. */
static void
use_list_line (GPtrArray *named, const char *line, const char *path)
{
  g_autofree char *word = g_strndup (line, strcspn (line, " \t"));

  if (*word != '#' && *word != ';')
    add_name (named, word, path);
}

/* "rd.driver.pre=NAME,NAME" among the words of a command line. */
static void
use_command_line (GPtrArray *named, const char *line, const char *path)
{
  static const char *const keys[] = { "rd.driver.pre=", "rd.driver.post=",  "modules-load=",
                                      "modules_load=",  "rd.modules-load=", "rd.modules_load=" };
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      if (g_str_has_prefix (words[i], keys[k]))
        {
          g_auto (GStrv) names = g_strsplit (words[i] + strlen (keys[k]), ",", -1);

          for (guint n = 0; names[n] != NULL; n++)
            add_name (named, names[n], path);
        }
}

/* "modprobe -q -b NAME OPTION…", "modprobe --all NAME NAME" among the words of a script's line.
 * What is quoted, or known only when it runs, is passed over. */
static void
use_script_line (GPtrArray *named, const char *line, const char *path)
{
  static const char *const letters = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_";
  g_auto (GStrv) words = g_strsplit_set (*line != '#' ? line : "", " \t", -1);
  gboolean is_loading = FALSE, is_all = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = strspn (words[i], letters);
      g_autofree char *name = g_strndup (words[i], length);

      if (strcmp (words[i], "modprobe") == 0 || strcmp (words[i], "/sbin/modprobe") == 0)
        {
          is_loading = TRUE;
          is_all = FALSE;
          continue;
        }
      if (!is_loading || *words[i] == '\0')
        continue;
      if (strcmp (name, "-r") == 0 || strcmp (name, "--remove") == 0)
        is_loading = FALSE;
      else if (*name == '-')
        is_all = is_all || strcmp (name, "-a") == 0 || strcmp (name, "--all") == 0;
      else if (length > 0
               && (words[i][length] == '\0' || strchr (";|&)", words[i][length]) != NULL))
        {
          add_name (named, name, path);
          is_loading = is_all;
        }
      /* The end of the command, or of what can be told of it. */
      is_loading = is_loading && words[i][length] == '\0';
    }
}

typedef struct
{
  const char *path;
  const char *suffix; /* of the files in the folder at @path; "": @path is a file */
  guint depth;        /* how many folders below it may lie */
  void (*use_line) (GPtrArray *named, const char *line, const char *path);
} Place;

typedef struct
{
  GPtrArray *named;
  guint n_files; /* that were read */
} Reading;

static gboolean
read_file (Reading *self, GraftNode *file, const char *path, const Place *place, GError **error)
{
  g_auto (GStrv) lines = NULL;

  if (self->n_files >= MAX_FILES)
    return TRUE;
  self->n_files++;
  lines = graft_module_read_lines (file, path, error);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    place->use_line (self->named, g_strstrip (lines[i]), path);
  return lines != NULL;
}

/* All files of a folder; what is no file there names nothing. */
static gboolean
read_folder (Reading *self, GraftNode *folder, const char *path, const Place *place, guint depth,
             GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (folder, error);

  if (directory == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *below = graft_path_join (path, entry->name);

      if (graft_node_is_directory (entry->node))
        {
          if (depth > 0 && !read_folder (self, entry->node, below, place, depth - 1, error))
            return FALSE;
        }
      else if (graft_node_get_node_type (entry->node) == GRAFT_NODE_REGULAR
               && g_str_has_suffix (entry->name, place->suffix)
               && !read_file (self, entry->node, below, place, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_place (Reading *self, GraftNode *root, const Place *place, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) node
      = graft_path_find (root, place->path, GRAFT_PATH_FOLLOW, &real, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (node == NULL)
    return TRUE;
  if (graft_node_is_directory (node))
    return *place->suffix == '\0' || read_folder (self, node, real, place, place->depth, error);
  if (*place->suffix != '\0' || graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return TRUE;
  return read_file (self, node, real, place, error);
}

GPtrArray *
graft_module_named_list (GraftNode *root, GError **error)
{
  static const Place places[] = {
    { "/conf/modules", "", 0, use_list_line },
    { "/etc/modules-load.d", ".conf", 0, use_list_line },
    { "/usr/lib/modules-load.d", ".conf", 0, use_list_line },
    { "/etc/cmdline", "", 0, use_command_line },
    { "/etc/cmdline.d", ".conf", 0, use_command_line },
    { "/lib/dracut/hooks", ".sh", HOOK_DEPTH, use_script_line },
  };
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (named_free);
  Reading reading = { named, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (!read_place (&reading, root, &places[i], error))
      return NULL;
  return g_steal_pointer (&named);
}

gboolean
graft_module_named_is_hostonly (GraftNode *root)
{
  /* dracut, dracut-init.sh and dracut.sh: written with --hostonly only. */
  static const char *const files[]
      = { "/lib/dracut/hostonly-files", "/lib/dracut/hostonly-kernel-modules.txt" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GraftNode) node = graft_path_find (root, files[i], GRAFT_PATH_FOLLOW, NULL, NULL);

      if (node != NULL)
        return TRUE;
    }
  return FALSE;
}
