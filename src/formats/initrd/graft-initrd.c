/* graft-initrd.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-private.h"

#include <string.h>

#include "formats/cpio/graft-cpio-header.h"
#include "formats/initrd/graft-initrd-splitter.h"

G_DEFINE_FINAL_TYPE (GraftInitrd, graft_initrd, GRAFT_TYPE_IMAGE)

static void
graft_initrd_finalize (GObject *object)
{
  GraftInitrd *self = GRAFT_INITRD (object);

  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->segments, g_ptr_array_unref);
  G_OBJECT_CLASS (graft_initrd_parent_class)->finalize (object);
}

static guint
graft_initrd_get_n_parts (GraftImage *image)
{
  return GRAFT_INITRD (image)->parts->len;
}

static GraftNode *
graft_initrd_dup_part (GraftImage *image, guint part)
{
  return graft_cpio_archive_dup_root (
      graft_initrd_get_part_segment (GRAFT_INITRD (image), part)->archive);
}

GraftInitrdView *
graft_initrd_view_parts (GraftInitrd *self, GraftNode *const *roots, guint n_parts, GError **error)
{
  g_autoptr (GraftInitrdView) view = graft_initrd_view_new ();

  for (guint i = 0; i < n_parts; i++)
    {
      GraftInitrdSegment *segment = graft_initrd_get_part_segment (self, i);

      if (segment->reached && !graft_initrd_view_add (view, i, roots[i], segment->archive, error))
        return NULL;
    }
  return g_steal_pointer (&view);
}

static GraftNode *
graft_initrd_merge (GraftImage *image, GraftNode *const *roots, GError **error)
{
  GraftInitrd *self = GRAFT_INITRD (image);
  g_autoptr (GraftInitrdView) view = graft_initrd_view_parts (self, roots, self->parts->len, error);

  return view != NULL ? graft_initrd_view_dup_root (view) : NULL;
}

static const char *
graft_initrd_get_compression (GraftImage *image)
{
  GraftInitrd *self = GRAFT_INITRD (image);
  const char *compression = NULL;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const GraftSegment *segment = &graft_initrd_get_part_segment (self, i)->info;

      /* Early microcode cannot be compressed, so it says nothing. */
      if (segment->early)
        continue;
      if (compression != NULL && !g_str_equal (compression, segment->compression))
        return "mixed";
      compression = segment->compression;
    }
  return compression != NULL ? compression : "none";
}

static GPtrArray *
graft_initrd_get_segments (GraftImage *image)
{
  return GRAFT_INITRD (image)->segments;
}

static void
graft_initrd_class_init (GraftInitrdClass *klass)
{
  GraftImageClass *image_class = GRAFT_IMAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_initrd_finalize;
  image_class->format = "initrd";
  image_class->get_n_parts = graft_initrd_get_n_parts;
  image_class->dup_part = graft_initrd_dup_part;
  image_class->merge = graft_initrd_merge;
  image_class->get_compression = graft_initrd_get_compression;
  image_class->get_segments = graft_initrd_get_segments;
  image_class->write = graft_initrd_write;
  image_class->verify = graft_initrd_verify;
}

static void
graft_initrd_init (GraftInitrd *self)
{
  self->parts = g_ptr_array_new ();
}

static GraftImage *
graft_initrd_open (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) segments = graft_initrd_split (input, cancellable, error);
  GraftInitrd *self;

  if (segments == NULL)
    return NULL;
  self = g_object_new (GRAFT_TYPE_INITRD, NULL);
  graft_image_set_input (GRAFT_IMAGE (self), input);
  self->segments = g_steal_pointer (&segments);
  for (guint i = 0; i < self->segments->len; i++)
    if (graft_initrd_get_segment (self, i)->info.part >= 0)
      g_ptr_array_add (self->parts, graft_initrd_get_segment (self, i));
  return GRAFT_IMAGE (self);
}

const GraftImageFormat *
graft_initrd_get_format (void)
{
  static const GraftImageFormat format = { "initrd", graft_initrd_probe, graft_initrd_open };

  return &format;
}

GraftImage *
graft_initrd_new_empty (const char *name, GError **error)
{
  const GraftCpioHeader header = { .nlink = 1, .name_size = sizeof GRAFT_CPIO_TRAILER };
  /* Up to a multiple of four. */
  guint8 data[(GRAFT_CPIO_HEADER_SIZE + sizeof GRAFT_CPIO_TRAILER + 3) & ~(gsize)3] = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) input = NULL;

  graft_cpio_header_format (&header, FALSE, (char *)data);
  memcpy (data + GRAFT_CPIO_HEADER_SIZE, GRAFT_CPIO_TRAILER, sizeof GRAFT_CPIO_TRAILER);
  bytes = g_bytes_new (data, sizeof data);
  input = graft_memory_input_new (bytes, name);
  return graft_initrd_open (input, NULL, error);
}

guint
graft_initrd_get_segment_number (GraftInitrd *self, guint part)
{
  return graft_initrd_get_part_segment (self, part)->info.number;
}

int
graft_initrd_get_part (GraftInitrd *self, guint number)
{
  if (number < 1 || number > self->segments->len)
    return -1;
  return graft_initrd_get_segment (self, number - 1)->info.part;
}

guint
graft_initrd_get_main_part (GraftInitrd *self)
{
  guint part = self->parts->len - 1;

  while (part > 0 && graft_initrd_get_part_segment (self, part)->info.early)
    part--;
  return part;
}

gboolean
graft_initrd_locate (GraftInitrd *self, GraftNode *const *roots, const char *path, guint *ret_part,
                     char **ret_path, GError **error)
{
  g_autoptr (GraftInitrdView) view = graft_initrd_view_parts (self, roots, self->parts->len, error);

  return view != NULL && graft_initrd_view_locate (view, path, ret_part, ret_path);
}
