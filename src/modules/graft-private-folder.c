/* graft-private-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-private-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

/* A folder younger than this may belong to a process that is about to lock it. */
#define SETTLED_SECONDS 10

struct _GraftPrivateFolder
{
  char *path;
  int fd;
};

/* Takes @fd. Of what cannot be removed, nothing can be done. */
static void
remove_content (int fd, guint depth)
{
  DIR *directory = fdopendir (fd);
  struct dirent *entry;

  if (directory == NULL)
    {
      close (fd);
      return;
    }
  while ((entry = readdir (directory)) != NULL)
    {
      int child;

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0
          || unlinkat (dirfd (directory), entry->d_name, 0) == 0)
        continue;
      child = openat (dirfd (directory), entry->d_name,
                      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child >= 0 && depth < GRAFT_LIMIT_DEPTH)
        remove_content (child, depth + 1);
      else if (child >= 0)
        close (child);
      unlinkat (dirfd (directory), entry->d_name, AT_REMOVEDIR);
    }
  closedir (directory);
}

/* Removes PARENT/@name when nobody has it locked. */
static void
remove_stale (int parent, const char *name, guint seconds)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;

  if (fd < 0)
    return;
  if (fstat (fd, &info) != 0 || info.st_uid != geteuid ()
      || info.st_ctime + seconds > g_get_real_time () / G_USEC_PER_SEC
      || flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (fd);
      return;
    }
  /* fdopendir() takes the descriptor, and closing it would drop the lock too early. */
  remove_content (dup (fd), 0);
  unlinkat (parent, name, AT_REMOVEDIR);
  close (fd);
}

void
graft_private_folder_remove_stale (const char *parent, const char *prefix, guint seconds)
{
  DIR *directory = opendir (parent);
  struct dirent *entry;
  g_autofree char *start = g_strconcat (prefix, "-", NULL);

  if (directory == NULL)
    return;
  while ((entry = readdir (directory)) != NULL)
    if (g_str_has_prefix (entry->d_name, start))
      remove_stale (dirfd (directory), entry->d_name, seconds);
  closedir (directory);
}

static gboolean
has_room (const GraftPrivatePlace *place)
{
  struct statvfs info;

  return place->wanted == 0
         || (statvfs (place->parent, &info) == 0
             && (guint64)info.f_bavail * info.f_frsize >= place->wanted);
}

static char *
make_folder (const GraftPrivatePlace *place, const char *prefix)
{
  g_autofree char *name = g_strconcat (prefix, "-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (place->parent, name, NULL);

  if (g_mkdir_with_parents (place->parent, 0700) != 0 || !has_room (place))
    return NULL;
  graft_private_folder_remove_stale (place->parent, prefix, SETTLED_SECONDS);
  return g_mkdtemp_full (path, 0700) != NULL ? g_steal_pointer (&path) : NULL;
}

GraftPrivateFolder *
graft_private_folder_new (const GraftPrivatePlace *places, gsize n_places, const char *prefix,
                          GError **error)
{
  GraftPrivateFolder *self;
  char *path = NULL;
  int fd;

  for (gsize i = 0; i < n_places && path == NULL; i++)
    path = make_folder (&places[i], prefix);
  if (path == NULL)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, places[n_places - 1].parent,
                             _ ("no temporary folder could be made here"));
      return NULL;
    }
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  /* A file system without locks: then no process can lock, nor take another's folder for stale. */
  if (fd < 0 || (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK))
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, path,
                             _ ("the temporary folder cannot be used"));
      if (fd >= 0)
        close (fd);
      rmdir (path);
      g_free (path);
      return NULL;
    }
  self = g_new (GraftPrivateFolder, 1);
  self->path = path;
  self->fd = fd;
  return self;
}

void
graft_private_folder_free (GraftPrivateFolder *self)
{
  if (self == NULL)
    return;
  remove_content (dup (self->fd), 0);
  rmdir (self->path);
  close (self->fd);
  g_free (self->path);
  g_free (self);
}

const char *
graft_private_folder_get_path (GraftPrivateFolder *self)
{
  return self->path;
}

int
graft_private_folder_get_fd (GraftPrivateFolder *self)
{
  return self->fd;
}
