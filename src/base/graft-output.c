/* graft-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/graft-error.h"

/* Small enough to be cancelled quickly, large enough to cost nothing. */
#define COPY_CHUNK (4 * 1024 * 1024)

struct _GraftOutput
{
  GObject parent_instance;

  int fd;
  char *name;
  guint64 position;
};

G_DEFINE_TYPE (GraftOutput, graft_output, G_TYPE_OBJECT)

static void
graft_output_finalize (GObject *object)
{
  GraftOutput *self = GRAFT_OUTPUT (object);

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->name);
  G_OBJECT_CLASS (graft_output_parent_class)->finalize (object);
}

static void
graft_output_class_init (GraftOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_output_finalize;
}

static void
graft_output_init (GraftOutput *self)
{
  self->fd = -1;
}

GraftOutput *
graft_output_new_take_fd (int fd, const char *name)
{
  GraftOutput *self = g_object_new (GRAFT_TYPE_OUTPUT, NULL);

  self->fd = fd;
  self->name = g_strdup (name);
  return self;
}

GraftOutput *
graft_output_new_memory (const char *name, GError **error)
{
  int fd = memfd_create ("bootgraft", MFD_CLOEXEC);

  if (fd < 0)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, name, _ ("cannot be created"));
      return NULL;
    }
  return graft_output_new_take_fd (fd, name);
}

static gboolean
fail (GraftOutput *self, const char *what, GError **error)
{
  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->name, what);
}

guint64
graft_output_get_position (GraftOutput *self)
{
  return self->position;
}

gboolean
graft_output_write_at (GraftOutput *self, guint64 offset, const void *data, gsize length,
                       GError **error)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gssize count = pwrite (self->fd, from, length, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return fail (self, _ ("cannot be written"), error);
      if (count == 0)
        {
          errno = EIO;
          return fail (self, _ ("cannot be written"), error);
        }
      from += count;
      offset += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_output_write (GraftOutput *self, const void *data, gsize length, GError **error)
{
  if (!graft_output_write_at (self, self->position, data, length, error))
    return FALSE;
  self->position += length;
  return TRUE;
}

gboolean
graft_output_write_zeros (GraftOutput *self, guint64 length, GError **error)
{
  static const guint8 zeros[4096];

  while (length > 0)
    {
      gsize count = MIN (length, sizeof zeros);

      if (!graft_output_write (self, zeros, count, error))
        return FALSE;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_output_read_at (GraftOutput *self, guint64 offset, void *buffer, gsize length, GError **error)
{
  guint8 *to = buffer;

  while (length > 0)
    {
      gssize count = pread (self->fd, to, length, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count == 0)
        errno = EIO;
      if (count <= 0)
        return fail (self, _ ("cannot be read back"), error);
      to += count;
      offset += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_output_truncate (GraftOutput *self, guint64 size, GError **error)
{
  if (ftruncate (self->fd, size) < 0)
    return fail (self, _ ("cannot be cut to its size"), error);
  self->position = size;
  return TRUE;
}

static gboolean
copy_through_memory (GraftOutput *self, GraftInput *input, guint64 offset, guint64 length,
                     GCancellable *cancellable, GError **error)
{
  gsize size = MIN (length, 256 * 1024);
  g_autofree guint8 *buffer = g_malloc (size);

  while (length > 0)
    {
      gsize count = MIN (length, size);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (input, offset, buffer, count, error)
          || !graft_output_write (self, buffer, count, error))
        return FALSE;
      offset += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_output_copy (GraftOutput *self, GraftInput *input, guint64 offset, guint64 length,
                   GCancellable *cancellable, GError **error)
{
  guint64 base = 0;
  int fd = -1;

  if (length == 0)
    return TRUE;
  if (offset > graft_input_get_size (input) || graft_input_get_size (input) - offset < length
      || !graft_input_get_file (input, &fd, &base))
    return copy_through_memory (self, input, offset, length, cancellable, error);

  while (length > 0)
    {
      off_t from = base + offset, to = self->position;
      gssize count;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      count = copy_file_range (fd, &from, self->fd, &to, MIN (length, COPY_CHUNK), 0);
      if (count < 0 && errno == EINTR)
        continue;
      /* Other file systems, old kernels, pipes: the long way. A file cut short ends there with
       * its own message. */
      if (count < 0 && errno != ENOSPC && errno != EIO && errno != EDQUOT && errno != EFBIG)
        return copy_through_memory (self, input, offset, length, cancellable, error);
      if (count < 0)
        return fail (self, _ ("cannot be written"), error);
      if (count == 0)
        return copy_through_memory (self, input, offset, length, cancellable, error);
      offset += count;
      length -= count;
      self->position += count;
    }
  return graft_input_check_unchanged (input, error);
}

gboolean
graft_output_sync (GraftOutput *self, GError **error)
{
  /* Never tried twice: after a failed fsync the kernel may call lost pages clean. */
  if (fsync (self->fd) < 0)
    return fail (self, _ ("cannot be brought to disk"), error);
  return TRUE;
}

gboolean
graft_output_close (GraftOutput *self, GError **error)
{
  int fd = self->fd;

  self->fd = -1;
  /* Linux has closed it, whatever it says; EINTR tells of nothing lost. */
  if (close (fd) < 0 && errno != EINTR)
    return fail (self, _ ("cannot be written"), error);
  return TRUE;
}

GraftInput *
graft_output_open (GraftOutput *self, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  GraftInput *input;

  if (fd < 0)
    {
      fail (self, _ ("cannot be opened for reading back"), error);
      return NULL;
    }
  input = graft_file_input_new_take_fd (fd, self->name, error);
  if (input != NULL)
    graft_input_set_was_written (input);
  return input;
}
