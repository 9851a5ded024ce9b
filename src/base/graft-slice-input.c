/* graft-slice-input.c: a range of another input
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-input.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "base/graft-sentence.h"

#define GRAFT_TYPE_SLICE_INPUT (graft_slice_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftSliceInput, graft_slice_input, GRAFT, SLICE_INPUT, GraftInput)

struct _GraftSliceInput
{
  GraftInput parent_instance;

  GraftInput *base; /* owned; never itself a slice */
  guint64 offset;
  guint64 length;
};

G_DEFINE_TYPE (GraftSliceInput, graft_slice_input, GRAFT_TYPE_INPUT)

static guint64
graft_slice_input_get_size_ (GraftInput *input)
{
  return GRAFT_SLICE_INPUT (input)->length;
}

static gboolean
graft_slice_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                           GError **error)
{
  GraftSliceInput *self = GRAFT_SLICE_INPUT (input);

  return graft_input_read_at (self->base, self->offset + offset, buffer, length, error);
}

static gboolean
graft_slice_input_check_unchanged (GraftInput *input, GError **error)
{
  return graft_input_check_unchanged (GRAFT_SLICE_INPUT (input)->base, error);
}

static gboolean
graft_slice_input_get_file (GraftInput *input, int *ret_fd, guint64 *ret_offset)
{
  GraftSliceInput *self = GRAFT_SLICE_INPUT (input);

  if (!graft_input_get_file (self->base, ret_fd, ret_offset))
    return FALSE;
  *ret_offset += self->offset;
  return TRUE;
}

static void
graft_slice_input_finalize (GObject *object)
{
  g_clear_object (&GRAFT_SLICE_INPUT (object)->base);
  G_OBJECT_CLASS (graft_slice_input_parent_class)->finalize (object);
}

static void
graft_slice_input_class_init (GraftSliceInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_slice_input_finalize;
  input_class->get_size = graft_slice_input_get_size_;
  input_class->read_at = graft_slice_input_read_at;
  input_class->check_unchanged = graft_slice_input_check_unchanged;
  input_class->get_file = graft_slice_input_get_file;
}

static void
graft_slice_input_init (GraftSliceInput *self)
{
}

GraftInput *
graft_slice_input_new (GraftInput *base, guint64 offset, guint64 length, const char *name,
                       GError **error)
{
  guint64 size = graft_input_get_size (base);
  GraftSliceInput *self;

  if (offset > size || size - offset < length)
    {
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
          _ ("%s ends at byte %s of %s, in the middle of what should be %s bytes from %s on"),
          graft_input_get_name (base), GRAFT_NUMBER (size), name, GRAFT_NUMBER (length),
          GRAFT_NUMBER (offset));
      return NULL;
    }
  self = g_object_new (GRAFT_TYPE_SLICE_INPUT, NULL);
  if (GRAFT_IS_SLICE_INPUT (base))
    {
      GraftSliceInput *outer = GRAFT_SLICE_INPUT (base);

      self->base = g_object_ref (outer->base);
      self->offset = outer->offset + offset;
    }
  else
    {
      self->base = g_object_ref (base);
      self->offset = offset;
    }
  self->length = length;
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
