/* graft-xz-ahead.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader's thread reads the encoded blocks and hands out the decoded ones; the others decode
 * one block each. Not liblzma's own decoder with threads: it decodes one block at a time where the
 * headers of blocks do not have their sizes (lzma/container.h), and of streams that are damaged it
 * had CVE-2025-31115.
 */

#include "coders/graft-xz-ahead.h"

#include <glib/gi18n-lib.h>
#include <lzma.h>

#include "base/graft-error.h"
#include "coders/graft-compression.h"
#include "coders/graft-xz-blocks.h"

/* Handed out at once: what the second-level cache holds. */
#define DECODED_CHUNK (512 * 1024)
/* Given to liblzma at once, a few milliseconds of work: so soon a thread sees that it is to stop.
 */
#define PORTION (64 * 1024)
/* Blocks that are there at once, and what all of them may take: of xz -6 -T0, three of 24 MiB. */
#define MAX_SLOTS 4
#define MEMORY_LIMIT (G_GUINT64_CONSTANT (128) << 20)
/* So long we wait for a block before we look whether we were cancelled. */
#define PATIENCE (G_TIME_SPAN_MILLISECOND * 50)

typedef struct
{
  GraftXzBlock block;
  guint8 *stored;
  guint8 *content;
  gboolean done; /* guarded by the lock */
  gboolean good; /* once it is done */
} Slot;

struct _GraftXzAhead
{
  GraftInput *input;
  guint64 offset;
  GraftXzLayout *layout;
  GThreadPool *pool;
  gint stop; /* atomic */

  Slot slots[MAX_SLOTS]; /* block n is in slot n modulo @n_slots */
  guint n_slots;
  guint n_started; /* blocks */
  guint current;   /* the block that is handed out */
  guint64 handed;  /* of its content */

  GMutex lock;
  GCond changed;
};

/* Whether block and layout agree to the last byte. */
static gboolean
decode (GraftXzAhead *self, Slot *slot, lzma_block *block)
{
  lzma_stream stream = LZMA_STREAM_INIT;
  gsize left = graft_xz_block_get_stored_size (&slot->block) - block->header_size;
  lzma_ret status = lzma_block_decoder (&stream, block);

  stream.next_in = slot->stored + block->header_size;
  stream.next_out = slot->content;
  stream.avail_out = slot->block.content_size;
  while (status == LZMA_OK && !g_atomic_int_get (&self->stop))
    {
      gsize count = MIN (left, PORTION);

      left -= count;
      stream.avail_in += count;
      status = lzma_code (&stream, LZMA_RUN);
    }
  lzma_end (&stream);
  return status == LZMA_STREAM_END && left == 0 && stream.avail_in == 0 && stream.avail_out == 0
         && lzma_block_unpadded_size (block) == slot->block.unpadded_size;
}

static gboolean
decode_slot (GraftXzAhead *self, Slot *slot)
{
  lzma_filter filters[LZMA_FILTERS_MAX + 1];
  lzma_block block = { .version = 0, .check = self->layout->check, .filters = filters };
  gboolean good;

  /* Read anew: the file may have become another since the layout was read. */
  block.header_size = lzma_block_header_size_decode (slot->stored[0]);
  if (slot->stored[0] == 0 || block.header_size > graft_xz_block_get_stored_size (&slot->block)
      || lzma_block_header_decode (&block, NULL, slot->stored) != LZMA_OK)
    return FALSE;
  good = lzma_raw_decoder_memusage (filters) <= self->layout->decoder_memory
         && decode (self, slot, &block);
  lzma_filters_free (filters, NULL);
  return good;
}

