/* graft-ext4-verify.c: whether a written file system is what it should be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result is read with the same reader as any image and compared with the tree that it was made
 * of, entry by entry, after all its bytes were held against the source's and the patch's. The
 * content of what is new is compared whole. A file that kept its inode must have the same blocks;
 * where a changed range touches them, their bytes are compared, too.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-plan.h"
#include "image/graft-tree-check.h"

typedef struct
{
  GraftExt4Image *source;
  GraftExt4Image *result;
  GraftPatchedInput *patch; /* (nullable): nothing was changed */
  gboolean full;
  GraftTreeCheck *check;
  GCancellable *cancellable;
} Verify;

static char *
dup_address (gpointer data, GraftNode *found)
{
  return graft_ext4_tree_dup_address (((Verify *)data)->result, graft_node_get_handle (found));
}

/* What the inode can hold of a time: seconds only in those of 128 bytes. */
static gboolean
is_same_time (gpointer data, const GraftAttributes *wanted, const GraftAttributes *got)
{
  const Verify *self = data;

  return EXT2_INODE_SIZE (self->result->volume.fs->super) == EXT2_GOOD_OLD_INODE_SIZE
         && (gint32)wanted->mtime == got->mtime;
}

static gboolean
compare_whole (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  g_autoptr (GraftInput) wanted = graft_node_open (node, error);
  g_autoptr (GraftInput) got = wanted != NULL ? graft_node_open (found, error) : NULL;
  gboolean equal = FALSE;

  if (got == NULL || !graft_input_equal (wanted, got, &equal, self->cancellable, error))
    return FALSE;
  return equal
         || graft_tree_check_fail (self->check, found, error,
                                   _ ("has another content than it should have"));
}

static GArray *
read_runs (GraftExt4Image *image, guint32 number, gboolean *ret_inline, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&image->lock);
  g_auto (GraftExt4Inode) inode = { 0 };

  if (!graft_ext4_inode_read (&image->volume, number, &inode, error))
    return NULL;
  *ret_inline = graft_ext4_inode_is_inline (&inode);
  return *ret_inline ? g_array_new (FALSE, FALSE, sizeof (GraftExt4Run))
                     : graft_ext4_inode_read_runs (&image->volume, &inode, error);
}

