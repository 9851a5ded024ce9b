/* graft-image.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-image.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"

#define COMPARE_CHUNK (1024 * 1024)

typedef struct
{
  GraftInput *input;
} GraftImagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GraftImage, graft_image, G_TYPE_OBJECT)

GraftWritten *
graft_written_new (void)
{
  GraftWritten *self = g_new0 (GraftWritten, 1);

  self->carried = g_array_new (FALSE, FALSE, sizeof (GraftCarriedRange));
  return self;
}

void
graft_written_free (GraftWritten *self)
{
  if (self->evidence_free != NULL)
    self->evidence_free (self->evidence);
  g_array_unref (self->carried);
  g_free (self);
}

void
graft_written_add_carried (GraftWritten *self, guint64 source_offset, guint64 target_offset,
                           guint64 length)
{
  const GraftCarriedRange range = { source_offset, target_offset, length };

  self->copied += length;
  g_array_append_val (self->carried, range);
}

static guint
graft_image_real_get_n_parts (GraftImage *self)
{
  return 1;
}

static GraftNode *
graft_image_real_merge (GraftImage *self, GraftNode *const *roots, GError **error)
{
  return graft_node_ref (roots[0]);
}

static const char *
graft_image_real_get_label (GraftImage *self)
{
  return NULL;
}

static GPtrArray *
graft_image_real_get_segments (GraftImage *self)
{
  return NULL;
}

static gsize
graft_image_real_get_content_unit (GraftImage *self)
{
  return 0;
}

static gboolean
graft_image_real_check_room (GraftImage *self, GraftNode *const *roots, GraftRoom *ret_room,
                             GCancellable *cancellable, GError **error)
{
  if (ret_room != NULL)
    *ret_room = (GraftRoom){ 0 };
  return TRUE;
}

static void
graft_image_finalize (GObject *object)
{
  GraftImagePrivate *priv = graft_image_get_instance_private (GRAFT_IMAGE (object));

  g_clear_object (&priv->input);
  G_OBJECT_CLASS (graft_image_parent_class)->finalize (object);
}

static void
graft_image_class_init (GraftImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_image_finalize;
  klass->get_n_parts = graft_image_real_get_n_parts;
  klass->merge = graft_image_real_merge;
  klass->get_label = graft_image_real_get_label;
  klass->get_segments = graft_image_real_get_segments;
  klass->get_content_unit = graft_image_real_get_content_unit;
  klass->check_room = graft_image_real_check_room;
}

static void
graft_image_init (GraftImage *self)
{
}

void
graft_image_set_input (GraftImage *self, GraftInput *input)
{
  GraftImagePrivate *priv = graft_image_get_instance_private (self);

  g_set_object (&priv->input, input);
}

GraftInput *
graft_image_get_input (GraftImage *self)
{
  GraftImagePrivate *priv = graft_image_get_instance_private (self);

  return priv->input;
}

const char *
graft_image_get_name (GraftImage *self)
{
  return graft_input_get_name (graft_image_get_input (self));
}

const char *
graft_image_get_format (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->format;
}

gboolean
graft_image_keeps_size (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->keeps_size;
}

const char *
graft_image_get_compression (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->get_compression (self);
}

const char *
graft_image_get_label (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->get_label (self);
}

GPtrArray *
graft_image_get_segments (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->get_segments (self);
}

guint
graft_image_get_n_parts (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->get_n_parts (self);
}

GraftNode *
graft_image_dup_part (GraftImage *self, guint part)
{
  return GRAFT_IMAGE_GET_CLASS (self)->dup_part (self, part);
}

GraftNode *
graft_image_merge (GraftImage *self, GraftNode *const *roots, GError **error)
{
  if (graft_image_get_n_parts (self) == 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is a %s: it has no files"), graft_image_get_name (self),
                   graft_image_get_format (self));
      return NULL;
    }
  return GRAFT_IMAGE_GET_CLASS (self)->merge (self, roots, error);
}

GraftNode *
graft_image_dup_root (GraftImage *self, GError **error)
{
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);

  for (guint i = 0; i < graft_image_get_n_parts (self); i++)
    g_ptr_array_add (roots, graft_image_dup_part (self, i));
  return graft_image_merge (self, (GraftNode *const *)roots->pdata, error);
}

gboolean
graft_image_write (GraftImage *self, GraftNode *const *roots, const GraftImageOptions *options,
                   GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);

  return GRAFT_IMAGE_GET_CLASS (self)->write (self, roots, options, output, written, progress,
                                              cancellable, error);
}

gboolean
graft_image_verify (GraftImage *self, GraftNode *const *roots, GraftImage *result,
                    GraftWritten *written, gboolean full, GraftProgress *progress,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);

  if (G_OBJECT_TYPE (self) != G_OBJECT_TYPE (result))
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
                   _ ("%s reads back as a %s instead of a %s"), graft_image_get_name (result),
                   graft_image_get_format (result), graft_image_get_format (self));
      return FALSE;
    }
  return GRAFT_IMAGE_GET_CLASS (self)->verify (self, roots, result, written, full, progress,
                                               cancellable, error);
}

gsize
graft_image_get_content_unit (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->get_content_unit (self);
}

gboolean
graft_image_check_room (GraftImage *self, GraftNode *const *roots, GraftRoom *ret_room,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);

  return GRAFT_IMAGE_GET_CLASS (self)->check_room (self, roots, ret_room, cancellable, error);
}

gboolean
graft_image_can_patch (GraftImage *self)
{
  return GRAFT_IMAGE_GET_CLASS (self)->patch != NULL;
}

GraftInput *
graft_image_patch (GraftImage *self, GraftNode *const *roots, gsize unit,
                   const GraftImageOptions *options, GraftWritten *written, GraftProgress *progress,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);

  return GRAFT_IMAGE_GET_CLASS (self)->patch (self, roots, unit, options, written, progress,
                                              cancellable, error);
}

static gboolean
verify_range (GraftImage *self, GraftImage *result, const GraftCarriedRange *range, guint8 *left,
              guint8 *right, GCancellable *cancellable, GError **error)
{
  for (guint64 done = 0; done < range->length; done += COMPARE_CHUNK)
    {
      gsize count = MIN (range->length - done, COMPARE_CHUNK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (graft_image_get_input (self), range->source_offset + done, left,
                                   count, error)
          || !graft_input_read_at (graft_image_get_input (result), range->target_offset + done,
                                   right, count, error))
        return FALSE;
      if (memcmp (left, right, count) != 0)
        {
          g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
                       _ ("%s reads back differently between byte %s and %s: the disk or its "
                          "connection lost data"),
                       graft_image_get_name (result), GRAFT_NUMBER (range->target_offset + done),
                       GRAFT_NUMBER (range->target_offset + done + count));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
graft_image_verify_carried (GraftImage *self, GraftImage *result, GraftWritten *written,
                            GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *left = g_malloc (COMPARE_CHUNK);
  g_autofree guint8 *right = g_malloc (COMPARE_CHUNK);
  guint64 done = 0;

  for (guint i = 0; i < written->carried->len; i++)
    {
      const GraftCarriedRange *range = &g_array_index (written->carried, GraftCarriedRange, i);

      if (!verify_range (self, result, range, left, right, cancellable, error))
        return FALSE;
      done += range->length;
      graft_progress_set (progress, (double)done / MAX (written->copied, 1));
    }
  return TRUE;
}
