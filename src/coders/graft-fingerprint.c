/* graft-fingerprint.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-fingerprint.h"

#include <string.h>

#define N_LANES 4
#define STEP (N_LANES * sizeof (guint64))
/* Odd, so that multiplying loses nothing; bits as if by chance (the golden ratio's). */
#define FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

struct _GraftFingerprint
{
  guint64 lanes[N_LANES];
  gsize in_piece; /* bytes of the present piece */
  guint8 pending[STEP];
  gsize n_pending;
  GArray *pieces; /* of guint64 */
};

static void
begin_piece (GraftFingerprint *self)
{
  for (guint i = 0; i < N_LANES; i++)
    self->lanes[i] = i + 1;
  self->in_piece = 0;
}

GraftFingerprint *
graft_fingerprint_new (void)
{
  GraftFingerprint *self = g_new0 (GraftFingerprint, 1);

  self->pieces = g_array_new (FALSE, FALSE, sizeof (guint64));
  begin_piece (self);
  return self;
}

void
graft_fingerprint_free (GraftFingerprint *self)
{
  g_array_unref (self->pieces);
  g_free (self);
}

static inline guint64
mix (guint64 lane, guint64 word)
{
  lane ^= word;
  /* Turned, so that the uppermost bits get to the others. */
  return (lane << 29 | lane >> 35) * FACTOR;
}

/* @length is a multiple of STEP. */
static void
add_steps (GraftFingerprint *self, const guint8 *data, gsize length)
{
  guint64 lanes[N_LANES];

  memcpy (lanes, self->lanes, sizeof lanes);
  for (const guint8 *end = data + length; data < end; data += STEP)
    {
      guint64 words[N_LANES];

      memcpy (words, data, sizeof words);
      for (guint i = 0; i < N_LANES; i++)
        lanes[i] = mix (lanes[i], words[i]);
    }
  memcpy (self->lanes, lanes, sizeof lanes);
}

static void
end_piece (GraftFingerprint *self)
{
  guint64 value = self->in_piece;

  if (self->n_pending > 0)
    {
      memset (self->pending + self->n_pending, 0, STEP - self->n_pending);
      add_steps (self, self->pending, STEP);
      self->n_pending = 0;
    }
  for (guint i = 0; i < N_LANES; i++)
    value = mix (value, self->lanes[i]);
  g_array_append_val (self->pieces, value);
  begin_piece (self);
}

void
graft_fingerprint_update (GraftFingerprint *self, const void *data, gsize length)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gsize count = MIN (length, GRAFT_FINGERPRINT_PIECE - self->in_piece);

      if (self->n_pending > 0 || count < STEP)
        {
          count = MIN (count, STEP - self->n_pending);
          memcpy (self->pending + self->n_pending, from, count);
          self->n_pending += count;
          if (self->n_pending == STEP)
            {
              add_steps (self, self->pending, STEP);
              self->n_pending = 0;
            }
        }
      else
        {
          count -= count % STEP;
          add_steps (self, from, count);
        }
      from += count;
      length -= count;
      self->in_piece += count;
      if (self->in_piece == GRAFT_FINGERPRINT_PIECE)
        end_piece (self);
    }
}

GArray *
graft_fingerprint_finish (GraftFingerprint *self)
{
  if (self->in_piece > 0)
    end_piece (self);
  return g_array_ref (self->pieces);
}