static void
run_slot (gpointer data, gpointer user_data)
{
  GraftXzAhead *self = user_data;
  Slot *slot = data;
  gboolean good = decode_slot (self, slot);

  g_mutex_lock (&self->lock);
  slot->good = good;
  slot->done = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static guint64
count_content (const GraftXzLayout *layout)
{
  guint64 size = 0;

  for (guint i = 0; i < layout->blocks->len; i++)
    size += g_array_index (layout->blocks, GraftXzBlock, i).content_size;
  return size;
}

GraftXzAhead *
graft_xz_ahead_new (GraftInput *input, guint64 offset, guint64 least)
{
  guint n_threads = MIN (g_get_num_processors (), MAX_SLOTS);
  g_autoptr (GraftXzLayout) layout = n_threads > 1 ? graft_xz_layout_find (input, offset) : NULL;
  GraftXzAhead *self;
  guint64 each, n_slots;

  if (layout == NULL || layout->blocks->len < 2 || count_content (layout) < least)
    return NULL;
  each = layout->largest_stored + MIN (layout->largest_content, MEMORY_LIMIT)
         + layout->decoder_memory;
  n_slots = MIN (MIN (MEMORY_LIMIT / each, layout->blocks->len), MAX_SLOTS);
  if (n_slots < 2)
    return NULL;
  self = g_new0 (GraftXzAhead, 1);
  self->input = g_object_ref (input);
  self->offset = offset;
  self->layout = g_steal_pointer (&layout);
  self->n_slots = n_slots;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->pool = g_thread_pool_new (run_slot, self, MIN (n_threads, n_slots), FALSE, NULL);
  return self;
}

void
graft_xz_ahead_free (GraftXzAhead *self)
{
  g_atomic_int_set (&self->stop, TRUE);
  g_thread_pool_free (self->pool, TRUE, TRUE);
  for (guint i = 0; i < self->n_slots; i++)
    {
      g_free (self->slots[i].stored);
      g_free (self->slots[i].content);
    }
  g_object_unref (self->input);
  graft_xz_layout_free (self->layout);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* Every slot but that of the block that is handed out has one to decode, as long as there are. */
static gboolean
start_blocks (GraftXzAhead *self, GError **error)
{
  while (self->n_started < self->layout->blocks->len
         && self->n_started < self->current + self->n_slots)
    {
      Slot *slot = &self->slots[self->n_started % self->n_slots];

      slot->block = g_array_index (self->layout->blocks, GraftXzBlock, self->n_started);
      slot->done = FALSE;
      /* One size for all: the same pages serve each block. */
      if (slot->stored == NULL)
        {
          slot->stored = g_malloc (self->layout->largest_stored);
          slot->content = g_malloc (MAX (self->layout->largest_content, 1));
        }
      if (!graft_input_read_at (self->input, self->offset + slot->block.offset, slot->stored,
                                graft_xz_block_get_stored_size (&slot->block), error))
        return FALSE;
      self->n_started++;
      g_thread_pool_push (self->pool, slot, NULL);
    }
  return TRUE;
}

static gboolean
wait_for (GraftXzAhead *self, Slot *slot, GCancellable *cancellable, GError **error)
{
  gboolean done = FALSE;

  while (!done && !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_mutex_lock (&self->lock);
      if (!slot->done)
        g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + PATIENCE);
      done = slot->done;
      g_mutex_unlock (&self->lock);
    }
  if (done && !slot->good)
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                 _ ("the %s stream is damaged (%s)"),
                 graft_compression_get_name (GRAFT_COMPRESSION_XZ), _ ("its checksum is wrong"));
  return done && slot->good;
}

gboolean
graft_xz_ahead_next (GraftXzAhead *self, const guint8 **ret_data, gsize *ret_length,
                     GCancellable *cancellable, GError **error)
{
  gsize count = 0;

  while (count == 0 && self->current < self->layout->blocks->len)
    {
      Slot *slot = &self->slots[self->current % self->n_slots];

      if (!start_blocks (self, error) || !wait_for (self, slot, cancellable, error))
        return FALSE;
      count = MIN (slot->block.content_size - self->handed, DECODED_CHUNK);
      *ret_data = slot->content + self->handed;
      self->handed += count;
      /* Its slot is another's only with the next call. */
      if (count == 0)
        {
          self->current++;
          self->handed = 0;
        }
    }
  *ret_length = count;
  return TRUE;
}

guint64
graft_xz_ahead_get_stream_size (GraftXzAhead *self)
{
  return self->layout->stream_size;
}
