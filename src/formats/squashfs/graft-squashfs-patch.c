/* graft-squashfs-patch.c: a file of the source of which only some blocks change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-patch.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"

void
graft_squashfs_patch_free (GraftSquashfsPatch *self)
{
  g_clear_object (&self->input);
  g_clear_pointer (&self->sizes, g_array_unref);
  g_clear_pointer (&self->runs, g_array_unref);
  g_free (self->offsets);
  g_free (self);
}

guint32
graft_squashfs_patch_get_length (const GraftSquashfsPatch *self, guint piece)
{
  return MIN (self->inode.size - (guint64)piece * self->block_size, self->block_size);
}

gboolean
graft_squashfs_patch_is_touched (const GraftSquashfsPatch *self, guint piece)
{
  return piece == self->recut
         || graft_patched_input_is_touched (self->input, (guint64)piece * self->block_size,
                                            graft_squashfs_patch_get_length (self, piece));
}

/* Where each block is stored; a hostile inode may place them anywhere. */
static gboolean
place_blocks (GraftSquashfsPatch *self, GraftSquashfs *source, GError **error)
{
  guint64 at = self->inode.start, end;

  self->offsets = g_new (guint64, self->sizes->len + 1);
  self->offsets[0] = at;
  for (guint i = 0; i < self->sizes->len; i++)
    {
      at += SQFS_ON_DISK_BLOCK_SIZE (g_array_index (self->sizes, guint32, i));
      self->offsets[i + 1] = at;
    }
  end = source->super.bytes_used;
  if (at == self->inode.start
      || (self->inode.start >= sizeof (sqfs_super_t) && self->inode.start <= at && at <= end))
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s: its blocks lie outside of the image"),
               graft_input_get_name (GRAFT_INPUT (self->input)));
  return FALSE;
}

/* A content that is longer than the source's: by blocks that are not stored, as long as nothing
 * touches them. */
static gboolean
extend (GraftSquashfsPatch *self, GError **error)
{
  guint64 size = graft_input_get_size (GRAFT_INPUT (self->input));
  guint64 n_blocks = size / self->block_size + (size % self->block_size != 0);

  if (size <= self->inode.size)
    return TRUE;
  if (n_blocks > G_MAXINT32)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s: more blocks than a squashfs can hold of one file"),
                   graft_input_get_name (GRAFT_INPUT (self->input)));
      return FALSE;
    }
  if (self->inode.size % self->block_size != 0)
    self->recut = self->inode.size / self->block_size;
  self->inode.size = size;
  self->inode.fragment = GRAFT_SQUASHFS_NONE;
  g_array_set_size (self->sizes, n_blocks);
  return TRUE;
}

gboolean
graft_squashfs_patch_find (GraftSquashfs *source, GraftNode *node, GraftSquashfsPatch **ret_patch,
                           GError **error)
{
  GraftInput *content = graft_node_get_content (node);
  GraftInput *base = GRAFT_IS_PATCHED_INPUT (content)
                         ? graft_patched_input_get_base (GRAFT_PATCHED_INPUT (content))
                         : NULL;
  g_autoptr (GraftSquashfsPatch) self = NULL;
  guint64 ref = 0;

  if (base == NULL || !graft_squashfs_file_is_of (base, GRAFT_IMAGE (source), &ref))
    return TRUE;
  self = g_new0 (GraftSquashfsPatch, 1);
  self->input = g_object_ref (GRAFT_PATCHED_INPUT (content));
  /* What is added is 0. */
  self->sizes = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->recut = G_MAXUINT;
  self->runs = g_array_new (FALSE, FALSE, sizeof (GraftCarriedRange));
  self->block_size = source->super.block_size;
  if (!graft_squashfs_inode_read (source->metadata, &source->super, ref, &self->inode, error)
      || !graft_squashfs_inode_read_blocks (source->metadata, &self->inode, self->block_size,
                                            self->sizes, error))
    {
      g_prefix_error (error, _ ("%s: "), graft_input_get_name (base));
      return FALSE;
    }
  if (!extend (self, error) || !place_blocks (self, source, error))
    return FALSE;
  self->n_pieces = self->sizes->len + (self->inode.fragment != GRAFT_SQUASHFS_NONE ? 1 : 0);
  for (guint i = 0; i < self->n_pieces; i++)
    if (graft_squashfs_patch_is_touched (self, i))
      self->touched_bytes += graft_squashfs_patch_get_length (self, i);
  *ret_patch = g_steal_pointer (&self);
  return TRUE;
}

void
graft_squashfs_patch_add_run (GraftSquashfsPatch *self, guint64 source_offset,
                              guint64 target_offset, guint64 length)
{
  const GraftCarriedRange run = { source_offset, target_offset, length };
  GraftCarriedRange *last
      = self->runs->len > 0 ? &g_array_index (self->runs, GraftCarriedRange, self->runs->len - 1)
                            : NULL;

  if (last != NULL && last->source_offset + last->length == source_offset
      && last->target_offset + last->length == target_offset)
    last->length += length;
  else
    g_array_append_val (self->runs, run);
}

gboolean
graft_squashfs_patch_is_moved (const GraftSquashfsPatch *self, guint64 source_offset,
                               guint64 target_offset, guint64 length)
{
  guint low = 0, high = self->runs->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GraftCarriedRange *run = &g_array_index (self->runs, GraftCarriedRange, middle);

      if (source_offset < run->source_offset)
        high = middle;
      else if (source_offset - run->source_offset >= run->length)
        low = middle + 1;
      else
        return run->length - (source_offset - run->source_offset) >= length
               && target_offset == run->target_offset + (source_offset - run->source_offset);
    }
  return FALSE;
}
