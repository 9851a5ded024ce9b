/* graft-ext4-patch.c: an image as another one with some ranges replaced
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-patch.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"

struct _GraftExt4Patch
{
  GObject parent_instance;

  GraftInput *base;
  gsize unit;
  GArray *ranges; /* of GraftExt4Range */
  int fd;
};

G_DEFINE_TYPE (GraftExt4Patch, graft_ext4_patch, G_TYPE_OBJECT)

#define GRAFT_TYPE_EXT4_PATCHED (graft_ext4_patched_get_type ())
G_DECLARE_FINAL_TYPE (GraftExt4Patched, graft_ext4_patched, GRAFT, EXT4_PATCHED, GraftInput)

struct _GraftExt4Patched
{
  GraftInput parent_instance;

  GraftExt4Patch *patch;
};

G_DEFINE_TYPE (GraftExt4Patched, graft_ext4_patched, GRAFT_TYPE_INPUT)

static void
graft_ext4_patch_finalize (GObject *object)
{
  GraftExt4Patch *self = GRAFT_EXT4_PATCH (object);

  for (guint i = 0; i < self->ranges->len; i++)
    g_free (g_array_index (self->ranges, GraftExt4Range, i).data);
  g_clear_pointer (&self->ranges, g_array_unref);
  g_clear_object (&self->base);
  if (self->fd >= 0)
    close (self->fd);
  G_OBJECT_CLASS (graft_ext4_patch_parent_class)->finalize (object);
}

static void
graft_ext4_patch_class_init (GraftExt4PatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_ext4_patch_finalize;
}

static void
graft_ext4_patch_init (GraftExt4Patch *self)
{
  self->fd = -1;
}

GraftExt4Patch *
graft_ext4_patch_new_take (GraftInput *base, gsize unit, GArray *ranges, int fd)
{
  GraftExt4Patch *self = g_object_new (GRAFT_TYPE_EXT4_PATCH, NULL);

  self->base = g_object_ref (base);
  self->unit = unit;
  self->ranges = ranges;
  self->fd = fd;
  return self;
}

GraftInput *
graft_ext4_patch_get_base (GraftExt4Patch *self)
{
  return self->base;
}

gsize
graft_ext4_patch_get_unit (GraftExt4Patch *self)
{
  return self->unit;
}

guint
graft_ext4_patch_get_n_ranges (GraftExt4Patch *self)
{
  return self->ranges->len;
}

const GraftExt4Range *
graft_ext4_patch_get_range (GraftExt4Patch *self, guint i)
{
  return &g_array_index (self->ranges, GraftExt4Range, i);
}

gboolean
graft_ext4_range_is_zero (const GraftExt4Range *range)
{
  return range->data == NULL && range->stored < 0;
}

/* @length bytes from @skip of the range. */
static gboolean
read_range (GraftExt4Patch *self, const GraftExt4Range *range, gsize skip, guint8 *to, gsize length,
            GError **error)
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
                                      graft_input_get_name (self->base),
                                      _ ("what was changed in it cannot be read back"));
      to += count;
      skip += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_ext4_patch_read (GraftExt4Patch *self, const GraftExt4Range *range, void *buffer,
                       GError **error)
{
  return read_range (self, range, 0, buffer, range->length, error);
}

static guint64
graft_ext4_patched_get_size (GraftInput *input)
{
  return graft_input_get_size (GRAFT_EXT4_PATCHED (input)->patch->base);
}

/* The first range that ends after @offset. */
static guint
find_range (GraftExt4Patch *self, guint64 offset)
{
  guint low = 0, high = self->ranges->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GraftExt4Range *range = graft_ext4_patch_get_range (self, middle);

      if (range->offset + range->length <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
graft_ext4_patched_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                            GError **error)
{
  GraftExt4Patch *self = GRAFT_EXT4_PATCHED (input)->patch;
  guint8 *to = buffer;

  for (guint i = find_range (self, offset); length > 0;)
    {
      const GraftExt4Range *range
          = i < self->ranges->len ? graft_ext4_patch_get_range (self, i) : NULL;
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
          ok = graft_input_read_at (self->base, offset, to, count, error);
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
graft_ext4_patched_check_unchanged (GraftInput *input, GError **error)
{
  return graft_input_check_unchanged (GRAFT_EXT4_PATCHED (input)->patch->base, error);
}

static void
graft_ext4_patched_finalize (GObject *object)
{
  g_clear_object (&GRAFT_EXT4_PATCHED (object)->patch);
  G_OBJECT_CLASS (graft_ext4_patched_parent_class)->finalize (object);
}

static void
graft_ext4_patched_class_init (GraftExt4PatchedClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_ext4_patched_finalize;
  input_class->get_size = graft_ext4_patched_get_size;
  input_class->read_at = graft_ext4_patched_read_at;
  input_class->check_unchanged = graft_ext4_patched_check_unchanged;
}

static void
graft_ext4_patched_init (GraftExt4Patched *self)
{
}

GraftInput *
graft_ext4_patch_open (GraftExt4Patch *self, const char *name)
{
  GraftExt4Patched *input = g_object_new (GRAFT_TYPE_EXT4_PATCHED, NULL);

  input->patch = g_object_ref (self);
  graft_input_set_name (GRAFT_INPUT (input), name);
  return GRAFT_INPUT (input);
}
