/* graft-workspace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "export/graft-file-at.h"
#include "export/graft-intent.h"

#define PREFIX ".bootgraft-"
#define RANDOM_LENGTH 6
#define LOCK "lock"
/* Names tried before giving up; one that another process cleans away at the wrong moment counts. */
#define MAX_TRIES 100

struct _GraftWorkspace
{
  char *folder;
  char *name;
  int folder_fd;
  int fd;
  int lock_fd;
  gboolean keep;
};

static gboolean
is_workspace_name (const char *name)
{
  if (!g_str_has_prefix (name, PREFIX) || strlen (name) != strlen (PREFIX) + RANDOM_LENGTH)
    return FALSE;
  for (const char *c = name + strlen (PREFIX); *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      return FALSE;
  return TRUE;
}

static char *
make_name (void)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  GString *name = g_string_new (PREFIX);

  for (guint i = 0; i < RANDOM_LENGTH; i++)
    g_string_append_c (name, letters[g_random_int_range (0, sizeof letters - 1)]);
  return g_string_free (name, FALSE);
}

static GraftWorkspace *
workspace_alloc (const char *folder)
{
  GraftWorkspace *self = g_new0 (GraftWorkspace, 1);

  self->folder = g_strdup (folder);
  self->folder_fd = self->fd = self->lock_fd = -1;
  self->keep = TRUE; /* until it is known to be ours */
  return self;
}

void
graft_workspace_free (GraftWorkspace *self)
{
  if (!self->keep)
    {
      /* The lock goes last: as long as it is there, nobody else takes the folder for abandoned. */
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      int copy = openat (self->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
      struct dirent *entry;

      while (dir != NULL && (entry = readdir (dir)) != NULL)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0
            && strcmp (entry->d_name, LOCK) != 0)
          g_ptr_array_add (names, g_strdup (entry->d_name));
      if (dir != NULL)
        closedir (dir);
      for (guint i = 0; i < names->len; i++)
        graft_file_at_remove (self->fd, g_ptr_array_index (names, i));
      unlinkat (self->fd, LOCK, 0);
      unlinkat (self->folder_fd, self->name, AT_REMOVEDIR);
    }
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  if (self->fd >= 0)
    close (self->fd);
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  g_free (self->name);
  g_free (self->folder);
  g_free (self);
}

void
graft_workspace_keep (GraftWorkspace *self)
{
  self->keep = TRUE;
}

void
graft_workspace_remove (GraftWorkspace *self)
{
  self->keep = FALSE;
}

/* Takes the lock; %FALSE when another process has it, or has just removed it. A file system
 * without locks gives none, and then a workspace is never taken for abandoned. */
static gboolean
lock_workspace (GraftWorkspace *self, gboolean made_here)
{
  struct stat status;

  self->lock_fd = openat (
      self->fd, LOCK, O_RDWR | O_NOFOLLOW | O_CLOEXEC | (made_here ? O_CREAT | O_EXCL : 0), 0600);
  if (self->lock_fd < 0)
    return FALSE;
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) < 0 && (errno == EWOULDBLOCK || !made_here))
    return FALSE;
  return fstat (self->lock_fd, &status) == 0 && status.st_nlink > 0;
}

/* Returns %TRUE when made, %FALSE with errno in @ret_errno: 0 to try again. */
static gboolean
try_make (GraftWorkspace *self, int *ret_errno)
{
  *ret_errno = 0;
  g_free (self->name);
  self->name = make_name ();
  if (mkdirat (self->folder_fd, self->name, 0700) < 0)
    {
      *ret_errno = errno == EEXIST ? 0 : errno;
      return FALSE;
    }
  self->fd = openat (self->folder_fd, self->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->fd >= 0 && lock_workspace (self, TRUE))
    return TRUE;
  if (errno != ENOENT && errno != EWOULDBLOCK)
    *ret_errno = errno;
  if (self->fd >= 0)
    {
      if (self->lock_fd >= 0)
        unlinkat (self->fd, LOCK, 0);
      close (self->fd);
    }
  unlinkat (self->folder_fd, self->name, AT_REMOVEDIR);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->fd = self->lock_fd = -1;
  return FALSE;
}

