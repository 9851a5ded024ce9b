/* graft-stored-input.c: a file of the store, or a part of the shared one, as an input
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-store-folder.h"

#define GRAFT_TYPE_STORED_INPUT (graft_stored_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftStoredInput, graft_stored_input, GRAFT, STORED_INPUT, GraftInput)

struct _GraftStoredInput
{
  GraftInput parent_instance;

  GraftStoreFolder *folder;
  char *digest;   /* NULL: in the shared file */
  guint64 offset; /* in its file */
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
                                      _ ("cannot be read from the store"));
      if (count == 0)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED,
                       _ ("%s became shorter in the store %s, which no other program may change"),
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
  result = read_all (self, fd, self->offset + offset, buffer, length, error);
  graft_store_folder_release (self->folder, self->digest);
  return result;
}

/* The shared file's descriptor stays; those of the others come and go. */
static gboolean
graft_stored_input_get_file (GraftInput *input, int *ret_fd, guint64 *ret_offset)
{
  GraftStoredInput *self = GRAFT_STORED_INPUT (input);

  if (self->digest != NULL)
    return FALSE;
  *ret_fd = graft_store_folder_acquire (self->folder, NULL, NULL);
  *ret_offset = self->offset;
  return TRUE;
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
  input_class->get_file = graft_stored_input_get_file;
}

static void
graft_stored_input_init (GraftStoredInput *self)
{
}

static GraftInput *
stored_input_new (GraftStoreFolder *folder, const char *digest, guint64 offset, guint64 size,
                  const char *name)
{
  GraftStoredInput *self = g_object_new (GRAFT_TYPE_STORED_INPUT, NULL);

  self->folder = graft_store_folder_ref (folder);
  self->digest = g_strdup (digest);
  self->offset = offset;
  self->size = size;
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}

GraftInput *
graft_store_folder_open (GraftStoreFolder *folder, const char *digest, guint64 size,
                         const char *name)
{
  return stored_input_new (folder, digest, 0, size, name);
}

GraftInput *
graft_store_folder_open_packed (GraftStoreFolder *folder, guint64 offset, guint64 size,
                                const char *name)
{
  return stored_input_new (folder, NULL, offset, size, name);
}
