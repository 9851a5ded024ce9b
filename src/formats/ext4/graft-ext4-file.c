/* graft-ext4-file.c: the bytes of one file in an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define GRAFT_TYPE_EXT4_FILE (graft_ext4_file_get_type ())
G_DECLARE_FINAL_TYPE (GraftExt4File, graft_ext4_file, GRAFT, EXT4_FILE, GraftInput)

struct _GraftExt4File
{
  GraftInput parent_instance;

  GraftImage *owner;
  guint32 block_size;
  guint64 size;
  GArray *runs; /* of GraftExt4Run, sorted */
};

G_DEFINE_TYPE (GraftExt4File, graft_ext4_file, GRAFT_TYPE_INPUT)

static guint64
graft_ext4_file_get_size (GraftInput *input)
{
  return GRAFT_EXT4_FILE (input)->size;
}

/* The first run that ends after @block. */
static guint
find_run (GraftExt4File *self, guint64 block)
{
  guint low = 0, high = self->runs->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GraftExt4Run *run = &g_array_index (self->runs, GraftExt4Run, middle);

      if (run->logical + run->count <= block)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
graft_ext4_file_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                         GError **error)
{
  GraftExt4File *self = GRAFT_EXT4_FILE (input);
  guint8 *to = buffer;

  for (guint i = find_run (self, offset / self->block_size); length > 0;)
    {
      const GraftExt4Run *run
          = i < self->runs->len ? &g_array_index (self->runs, GraftExt4Run, i) : NULL;
      guint64 first = run != NULL ? run->logical * self->block_size : G_MAXUINT64;
      gsize count;

      if (first > offset)
        {
          count = MIN (first - offset, length);
          memset (to, 0, count);
        }
      else
        {
          guint64 skip = offset - first;

          count = MIN (run->count * self->block_size - skip, length);
          if (!graft_input_read_at (graft_image_get_input (self->owner),
                                    run->physical * self->block_size + skip, to, count, error))
            {
              g_prefix_error (error, _ ("%s: "), graft_input_get_name (input));
              return FALSE;
            }
          i++;
        }
      offset += count;
      to += count;
      length -= count;
    }
  return TRUE;
}

static gboolean
graft_ext4_file_check_unchanged (GraftInput *input, GError **error)
{
  GraftExt4File *self = GRAFT_EXT4_FILE (input);

  return graft_input_check_unchanged (graft_image_get_input (self->owner), error);
}

static void
graft_ext4_file_finalize (GObject *object)
{
  GraftExt4File *self = GRAFT_EXT4_FILE (object);

  g_clear_pointer (&self->runs, g_array_unref);
  g_clear_object (&self->owner);
  G_OBJECT_CLASS (graft_ext4_file_parent_class)->finalize (object);
}

static void
graft_ext4_file_class_init (GraftExt4FileClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_ext4_file_finalize;
  input_class->get_size = graft_ext4_file_get_size;
  input_class->read_at = graft_ext4_file_read_at;
  input_class->check_unchanged = graft_ext4_file_check_unchanged;
}

static void
graft_ext4_file_init (GraftExt4File *self)
{
}

GraftInput *
graft_ext4_file_new (GraftImage *owner, guint32 block_size, guint64 size, GArray *runs,
                     const char *name)
{
  GraftExt4File *self = g_object_new (GRAFT_TYPE_EXT4_FILE, NULL);

  self->owner = g_object_ref (owner);
  self->block_size = block_size;
  self->size = size;
  self->runs = g_array_ref (runs);
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}
