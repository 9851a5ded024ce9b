/* graft-squashfs-metadata.c: reading the packed tables
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-metadata.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"

/* Half a megabyte. Listing a folder looks at the inodes of its folders too, which lie behind all
 * that is in them; with fewer blocks those in between are decoded again and again. */
#define N_CACHED 64

typedef struct
{
  guint64 start; /* 0: empty */
  guint64 next;  /* where the following block starts */
  guint64 used;  /* larger is later */
  gsize length;
  guint8 data[GRAFT_SQUASHFS_METADATA_SIZE];
} CachedBlock;

struct _GraftSquashfsMetadata
{
  GraftInput *input;               /* no-ref */
  const GraftSquashfsSuper *super; /* no-ref */

  GMutex lock; /* of all below */
  GraftSquashfsCodec *codec;
  CachedBlock *blocks[N_CACHED]; /* allocated when first needed */
  CachedBlock *last;             /* looked at first */
  guint64 clock;
};

GraftSquashfsMetadata *
graft_squashfs_metadata_new (GraftInput *input, const GraftSquashfsSuper *super,
                             const GraftSquashfsOptions *options)
{
  GraftSquashfsMetadata *self = g_new0 (GraftSquashfsMetadata, 1);

  self->input = input;
  self->super = super;
  g_mutex_init (&self->lock);
  self->codec = graft_squashfs_codec_new (super->compressor, options, GRAFT_SQUASHFS_METADATA_SIZE,
                                          GRAFT_EFFORT_SAME);
  return self;
}

void
graft_squashfs_metadata_free (GraftSquashfsMetadata *self)
{
  for (guint i = 0; i < N_CACHED; i++)
    g_free (self->blocks[i]);
  graft_squashfs_codec_free (self->codec);
  g_mutex_clear (&self->lock);
  g_free (self);
}

GraftSquashfsCursor
graft_squashfs_metadata_seek (GraftSquashfsMetadata *self, guint64 table, guint64 ref)
{
  /* Cannot overflow: the table lies in the image, and a shifted reference has 48 bits. */
  return (GraftSquashfsCursor){
    .block = table + GRAFT_SQUASHFS_REF_BLOCK (ref),
    .offset = GRAFT_SQUASHFS_REF_OFFSET (ref),
    .end = graft_squashfs_super_get_end (self->super, table),
  };
}

static gboolean
fail_at (guint64 offset, const char *what, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               "metadata block at byte %" G_GUINT64_FORMAT " %s", offset, what);
  return FALSE;
}

/* The block to use for a new one: an empty one or the least recently used. */
static CachedBlock *
pick_block (GraftSquashfsMetadata *self)
{
  CachedBlock *oldest = NULL;

  for (guint i = 0; i < N_CACHED; i++)
    {
      CachedBlock *block = self->blocks[i];

      if (block == NULL)
        return self->blocks[i] = g_new0 (CachedBlock, 1);
      if (oldest == NULL || block->used < oldest->used)
        oldest = block;
    }
  return oldest;
}

static gboolean
load_block (GraftSquashfsMetadata *self, guint64 start, guint64 end, CachedBlock *block,
            GError **error)
{
  guint8 stored[GRAFT_SQUASHFS_METADATA_SIZE];
  guint8 head[2];
  guint16 length = 0;
  gboolean raw;

  block->start = 0;
  if (start < GRAFT_SQUASHFS_SUPER_SIZE || start > end || end - start < sizeof head)
    return fail_at (start, "lies outside of its table", error);
  if (!graft_input_read_at (self->input, start, head, sizeof head, error))
    return FALSE;
  graft_bytes_get_le16 (head, sizeof head, 0, &length);
  raw = (length & GRAFT_SQUASHFS_METADATA_RAW) != 0;
  length &= ~GRAFT_SQUASHFS_METADATA_RAW;
  if (length == 0 || length > GRAFT_SQUASHFS_METADATA_SIZE || end - start - sizeof head < length)
    return fail_at (start, "has an impossible length", error);
  if (!graft_input_read_at (self->input, start + sizeof head, raw ? block->data : stored, length,
                            error))
    return FALSE;
  block->length = length;
  if (!raw
      && !graft_squashfs_codec_decode (self->codec, stored, length, block->data,
                                       GRAFT_SQUASHFS_METADATA_SIZE, &block->length))
    return fail_at (start, "cannot be decoded", error);
  block->start = start;
  block->next = start + sizeof head + length;
  return TRUE;
}

