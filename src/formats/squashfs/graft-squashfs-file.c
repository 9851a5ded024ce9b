/* graft-squashfs-file.c: the bytes of one file in an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"

#define GRAFT_TYPE_SQUASHFS_FILE (graft_squashfs_file_get_type ())
G_DECLARE_FINAL_TYPE (GraftSquashfsFile, graft_squashfs_file, GRAFT, SQUASHFS_FILE, GraftInput)

struct _GraftSquashfsFile
{
  GraftInput parent_instance;

  GraftImage *owner;
  GraftSquashfsBlocks *blocks; /* no-ref: the owner's */
  guint32 block_size;
  GraftSquashfsLayout layout;
  guint64 *offsets; /* where each block is stored */
  guint64 ref;      /* where its inode is */
};

G_DEFINE_TYPE (GraftSquashfsFile, graft_squashfs_file, GRAFT_TYPE_INPUT)

static guint64
graft_squashfs_file_get_size (GraftInput *input)
{
  return GRAFT_SQUASHFS_FILE (input)->layout.size;
}

static gboolean
fail (GraftSquashfsFile *self, guint64 offset, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);

  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s: the block of its byte %s is too short or too long"),
               graft_input_get_name (GRAFT_INPUT (self)), at);
  return FALSE;
}

/* The @length bytes from @skip of the block @index, which holds @whole bytes of the file. */
static gboolean
read_block (GraftSquashfsFile *self, guint64 index, guint32 whole, guint32 skip, guint8 *to,
            gsize length, GError **error)
{
  guint32 stored = g_array_index (self->layout.sizes, guint32, index);
  g_autoptr (GBytes) bytes = NULL;
  gsize decoded = 0;

  if (stored == 0)
    {
      memset (to, 0, length);
      return TRUE;
    }
  if (length == whole)
    {
      if (!graft_squashfs_blocks_decode (self->blocks, self->offsets[index], stored, to, length,
                                         &decoded, error))
        {
          g_prefix_error (error, _ ("%s: "), graft_input_get_name (GRAFT_INPUT (self)));
          return FALSE;
        }
    }
  else
    {
      bytes = graft_squashfs_blocks_get (self->blocks, self->offsets[index], stored, error);
      if (bytes == NULL)
        {
          g_prefix_error (error, _ ("%s: "), graft_input_get_name (GRAFT_INPUT (self)));
          return FALSE;
        }
      decoded = g_bytes_get_size (bytes);
    }
  if (decoded != whole)
    return fail (self, index * self->block_size, error);
  if (bytes != NULL)
    memcpy (to, (const guint8 *)g_bytes_get_data (bytes, NULL) + skip, length);
  return TRUE;
}

static gboolean
read_fragment (GraftSquashfsFile *self, guint64 offset, guint32 whole, guint32 skip, guint8 *to,
               gsize length, GError **error)
{
  const GraftSquashfsLayout *layout = &self->layout;
  g_autoptr (GBytes) bytes = graft_squashfs_blocks_get (self->blocks, layout->fragment_start,
                                                        layout->fragment_size, error);

  if (bytes == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_input_get_name (GRAFT_INPUT (self)));
      return FALSE;
    }
  if (g_bytes_get_size (bytes) < (gsize)layout->fragment_offset + whole)
    return fail (self, offset, error);
  memcpy (to, (const guint8 *)g_bytes_get_data (bytes, NULL) + layout->fragment_offset + skip,
          length);
  return TRUE;
}

static gboolean
graft_squashfs_file_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length,
                             GError **error)
{
  GraftSquashfsFile *self = GRAFT_SQUASHFS_FILE (input);
  guint8 *to = buffer;

  while (length > 0)
    {
      guint64 index = offset / self->block_size;
      guint32 skip = offset % self->block_size;
      guint32 whole = MIN (self->layout.size - index * self->block_size, self->block_size);
      gsize count = MIN (length, whole - skip);
      gboolean ok = index < self->layout.sizes->len
                        ? read_block (self, index, whole, skip, to, count, error)
                        : read_fragment (self, offset, whole, skip, to, count, error);

      if (!ok)
        return FALSE;
      offset += count;
      to += count;
      length -= count;
    }
  return TRUE;
}

static gboolean
graft_squashfs_file_check_unchanged (GraftInput *input, GError **error)
{
  GraftSquashfsFile *self = GRAFT_SQUASHFS_FILE (input);

  return graft_input_check_unchanged (graft_image_get_input (self->owner), error);
}

static void
graft_squashfs_file_finalize (GObject *object)
{
  GraftSquashfsFile *self = GRAFT_SQUASHFS_FILE (object);

  g_clear_pointer (&self->layout.sizes, g_array_unref);
  g_clear_pointer (&self->offsets, g_free);
  g_clear_object (&self->owner);
  G_OBJECT_CLASS (graft_squashfs_file_parent_class)->finalize (object);
}

static void
graft_squashfs_file_class_init (GraftSquashfsFileClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_squashfs_file_finalize;
  input_class->get_size = graft_squashfs_file_get_size;
  input_class->read_at = graft_squashfs_file_read_at;
  input_class->check_unchanged = graft_squashfs_file_check_unchanged;
}

static void
graft_squashfs_file_init (GraftSquashfsFile *self)
{
}

GraftInput *
graft_squashfs_file_new (GraftImage *owner, GraftSquashfsBlocks *blocks, guint32 block_size,
                         const GraftSquashfsLayout *layout, guint64 ref, const char *name)
{
  GraftSquashfsFile *self = g_object_new (GRAFT_TYPE_SQUASHFS_FILE, NULL);
  guint64 offset = layout->start;

  self->owner = g_object_ref (owner);
  self->blocks = blocks;
  self->block_size = block_size;
  self->ref = ref;
  self->layout = *layout;
  g_array_ref (self->layout.sizes);
  self->offsets = g_new (guint64, layout->sizes->len + 1);
  for (guint i = 0; i < layout->sizes->len; i++)
    {
      /* Wraps around for a hostile start only; decoding holds each offset against the image. */
      self->offsets[i] = offset;
      offset += SQFS_ON_DISK_BLOCK_SIZE (g_array_index (layout->sizes, guint32, i));
    }
  graft_input_set_name (GRAFT_INPUT (self), name);
  return GRAFT_INPUT (self);
}

gboolean
graft_squashfs_file_is_of (GraftInput *input, GraftImage *owner, guint64 *ret_ref)
{
  if (!GRAFT_IS_SQUASHFS_FILE (input) || GRAFT_SQUASHFS_FILE (input)->owner != owner)
    return FALSE;
  *ret_ref = GRAFT_SQUASHFS_FILE (input)->ref;
  return TRUE;
}
