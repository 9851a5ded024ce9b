/* graft-squashfs-encoder.c: blocks encoded on all processors, written in order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     caller: get_room → fill → submit ─┐                    ┌→ write, tell the caller
 *                                       ▼                    │
 *     slots:   FREE → … → READY → BUSY (a thread) → ENCODED ─┘ → FREE
 *
 * The slots are a ring: filled, encoded and written in the same order.
 */

#include "formats/squashfs/graft-squashfs-encoder.h"

#include "base/graft-error.h"

/* Blocks of 1 MiB at preset 6 need 20 MB a thread; more than this many gain little. */
#define MAX_THREADS 32
#define SPARE_SLOTS 4

typedef enum
{
  SLOT_FREE,
  SLOT_READY,
  SLOT_BUSY,
  SLOT_ENCODED,
} SlotState;

typedef struct
{
  SlotState state;
  gboolean raw;    /* to be stored as it is; then also: is stored as it is */
  gboolean failed; /* memory ran out */
  guint tag;
  guint index;
  gsize length;
  gsize encoded_length;
  guint8 *data;
  guint8 *encoded;
} Slot;

struct _GraftSquashfsEncoder
{
  guint compressor;
  const GraftSquashfsOptions *options; /* no-ref */
  guint32 block_size;
  GraftEffort effort;
  GraftOutput *output; /* no-ref */
  GraftSquashfsEncodedFunc func;
  gpointer data;
  guint n_threads;
  GThread *threads[MAX_THREADS];
  guint n_slots;
  Slot *slots;
  guint filling; /* the next to be filled; the caller's thread only */
  guint writing; /* the next to be written; the caller's thread only */

  GMutex lock; /* of all below, and of the slots' states */
  GCond ready;
  GCond encoded;
  guint encoding; /* the next to be encoded */
  gboolean stopped;
};

static void
encode_slot (GraftSquashfsEncoder *self, GraftSquashfsCodec *codec, Slot *slot)
{
  slot->encoded_length = 0;
  /* What does not get smaller is stored as it is. */
  if (!slot->raw && slot->length > 1)
    slot->failed = !graft_squashfs_codec_encode (codec, slot->data, slot->length, slot->encoded,
                                                 slot->length - 1, &slot->encoded_length);
  slot->raw = slot->encoded_length == 0;
}

static gpointer
run_thread (gpointer data)
{
  GraftSquashfsEncoder *self = data;
  g_autoptr (GraftSquashfsCodec) codec
      = graft_squashfs_codec_new (self->compressor, self->options, self->block_size, self->effort);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (TRUE)
    {
      Slot *slot = &self->slots[self->encoding];

      if (self->stopped)
        return NULL;
      if (slot->state != SLOT_READY)
        {
          g_cond_wait (&self->ready, &self->lock);
          continue;
        }
      slot->state = SLOT_BUSY;
      self->encoding = (self->encoding + 1) % self->n_slots;
      g_mutex_unlock (&self->lock);
      encode_slot (self, codec, slot);
      g_mutex_lock (&self->lock);
      slot->state = SLOT_ENCODED;
      g_cond_signal (&self->encoded);
    }
}

GraftSquashfsEncoder *
graft_squashfs_encoder_new (guint compressor, const GraftSquashfsOptions *options,
                            guint32 block_size, GraftEffort effort, guint n_threads,
                            GraftOutput *output, GraftSquashfsEncodedFunc func, gpointer data)
{
  GraftSquashfsEncoder *self = g_new0 (GraftSquashfsEncoder, 1);

  self->compressor = compressor;
  self->options = options;
  self->block_size = block_size;
  self->effort = effort;
  self->output = output;
  self->func = func;
  self->data = data;
  self->n_threads = CLAMP (n_threads > 0 ? n_threads : g_get_num_processors (), 1, MAX_THREADS);
  self->n_slots = self->n_threads + SPARE_SLOTS;
  self->slots = g_new0 (Slot, self->n_slots);
  g_mutex_init (&self->lock);
  g_cond_init (&self->ready);
  g_cond_init (&self->encoded);
  for (guint i = 0; i < self->n_slots; i++)
    {
      self->slots[i].data = g_malloc (block_size);
      self->slots[i].encoded = g_malloc (block_size);
    }
  for (guint i = 0; i < self->n_threads; i++)
    self->threads[i] = g_thread_new ("squashfs-encoder", run_thread, self);
  return self;
}

void
graft_squashfs_encoder_free (GraftSquashfsEncoder *self)
{
  g_mutex_lock (&self->lock);
  self->stopped = TRUE;
  g_cond_broadcast (&self->ready);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->n_threads; i++)
    g_thread_join (self->threads[i]);
  for (guint i = 0; i < self->n_slots; i++)
    {
      g_free (self->slots[i].data);
      g_free (self->slots[i].encoded);
    }
  g_free (self->slots);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ready);
  g_cond_clear (&self->encoded);
  g_free (self);
}

/* The state of the oldest slot, when @wait after it was encoded. */
static SlotState
look_at_oldest (GraftSquashfsEncoder *self, gboolean wait)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Slot *slot = &self->slots[self->writing];

  while (wait && (slot->state == SLOT_READY || slot->state == SLOT_BUSY))
    g_cond_wait (&self->encoded, &self->lock);
  return slot->state;
}

static gboolean
write_oldest (GraftSquashfsEncoder *self, GError **error)
{
  Slot *slot = &self->slots[self->writing];
  guint64 offset = graft_output_get_position (self->output);
  gsize length = slot->raw ? slot->length : slot->encoded_length;

  if (slot->failed)
    {
      g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
                           "There is not enough memory to compress a block");
      return FALSE;
    }
  if (!graft_output_write (self->output, slot->raw ? slot->data : slot->encoded, length, error))
    return FALSE;
  self->func (offset, length | (slot->raw ? GRAFT_SQUASHFS_BLOCK_RAW : 0), slot->tag, slot->index,
              self->data);
  g_mutex_lock (&self->lock);
  slot->state = SLOT_FREE;
  g_mutex_unlock (&self->lock);
  self->writing = (self->writing + 1) % self->n_slots;
  return TRUE;
}

guint8 *
graft_squashfs_encoder_get_room (GraftSquashfsEncoder *self, GError **error)
{
  /* The next slot to fill is the oldest one when the ring is full. */
  gboolean full = self->filling == self->writing && look_at_oldest (self, FALSE) != SLOT_FREE;

  while (look_at_oldest (self, full) == SLOT_ENCODED)
    {
      if (!write_oldest (self, error))
        return NULL;
      full = FALSE;
    }
  return self->slots[self->filling].data;
}

void
graft_squashfs_encoder_submit (GraftSquashfsEncoder *self, gsize length, gboolean raw, guint tag,
                               guint index)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Slot *slot = &self->slots[self->filling];

  slot->length = length;
  slot->raw = raw;
  slot->failed = FALSE;
  slot->tag = tag;
  slot->index = index;
  slot->state = SLOT_READY;
  self->filling = (self->filling + 1) % self->n_slots;
  g_cond_signal (&self->ready);
}

gboolean
graft_squashfs_encoder_finish (GraftSquashfsEncoder *self, GError **error)
{
  while (look_at_oldest (self, TRUE) == SLOT_ENCODED)
    if (!write_oldest (self, error))
      return FALSE;
  return TRUE;
}
