/* graft-stored-input.c: a file of the store as an input
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-store-folder.h"

#define GRAFT_TYPE_STORED_INPUT (graft_stored_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftStoredInput, graft_stored_input, GRAFT, STORED_INPUT, GraftInput)

struct _GraftStoredInput
{
  GraftInput parent_instance;

  GraftStoreFolder *folder;
  char *digest;
  guint64 size;
};

G_DEFINE_TYPE (GraftStoredInput, graft_stored_input, GRAFT_TYPE_INPUT)

static guint64
graft_stored_input_get_size (GraftInput *input)
{
  return GRAFT_STORED_INPUT (input)->size;
}

static gboolean
read_all (GraftStoredInput *self, int fd, guint64 offset, guint8 *buffer, gsize length,
          GError **error)
{
  while (length > 0)
    {
      gssize count = pread (fd, buffer, length, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno,
                                      graft_input_get_name (GRAFT_INPUT (self)),
                                      "cannot be read from the store");
      if (count == 0)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED,
                       "%s became shorter in the store %s, which no other program may change",
                       graft_input_get_name (GRAFT_INPUT (self)),
                       graft_store_folder_get_path (self->folder));
          return FALSE;
        }
      offset += count;
      buffer += count;
      length -= count;
    }
  return TRUE;
}

static gboolean
graft_stored_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                            GError **error)
{
  GraftStoredInput *self = GRAFT_STORED_INPUT (input);
  int fd = graft_store_folder_acquire (self->folder, self->digest, error);
  gboolean result;

  if (fd < 0)
    return FALSE;
  result = read_all (self, fd, offset, buffer, length, error);
  graft_store_folder_release (self->folder, self->digest);
  return result;
}

static void
graft_stored_input_finalize (GObject *object)
{
  GraftStoredInput *self = GRAFT_STORED_INPUT (object);

  graft_store_folder_unref (self->folder);
  g_free (self->digest);
  G_OBJECT_CLASS (graft_stored_input_parent_class)->finalize (object);
}

static void
graft_stored_input_class_init (GraftStoredInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_stored_input_finalize;
  input_class->get_size = graft_stored_input_get_size;
  input_class->read_at = graft_stored_input_read_at;
}

static void
graft_stored_input_init (GraftStoredInput *self)
{
}

GraftInput *
graft_store_folder_open (GraftStoreFolder *folder, const char *digest, guint64 size,
                         const char *name)
{
  GraftStoredInput *self = g_object_new (GRAFT_TYPE_STORED_INPUT, NULL);

  self->folder = graft_store_folder_ref (folder);
  self->digest = g_strdup (digest);
  self->size = size;
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
