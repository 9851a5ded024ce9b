/* graft-store-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder "new-XXXXXX" is made, a file "lock" in it is locked (flock: free again when the process
 * ends, however it ends), and then it is renamed to "store-XXXXXX": so whoever sees a "store-"
 * folder whose lock is free sees one that nobody uses.
 */

#include "image/graft-store-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-store-sweep.h"

/* Descriptors kept open. */
#define MAX_OPEN 32
/* The file that small things share. */
#define PACKED "packed"

typedef struct
{
  char digest[65];
  int fd; /* -1: the place is empty */
  guint n_users;
  guint64 last_used;
} OpenFile;

struct _GraftStoreFolder
{
  gatomicrefcount refs;
  char *path;
  int fd;
  int lock_fd;
  gboolean locked;
  int packed_fd; /* -1 until something is in it */

  GMutex mutex;       /* guards what follows */
  GArray *open_files; /* of OpenFile */
  guint64 n_uses;
  guint64 n_created;
  guint64 packed_size;
};

static void
close_if_open (int fd)
{
  if (fd >= 0)
    close (fd);
}

static gboolean
fail_at (GQuark domain, const char *path, const char *what, int errnum, GError **error)
{
  g_autofree char *name = g_strdup_printf (
      /* TRANSLATORS: a folder; stands before ": cannot be written to" */ _ ("The store %s"), path);

  return graft_error_set_errno (error, domain, errnum, name, what);
}

static gboolean
fail_to_write (GraftStoreFolder *self, GError **error)
{
  return fail_at (GRAFT_EXPORT_ERROR, self->path, _ ("cannot be written to"), errno, error);
}

static gboolean
fail_to_make (const char *parent, GError **error)
{
  int errnum = errno;

  g_set_error (
      error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
      _ ("The store %s cannot be made: %s; set XDG_STATE_HOME to a folder that can be written to"),
      parent, g_strerror (errnum));
  return FALSE;
}

static gboolean
set_up (GraftStoreFolder *self, const char *parent, GError **error)
{
  g_autofree char *path = g_build_filename (parent, GRAFT_STORE_NEW "XXXXXX", NULL);
  g_autofree char *final = NULL;

  if (g_mkdir_with_parents (parent, 0700) < 0)
    return fail_to_make (parent, error);
  if (g_mkdtemp_full (path, 0700) == NULL)
    return fail_to_make (parent, error);
  self->path = g_strdup (path);
  self->fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->fd < 0)
    {
      fail_to_make (parent, error);
      g_rmdir (path);
      return FALSE;
    }
  self->lock_fd = openat (self->fd, GRAFT_STORE_LOCK, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    return fail_to_make (parent, error);
  self->locked = flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0;
  if (!self->locked && errno == EWOULDBLOCK)
    return fail_at (GRAFT_EXPORT_ERROR, parent, _ ("is in use by another program"), errno, error);
  final = g_strconcat (parent, "/" GRAFT_STORE_OWN, path + strlen (path) - 6, NULL);
  if (rename (path, final) < 0)
    return fail_to_make (parent, error);
  g_free (self->path);
  self->path = g_steal_pointer (&final);
  return TRUE;
}

