/* graft-set-files.c: all files of a folder and those below it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-files.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"

/* Names are cheap, files looked into are not: there may be many times more of the former. */
#define MAX_NAMES (16 * GRAFT_LIMIT_SET_FILES)

typedef struct
{
  char *path; /* relative */
  guint depth;
} Folder;

typedef struct
{
  const char *top;
  char *real_top; /* without links, with "/" at its end */
  GPtrArray *files;
  GQueue folders; /* of Folder; still to be looked into */
  guint n_folders;
  guint n_names;
} Listing;

void
graft_set_file_free (GraftSetFile *self)
{
  g_free (self->path);
  g_free (self->parent);
  g_free (self);
}

static void
folder_free (gpointer data)
{
  g_free (((Folder *)data)->path);
  g_free (data);
}

static GraftSetFile *
file_new (const char *path, const struct stat *info, gboolean is_link)
{
  GraftSetFile *self = g_new0 (GraftSetFile, 1);
  g_autofree char *folder = g_path_get_dirname (path);
  const char *slash;

  self->path = g_strdup (path);
  slash = strrchr (self->path, '/');
  self->name = slash != NULL ? slash + 1 : self->path;
  self->parent = strcmp (folder, ".") == 0 ? g_strdup ("") : g_path_get_basename (folder);
  self->device = info->st_dev;
  self->inode = info->st_ino;
  self->size = info->st_size;
  self->is_link = is_link;
  return self;
}

GraftSetFile *
graft_set_file_new (const char *folder, const char *path)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  struct stat info;

  if (stat (full, &info) < 0 || !S_ISREG (info.st_mode))
    return NULL;
  return file_new (path, &info, FALSE);
}

static gboolean
is_passed_over (const char *name)
{
  return (*name == '.' && strcmp (name, ".treeinfo") != 0)
         || g_str_has_suffix (name, ".bootgraft-old") || strcmp (name, "bootgraft.json") == 0;
}

static gboolean
leads_inside (Listing *self, const char *full)
{
  g_autofree char *real = NULL;
  char *resolved = realpath (full, NULL);

  real = g_strdup (resolved);
  free (resolved);
  return real != NULL && g_str_has_prefix (real, self->real_top);
}

static void
look_at (Listing *self, const char *path, guint depth)
{
  g_autofree char *full = g_build_filename (self->top, path, NULL);
  struct stat info;
  gboolean is_link;

  if (lstat (full, &info) < 0)
    return;
  is_link = S_ISLNK (info.st_mode);
  if (is_link && (stat (full, &info) < 0 || !leads_inside (self, full)))
    return;
  if (S_ISREG (info.st_mode))
    g_ptr_array_add (self->files, file_new (path, &info, is_link));
  else if (S_ISDIR (info.st_mode) && !is_link && depth > 0
           && self->n_folders < GRAFT_LIMIT_SET_FILES)
    {
      Folder *folder = g_new (Folder, 1);

      folder->path = g_strdup (path);
      folder->depth = depth - 1;
      g_queue_push_tail (&self->folders, folder);
      self->n_folders++;
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
list_folder (Listing *self, const char *path, guint depth, GError **error)
{
  g_autofree char *full = g_build_filename (self->top, path, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = g_dir_open (full, 0, &local);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    {
      g_autofree char *shown = graft_name_escape (full);

      if (*path != '\0')
        return TRUE;
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_IO, _ ("%s cannot be listed: %s"), shown,
                   local->message);
      return FALSE;
    }
  while (self->n_names < MAX_NAMES && (name = g_dir_read_name (dir)) != NULL)
    {
      self->n_names++;
      if (!is_passed_over (name))
        g_ptr_array_add (names,
                         *path != '\0' ? g_build_filename (path, name, NULL) : g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    look_at (self, g_ptr_array_index (names, i), depth);
  return TRUE;
}

static gboolean
list_all (Listing *self, guint depth, GCancellable *cancellable, GError **error)
{
  if (!list_folder (self, "", depth, error))
    return FALSE;
  while (!g_queue_is_empty (&self->folders))
    {
      Folder *folder = g_queue_pop_head (&self->folders);
      gboolean done = !g_cancellable_set_error_if_cancelled (cancellable, error)
                      && list_folder (self, folder->path, folder->depth, error);

      folder_free (folder);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
graft_set_files_list (const char *folder, guint depth, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_set_file_free);
  char *real = realpath (folder, NULL);
  g_autofree char *real_top
      = g_strconcat (real != NULL ? real : "", g_strcmp0 (real, "/") == 0 ? "" : "/", NULL);
  Listing self = { .top = folder, .real_top = real_top, .files = files };
  gboolean done;

  free (real);
  done = list_all (&self, depth, cancellable, error);
  g_queue_clear_full (&self.folders, folder_free);
  return done ? g_steal_pointer (&files) : NULL;
}
