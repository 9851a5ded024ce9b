/* graft-patched-input.c: another input with some ranges replaced
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-input.h"

#include <string.h>

#define GRAFT_TYPE_PATCHED_INPUT (graft_patched_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftPatchedInput, graft_patched_input, GRAFT, PATCHED_INPUT, GraftInput)

struct _GraftPatchedInput
{
  GraftInput parent_instance;

  GraftInput *base;
  guint64 size;
  GArray *patches; /* of GraftPatch, sorted by offset, disjoint */
};

G_DEFINE_TYPE (GraftPatchedInput, graft_patched_input, GRAFT_TYPE_INPUT)

static guint64
graft_patched_input_get_size_ (GraftInput *input)
{
  return GRAFT_PATCHED_INPUT (input)->size;
}

/* The first patch that ends after @offset. */
static guint
find_patch (GraftPatchedInput *self, guint64 offset)
{
  guint low = 0, high = self->patches->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GraftPatch *patch = &g_array_index (self->patches, GraftPatch, middle);

      if (patch->offset + g_bytes_get_size (patch->bytes) <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
read_base (GraftPatchedInput *self, guint64 offset, guint8 *buffer, gsize length, GError **error)
{
  guint64 size = graft_input_get_size (self->base);
  gsize there = offset < size ? MIN (size - offset, length) : 0;

  memset (buffer + there, 0, length - there);
  return graft_input_read_at (self->base, offset, buffer, there, error);
}

static gboolean
graft_patched_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                             GError **error)
{
  GraftPatchedInput *self = GRAFT_PATCHED_INPUT (input);
  guint8 *to = buffer;

  for (guint i = find_patch (self, offset); length > 0; i++)
    {
      const GraftPatch *patch
          = i < self->patches->len ? &g_array_index (self->patches, GraftPatch, i) : NULL;
      guint64 gap = patch == NULL ? length : (patch->offset > offset ? patch->offset - offset : 0);
      gsize count = MIN (gap, length);

      if (count > 0 && !read_base (self, offset, to, count, error))
        return FALSE;
      offset += count;
      to += count;
      length -= count;
      if (patch != NULL && length > 0)
        {
          gsize size;
          const guint8 *data = g_bytes_get_data (patch->bytes, &size);
          gsize skip = offset - patch->offset;

          count = MIN (size - skip, length);
          memcpy (to, data + skip, count);
          offset += count;
          to += count;
          length -= count;
        }
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

  g_clear_object (&self->base);
  g_clear_pointer (&self->patches, g_array_unref);
  G_OBJECT_CLASS (graft_patched_input_parent_class)->finalize (object);
}

static void
graft_patched_input_class_init (GraftPatchedInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_patched_input_finalize;
  input_class->get_size = graft_patched_input_get_size_;
  input_class->read_at = graft_patched_input_read_at;
  input_class->check_unchanged = graft_patched_input_check_unchanged;
}

static void
clear_patch (gpointer data)
{
  g_clear_pointer (&((GraftPatch *)data)->bytes, g_bytes_unref);
}

static void
graft_patched_input_init (GraftPatchedInput *self)
{
  self->patches = g_array_new (FALSE, FALSE, sizeof (GraftPatch));
  g_array_set_clear_func (self->patches, clear_patch);
}

GraftInput *
graft_patched_input_new (GraftInput *base, guint64 size, const GraftPatch *patches, gsize n_patches,
                         const char *name)
{
  GraftPatchedInput *self = g_object_new (GRAFT_TYPE_PATCHED_INPUT, NULL);

  self->base = g_object_ref (base);
  self->size = size;
  for (gsize i = 0; i < n_patches; i++)
    {
      GraftPatch copy = { patches[i].offset, g_bytes_ref (patches[i].bytes) };

      g_array_append_val (self->patches, copy);
    }
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