/* Whether a changed range lies in one of the @runs. */
static gboolean
is_touched (Verify *self, GArray *runs)
{
  guint64 block = self->source->volume.block_size;

  for (guint i = 0; i < runs->len; i++)
    {
      const GraftExt4Run *run = &g_array_index (runs, GraftExt4Run, i);
      guint64 first = run->physical * block, end = first + run->count * block;
      guint low = 0, high = graft_patched_input_get_n_ranges (self->patch);

      while (low < high)
        {
          guint middle = low + (high - low) / 2;
          const GraftPatchedRange *range = graft_patched_input_get_range (self->patch, middle);

          if (range->offset + range->length <= first)
            low = middle + 1;
          else
            high = middle;
        }
      if (low < graft_patched_input_get_n_ranges (self->patch)
          && graft_patched_input_get_range (self->patch, low)->offset < end)
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_content (gpointer data, GraftNode *node, GraftNode *found, GError **error)
{
  Verify *self = data;
  GraftNode *origin = graft_node_get_content_origin (node);
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  gboolean in_inode = FALSE, too = FALSE;

  if (graft_node_get_size (node) != graft_node_get_size (found))
    return graft_tree_check_fail (self->check, found, error,
                                  _ ("has another size than it should have"));
  if (self->full || self->patch == NULL || origin == NULL
      || graft_node_get_source (origin) != GRAFT_TREE (self->source)
      || graft_node_get_handle (origin) != graft_node_get_handle (found))
    return self->patch == NULL && !self->full ? TRUE : compare_whole (self, node, found, error);
  before = read_runs (self->source, graft_node_get_handle (origin), &in_inode, error);
  if (before == NULL)
    return FALSE;
  after = read_runs (self->result, graft_node_get_handle (found), &too, error);
  if (after == NULL)
    return FALSE;
  if (in_inode || too || before->len != after->len
      || (before->len > 0
          && memcmp (before->data, after->data, before->len * sizeof (GraftExt4Run)) != 0)
      || is_touched (self, before))
    return compare_whole (self, node, found, error);
  return TRUE;
}

/* Of what was edited; what was wrong in the source may stay so elsewhere. */
static gboolean
compare_links (Verify *self, GError **error)
{
  for (guint i = 0; i < graft_tree_check_get_n_files (self->check); i++)
    {
      const GraftTreeChecked *file = graft_tree_check_get_file (self->check, i);
      guint nlink = graft_node_get_nlink (file->found);

      /* More folders than a count can hold have the count 1. */
      if (graft_node_get_source (file->node) == NULL && nlink != file->n_names
          && !(nlink == 1 && graft_node_is_directory (file->node)))
        return graft_tree_check_fail (self->check, file->found, error,
                                      _ ("says that it has %u links, but it has %u"), nlink,
                                      file->n_names);
    }
  return TRUE;
}

static gboolean
fail_range (GraftInput *input, guint64 start, guint64 end, GError **error)
{
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
               _ ("%s reads back differently between byte %s and %s: the disk or its "
                  "connection lost data"),
               graft_input_get_name (input), GRAFT_NUMBER (start), GRAFT_NUMBER (end));
  return FALSE;
}

/* Of one that grew: between the changed ranges behind the source's end there is nothing. */
static gboolean
compare_hole (Verify *self, guint64 start, guint64 end, guint8 *buffer, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (self->result));
  gsize unit = graft_patched_input_get_unit (self->patch);

  start = MAX (start, graft_input_get_size (graft_patched_input_get_base (self->patch)));
  for (; start < end; start += unit)
    {
      gsize length = MIN (unit, end - start);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !graft_input_read_at (input, start, buffer, length, error))
        return FALSE;
      if (!graft_bytes_are_zero (buffer, length))
        return fail_range (input, start, start + length, error);
    }
  return TRUE;
}

/* The stored bytes of what was changed. */
static gboolean
compare_ranges (Verify *self, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (self->result));
  g_autofree guint8 *left = NULL;
  g_autofree guint8 *right = NULL;
  guint64 end = 0;

  if (self->patch == NULL)
    return TRUE;
  if (graft_input_get_size (input) != graft_input_get_size (GRAFT_INPUT (self->patch)))
    return fail_range (input, 0, graft_input_get_size (input), error);
  left = g_malloc (graft_patched_input_get_unit (self->patch));
  right = g_malloc (graft_patched_input_get_unit (self->patch));
  for (guint i = 0; i < graft_patched_input_get_n_ranges (self->patch); i++)
    {
      const GraftPatchedRange *range = graft_patched_input_get_range (self->patch, i);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !compare_hole (self, end, range->offset, right, error)
          || !graft_patched_input_read_range (self->patch, range, left, error)
          || !graft_input_read_at (input, range->offset, right, range->length, error))
        return FALSE;
      end = range->offset + range->length;
      if (memcmp (left, right, range->length) != 0)
        return fail_range (input, range->offset, end, error);
    }
  return compare_hole (self, end, graft_input_get_size (input), right, error);
}

gboolean
graft_ext4_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                   GraftWritten *written, gboolean full, GraftProgress *progress,
                   GCancellable *cancellable, GError **error)
{
  static const GraftTreeCheckFuncs funcs = {
    .dup_address = dup_address,
    .is_same_time = is_same_time,
    .check_content = check_content,
  };
  g_autoptr (GraftTreeCheck) check = NULL;
  g_autoptr (GraftProgress) comparing = graft_progress_new_child (progress, 0.5, NULL);
  Verify self = {
    .source = GRAFT_EXT4_IMAGE (image),
    .result = GRAFT_EXT4_IMAGE (result),
    .patch = written->evidence,
    .full = full,
    .cancellable = cancellable,
  };

  check = self.check = graft_tree_check_new (&funcs, &self, cancellable);
  return graft_image_verify_carried (image, result, written, comparing, cancellable, error)
         && compare_ranges (&self, error)
         && graft_tree_check_run (check, roots[0], self.result->root, error)
         && compare_links (&self, error);
}
