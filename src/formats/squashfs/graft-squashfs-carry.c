/* graft-squashfs-carry.c: copying the source's stored blocks that the new image keeps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-carry.h"

#include <glib/gi18n-lib.h>

#include "formats/squashfs/graft-squashfs-error.h"

/* Pieces small enough to show progress between them. */
#define PIECE (G_GUINT64_CONSTANT (64) << 20)

typedef struct
{
  guint64 start;
  guint64 end;
} Range;

static gboolean
add_range (GraftSquashfs *source, GArray *ranges, guint64 start, guint64 length, GError **error)
{
  Range range = { start, start + length };

  if (start < sizeof (sqfs_super_t) || start > source->super.bytes_used || length == 0
      || source->super.bytes_used - start < length)
    {
      g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, start);

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("data block at byte %s lies outside of the image"), at);
      return FALSE;
    }
  g_array_append_val (ranges, range);
  return TRUE;
}

static guint64
get_stored (const GraftSquashfsPlan *plan, const GraftSquashfsContent *content)
{
  guint64 stored = 0;

  for (guint i = 0; i < content->n_blocks; i++)
    stored += SQFS_ON_DISK_BLOCK_SIZE (
        g_array_index (plan->blocks, guint32, content->first_block + i));
  return stored;
}

/* The ranges of all carried contents; @used marks the fragments that they end in. */
static gboolean
collect (GraftSquashfs *source, GraftSquashfsPlan *plan, GArray *ranges, guint8 *used,
         GError **error)
{
  for (guint i = 0; i < plan->contents->len; i++)
    {
      const GraftSquashfsContent *content
          = &g_array_index (plan->contents, GraftSquashfsContent, i);
      guint64 stored = content->carried ? get_stored (plan, content) : 0;

      if (!content->carried && content->patch == NULL)
        continue;
      if (stored > 0 && !add_range (source, ranges, content->start, stored, error))
        {
          GraftNode *origin = graft_node_get_content_origin (
              graft_squashfs_plan_get (plan, content->owner)->node);
          g_autofree char *address
              = graft_squashfs_tree_dup_address (source, graft_node_get_handle (origin));

          g_prefix_error (error, _ ("%s: "), address);
          return FALSE;
        }
      if (content->fragment != GRAFT_SQUASHFS_NONE)
        used[content->fragment] = TRUE;
    }
  for (guint i = 0; i < source->super.fragment_entry_count; i++)
    {
      sqfs_fragment_t fragment = { 0 };

      sqfs_frag_table_lookup (source->fragments, i, &fragment);
      if (!used[i]
          || add_range (source, ranges, fragment.start_offset,
                        SQFS_ON_DISK_BLOCK_SIZE (fragment.size), error))
        continue;
      g_prefix_error (error, _ ("%s: fragment %u: "), graft_image_get_name (GRAFT_IMAGE (source)),
                      i);
      return FALSE;
    }
  return TRUE;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const Range *left = a, *right = b;

  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  return 0;
}

/* Sorts, and joins what touches or overlaps (files that share blocks). Returns the bytes left. */
static guint64
merge (GArray *ranges)
{
  guint64 total = 0;
  guint n = 0;

  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++)
    {
      const Range *range = &g_array_index (ranges, Range, i);
      Range *last = n > 0 ? &g_array_index (ranges, Range, n - 1) : NULL;

      if (last != NULL && range->start <= last->end)
        last->end = MAX (last->end, range->end);
      else
        g_array_index (ranges, Range, n++) = *range;
    }
  g_array_set_size (ranges, n);
  for (guint i = 0; i < n; i++)
    total += g_array_index (ranges, Range, i).end - g_array_index (ranges, Range, i).start;
  return total;
}

static gboolean
copy (GraftSquashfs *source, const GArray *ranges, guint64 total, GraftOutput *output,
      GraftWritten *written, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (source));
  guint64 done = 0;

  for (guint i = 0; i < ranges->len; i++)
    {
      const Range *range = &g_array_index (ranges, Range, i);

      graft_written_add_carried (written, range->start, graft_output_get_position (output),
                                 range->end - range->start);
      for (guint64 at = range->start; at < range->end; at += PIECE)
        {
          guint64 count = MIN (range->end - at, PIECE);

          if (!graft_output_copy (output, input, at, count, cancellable, error))
            return FALSE;
          done += count;
          graft_progress_set (progress, (double)done / total);
        }
    }
  return TRUE;
}

gboolean
graft_squashfs_carry_map (const GArray *carried, guint n, guint64 offset, guint64 length,
                          guint64 *ret_target)
{
  guint low = 0, high = n;

  /* Carried in the order of the source, so both offsets rise. */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GraftCarriedRange *range = &g_array_index (carried, GraftCarriedRange, middle);

      if (offset < range->source_offset)
        high = middle;
      else if (offset - range->source_offset >= range->length)
        low = middle + 1;
      else if (range->length - (offset - range->source_offset) < length)
        return FALSE;
      else
        {
          *ret_target = range->target_offset + (offset - range->source_offset);
          return TRUE;
        }
    }
  return FALSE;
}

/* Gives the used fragment blocks new numbers, in their old order. */
static gboolean
renumber (GraftSquashfs *source, GraftSquashfsPlan *plan, const guint8 *used, const GArray *carried,
          sqfs_frag_table_t *fragments, GError **error)
{
  g_autofree guint32 *numbers = g_new0 (guint32, source->super.fragment_entry_count + 1);

  for (guint i = 0; i < source->super.fragment_entry_count; i++)
    {
      sqfs_fragment_t fragment;
      guint64 start = 0;
      int code;

      if (!used[i])
        continue;
      sqfs_frag_table_lookup (source->fragments, i, &fragment);
      graft_squashfs_carry_map (carried, carried->len, fragment.start_offset, 1, &start);
      code = sqfs_frag_table_append (fragments, start, fragment.size, &numbers[i]);
      if (code != 0)
        return graft_squashfs_fail_writing (NULL, code, _ ("the fragment table"), error);
    }
  for (guint i = 0; i < plan->contents->len; i++)
    {
      GraftSquashfsContent *content = &g_array_index (plan->contents, GraftSquashfsContent, i);

      if (!content->carried && content->patch == NULL)
        continue;
      if (content->patch != NULL || get_stored (plan, content) == 0)
        content->start = 0;
      else
        graft_squashfs_carry_map (carried, carried->len, content->start, 1, &content->start);
      if (content->fragment != GRAFT_SQUASHFS_NONE)
        content->fragment = numbers[content->fragment];
    }
  return TRUE;
}

gboolean
graft_squashfs_carry (GraftSquashfs *source, GraftSquashfsPlan *plan, sqfs_frag_table_t *fragments,
                      GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  g_autofree guint8 *used = g_new0 (guint8, source->super.fragment_entry_count + 1);
  guint64 total;

  if (!collect (source, plan, ranges, used, error))
    return FALSE;
  total = merge (ranges);
  if (!copy (source, ranges, total, output, written, progress, cancellable, error))
    return FALSE;
  plan->n_carried = written->carried->len;
  return renumber (source, plan, used, written->carried, fragments, error);
}
