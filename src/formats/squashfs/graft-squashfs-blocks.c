/* graft-squashfs-blocks.c: the decoded data blocks and fragment blocks of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-blocks.h"

#include <glib/gi18n-lib.h>

#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-error.h"

/* Two megabytes of blocks, and never fewer than four: a file's block, its fragment, and the same
 * of another reader. */
#define CACHE_BYTES (2 * 1024 * 1024)
#define CACHE_MIN 4
#define CACHE_MAX 64

typedef struct
{
  guint64 offset;
  guint64 used;  /* larger is later */
  GBytes *bytes; /* NULL: empty */
} CachedBlock;

struct _GraftSquashfsBlocks
{
  GraftInput *input;          /* no-ref */
  const sqfs_super_t *super;  /* no-ref */
  sqfs_compressor_t *decoder; /* never used itself, but copied for each thread */
  guint n_cached;

  GMutex lock; /* of all below */
  CachedBlock cached[CACHE_MAX];
  guint64 clock;
  GQueue decoders; /* of sqfs_compressor_t that nobody uses */
};

GraftSquashfsBlocks *
graft_squashfs_blocks_new (GraftInput *input, const sqfs_super_t *super,
                           const sqfs_compressor_config_t *config)
{
  g_autoptr (GraftSquashfsBlocks) self = g_new0 (GraftSquashfsBlocks, 1);

  self->input = input;
  self->super = super;
  self->decoder = graft_squashfs_decoder_new (config);
  self->n_cached = CLAMP (CACHE_BYTES / super->block_size, CACHE_MIN, CACHE_MAX);
  g_mutex_init (&self->lock);
  g_queue_init (&self->decoders);
  return self->decoder != NULL ? g_steal_pointer (&self) : NULL;
}

void
graft_squashfs_blocks_free (GraftSquashfsBlocks *self)
{
  for (guint i = 0; i < self->n_cached; i++)
    g_clear_pointer (&self->cached[i].bytes, g_bytes_unref);
  g_queue_clear_full (&self->decoders, sqfs_destroy);
  sqfs_destroy (self->decoder);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static sqfs_compressor_t *
take_decoder (GraftSquashfsBlocks *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  sqfs_compressor_t *decoder = g_queue_pop_head (&self->decoders);

  return decoder != NULL ? decoder : sqfs_copy (self->decoder);
}

static void
give_decoder (GraftSquashfsBlocks *self, sqfs_compressor_t *decoder)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_push_head (&self->decoders, decoder);
}

static gboolean
fail (int code, guint64 offset, GError **error)
{
  return graft_squashfs_fail_reading (NULL, code, _ ("data block"), offset, error);
}

static gboolean
fail_at (guint64 offset, const char *what, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);

  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("data block at byte %s %s"), at,
               what);
  return FALSE;
}

gboolean
graft_squashfs_blocks_decode (GraftSquashfsBlocks *self, guint64 offset, guint32 stored,
                              guint8 *buffer, gsize room, gsize *ret_length, GError **error)
{
  gboolean raw = !SQFS_IS_BLOCK_COMPRESSED (stored);
  gsize length = SQFS_ON_DISK_BLOCK_SIZE (stored);
  g_autofree guint8 *encoded = NULL;
  sqfs_compressor_t *decoder;
  gboolean decoded;

  if (length == 0 || length > self->super->block_size || (raw && length > room)
      || (stored & ~(GRAFT_SQUASHFS_BLOCK_RAW | (GRAFT_SQUASHFS_BLOCK_RAW - 1))) != 0)
    return fail_at (offset, _ ("has an impossible size"), error);
  if (offset < sizeof *self->super || offset > self->super->bytes_used
      || self->super->bytes_used - offset < length)
    return fail_at (offset, _ ("lies outside of the image"), error);
  if (raw)
    {
      if (!graft_input_read_at (self->input, offset, buffer, length, error))
        return FALSE;
      *ret_length = length;
      return TRUE;
    }
  encoded = g_malloc (length);
  if (!graft_input_read_at (self->input, offset, encoded, length, error))
    return FALSE;
  decoder = take_decoder (self);
  if (decoder == NULL)
    return fail (SQFS_ERROR_ALLOC, offset, error);
  decoded = graft_squashfs_decode (decoder, encoded, length, buffer, room, ret_length);
  give_decoder (self, decoder);
  return decoded || fail (SQFS_ERROR_COMPRESSOR, offset, error);
}

static GBytes *
find (GraftSquashfsBlocks *self, guint64 offset)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->n_cached; i++)
    if (self->cached[i].bytes != NULL && self->cached[i].offset == offset)
      {
        self->cached[i].used = ++self->clock;
        return g_bytes_ref (self->cached[i].bytes);
      }
  return NULL;
}

static void
keep (GraftSquashfsBlocks *self, guint64 offset, GBytes *bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CachedBlock *oldest = &self->cached[0];

  for (guint i = 1; i < self->n_cached; i++)
    if (self->cached[i].used < oldest->used)
      oldest = &self->cached[i];
  g_clear_pointer (&oldest->bytes, g_bytes_unref);
  *oldest = (CachedBlock){ offset, ++self->clock, g_bytes_ref (bytes) };
}

GBytes *
graft_squashfs_blocks_get (GraftSquashfsBlocks *self, guint64 offset, guint32 stored,
                           GError **error)
{
  GBytes *bytes = find (self, offset);
  g_autofree guint8 *buffer = NULL;
  gsize length = 0;

  if (bytes != NULL)
    return bytes;
  buffer = g_malloc (self->super->block_size);
  if (!graft_squashfs_blocks_decode (self, offset, stored, buffer, self->super->block_size, &length,
                                     error))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&buffer), length);
  keep (self, offset, bytes);
  return bytes;
}