GraftStoreFolder *
graft_store_folder_new (const char *parent, GError **error)
{
  g_autoptr (GraftStoreFolder) self = g_new0 (GraftStoreFolder, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->fd = -1;
  self->lock_fd = -1;
  self->packed_fd = -1;
  self->open_files = g_array_new (FALSE, FALSE, sizeof (OpenFile));
  if (!set_up (self, parent, error))
    return NULL;
  /* On a file system without locks who is alive cannot be told from who is dead; and were it only
   * now that no lock was to be had, this very folder would be swept. */
  if (self->locked)
    graft_store_sweep (parent);
  return g_steal_pointer (&self);
}

GraftStoreFolder *
graft_store_folder_ref (GraftStoreFolder *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
graft_store_folder_unref (GraftStoreFolder *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->open_files->len; i++)
    close_if_open (g_array_index (self->open_files, OpenFile, i).fd);
  g_array_unref (self->open_files);
  if (self->fd >= 0)
    graft_store_remove (self->fd, self->path);
  close_if_open (self->fd);
  close_if_open (self->packed_fd);
  close_if_open (self->lock_fd);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}

const char *
graft_store_folder_get_path (GraftStoreFolder *self)
{
  return self->path;
}

int
graft_store_folder_get_fd (GraftStoreFolder *self)
{
  return self->fd;
}

int
graft_store_folder_create (GraftStoreFolder *self, char **ret_name, GError **error)
{
  g_autofree char *name = NULL;
  int fd;

  g_mutex_lock (&self->mutex);
  name = g_strdup_printf ("part-%" G_GUINT64_FORMAT, self->n_created++);
  g_mutex_unlock (&self->mutex);
  fd = openat (self->fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    fail_to_write (self, error);
  else
    *ret_name = g_steal_pointer (&name);
  return fd;
}

gboolean
graft_store_folder_commit (GraftStoreFolder *self, const char *name, const char *digest,
                           GError **error)
{
  struct stat there;

  if (fstatat (self->fd, digest, &there, AT_SYMLINK_NOFOLLOW) == 0)
    {
      graft_store_folder_drop (self, name);
      return TRUE;
    }
  if (renameat (self->fd, name, self->fd, digest) < 0)
    return fail_to_write (self, error);
  return TRUE;
}

void
graft_store_folder_drop (GraftStoreFolder *self, const char *name)
{
  unlinkat (self->fd, name, 0);
}

gboolean
graft_store_folder_pack (GraftStoreFolder *self, const void *data, gsize length,
                         guint64 *ret_offset, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  gsize done = 0;

  if (self->packed_fd < 0)
    self->packed_fd
        = openat (self->fd, PACKED, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->packed_fd < 0)
    return fail_to_write (self, error);
  while (done < length)
    {
      gssize count = pwrite (self->packed_fd, (const guint8 *)data + done, length - done,
                             self->packed_size + done);

      if (count < 0 && errno == EINTR)
        continue;
      if (count == 0)
        errno = EIO;
      if (count <= 0)
        return fail_to_write (self, error);
      done += count;
    }
  *ret_offset = self->packed_size;
  self->packed_size += length;
  return TRUE;
}

/* A free place, the one of the file not used for longest if need be; a new one when all are in
 * use. */
static OpenFile *
find_place (GraftStoreFolder *self)
{
  OpenFile *oldest = NULL;
  OpenFile fresh = { .fd = -1 };

  for (guint i = 0; i < self->open_files->len; i++)
    {
      OpenFile *file = &g_array_index (self->open_files, OpenFile, i);

      if (file->fd < 0)
        return file;
      if (file->n_users == 0 && (oldest == NULL || file->last_used < oldest->last_used))
        oldest = file;
    }
  if (oldest != NULL && self->open_files->len >= MAX_OPEN)
    {
      close (oldest->fd);
      oldest->fd = -1;
      return oldest;
    }
  g_array_append_val (self->open_files, fresh);
  return &g_array_index (self->open_files, OpenFile, self->open_files->len - 1);
}

static OpenFile *
find_open (GraftStoreFolder *self, const char *digest)
{
  for (guint i = 0; i < self->open_files->len; i++)
    {
      OpenFile *file = &g_array_index (self->open_files, OpenFile, i);

      if (file->fd >= 0 && strcmp (file->digest, digest) == 0)
        return file;
    }
  return NULL;
}

int
graft_store_folder_acquire (GraftStoreFolder *self, const char *digest, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  OpenFile *file;

  if (digest == NULL)
    return self->packed_fd;
  file = find_open (self, digest);
  if (file == NULL)
    {
      int fd = openat (self->fd, digest, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

      if (fd < 0)
        {
          fail_at (GRAFT_IMAGE_ERROR, self->path, _ ("has lost a file"), errno, error);
          return -1;
        }
      file = find_place (self);
      file->fd = fd;
      file->n_users = 0;
      g_strlcpy (file->digest, digest, sizeof file->digest);
    }
  file->n_users++;
  file->last_used = self->n_uses++;
  return file->fd;
}

void
graft_store_folder_release (GraftStoreFolder *self, const char *digest)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  if (digest != NULL)
    find_open (self, digest)->n_users--;
}
