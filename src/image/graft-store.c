/* graft-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-store-folder.h"

#define CHUNK (256 * 1024)

struct _GraftStore
{
  GObject parent_instance;

  GraftStoreFolder *folder;

  GMutex mutex;       /* guards what follows */
  GHashTable *small;  /* digest (char*) → GBytes, of what is kept in memory */
  GHashTable *packed; /* digest (char*) → guint64: where in the shared file */
  GHashTable *stored; /* digest (char*), of what is kept in files */
  guint64 used;       /* bytes in files, those being written too */
  guint64 quota;
  GPtrArray *kept; /* of GObject */
};

G_DEFINE_TYPE (GraftStore, graft_store, G_TYPE_OBJECT)

struct _GraftStoreWriter
{
  GraftStore *store;
  char *name;
  GChecksum *checksum;
  guint64 size;
  GByteArray *small; /* NULL once it goes to a file */
  int fd;            /* -1 until then */
  char *part;        /* the file's name until it is finished */
};

static void
graft_store_finalize (GObject *object)
{
  GraftStore *self = GRAFT_STORE (object);

  g_ptr_array_unref (self->kept);
  g_clear_pointer (&self->folder, graft_store_folder_unref);
  g_hash_table_unref (self->small);
  g_hash_table_unref (self->packed);
  g_hash_table_unref (self->stored);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (graft_store_parent_class)->finalize (object);
}

static void
graft_store_class_init (GraftStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_store_finalize;
}

static void
graft_store_init (GraftStore *self)
{
  g_mutex_init (&self->mutex);
  self->quota = GRAFT_LIMIT_STORE;
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->small
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  self->packed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->stored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GraftStore *
graft_store_new (const char *folder, GError **error)
{
  g_autoptr (GraftStore) self = g_object_new (GRAFT_TYPE_STORE, NULL);
  g_autofree char *usual = g_build_filename (g_get_user_state_dir (), "bootgraft", "store", NULL);

  self->folder = graft_store_folder_new (folder != NULL ? folder : usual, error);
  if (self->folder == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
graft_store_keep (GraftStore *self, GObject *object)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->kept, g_object_ref (object));
  g_mutex_unlock (&self->mutex);
}

void
graft_store_set_quota (GraftStore *self, guint64 quota)
{
  g_mutex_lock (&self->mutex);
  self->quota = quota;
  g_mutex_unlock (&self->mutex);
}

/* Takes @size bytes of the quota. Under the lock. */
static gboolean
reserve_locked (GraftStore *self, guint64 size, GError **error)
{
  g_autofree char *missing = NULL;
  g_autofree char *quota = NULL;
  guint64 left = self->used < self->quota ? self->quota - self->used : 0;

  if (size <= left)
    {
      self->used += size;
      return TRUE;
    }
  missing = g_format_size (size - left);
  quota = g_format_size (self->quota);
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
      _ ("The store takes in no more than %s, %s less than is needed; take in less at a time"),
      quota, missing);
  return FALSE;
}

static gboolean
reserve (GraftStore *self, guint64 size, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return reserve_locked (self, size, error);
}

static void
give_back (GraftStore *self, guint64 size)
{
  g_mutex_lock (&self->mutex);
  self->used -= size;
  g_mutex_unlock (&self->mutex);
}

/* "…: 1.2 GB are missing": when the disk has less than @size bytes for us. */
static gboolean
check_disk (GraftStore *self, guint64 size, GError **error)
{
  const char *path = graft_store_folder_get_path (self->folder);
  g_autofree char *missing = NULL;
  g_autofree char *free_text = NULL;
  struct statvfs disk;
  guint64 available;

  if (fstatvfs (graft_store_folder_get_fd (self->folder), &disk) < 0
      || !g_uint64_checked_mul (&available, disk.f_bavail, disk.f_frsize) || size <= available)
    return TRUE;
  missing = g_format_size (size - available);
  free_text = g_format_size (available);
  g_set_error (
      error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
      _ ("The disk of the store %s has %s free, %s less than is needed; make room there, or "
         "set XDG_STATE_HOME to a folder on another disk"),
      path, free_text, missing);
  return FALSE;
}

gboolean
graft_store_check_room (GraftStore *self, guint64 size, GError **error)
{
  if (!reserve (self, size, error))
    return FALSE;
  give_back (self, size);
  return check_disk (self, size, error);
}

GraftStoreWriter *
graft_store_writer_new (GraftStore *self, const char *name, GError **error)
{
  GraftStoreWriter *writer = g_new0 (GraftStoreWriter, 1);

  writer->store = g_object_ref (self);
  writer->name = g_strdup (name);
  writer->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  writer->small = g_byte_array_new ();
  writer->fd = -1;
  return writer;
}

void
graft_store_writer_free (GraftStoreWriter *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->part != NULL)
    {
      graft_store_folder_drop (self->store->folder, self->part);
      give_back (self->store, self->size);
    }
  g_clear_pointer (&self->small, g_byte_array_unref);
  g_checksum_free (self->checksum);
  g_object_unref (self->store);
  g_free (self->part);
  g_free (self->name);
  g_free (self);
}

