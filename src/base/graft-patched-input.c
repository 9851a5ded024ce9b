/* graft-patched-input.c: an input as another one with some ranges replaced
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-patched-input.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"

struct _GraftPatchedInput
{
  GraftInput parent_instance;

  GraftInput *base;
  guint64 size;
  gsize unit;
  GArray *ranges; /* of GraftPatchedRange */
  int fd;
};

G_DEFINE_TYPE (GraftPatchedInput, graft_patched_input, GRAFT_TYPE_INPUT)

GraftInput *
graft_patched_input_get_base (GraftPatchedInput *self)
{
  return self->base;
}

gsize
graft_patched_input_get_unit (GraftPatchedInput *self)
{
  return self->unit;
}

guint
graft_patched_input_get_n_ranges (GraftPatchedInput *self)
{
  return self->ranges->len;
}

const GraftPatchedRange *
graft_patched_input_get_range (GraftPatchedInput *self, guint i)
{
  return &g_array_index (self->ranges, GraftPatchedRange, i);
}

gboolean
graft_patched_range_is_zero (const GraftPatchedRange *range)
{
  return range->data == NULL && range->stored < 0;
}

guint
graft_patched_input_find_range (GraftPatchedInput *self, guint64 offset)
{
  guint low = 0, high = self->ranges->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GraftPatchedRange *range = graft_patched_input_get_range (self, middle);

      if (range->offset + range->length <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
graft_patched_input_is_touched (GraftPatchedInput *self, guint64 offset, guint64 length)
{
  guint i = graft_patched_input_find_range (self, offset);

  return length > 0 && i < self->ranges->len
         && graft_patched_input_get_range (self, i)->offset < offset + length;
}

/* @length bytes from @skip of the range. */
static gboolean
read_range (GraftPatchedInput *self, const GraftPatchedRange *range, gsize skip, guint8 *to,
            gsize length, GError **error)
{
  if (range->data != NULL)
    memcpy (to, range->data + skip, length);
  else if (range->stored < 0)
    memset (to, 0, length);
  while (range->data == NULL && range->stored >= 0 && length > 0)
    {
      gssize count = pread (self->fd, to, length, range->stored + skip);

      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, count == 0 ? EIO : errno,
                                      graft_input_get_name (GRAFT_INPUT (self)),
                                      _ ("what was changed in it cannot be read back"));
      to += count;
      skip += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_patched_input_read_range (GraftPatchedInput *self, const GraftPatchedRange *range,
                                void *buffer, GError **error)
{
  return read_range (self, range, 0, buffer, range->length, error);
}

static guint64
graft_patched_input_get_size (GraftInput *input)
{
  return GRAFT_PATCHED_INPUT (input)->size;
}

/* No more than *@count bytes of what was not replaced; how many it were is in *@count then. */
static gboolean
read_base (GraftPatchedInput *self, guint64 offset, guint8 *to, gsize *count, GError **error)
{
  guint64 end = graft_input_get_size (self->base);

  if (offset >= end)
    {
      memset (to, 0, *count);
      return TRUE;
    }
  *count = MIN (*count, end - offset);
  return graft_input_read_at (self->base, offset, to, *count, error);
}

static gboolean
graft_patched_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                             GError **error)
{
  GraftPatchedInput *self = GRAFT_PATCHED_INPUT (input);
  guint8 *to = buffer;

  for (guint i = graft_patched_input_find_range (self, offset); length > 0;)
    {
      const GraftPatchedRange *range
          = i < self->ranges->len ? graft_patched_input_get_range (self, i) : NULL;
      gsize count = length;
      gboolean ok;

      if (range != NULL && range->offset <= offset)
        {
          count = MIN (length, range->length - (offset - range->offset));
          ok = read_range (self, range, offset - range->offset, to, count, error);
          i++;
        }
      else
        {
          if (range != NULL)
            count = MIN (length, range->offset - offset);
          ok = read_base (self, offset, to, &count, error);
        }
      if (!ok)
        return FALSE;
      offset += count;
      to += count;
      length -= count;
    }
  return TRUE;
}

static gboolean
graft_patched_input_check_unchanged (GraftInput *input, GError **error)
{
  return graft_input_check_unchanged (GRAFT_PATCHED_INPUT (input)->base, error);
}

static void
graft_patched_input_finalize (GObject *object)
{
  GraftPatchedInput *self = GRAFT_PATCHED_INPUT (object);

  for (guint i = 0; i < self->ranges->len; i++)
    g_free (g_array_index (self->ranges, GraftPatchedRange, i).data);
  g_clear_pointer (&self->ranges, g_array_unref);
  g_clear_object (&self->base);
  if (self->fd >= 0)
    close (self->fd);
  G_OBJECT_CLASS (graft_patched_input_parent_class)->finalize (object);
}

static void
graft_patched_input_class_init (GraftPatchedInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_patched_input_finalize;
  input_class->get_size = graft_patched_input_get_size;
  input_class->read_at = graft_patched_input_read_at;
  input_class->check_unchanged = graft_patched_input_check_unchanged;
}

static void
graft_patched_input_init (GraftPatchedInput *self)
{
  self->fd = -1;
}

GraftInput *
graft_patched_input_new_take (GraftInput *base, guint64 size, gsize unit, GArray *ranges, int fd,
                              const char *name)
{
  GraftPatchedInput *self = g_object_new (GRAFT_TYPE_PATCHED_INPUT, NULL);

  self->base = g_object_ref (base);
  self->size = size;
  self->unit = unit;
  self->ranges = ranges;
  self->fd = fd;
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
