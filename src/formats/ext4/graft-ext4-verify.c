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
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-plan.h"

typedef struct
{
  GraftExt4Image *source;
  GraftExt4Image *result;
  GraftPatchedInput *patch; /* (nullable): nothing was changed */
  gboolean full;
  GHashTable *nodes;   /* inode number of the result → node of the tree, borrowed */
  GHashTable *numbers; /* node of the tree (by file) → inode number of the result */
  GHashTable *names;   /* inode number of the result → how many names were met */
  GCancellable *cancellable;
} Verify;

static gboolean
fail (Verify *self, GraftNode *found, const char *text, GError **error)
{
  g_autofree char *address
      = graft_ext4_tree_dup_address (self->result, graft_node_get_handle (found));

  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH, _ ("%s: %s"), address, text);
  return FALSE;
}

/* What the inode can hold of a time: seconds only in those of 128 bytes. */
static gboolean
is_same_time (Verify *self, const GraftAttributes *wanted, const GraftAttributes *got)
{
  if (wanted->mtime == got->mtime && wanted->mtime_nsec == got->mtime_nsec)
    return TRUE;
  return EXT2_INODE_SIZE (self->result->volume.fs->super) == EXT2_GOOD_OLD_INODE_SIZE
         && (gint32)wanted->mtime == got->mtime;
}

static gboolean
compare_attributes (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  const GraftAttributes *wanted = graft_node_get_attributes (node);
  const GraftAttributes *got = graft_node_get_attributes (found);

  if (graft_node_get_node_type (node) != graft_node_get_node_type (found))
    return fail (self, found, _ ("is of another type than it should be"), error);
  if ((wanted->mode & 07777) != got->mode)
    return fail (self, found, _ ("has another mode than it should have"), error);
  if (wanted->uid != got->uid || wanted->gid != got->gid)
    return fail (self, found, _ ("has another owner than it should have"), error);
  if (!is_same_time (self, wanted, got))
    return fail (self, found, _ ("has another time than it should have"), error);
  if (g_strcmp0 (graft_node_get_target (node), graft_node_get_target (found)) != 0)
    return fail (self, found, _ ("is a link to somewhere else"), error);
  if (graft_node_get_rdev_major (node) != graft_node_get_rdev_major (found)
      || graft_node_get_rdev_minor (node) != graft_node_get_rdev_minor (found))
    return fail (self, found, _ ("is another device"), error);
  return TRUE;
}

static gboolean
compare_xattrs (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  g_autoptr (GPtrArray) wanted = graft_node_list_xattrs (node, error);
  g_autoptr (GPtrArray) got = wanted != NULL ? graft_node_list_xattrs (found, error) : NULL;

  if (got == NULL)
    return FALSE;
  for (guint i = 0; i < MAX (wanted->len, got->len); i++)
    {
      const GraftXattr *left = i < wanted->len ? g_ptr_array_index (wanted, i) : NULL;
      const GraftXattr *right = i < got->len ? g_ptr_array_index (got, i) : NULL;

      if (left == NULL || right == NULL || strcmp (left->name, right->name) != 0
          || !g_bytes_equal (left->value, right->value))
        return fail (self, found, _ ("has other extended attributes than it should have"), error);
    }
  return TRUE;
}

static gboolean
compare_whole (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  g_autoptr (GraftInput) wanted = graft_node_open (node, error);
  g_autoptr (GraftInput) got = wanted != NULL ? graft_node_open (found, error) : NULL;
  gboolean equal = FALSE;

  if (got == NULL || !graft_input_equal (wanted, got, &equal, self->cancellable, error))
    return FALSE;
  return equal || fail (self, found, _ ("has another content than it should have"), error);
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
compare_content (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  GraftNode *origin = graft_node_get_content_origin (node);
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  gboolean in_inode = FALSE, too = FALSE;

  if (graft_node_get_size (node) != graft_node_get_size (found))
    return fail (self, found, _ ("has another size than it should have"), error);
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

static guint
count_name (Verify *self, guint32 number, guint more)
{
  guint count
      = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, GUINT_TO_POINTER (number))) + more;

  g_hash_table_insert (self->names, GUINT_TO_POINTER (number), GUINT_TO_POINTER (count));
  return count;
}

