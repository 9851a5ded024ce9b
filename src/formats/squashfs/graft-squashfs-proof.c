/* graft-squashfs-proof.c: stored blocks decoded and held against digests, on all processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-proof.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-digest.h"

#define MAX_THREADS 32

/* Some bytes of one stored block. */
typedef struct
{
  guint64 offset;
  guint64 digest;
  guint32 stored;
  guint32 number;
  guint32 skip;
  guint32 length;
  gboolean whole;
  gboolean has_digest;
} Piece;

struct _GraftSquashfsProof
{
  GraftSquashfs *result; /* no-ref */
  GArray *pieces;        /* of Piece; sorted by block when it runs */
  GraftProgress *progress;
  GCancellable *cancellable;

  GMutex lock; /* of all below */
  guint next;  /* the next piece that nobody took */
  GError *error;
};

GraftSquashfsProof *
graft_squashfs_proof_new (GraftSquashfs *result)
{
  GraftSquashfsProof *self = g_new0 (GraftSquashfsProof, 1);

  self->result = result;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_mutex_init (&self->lock);
  return self;
}

void
graft_squashfs_proof_free (GraftSquashfsProof *self)
{
  g_array_unref (self->pieces);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
graft_squashfs_proof_add (GraftSquashfsProof *self, guint32 number, guint64 offset, guint32 stored,
                          guint32 skip, guint32 length, gboolean whole, const guint64 *digest)
{
  const Piece piece = {
    .offset = offset,
    .digest = digest != NULL ? *digest : 0,
    .stored = stored,
    .number = number,
    .skip = skip,
    .length = length,
    .whole = whole,
    .has_digest = digest != NULL,
  };

  g_array_append_val (self->pieces, piece);
}

static int
compare_pieces (gconstpointer a, gconstpointer b)
{
  const Piece *left = a, *right = b;

  if (left->offset != right->offset)
    return left->offset < right->offset ? -1 : 1;
  return left->skip < right->skip ? -1 : left->skip > right->skip;
}

static gboolean
fail (GraftSquashfsProof *self, const Piece *piece, GError **error)
{
  g_autofree char *address = graft_squashfs_tree_dup_address (self->result, piece->number);
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, piece->offset);

  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
               _ ("%s reads back differently (block at byte %s)"), address, at);
  return FALSE;
}

/* Takes the pieces of the next block; %FALSE when there are no more, or somebody failed. */
static gboolean
take_block (GraftSquashfsProof *self, guint *ret_first, guint *ret_end)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const Piece *pieces = (const Piece *)(void *)self->pieces->data;

  if (self->error != NULL || self->next == self->pieces->len
      || g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    return FALSE;
  *ret_first = self->next;
  while (self->next < self->pieces->len && pieces[self->next].offset == pieces[*ret_first].offset)
    self->next++;
  *ret_end = self->next;
  graft_progress_set (self->progress, (double)*ret_first / self->pieces->len);
  return TRUE;
}

static gboolean
prove_block (GraftSquashfsProof *self, guint first, guint end, guint8 *buffer, GError **error)
{
  const Piece *pieces = (const Piece *)(void *)self->pieces->data;
  gsize length = 0;

  if (!graft_squashfs_blocks_decode (self->result->blocks, pieces[first].offset,
                                     pieces[first].stored, buffer, self->result->super.block_size,
                                     &length, error))
    {
      g_autofree char *address
          = graft_squashfs_tree_dup_address (self->result, pieces[first].number);

      g_prefix_error (error, _ ("%s: "), address);
      return FALSE;
    }
  for (guint i = first; i < end; i++)
    {
      const Piece *piece = &pieces[i];

      if (piece->stored != pieces[first].stored || (gsize)piece->skip + piece->length > length
          || (piece->whole && piece->length != length))
        return fail (self, piece, error);
      if (piece->has_digest
          && graft_squashfs_digest (0, buffer + piece->skip, piece->length) != piece->digest)
        return fail (self, piece, error);
    }
  return TRUE;
}

static gpointer
run_thread (gpointer data)
{
  GraftSquashfsProof *self = data;
  g_autofree guint8 *buffer = g_malloc (self->result->super.block_size);
  guint first, end;

  while (take_block (self, &first, &end))
    {
      g_autoptr (GError) error = NULL;

      if (prove_block (self, first, end, buffer, &error))
        continue;
      g_mutex_lock (&self->lock);
      if (self->error == NULL)
        self->error = g_steal_pointer (&error);
      g_mutex_unlock (&self->lock);
    }
  return NULL;
}

gboolean
graft_squashfs_proof_run (GraftSquashfsProof *self, GraftProgress *progress,
                          GCancellable *cancellable, GError **error)
{
  guint n_threads = MIN (g_get_num_processors (), MAX_THREADS);
  GThread *threads[MAX_THREADS];

  self->progress = progress;
  self->cancellable = cancellable;
  g_array_sort (self->pieces, compare_pieces);
  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("squashfs-proof", run_thread, self);
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
