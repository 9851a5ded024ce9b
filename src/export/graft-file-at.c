/* graft-file-at.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-file-at.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-input.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-output.h"

static gboolean
fail (GError **error, int errnum, const char *name, const char *what)
{
  g_autofree char *shown = graft_name_escape (name);

  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, shown, what);
}

int
graft_file_at_open_folder (int folder_fd, const char *name, GError **error)
{
  int fd = openat (folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    fail (error, errno, name, _ ("the folder cannot be opened"));
  return fd;
}

/* A file that has both names; one that cannot lose the first loses the second again. */
static int
drop_first_name (int from_fd, const char *from, int to_fd, const char *to)
{
  int errnum;

  if (unlinkat (from_fd, from, 0) == 0)
    return 0;
  errnum = errno;
  unlinkat (to_fd, to, 0);
  return errnum;
}

/* A file gets its second name, which fails if that exists, before it loses the first. */
static int
rename_by_link (int from_fd, const char *from, int to_fd, const char *to)
{
  struct stat status;

  if (fstatat (from_fd, from, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return errno;
  if (!S_ISDIR (status.st_mode))
    {
      if (linkat (from_fd, from, to_fd, to, 0) == 0)
        return drop_first_name (from_fd, from, to_fd, to);
      if (errno == EEXIST)
        return EEXIST;
    }
  if (fstatat (to_fd, to, &status, AT_SYMLINK_NOFOLLOW) == 0)
    return EEXIST;
  return renameat (from_fd, from, to_fd, to) < 0 ? errno : 0;
}

int
graft_file_at_rename_new (int from_fd, const char *from, int to_fd, const char *to)
{
  if (renameat2 (from_fd, from, to_fd, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
    return rename_by_link (from_fd, from, to_fd, to);
  return errno;
}

gboolean
graft_file_at_sync_folder (int fd)
{
  /* vfs_fsync_range() of Linux gives EINVAL where a file system has no fsync for its folders. */
  return fsync (fd) == 0 || errno == EINVAL || errno == EOPNOTSUPP;
}

typedef gboolean (*EachFunc) (int folder_fd, const char *name, guint depth, GError **error);

/* Calls @func for each entry of the folder @fd (borrowed). */
static gboolean
for_each_entry (int fd, guint depth, EachFunc func, GError **error)
{
  int copy = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  gboolean good = TRUE;
  struct dirent *entry;

  if (dir == NULL)
    {
      fail (error, errno, ".", _ ("the folder cannot be listed"));
      if (copy >= 0)
        close (copy);
      return FALSE;
    }
  while (good && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      good = func (fd, entry->d_name, depth, error);
  closedir (dir);
  return good;
}

static gboolean
remove_entry (int folder_fd, const char *name, guint depth, GError **error)
{
  int fd;

  if (unlinkat (folder_fd, name, 0) == 0 || depth > GRAFT_LIMIT_DEPTH)
    return TRUE;
  fd = openat (folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return TRUE;
  for_each_entry (fd, depth + 1, remove_entry, NULL);
  close (fd);
  unlinkat (folder_fd, name, AT_REMOVEDIR);
  return TRUE;
}

void
graft_file_at_remove (int folder_fd, const char *name)
{
  remove_entry (folder_fd, name, 0, NULL);
}

gboolean
graft_file_at_make_parents (int folder_fd, const char *path, GError **error)
{
  g_autofree char *parent = g_strdup (path);

  for (char *slash = strchr (parent, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      *slash = '\0';
      if (mkdirat (folder_fd, parent, 0777) < 0 && errno != EEXIST)
        return fail (error, errno, parent, _ ("the folder cannot be made"));
      *slash = '/';
    }
  return TRUE;
}

static gboolean
sync_entry (int folder_fd, const char *name, guint depth, GError **error)
{
  struct stat status;
  gboolean good;
  int fd;

  if (fstatat (folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return fail (error, errno, name, _ ("cannot be looked at"));
  if (!S_ISDIR (status.st_mode) || depth > GRAFT_LIMIT_DEPTH)
    return TRUE;
  fd = graft_file_at_open_folder (folder_fd, name, error);
  if (fd < 0)
    return FALSE;
  good = for_each_entry (fd, depth + 1, sync_entry, error);
  if (good && !graft_file_at_sync_folder (fd))
    good = fail (error, errno, name, _ ("the folder cannot be brought to disk"));
  close (fd);
  return good;
}

gboolean
graft_file_at_sync_folders (int folder_fd, const char *name, GError **error)
{
  return sync_entry (folder_fd, name, 0, error);
}

gboolean
graft_file_at_write (int folder_fd, const char *name, const char *text, guint32 mode,
                     GError **error)
{
  int fd = openat (folder_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  gsize length = strlen (text);
  g_autofree char *again = g_malloc (length + 1);
  g_autoptr (GraftOutput) output = NULL;

  if (fd < 0)
    return fail (error, errno, name, _ ("cannot be created"));
  output = graft_output_new_take_fd (fd, name);
  if (!graft_output_write (output, text, length, error) || !graft_output_sync (output, error)
      || !graft_output_read_at (output, 0, again, length, error))
    return FALSE;
  if (memcmp (text, again, length) == 0)
    return TRUE;
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
               _ ("%s reads back differently from what was written: the disk or its connection "
                  "lost data"),
               name);
  return FALSE;
}

char *
graft_file_at_read (int folder_fd, const char *name, gsize limit, GError **error)
{
  int fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (fd < 0)
    {
      g_autofree char *shown = graft_name_escape (name);

      g_set_error (error, GRAFT_IMAGE_ERROR,
                   errno == ENOENT ? GRAFT_ERROR_NOT_FOUND : GRAFT_ERROR_IO,
                   _ ("%s cannot be opened: %s"), shown, g_strerror (errno));
      return NULL;
    }
  input = graft_file_input_new_take_fd (fd, name, error);
  if (input == NULL)
    return NULL;
  if (graft_input_get_size (input) > limit)
    {
      g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, graft_input_get_size (input));

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s has %s bytes: too many for what it should be"), name, size);
      return NULL;
    }
  bytes = graft_input_read_all (input, error);
  if (bytes == NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