/* Whether names that were one file are one file, and others are not. @ret_first: this one was not
 * seen under another name. */
static gboolean
compare_identity (Verify *self, GraftNode *node, GraftNode *found, gboolean *ret_first,
                  GError **error)
{
  guint32 number = graft_node_get_handle (found);
  gpointer key = GUINT_TO_POINTER (number);
  GraftNode *seen = g_hash_table_lookup (self->nodes, key);
  gpointer other;

  *ret_first = seen == NULL;
  count_name (self, number, graft_node_is_directory (node) ? 2 : 1);
  if (seen != NULL)
    return graft_node_is_same_file (seen, node)
           || fail (self, found, _ ("is linked with a file that it was not linked with"), error);
  g_hash_table_insert (self->nodes, key, node);
  if (graft_node_is_directory (node))
    return TRUE;
  other = g_hash_table_lookup (self->numbers, node);
  if (other != NULL)
    return fail (self, found, _ ("is no longer linked with its other names"), error);
  g_hash_table_insert (self->numbers, node, key);
  return TRUE;
}

static gboolean compare_folder (Verify *self, GraftNode *node, GraftNode *found, GError **error);

static gboolean
compare_node (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  gboolean first = FALSE;

  if (!compare_attributes (self, node, found, error)
      || !compare_identity (self, node, found, &first, error))
    return FALSE;
  if (!first)
    return TRUE;
  if (!compare_xattrs (self, node, found, error))
    return FALSE;
  if (graft_node_is_directory (node))
    return compare_folder (self, node, found, error);
  return graft_node_get_node_type (node) != GRAFT_NODE_REGULAR
         || compare_content (self, node, found, error);
}

static gboolean
compare_folder (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  g_autoptr (GraftDirectory) wanted = graft_node_list (node, error);
  g_autoptr (GraftDirectory) got = NULL;
  guint n;

  if (wanted == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  got = graft_node_list (found, error);
  if (got == NULL)
    return FALSE;
  n = graft_directory_get_n_entries (wanted);
  if (graft_directory_get_n_entries (got) != n)
    return fail (self, found, _ ("has more or fewer entries than it should have"), error);
  for (guint i = 0; i < n; i++)
    {
      const GraftEntry *left = graft_directory_get_entry (wanted, i);
      const GraftEntry *right = graft_directory_get_entry (got, i);

      if (strcmp (left->name, right->name) != 0)
        return fail (self, right->node, _ ("has a name that it should not have"), error);
      if (!compare_node (self, left->node, right->node, error))
        return FALSE;
      if (graft_node_is_directory (left->node))
        count_name (self, graft_node_get_handle (found), 1);
    }
  return TRUE;
}

/* Of what was edited; what was wrong in the source may stay so elsewhere. */
static gboolean
compare_links (Verify *self, GError **error)
{
  GHashTableIter iter;
  gpointer key, node;

  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, &key, &node))
    {
      guint names = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, key));
      GraftExt4Record *record = g_hash_table_lookup (self->result->records, key);
      guint nlink = graft_node_get_nlink (record->node);

      /* More folders than a count can hold have the count 1. */
      if (graft_node_get_source (node) == NULL && nlink != names
          && !(nlink == 1 && graft_node_is_directory (node)))
        return fail (self, record->node, _ ("has another count of links than it has names"), error);
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
  g_autoptr (GHashTable) nodes = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) numbers = g_hash_table_new (graft_ext4_hash_file, graft_ext4_equal_files);
  g_autoptr (GHashTable) names = g_hash_table_new (NULL, NULL);
  g_autoptr (GraftProgress) comparing = graft_progress_new_child (progress, 0.5, NULL);
  Verify self = {
    .source = GRAFT_EXT4_IMAGE (image),
    .result = GRAFT_EXT4_IMAGE (result),
    .patch = written->evidence,
    .full = full,
    .nodes = nodes,
    .numbers = numbers,
    .names = names,
    .cancellable = cancellable,
  };

  return graft_image_verify_carried (image, result, written, comparing, cancellable, error)
         && compare_ranges (&self, error)
         && compare_node (&self, roots[0], GRAFT_EXT4_IMAGE (result)->root, error)
         && compare_links (&self, error);
}
