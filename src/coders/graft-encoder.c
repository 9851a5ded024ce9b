/* graft-encoder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-encoder.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "coders/graft-encoder-private.h"

/* Given to a library at once: cancelled in between. */
#define PORTION (256 * 1024)

static GraftEncoder *
copy_create (GraftLevel level, guint n_threads, GError **error)
{
  return g_new0 (GraftEncoder, 1);
}

static gboolean
copy_run (GraftEncoder *self, const void *data, gsize length, gboolean finish, GError **error)
{
  return graft_output_write (self->output, data, length, error);
}

static void
copy_destroy (GraftEncoder *self)
{
  g_free (self);
}

static const GraftEncoderClass copy_class = { copy_create, copy_run, copy_destroy, NULL };

static const GraftEncoderClass *
find_class (GraftCompression compression)
{
  switch (compression)
    {
    case GRAFT_COMPRESSION_NONE:
      return &copy_class;
    case GRAFT_COMPRESSION_GZIP:
      return &graft_encoder_gzip_class;
    case GRAFT_COMPRESSION_XZ:
      return &graft_encoder_xz_class;
    case GRAFT_COMPRESSION_ZSTD:
      return &graft_encoder_zstd_class;
    /* Both: the kernel takes no other lz4 than the legacy frame. */
    case GRAFT_COMPRESSION_LZ4_LEGACY:
    case GRAFT_COMPRESSION_LZ4_FRAME:
      return &graft_encoder_lz4_class;
    case GRAFT_COMPRESSION_BZIP2:
      return &graft_encoder_bzip2_class;
    case GRAFT_COMPRESSION_LZMA:
      return &graft_encoder_lzma_class;
    case GRAFT_COMPRESSION_LZO:
      return &graft_encoder_lzo_class;
    default:
      g_assert_not_reached ();
    }
}

gboolean
graft_encoder_fail (const char *library, const char *why, GError **error)
{
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO, _ ("compressing failed: %s: %s"), library,
               why);
  return FALSE;
}

GraftEncoder *
graft_encoder_new (GraftCompression compression, GraftLevel level, guint n_threads,
                   GraftOutput *output, GError **error)
{
  const GraftEncoderClass *klass = find_class (compression);
  GraftEncoder *self
      = klass->create (level, n_threads > 0 ? n_threads : g_get_num_processors (), error);

  if (self == NULL)
    return NULL;
  self->klass = klass;
  self->output = g_object_ref (output);
  return self;
}

void
graft_encoder_set_cancellable (GraftEncoder *self, GCancellable *cancellable)
{
  g_set_object (&self->cancellable, cancellable);
}

void
graft_encoder_free (GraftEncoder *self)
{
  g_object_unref (self->output);
  g_clear_object (&self->cancellable);
  self->klass->destroy (self);
}

gboolean
graft_encoder_write (GraftEncoder *self, const void *data, gsize length, GError **error)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gsize count = MIN (length, PORTION);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !self->klass->run (self, from, count, FALSE, error))
        return FALSE;
      from += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_encoder_add_block (GraftEncoder *self, GraftInput *stream, const GraftXzBlock *block,
                         guint64 *ret_offset, GError **error)
{
  g_return_val_if_fail (self->klass->add_block != NULL, FALSE);
  return self->klass->add_block (self, stream, block, ret_offset, error);
}

gboolean
graft_encoder_finish (GraftEncoder *self, GError **error)
{
  return self->klass->run (self, NULL, 0, TRUE, error);
}
