/* graft-store-sweep.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-store-sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A folder without a lock yet is left alone for so long. */
#define NEW_SECONDS 3600

void
graft_store_remove (int fd, const char *path)
{
  int copy = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *listing = copy >= 0 ? fdopendir (copy) : NULL;
  const struct dirent *entry;

  if (listing == NULL)
    {
      if (copy >= 0)
        close (copy);
      return;
    }
  while ((entry = readdir (listing)) != NULL)
    if (strcmp (entry->d_name, GRAFT_STORE_LOCK) != 0)
      unlinkat (fd, entry->d_name, 0);
  closedir (listing);
  /* Last, so that what is left half-done is still seen to be unused. */
  unlinkat (fd, GRAFT_STORE_LOCK, 0);
  rmdir (path);
}

static gboolean
is_old (int fd)
{
  struct stat folder;

  return fstat (fd, &folder) == 0 && folder.st_mtim.tv_sec + NEW_SECONDS < time (NULL);
}

/* Whether nobody uses the folder. Its lock is ours then, until *@ret_lock is closed. */
static gboolean
is_dead (int fd, const char *name, int *ret_lock)
{
  *ret_lock = -1;
  /* Taking the lock of one that is being made could get in its maker's way. */
  if (g_str_has_prefix (name, GRAFT_STORE_NEW))
    return is_old (fd);
  *ret_lock = openat (fd, GRAFT_STORE_LOCK, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (*ret_lock < 0)
    return is_old (fd);
  return flock (*ret_lock, LOCK_EX | LOCK_NB) == 0;
}

static void
sweep_one (int parent_fd, const char *parent, const char *name)
{
  g_autofree char *path = g_build_filename (parent, name, NULL);
  int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int lock;

  if (fd < 0)
    return;
  if (is_dead (fd, name, &lock))
    graft_store_remove (fd, path);
  if (lock >= 0)
    close (lock);
  close (fd);
}

void
graft_store_sweep (const char *parent)
{
  DIR *listing = opendir (parent);
  const struct dirent *entry;

  if (listing == NULL)
    return;
  while ((entry = readdir (listing)) != NULL)
    if (g_str_has_prefix (entry->d_name, GRAFT_STORE_OWN)
        || g_str_has_prefix (entry->d_name, GRAFT_STORE_NEW))
      sweep_one (dirfd (listing), parent, entry->d_name);
  closedir (listing);
}
