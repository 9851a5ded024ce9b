/* graft-squashfs-memory.c: a decoder that remembers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-memory.h"

#include <string.h>

#define N_BLOCKS 128

typedef struct
{
  guint64 offset; /* of its stored bytes */
  guint64 used;   /* larger is later */
  sqfs_u32 stored;
  sqfs_s32 length;
  guint8 data[SQFS_META_BLOCK_SIZE];
} Block;

typedef struct
{
  sqfs_compressor_t base;
  sqfs_compressor_t *inner;
  GraftSquashfsStream *stream; /* no-ref */
  Block *blocks[N_BLOCKS];     /* NULL: none yet */
  guint64 clock;
} Memory;

/* The block at @offset, or the place for it: one that is empty, or was not used for the longest
 * time. */
static Block **
find (Memory *self, guint64 offset)
{
  Block **found = &self->blocks[0];

  for (guint i = 0; i < N_BLOCKS; i++)
    {
      if (self->blocks[i] == NULL)
        return &self->blocks[i];
      if (self->blocks[i]->offset == offset)
        return &self->blocks[i];
      if (self->blocks[i]->used < (*found)->used)
        found = &self->blocks[i];
    }
  return found;
}

static sqfs_s32
decode (sqfs_compressor_t *base, const sqfs_u8 *in, sqfs_u32 size, sqfs_u8 *out, sqfs_u32 outsize)
{
  Memory *self = (Memory *)base;
  guint64 offset = graft_squashfs_stream_get_offset (self->stream);
  Block **block = find (self, offset);
  sqfs_s32 length;

  if (*block == NULL || (*block)->offset != offset || (*block)->stored != size)
    {
      length = self->inner->do_block (self->inner, in, size, out, outsize);
      if (length <= 0 || length > SQFS_META_BLOCK_SIZE)
        return length;
      if (*block == NULL)
        *block = g_new (Block, 1);
      (*block)->offset = offset;
      (*block)->stored = size;
      (*block)->length = length;
      memcpy ((*block)->data, out, length);
    }
  else if ((sqfs_u32)(*block)->length > outsize)
    return 0;
  else
    memcpy (out, (*block)->data, (*block)->length);
  (*block)->used = ++self->clock;
  return (*block)->length;
}

static void
destroy (sqfs_object_t *object)
{
  Memory *self = (Memory *)object;

  for (guint i = 0; i < N_BLOCKS; i++)
    g_free (self->blocks[i]);
  sqfs_destroy (self->inner);
  g_free (self);
}

sqfs_compressor_t *
graft_squashfs_memory_new (sqfs_compressor_t *inner, GraftSquashfsStream *stream)
{
  Memory *self = g_new0 (Memory, 1);

  self->base.base.destroy = destroy;
  self->base.do_block = decode;
  self->inner = inner;
  self->stream = stream;
  return &self->base;
}
