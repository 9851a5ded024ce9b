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

#include <glib/gi18n-lib.h>

#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-error.h"

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
  gboolean raw;   /* to be stored as it is; then also: is stored as it is */
  guint32 stored; /* was encoded when it came: its size, as lists give it; else 0 */
  int code;       /* a SQFS_ERROR of the compressor */
  guint tag;
  guint index;
  gsize length;
  gsize encoded_length;
  guint8 *data;
  guint8 *encoded;
} Slot;

/* Belongs to the caller and to each thread. */
struct _GraftSquashfsEncoder
{
  GraftOutput *output; /* no-ref; the caller's thread only, as all up to the lock */
  GraftSquashfsEncodedFunc func;
  gpointer data;
  guint filling; /* the next to be filled */
  guint writing; /* the next to be written */
  guint n_slots;
  Slot *slots;

  GMutex lock; /* of all below, and of the slots' states */
  GCond ready;
  GCond encoded;
  guint encoding; /* the next to be encoded */
  gboolean stopped;
};

static void
encode_slot (sqfs_compressor_t *compressor, Slot *slot)
{
  sqfs_s32 result = 0;

  slot->code = 0;
  if (slot->stored != 0)
    return;
  /* What does not get smaller is stored as it is. */
  if (!slot->raw)
    result = graft_squashfs_encode (compressor, slot->data, slot->length, slot->encoded);
  slot->code = MIN (result, 0);
  slot->encoded_length = MAX (result, 0);
  slot->raw = slot->encoded_length == 0;
}

static void
free_shared (gpointer data)
{
  GraftSquashfsEncoder *self = data;

  for (guint i = 0; i < self->n_slots; i++)
    {
      g_free (self->slots[i].data);
      g_free (self->slots[i].encoded);
    }
  g_free (self->slots);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ready);
  g_cond_clear (&self->encoded);
}

/* Encodes until there is nothing more to come. */
static void
encode_all (GraftSquashfsEncoder *self, sqfs_compressor_t *compressor)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->stopped)
    {
      Slot *slot = &self->slots[self->encoding];

      if (slot->state != SLOT_READY)
        {
          g_cond_wait (&self->ready, &self->lock);
          continue;
        }
      slot->state = SLOT_BUSY;
      self->encoding = (self->encoding + 1) % self->n_slots;
      g_mutex_unlock (&self->lock);
      encode_slot (compressor, slot);
      g_mutex_lock (&self->lock);
      slot->state = SLOT_ENCODED;
      g_cond_signal (&self->encoded);
    }
}

typedef struct
{
  GraftSquashfsEncoder *encoder; /* one of its references */
  sqfs_compressor_t *compressor;
} Job;

static gpointer
run_thread (gpointer data)
{
  Job *job = data;

  encode_all (job->encoder, job->compressor);
  g_atomic_rc_box_release_full (job->encoder, free_shared);
  sqfs_destroy (job->compressor);
  g_free (job);
  return NULL;
}

static gboolean
start_thread (GraftSquashfsEncoder *self, sqfs_compressor_t *compressor, GError **error)
{
  Job *job = g_new0 (Job, 1);

  job->compressor = sqfs_copy (compressor);
  if (job->compressor == NULL)
    {
      g_free (job);
      return graft_squashfs_fail_writing (NULL, SQFS_ERROR_ALLOC, _ ("a block"), error);
    }
  job->encoder = g_atomic_rc_box_acquire (self);
  g_thread_unref (g_thread_new ("squashfs-encoder", run_thread, job));
  return TRUE;
}

GraftSquashfsEncoder *
graft_squashfs_encoder_new (sqfs_compressor_t *compressor, guint32 block_size, guint n_threads,
                            GraftOutput *output, GraftSquashfsEncodedFunc func, gpointer data,
                            GError **error)
{
  g_autoptr (GraftSquashfsEncoder) self = g_atomic_rc_box_new0 (GraftSquashfsEncoder);

  n_threads = CLAMP (n_threads > 0 ? n_threads : g_get_num_processors (), 1, MAX_THREADS);
  self->output = output;
  self->func = func;
  self->data = data;
  self->n_slots = n_threads + SPARE_SLOTS;
  self->slots = g_new0 (Slot, self->n_slots);
  g_mutex_init (&self->lock);
  g_cond_init (&self->ready);
  g_cond_init (&self->encoded);
  for (guint i = 0; i < self->n_slots; i++)
    {
      self->slots[i].data = g_malloc (block_size);
      self->slots[i].encoded = g_malloc (block_size);
    }
  for (guint i = 0; i < n_threads; i++)
    if (!start_thread (self, compressor, error))
      return NULL;
  return g_steal_pointer (&self);
}

void
graft_squashfs_encoder_free (GraftSquashfsEncoder *self)
{
  g_mutex_lock (&self->lock);
  self->stopped = TRUE;
  g_cond_broadcast (&self->ready);
  g_mutex_unlock (&self->lock);
  g_atomic_rc_box_release_full (self, free_shared);
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
  guint32 stored
      = slot->stored != 0 ? slot->stored : length | (slot->raw ? GRAFT_SQUASHFS_BLOCK_RAW : 0);

  if (slot->code != 0)
    return graft_squashfs_fail_writing (NULL, slot->code, _ ("a block"), error);
  if (!graft_output_write (self->output, slot->raw ? slot->data : slot->encoded, length, error))
    return FALSE;
  self->func (offset, stored, slot->tag, slot->index, self->data);
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

static void
submit (GraftSquashfsEncoder *self, gsize length, gboolean raw, guint32 stored, guint tag,
        guint index)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Slot *slot = &self->slots[self->filling];

  slot->length = length;
  slot->raw = raw;
  slot->stored = stored;
  slot->tag = tag;
  slot->index = index;
  slot->state = SLOT_READY;
  self->filling = (self->filling + 1) % self->n_slots;
  g_cond_signal (&self->ready);
}

void
graft_squashfs_encoder_submit (GraftSquashfsEncoder *self, gsize length, gboolean raw, guint tag,
                               guint index)
{
  submit (self, length, raw, 0, tag, index);
}

void
graft_squashfs_encoder_submit_stored (GraftSquashfsEncoder *self, guint32 stored, guint tag,
                                      guint index)
{
  submit (self, SQFS_ON_DISK_BLOCK_SIZE (stored), TRUE, stored, tag, index);
}

gboolean
graft_squashfs_encoder_finish (GraftSquashfsEncoder *self, GError **error)
{
  while (look_at_oldest (self, TRUE) == SLOT_ENCODED)
    if (!write_oldest (self, error))
      return FALSE;
  return TRUE;
}