static void
remove_strays (int folder_fd, const char *folder)
{
  g_auto (GStrv) names = graft_workspace_list (folder_fd);

  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr (GraftWorkspace) stray = graft_workspace_adopt (folder_fd, folder, *name);

      if (stray != NULL && graft_intent_exists (graft_workspace_get_fd (stray)))
        graft_workspace_keep (stray);
    }
}

GraftWorkspace *
graft_workspace_new (const char *folder, GError **error)
{
  g_autoptr (GraftWorkspace) self = workspace_alloc (folder);
  g_autofree char *shown = graft_name_escape (folder);
  int errnum = 0;

  self->folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->folder_fd < 0)
    {
      gboolean missing = errno == ENOENT || errno == ENOTDIR;

      g_set_error (error, GRAFT_EXPORT_ERROR, missing ? GRAFT_ERROR_INVALID : GRAFT_ERROR_IO,
                   _ ("%s, the folder to write to, cannot be opened: %s"), shown,
                   g_strerror (errno));
      return NULL;
    }
  remove_strays (self->folder_fd, folder);
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      if (try_make (self, &errnum))
        {
          self->keep = FALSE;
          return g_steal_pointer (&self);
        }
      if (errnum != 0)
        break;
    }
  graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum != 0 ? errnum : EEXIST, shown,
                         _ ("no new folder can be made here; choose another place"));
  return NULL;
}

GraftWorkspace *
graft_workspace_adopt (int folder_fd, const char *folder, const char *name)
{
  g_autoptr (GraftWorkspace) self = workspace_alloc (folder);
  struct stat status;

  /* One that was never locked is empty, and rmdir removes nothing else. */
  if (unlinkat (folder_fd, name, AT_REMOVEDIR) == 0)
    return NULL;
  self->name = g_strdup (name);
  self->folder_fd = fcntl (folder_fd, F_DUPFD_CLOEXEC, 0);
  self->fd = openat (folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->folder_fd < 0 || self->fd < 0 || fstat (self->fd, &status) < 0
      || status.st_uid != geteuid () || !lock_workspace (self, FALSE))
    return NULL;
  self->keep = FALSE;
  return g_steal_pointer (&self);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
graft_workspace_list (int folder_fd)
{
  GPtrArray *names = g_ptr_array_new ();
  int copy = openat (folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (is_workspace_name (entry->d_name))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  if (dir != NULL)
    closedir (dir);
  else if (copy >= 0)
    close (copy);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

int
graft_workspace_get_fd (GraftWorkspace *self)
{
  return self->fd;
}

int
graft_workspace_get_folder_fd (GraftWorkspace *self)
{
  return self->folder_fd;
}

const char *
graft_workspace_get_folder (GraftWorkspace *self)
{
  return self->folder;
}

gboolean
graft_workspace_publish (GraftWorkspace *self, const char *from, const char *name, GError **error)
{
  g_autofree char *shown = graft_name_escape (name);
  int errnum = graft_file_at_rename_new (self->fd, from, self->folder_fd, name);

  if (errnum == EEXIST || errnum == ENOTEMPTY)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s was made by somebody else in the meantime; choose another name"), shown);
      return FALSE;
    }
  if (errnum != 0)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, shown,
                                  _ ("cannot be given its name"));
  if (graft_file_at_sync_folder (self->folder_fd))
    return TRUE;
  graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, shown, _ ("cannot be brought to disk"));
  /* Without its name on disk it may be gone after a power cut: not a success, so take it back. */
  renameat (self->folder_fd, name, self->fd, from);
  return FALSE;
}

gboolean
graft_workspace_get_free_space (GraftWorkspace *self, guint64 *ret_free, GError **error)
{
  struct statvfs status;

  if (fstatvfs (self->folder_fd, &status) < 0)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->folder,
                                  _ ("its file system cannot be looked at"));
  *ret_free = (guint64)(geteuid () == 0 ? status.f_bfree : status.f_bavail) * status.f_frsize;
  return TRUE;
}
