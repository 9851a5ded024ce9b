/* graft-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-input.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"

#define CHUNK (256 * 1024)

typedef struct
{
  char *name;
  gboolean was_written;
} GraftInputPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GraftInput, graft_input, G_TYPE_OBJECT)

static void
graft_input_finalize (GObject *object)
{
  GraftInputPrivate *priv = graft_input_get_instance_private (GRAFT_INPUT (object));

  g_free (priv->name);
  G_OBJECT_CLASS (graft_input_parent_class)->finalize (object);
}

static void
graft_input_class_init (GraftInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_input_finalize;
}

static void
graft_input_init (GraftInput *self)
{
}

void
graft_input_set_name (GraftInput *self, const char *name)
{
  GraftInputPrivate *priv = graft_input_get_instance_private (self);

  g_free (priv->name);
  priv->name = g_strdup (name);
}

const char *
graft_input_get_name (GraftInput *self)
{
  GraftInputPrivate *priv = graft_input_get_instance_private (self);

  return priv->name != NULL ? priv->name : "input";
}

gboolean
graft_input_was_written (GraftInput *self)
{
  GraftInputPrivate *priv = graft_input_get_instance_private (self);

  return priv->was_written;
}

void
graft_input_set_was_written (GraftInput *self)
{
  GraftInputPrivate *priv = graft_input_get_instance_private (self);

  priv->was_written = TRUE;
}

guint64
graft_input_get_size (GraftInput *self)
{
  return GRAFT_INPUT_GET_CLASS (self)->get_size (self);
}

gboolean
graft_input_read_at (GraftInput *self, guint64 offset, void *buffer, gsize length, GError **error)
{
  guint64 size = graft_input_get_size (self);

  if (length == 0)
    return TRUE;
  if (offset > size || size - offset < length)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s ends at byte %s, but %zu bytes are needed at %s"),
                   graft_input_get_name (self), GRAFT_NUMBER (size), length, GRAFT_NUMBER (offset));
      return FALSE;
    }
  return GRAFT_INPUT_GET_CLASS (self)->read_at (self, offset, buffer, length, error);
}

gssize
graft_input_read_some (GraftInput *self, guint64 offset, void *buffer, gsize length, GError **error)
{
  guint64 size = graft_input_get_size (self);
  gsize count;

  if (offset >= size)
    return 0;
  count = MIN (size - offset, length);
  if (!graft_input_read_at (self, offset, buffer, count, error))
    return -1;
  return count;
}

GBytes *
graft_input_read_bytes (GraftInput *self, guint64 offset, guint64 length, GError **error)
{
  guint64 size = graft_input_get_size (self);
  g_autofree guint8 *buffer = NULL;

  /* Memory is taken only for bytes that are there, however many an image claims. */
  if (offset > size || size - offset < length)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s ends at byte %s, but %s bytes are needed at %s"),
                   graft_input_get_name (self), GRAFT_NUMBER (size), GRAFT_NUMBER (length),
                   GRAFT_NUMBER (offset));
      return NULL;
    }
  if (length > GRAFT_LIMIT_IN_MEMORY || (buffer = g_try_malloc (MAX (length, 1))) == NULL)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s: %s bytes are too many to hold in memory"), graft_input_get_name (self),
                   GRAFT_NUMBER (length));
      return NULL;
    }
  if (!graft_input_read_at (self, offset, buffer, length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&buffer), length);
}

GBytes *
graft_input_read_all (GraftInput *self, GError **error)
{
  return graft_input_read_bytes (self, 0, graft_input_get_size (self), error);
}

gboolean
graft_input_check_unchanged (GraftInput *self, GError **error)
{
  GraftInputClass *klass = GRAFT_INPUT_GET_CLASS (self);

  return klass->check_unchanged == NULL || klass->check_unchanged (self, error);
}

gboolean
graft_input_get_file (GraftInput *self, int *ret_fd, guint64 *ret_offset)
{
  GraftInputClass *klass = GRAFT_INPUT_GET_CLASS (self);

  return klass->get_file != NULL && klass->get_file (self, ret_fd, ret_offset);
}

char *
graft_input_digest (GraftInput *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 offset = 0;
  gssize count;

  while ((count = graft_input_read_some (self, offset, buffer, CHUNK, error)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      g_checksum_update (checksum, buffer, count);
      offset += count;
    }
  return count < 0 ? NULL : g_strdup (g_checksum_get_string (checksum));
}

gboolean
graft_input_equal (GraftInput *a, GraftInput *b, gboolean *ret_equal, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autofree guint8 *left = NULL, *right = NULL;
  guint64 size = graft_input_get_size (a);
  gboolean equal = size == graft_input_get_size (b);

  left = g_malloc (CHUNK);
  right = g_malloc (CHUNK);
  for (guint64 offset = 0; equal && offset < size; offset += CHUNK)
    {
      gsize count = MIN (size - offset, CHUNK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (a, offset, left, count, error)
          || !graft_input_read_at (b, offset, right, count, error))
        return FALSE;
      equal = memcmp (left, right, count) == 0;
    }
  *ret_equal = equal;
  return TRUE;
}
