/* graft-encoder-xz.c: xz as the kernel takes it: CRC32, LZMA2, no other filter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In blocks: each is encoded on its own, so that threads share the work, blocks of another stream
 * can be taken over as they are, and the stream is the same for any number of threads.
 */

#include <glib/gi18n-lib.h>
#include <lzma.h>
#include <string.h>

#include "coders/graft-encoder-private.h"
#include "coders/graft-xz-job.h"

/* Each holds one block and the encoder's tables. */
#define MAX_THREADS 64
/* So long we wait for a block before we look whether we were cancelled. */
#define PATIENCE (G_TIME_SPAN_MILLISECOND * 50)

typedef struct
{
  GraftEncoder parent;
  GraftLevel level;
  guint n_threads;
  gboolean started;
  lzma_index *index;
  GraftXzJob *next; /* is being filled */
  GThreadPool *pool;
  GQueue jobs; /* of GraftXzJob, in the order of the stream; those that run are among them */
  gint stop;   /* atomic */

  GMutex lock;
  GCond done_changed;
  GHashTable *done; /* of GraftXzJob; guarded by @lock */
} GraftEncoderXz;

static void
run_job (gpointer job, gpointer data)
{
  GraftEncoderXz *self = data;

  graft_xz_job_run (job, &self->stop);
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->done, job);
  g_cond_signal (&self->done_changed);
  g_mutex_unlock (&self->lock);
}

static GraftEncoder *
graft_encoder_xz_create (GraftLevel level, guint n_threads, GError **error)
{
  GraftEncoderXz *self = g_new0 (GraftEncoderXz, 1);

  self->level = level;
  self->n_threads = MIN (n_threads, MAX_THREADS);
  self->index = lzma_index_init (NULL);
  self->done = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->jobs);
  g_mutex_init (&self->lock);
  g_cond_init (&self->done_changed);
  self->pool = g_thread_pool_new (run_job, self, self->n_threads, FALSE, NULL);
  return &self->parent;
}

static gboolean
append_to_index (GraftEncoderXz *self, guint64 unpadded_size, guint64 content_size, GError **error)
{
  return lzma_index_append (self->index, NULL, unpadded_size, content_size) == LZMA_OK
         || graft_encoder_fail ("liblzma", _ ("not enough memory"), error);
}

static gboolean
start (GraftEncoderXz *self, GError **error)
{
  const lzma_stream_flags flags = { .version = 0, .check = LZMA_CHECK_CRC32 };
  guint8 header[LZMA_STREAM_HEADER_SIZE];

  if (self->started)
    return TRUE;
  self->started = TRUE;
  return (lzma_stream_header_encode (&flags, header) == LZMA_OK
          || graft_encoder_fail ("liblzma", _ ("internal error"), error))
         && graft_output_write (self->parent.output, header, sizeof header, error);
}

static gboolean
wait_for (GraftEncoderXz *self, GraftXzJob *job, GError **error)
{
  gboolean done = FALSE;

  while (!done && !g_cancellable_set_error_if_cancelled (self->parent.cancellable, error))
    {
      g_mutex_lock (&self->lock);
      if (!g_hash_table_contains (self->done, job))
        g_cond_wait_until (&self->done_changed, &self->lock, g_get_monotonic_time () + PATIENCE);
      done = g_hash_table_contains (self->done, job);
      g_mutex_unlock (&self->lock);
    }
  return done;
}

/* Writes blocks, in order, until at most @n are still to come. */
static gboolean
write_blocks (GraftEncoderXz *self, guint n, GError **error)
{
  while (self->jobs.length > n)
    {
      GraftXzJob *job = g_queue_peek_head (&self->jobs);

      if (!wait_for (self, job, error))
        return FALSE;
      if (job->failed != NULL)
        return graft_encoder_fail ("liblzma", _ (job->failed), error);
      if (!append_to_index (self, job->unpadded_size, job->content_size, error)
          || !graft_output_write (self->parent.output, job->encoded, job->encoded_size, error))
        return FALSE;
      g_queue_pop_head (&self->jobs);
      g_hash_table_remove (self->done, job);
      graft_xz_job_free (job);
    }
  return TRUE;
}

static gboolean
submit (GraftEncoderXz *self, GError **error)
{
  if (self->next == NULL)
    return TRUE;
  g_queue_push_tail (&self->jobs, self->next);
  g_thread_pool_push (self->pool, g_steal_pointer (&self->next), NULL);
  return write_blocks (self, self->n_threads, error);
}

static gboolean
write_index (GraftEncoderXz *self, GError **error)
{
  gsize size = lzma_index_size (self->index);
  const lzma_stream_flags flags
      = { .version = 0, .check = LZMA_CHECK_CRC32, .backward_size = size };
  guint8 footer[LZMA_STREAM_HEADER_SIZE];
  g_autofree guint8 *bytes = g_malloc (size);
  size_t used = 0;

  return ((lzma_index_buffer_encode (self->index, bytes, &used, size) == LZMA_OK
           && lzma_stream_footer_encode (&flags, footer) == LZMA_OK)
          || graft_encoder_fail ("liblzma", _ ("internal error"), error))
         && graft_output_write (self->parent.output, bytes, size, error)
         && graft_output_write (self->parent.output, footer, sizeof footer, error);
}

static gboolean
finish (GraftEncoderXz *self, GError **error)
{
  return submit (self, error) && write_blocks (self, 0, error) && write_index (self, error);
}

static gboolean
graft_encoder_xz_run (GraftEncoder *encoder, const void *data, gsize length, gboolean last,
                      GError **error)
{
  GraftEncoderXz *self = (GraftEncoderXz *)encoder;
  gsize block_size = graft_xz_job_get_block_size (self->level);
  const guint8 *from = data;

  if (!start (self, error))
    return FALSE;
  while (length > 0)
    {
      gsize count;

      if (self->next == NULL)
        self->next = graft_xz_job_new (self->level);
      count = MIN (length, block_size - self->next->content_size);
      memcpy (self->next->content + self->next->content_size, from, count);
      self->next->content_size += count;
      from += count;
      length -= count;
      if (self->next->content_size == block_size && !submit (self, error))
        return FALSE;
    }
  return !last || finish (self, error);
}

static gboolean
graft_encoder_xz_add_block (GraftEncoder *encoder, GraftInput *stream, const GraftXzBlock *block,
                            guint64 *ret_offset, GError **error)
{
  GraftEncoderXz *self = (GraftEncoderXz *)encoder;

  if (!start (self, error) || !submit (self, error) || !write_blocks (self, 0, error)
      || !append_to_index (self, block->unpadded_size, block->content_size, error))
    return FALSE;
  *ret_offset = graft_output_get_position (encoder->output);
  return graft_output_copy (encoder->output, stream, block->offset,
                            graft_xz_block_get_stored_size (block), encoder->cancellable, error);
}

static void
graft_encoder_xz_destroy (GraftEncoder *encoder)
{
  GraftEncoderXz *self = (GraftEncoderXz *)encoder;

  g_atomic_int_set (&self->stop, TRUE);
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_queue_clear_full (&self->jobs, (GDestroyNotify)graft_xz_job_free);
  g_clear_pointer (&self->next, graft_xz_job_free);
  g_hash_table_unref (self->done);
  lzma_index_end (self->index, NULL);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->done_changed);
  g_free (self);
}

const GraftEncoderClass graft_encoder_xz_class = {
  graft_encoder_xz_create,
  graft_encoder_xz_run,
  graft_encoder_xz_destroy,
  graft_encoder_xz_add_block,
};
