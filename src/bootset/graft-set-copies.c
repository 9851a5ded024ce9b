/* graft-set-copies.c: the same file in several folders of a set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-copies.h"

#include <string.h>

#include "base/graft-input.h"
#include "bootset/graft-set-search.h"

#define CHUNK (1024 * 1024)
#define SAMPLE (64 * 1024)

/* Two files of one size, and room to read them. */
typedef struct
{
  GraftInput *inputs[2];
  guint8 *buffers[2]; /* of CHUNK bytes */
} Pair;

static gboolean
is_equal_at (Pair *self, guint64 offset, gsize length)
{
  for (guint i = 0; i < 2; i++)
    if (!graft_input_read_at (self->inputs[i], offset, self->buffers[i], length, NULL))
      return FALSE;
  return memcmp (self->buffers[0], self->buffers[1], length) == 0;
}

/* Two builds of one thing may have the same size, and differ at once. */
static gboolean
seem_equal (Pair *self, guint64 size)
{
  gsize length = MIN (size, SAMPLE);
  const guint64 offsets[] = { 0, (size - length) / 2, size - length };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    if (!is_equal_at (self, offsets[i], length))
      return FALSE;
  return TRUE;
}

/* %FALSE only when cancelled. */
static gboolean
compare_pair (Pair *self, gboolean *ret_equal, GCancellable *cancellable, GError **error)
{
  guint64 size = graft_input_get_size (self->inputs[0]);
  gboolean equal = graft_input_get_size (self->inputs[1]) == size && seem_equal (self, size);

  for (guint64 done = 0; equal && done < size; done += CHUNK)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      equal = is_equal_at (self, done, MIN (size - done, CHUNK));
    }
  *ret_equal = equal;
  return TRUE;
}

gboolean
graft_set_copies_compare (const char *left, const char *right, gboolean *ret_equal,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftInput) first = graft_file_input_new (left, NULL);
  g_autoptr (GraftInput) second = graft_file_input_new (right, NULL);
  g_autofree guint8 *buffers = NULL;
  Pair pair = { { first, second }, { NULL, NULL } };

  *ret_equal = FALSE;
  if (first == NULL || second == NULL)
    return TRUE;
  buffers = g_malloc (2 * CHUNK);
  pair.buffers[0] = buffers;
  pair.buffers[1] = buffers + CHUNK;
  return compare_pair (&pair, ret_equal, cancellable, error);
}

static gboolean
compare_candidates (const char *folder, const GraftCandidate *a, const GraftCandidate *b,
                    gboolean *ret_equal, GCancellable *cancellable, GError **error)
{
  g_autofree char *left = g_build_filename (folder, a->path, NULL);
  g_autofree char *right = g_build_filename (folder, b->path, NULL);

  return graft_set_copies_compare (left, right, ret_equal, cancellable, error);
}

static gboolean
may_be_copies (const GraftCandidate *a, const GraftCandidate *b)
{
  g_autofree char *left = NULL, *right = NULL;

  if (a->role != b->role || a->size != b->size || a->size == 0 || graft_role_is_text (a->role))
    return FALSE;
  left = g_path_get_basename (a->path);
  right = g_path_get_basename (b->path);
  return strcmp (left, right) == 0;
}

static guint
get_weight (const GraftCandidate *self)
{
  return (self->is_listed ? 4 : 0) + (self->is_started_whole ? 2 : 0) + (self->is_started ? 1 : 0);
}

/* Whether @later, by path, is rather the one that the other is a copy of. */
static gboolean
is_preferred (const GraftCandidate *later, const GraftCandidate *other)
{
  guint weight = get_weight (later), other_weight = get_weight (other);

  return weight > other_weight || (weight == other_weight && strchr (later->path, '/') == NULL);
}

/* @into is what @from is as well. */
static void
join (GraftCandidate *into, GraftCandidate *from)
{
  into->is_expected |= from->is_expected;
  into->is_named_like |= from->is_named_like;
  into->is_started |= from->is_started;
  into->is_started_whole |= from->is_started_whole;
  into->is_listed |= from->is_listed;
  into->is_asked |= from->is_asked;
  graft_candidate_add_copy (into, from->path);
  for (guint i = 0; from->copies != NULL && i < from->copies->len; i++)
    graft_candidate_add_copy (into, g_ptr_array_index (from->copies, i));
}

/* Joins @candidates[@i] with one of those before it; @ret_gone: the place of the one that is not
 * needed any more, or @i + 1. */
static gboolean
join_one (const char *folder, GPtrArray *candidates, guint i, guint *ret_gone,
          GCancellable *cancellable, GError **error)
{
  GraftCandidate *candidate = g_ptr_array_index (candidates, i);

  *ret_gone = i + 1;
  for (guint k = 0; k < i; k++)
    {
      GraftCandidate *other = g_ptr_array_index (candidates, k);
      gboolean equal;

      if (!may_be_copies (candidate, other))
        continue;
      if (!compare_candidates (folder, candidate, other, &equal, cancellable, error))
        return FALSE;
      if (!equal)
        continue;
      *ret_gone = is_preferred (candidate, other) ? k : i;
      if (*ret_gone == k)
        join (candidate, other);
      else
        join (other, candidate);
      return TRUE;
    }
  return TRUE;
}

gboolean
graft_set_copies_join (const char *folder, GPtrArray *candidates, GCancellable *cancellable,
                       GError **error)
{
  for (guint i = 1; i < candidates->len;)
    {
      guint gone;

      if (!join_one (folder, candidates, i, &gone, cancellable, error))
        return FALSE;
      if (gone > i)
        i++;
      else
        g_ptr_array_remove_index (candidates, gone);
    }
  return TRUE;
}