/* With the lock held. */
static CachedBlock *
get_block (GraftSquashfsMetadata *self, guint64 start, guint64 end, GError **error)
{
  CachedBlock *block = self->last;

  if (block == NULL || block->start != start)
    {
      block = NULL;
      for (guint i = 0; i < N_CACHED && self->blocks[i] != NULL && block == NULL; i++)
        if (self->blocks[i]->start == start)
          block = self->blocks[i];
    }
  if (block == NULL)
    {
      block = pick_block (self);
      if (!load_block (self, start, end, block, error))
        return NULL;
    }
  block->used = ++self->clock;
  self->last = block;
  return block;
}

gboolean
graft_squashfs_metadata_read (GraftSquashfsMetadata *self, GraftSquashfsCursor *cursor,
                              void *buffer, gsize length, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint8 *to = buffer;

  while (length > 0)
    {
      CachedBlock *block = get_block (self, cursor->block, cursor->end, error);
      gsize count;

      if (block == NULL)
        return FALSE;
      if (cursor->offset >= block->length)
        {
          /* Only the last block of a table may be short, and nothing points behind it. */
          if (cursor->offset > block->length || block->length < GRAFT_SQUASHFS_METADATA_SIZE)
            return fail_at (cursor->block, "ends before what is looked for in it", error);
          cursor->block = block->next;
          cursor->offset = 0;
          continue;
        }
      count = MIN (length, block->length - cursor->offset);
      memcpy (to, block->data + cursor->offset, count);
      cursor->offset += count;
      to += count;
      length -= count;
    }
  return TRUE;
}

/* Each block begins behind the one before, so that a small image cannot name the same block a
 * million times (the kernel checks the same since 5.11). */
static gboolean
check_positions (const guint8 *list, guint64 n_blocks, guint64 start, const char *what,
                 GError **error)
{
  guint64 before = 0;

  for (guint64 i = 0; i < n_blocks; i++)
    {
      guint64 position = 0;

      graft_bytes_get_le64 (list, n_blocks * 8, i * 8, &position);
      if (position <= before || position >= start)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                       "the %s table at byte %" G_GUINT64_FORMAT
                       " points to byte %" G_GUINT64_FORMAT ", which cannot be",
                       what, start, position);
          return FALSE;
        }
      before = position;
    }
  return TRUE;
}

GBytes *
graft_squashfs_metadata_read_table (GraftSquashfsMetadata *self, guint64 start, guint64 n_entries,
                                    guint entry_size, const char *what, GError **error)
{
  guint64 size, n_blocks;
  g_autoptr (GBytes) list = NULL;
  g_autofree guint8 *entries = NULL;
  const guint8 *positions;

  if (!g_uint64_checked_mul (&size, n_entries, entry_size) || size > GRAFT_LIMIT_IN_MEMORY)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   "the %s table has %" G_GUINT64_FORMAT " entries, too many to be handled", what,
                   n_entries);
      return NULL;
    }
  n_blocks = (size + GRAFT_SQUASHFS_METADATA_SIZE - 1) / GRAFT_SQUASHFS_METADATA_SIZE;
  list = graft_input_read_bytes (self->input, start, n_blocks * 8, error);
  if (list == NULL)
    {
      g_prefix_error (error, "the %s table: ", what);
      return NULL;
    }
  positions = g_bytes_get_data (list, NULL);
  if (!check_positions (positions, n_blocks, start, what, error))
    return NULL;

  /* As many blocks as there are positions lie in the file, so this much is backed by it. */
  entries = g_malloc (size);
  for (guint64 i = 0; i < n_blocks; i++)
    {
      GraftSquashfsCursor cursor = { .end = start };
      guint64 done = i * GRAFT_SQUASHFS_METADATA_SIZE;

      graft_bytes_get_le64 (positions, n_blocks * 8, i * 8, &cursor.block);
      if (!graft_squashfs_metadata_read (self, &cursor, entries + done,
                                         MIN (size - done, GRAFT_SQUASHFS_METADATA_SIZE), error))
        {
          g_prefix_error (error, "the %s table: ", what);
          return NULL;
        }
    }
  return g_bytes_new_take (g_steal_pointer (&entries), size);
}
