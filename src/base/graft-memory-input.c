/* graft-memory-input.c: bytes in memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-input.h"

#include <string.h>

#define GRAFT_TYPE_MEMORY_INPUT (graft_memory_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftMemoryInput, graft_memory_input, GRAFT, MEMORY_INPUT, GraftInput)

struct _GraftMemoryInput
{
  GraftInput parent_instance;

  GBytes *bytes;
};

G_DEFINE_TYPE (GraftMemoryInput, graft_memory_input, GRAFT_TYPE_INPUT)

static guint64
graft_memory_input_get_size_ (GraftInput *input)
{
  return g_bytes_get_size (GRAFT_MEMORY_INPUT (input)->bytes);
}

static gboolean
graft_memory_input_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                            GError **error)
{
  const guint8 *data = g_bytes_get_data (GRAFT_MEMORY_INPUT (input)->bytes, NULL);

  memcpy (buffer, data + offset, length);
  return TRUE;
}

static void
graft_memory_input_finalize (GObject *object)
{
  g_clear_pointer (&GRAFT_MEMORY_INPUT (object)->bytes, g_bytes_unref);
  G_OBJECT_CLASS (graft_memory_input_parent_class)->finalize (object);
}

static void
graft_memory_input_class_init (GraftMemoryInputClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_memory_input_finalize;
  input_class->get_size = graft_memory_input_get_size_;
  input_class->read_at = graft_memory_input_read_at;
}

static void
graft_memory_input_init (GraftMemoryInput *self)
{
}

GraftInput *
graft_memory_input_new (GBytes *bytes, const char *name)
{
  GraftMemoryInput *self = g_object_new (GRAFT_TYPE_MEMORY_INPUT, NULL);

  self->bytes = g_bytes_ref (bytes);
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