static gboolean
write_file (GraftStoreWriter *self, const guint8 *data, gsize length, GError **error)
{
  const gsize whole = length;

  while (length > 0)
    {
      gssize count = write (self->fd, data, length);

      if (count < 0 && errno == EINTR)
        continue;
      if (count == 0)
        errno = EIO;
      if (count <= 0)
        {
          int saved = errno;

          /* Whoever asks for one more chunk than there is learns how much is missing. */
          if ((saved == ENOSPC || saved == EDQUOT) && !check_disk (self->store, whole, error))
            return FALSE;
          return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, saved, self->name,
                                        _ ("cannot be written to the store"));
        }
      data += count;
      length -= count;
    }
  return TRUE;
}

/* What was held in memory so far goes to a file. */
static gboolean
turn_to_file (GraftStoreWriter *self, GError **error)
{
  g_autofree char *part = NULL;

  if (!reserve (self->store, self->size, error))
    return FALSE;
  self->fd = graft_store_folder_create (self->store->folder, &part, error);
  if (self->fd < 0)
    {
      give_back (self->store, self->size);
      return FALSE;
    }
  self->part = g_steal_pointer (&part);
  if (!write_file (self, self->small->data, self->small->len, error))
    return FALSE;
  g_clear_pointer (&self->small, g_byte_array_unref);
  return TRUE;
}

gboolean
graft_store_writer_write (GraftStoreWriter *self, const void *data, gsize length, GError **error)
{
  if (self->small != NULL && self->size + length > GRAFT_LIMIT_STORE_PACKED
      && !turn_to_file (self, error))
    return FALSE;
  g_checksum_update (self->checksum, data, length);
  if (self->small != NULL)
    g_byte_array_append (self->small, data, length);
  else
    {
      if (!reserve (self->store, length, error))
        return FALSE;
      self->size += length;
      return write_file (self, data, length, error);
    }
  self->size += length;
  return TRUE;
}

static GraftInput *
finish_small (GraftStoreWriter *self, const char *digest)
{
  GraftStore *store = self->store;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&store->mutex);
  GBytes *bytes = g_hash_table_lookup (store->small, digest);

  if (bytes == NULL)
    {
      /* A copy of the exact length: the array's memory is a power of two. */
      bytes = g_bytes_new (self->small->data, self->small->len);
      g_hash_table_insert (store->small, g_strdup (digest), bytes);
    }
  return graft_memory_input_new (bytes, self->name);
}

static GraftInput *
finish_packed (GraftStoreWriter *self, const char *digest, GError **error)
{
  GraftStore *store = self->store;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&store->mutex);
  guint64 *offset = g_hash_table_lookup (store->packed, digest);

  if (offset == NULL)
    {
      g_autoptr (GError) local = NULL;
      guint64 fresh;

      if (!reserve_locked (store, self->size, error))
        return NULL;
      if (!graft_store_folder_pack (store->folder, self->small->data, self->size, &fresh, &local))
        {
          store->used -= self->size;
          if (check_disk (store, self->size, error))
            g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      offset = g_memdup2 (&fresh, sizeof fresh);
      g_hash_table_insert (store->packed, g_strdup (digest), offset);
    }
  return graft_store_folder_open_packed (store->folder, *offset, self->size, self->name);
}

static GraftInput *
finish_file (GraftStoreWriter *self, const char *digest, GError **error)
{
  GraftStore *store = self->store;
  gboolean is_new;

  if (!graft_store_folder_commit (store->folder, self->part, digest, error))
    return NULL;
  g_clear_pointer (&self->part, g_free);
  g_mutex_lock (&store->mutex);
  is_new = g_hash_table_add (store->stored, g_strdup (digest));
  if (!is_new)
    store->used -= self->size;
  g_mutex_unlock (&store->mutex);
  return graft_store_folder_open (store->folder, digest, self->size, self->name);
}

GraftInput *
graft_store_writer_finish (GraftStoreWriter *self, char **ret_digest, GError **error)
{
  g_autoptr (GraftStoreWriter) writer = self;
  const char *digest = g_checksum_get_string (writer->checksum);
  GraftInput *input;

  if (writer->size <= GRAFT_LIMIT_STORE_MEMORY)
    input = finish_small (writer, digest);
  else if (writer->small != NULL)
    input = finish_packed (writer, digest, error);
  else
    input = finish_file (writer, digest, error);
  if (input != NULL && ret_digest != NULL)
    *ret_digest = g_strdup (digest);
  return input;
}

GraftInput *
graft_store_add (GraftStore *self, GraftInput *input, char **ret_digest, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GraftStoreWriter) writer = NULL;
  g_autofree guint8 *buffer = NULL;
  guint64 size = graft_input_get_size (input);

  if (size > GRAFT_LIMIT_STORE_MEMORY && !graft_store_check_room (self, size, error))
    return NULL;
  writer = graft_store_writer_new (self, graft_input_get_name (input), error);
  if (writer == NULL)
    return NULL;
  buffer = g_malloc (MIN (MAX (size, 1), CHUNK));
  for (guint64 done = 0; done < size;)
    {
      gsize count = MIN (size - done, CHUNK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (input, done, buffer, count, error)
          || !graft_store_writer_write (writer, buffer, count, error))
        return NULL;
      done += count;
    }
  return graft_store_writer_finish (g_steal_pointer (&writer), ret_digest, error);
}
