/* graft-file-input.c: a regular file of the user's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pread() only: another process may shorten the file at any time, which would be SIGBUS on a
 * mapping. Each read is followed by a look at the file's identity, so that bytes of two different
 * states are never mixed unnoticed.
 */

#include "base/graft-input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-sentence.h"

#define GRAFT_TYPE_FILE_INPUT (graft_file_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftFileInput, graft_file_input, GRAFT, FILE_INPUT, GraftInput)

struct _GraftFileInput
{
  GraftInput parent_instance;

  int fd;
  struct stat identity;
};

G_DEFINE_TYPE (GraftFileInput, graft_file_input, GRAFT_TYPE_INPUT)

static guint64
graft_file_input_get_size_ (GraftInput *input)
{
  return GRAFT_FILE_INPUT (input)->identity.st_size;
}

static gboolean
graft_file_input_check_unchanged (GraftInput *input, GError **error)
{
  GraftFileInput *self = GRAFT_FILE_INPUT (input);
  const struct stat *was = &self->identity;
  struct stat now;

  if (fstat (self->fd, &now) < 0)
    return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, graft_input_get_name (input),
                                  _ ("cannot be looked at"));
  /* Not st_ctime: a hard link made beside the file, or the file being renamed, changes nothing. */
  if (now.st_dev != was->st_dev || now.st_ino != was->st_ino || now.st_size != was->st_size
      || now.st_mtim.tv_sec != was->st_mtim.tv_sec || now.st_mtim.tv_nsec != was->st_mtim.tv_nsec)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED,
                   _ ("%s was changed on disk while it was open; open it again"),
                   graft_input_get_name (input));
      return FALSE;
    }
  return TRUE;
}

static gboolean
graft_file_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                          GError **error)
{
  GraftFileInput *self = GRAFT_FILE_INPUT (input);
  gsize done = 0;

  while (done < length)
    {
      gssize count = pread (self->fd, (guint8 *)buffer + done, length - done, offset + done);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, graft_input_get_name (input),
                                      _ ("cannot be read"));
      if (count == 0)
        break;
      done += count;
    }
  if (!graft_file_input_check_unchanged (input, error))
    return FALSE;
  if (done < length)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO, _ ("%s gave no more bytes at %s"),
                   graft_input_get_name (input), GRAFT_NUMBER (offset + done));
      return FALSE;
    }
  return TRUE;
}

static gboolean
graft_file_input_get_file (GraftInput *input, int *ret_fd, guint64 *ret_offset)
{
  *ret_fd = GRAFT_FILE_INPUT (input)->fd;
  *ret_offset = 0;
  return TRUE;
}

static void
graft_file_input_finalize (GObject *object)
{
  GraftFileInput *self = GRAFT_FILE_INPUT (object);

  if (self->fd >= 0)
    close (self->fd);
  G_OBJECT_CLASS (graft_file_input_parent_class)->finalize (object);
}

static void
graft_file_input_class_init (GraftFileInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_file_input_finalize;
  input_class->get_size = graft_file_input_get_size_;
  input_class->read_at = graft_file_input_read_at;
  input_class->check_unchanged = graft_file_input_check_unchanged;
  input_class->get_file = graft_file_input_get_file;
}

static void
graft_file_input_init (GraftFileInput *self)
{
  self->fd = -1;
}

GraftInput *
graft_file_input_new_take_fd (int fd, const char *name, GError **error)
{
  g_autoptr (GraftFileInput) self = g_object_new (GRAFT_TYPE_FILE_INPUT, NULL);

  self->fd = fd;
  graft_input_set_name (GRAFT_INPUT (self), name);
  if (fstat (fd, &self->identity) < 0)
    {
      graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, name, _ ("cannot be looked at"));
      return NULL;
    }
  if (!S_ISREG (self->identity.st_mode))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s is %s, not a regular file"), name,
                   S_ISDIR (self->identity.st_mode) ? _ ("a folder") : _ ("a device or pipe"));
      return NULL;
    }
  return GRAFT_INPUT (g_steal_pointer (&self));
}

GraftInput *
graft_file_input_new (const char *path, GError **error)
{
  /* O_NONBLOCK: a FIFO with a harmless name must not hang the program; it is refused below. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR,
                   errno == ENOENT || errno == ENOTDIR ? GRAFT_ERROR_NOT_FOUND : GRAFT_ERROR_IO,
                   _ ("%s cannot be opened: %s"), path, g_strerror (errno));
      return NULL;
    }
  return graft_file_input_new_take_fd (fd, path, error);
}
