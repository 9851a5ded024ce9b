/* graft-ext4-write.c: an edited file system: as a patch, and as a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-apply.h"
#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-grow.h"
#include "image/graft-path.h"

/* A file system that is about to be edited, and what it is edited in. */
typedef struct
{
  GraftExt4Edit edit;
} Editing;

static void
editing_clear (Editing *self)
{
  if (self->edit.fs != NULL)
    ext2fs_free (self->edit.fs);
  g_clear_pointer (&self->edit.io, graft_ext4_io_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Editing, editing_clear)

/* The time that new inodes get: that of the last change, for the same edits give the same bytes. */
static time_t
get_time (const struct ext2_super_block *super)
{
  return MAX (1, MAX (super->s_wtime, super->s_mkfs_time));
}

/* Takes @io. */
static gboolean
editing_open_io (Editing *self, GraftExt4Image *image, GraftExt4Io *io, GError **error)
{
  errcode_t code;

  self->edit.io = io;
  code = graft_ext4_io_open_filesystem (self->edit.io, EXT2_FLAG_RW, &self->edit.fs);
  if (code != 0)
    self->edit.fs = NULL;
  else
    code = ext2fs_read_bitmaps (self->edit.fs);
  if (code != 0)
    {
      graft_ext4_fail (self->edit.io, code, _ ("the file system"), error);
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (GRAFT_IMAGE (image)));
      return FALSE;
    }
  /* As the kernel does: copies of the superblock keep the counts that they have. */
  self->edit.fs->flags |= EXT2_FLAG_MASTER_SB_ONLY;
  self->edit.fs->now = get_time (self->edit.fs->super);
  return TRUE;
}

static gboolean
editing_open (Editing *self, GraftExt4Image *image, gsize unit, GError **error)
{
  g_autofree char *reason = graft_ext4_image_dup_read_only_reason (image);
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (image));

  if (reason != NULL)
    {
      g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED, reason);
      return FALSE;
    }
  return editing_open_io (
      self, image, graft_ext4_io_new (input, unit != 0 ? unit : GRAFT_EXT4_UNIT, TRUE), error);
}

static gboolean
has_room (const GraftExt4Need *need)
{
  return need->needed_blocks <= need->available_blocks
         && need->needed_inodes <= need->available_inodes;
}

static gboolean
check_room (GraftExt4Image *image, const GraftExt4Need *need, GError **error)
{
  const char *name = graft_image_get_name (GRAFT_IMAGE (image));
  guint64 block = image->volume.block_size;

  if (need->needed_blocks > need->available_blocks)
    {
      g_autofree char *needed = g_format_size (need->needed_blocks * block);
      g_autofree char *there = g_format_size (need->available_blocks * block);
      g_autofree char *more
          = g_format_size ((need->needed_blocks - need->available_blocks) * block);

      g_set_error (
          error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM,
          _ ("%s needs %s more: the edits take up to %s (%s blocks), but only %s is free (%s "
             "blocks); nothing was changed"),
          name, more, needed, GRAFT_NUMBER (need->needed_blocks), there,
          GRAFT_NUMBER (need->available_blocks));
      if (need->needed_inodes > need->available_inodes)
        g_prefix_error (error, _ ("%s needs %s more inodes, and also: "), name,
                        GRAFT_NUMBER (need->needed_inodes - need->available_inodes));
      return FALSE;
    }
  if (need->needed_inodes > need->available_inodes)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM,
                   _ ("%s needs %s more inodes: the edits take up to %s, but only %s are free; "
                      "nothing was changed"),
                   name, GRAFT_NUMBER (need->needed_inodes - need->available_inodes),
                   GRAFT_NUMBER (need->needed_inodes), GRAFT_NUMBER (need->available_inodes));
      return FALSE;
    }
  return TRUE;
}

gboolean
graft_ext4_image_measure (GraftExt4Image *self, GraftNode *root, GraftExt4Need *ret_need,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GraftExt4Plan) plan = graft_ext4_plan_new (self, root, cancellable, error);
  g_auto (Editing) editing = { 0 };

  return plan != NULL && editing_open (&editing, self, 0, error)
         && graft_ext4_plan_measure (plan, editing.edit.fs, ret_need, error);
}

static gboolean
visit (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, error);
  g_autoptr (GraftInput) input = NULL;

  if (xattrs == NULL)
    return FALSE;
  /* What is new is opened when its turn comes. */
  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR
      || graft_node_get_content_origin (node) == NULL)
    return TRUE;
  input = graft_node_open (node, error);
  return input != NULL;
}

/* The proof asks for all of it in the end; where the source is damaged, that is better known before
 * anything is written. */
static gboolean
check_readable (GraftNode *root, GCancellable *cancellable, GError **error)
{
  return graft_path_walk (root, "/", visit, NULL, cancellable, error);
}

/* The library may set a feature that an edit asks for; the kernel of the image may not know it. */
static gboolean
check_features (GraftExt4Image *image, ext2_filsys fs, GError **error)
{
  g_autofree char *before = graft_ext4_state_dup_features (image->volume.fs);
  g_autofree char *after = graft_ext4_state_dup_features (fs);

  if (g_strcmp0 (before, after) == 0)
    return TRUE;
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s cannot be edited so: its file system would need other features (%s) than it "
                  "has (%s)"),
               graft_image_get_name (GRAFT_IMAGE (image)), after, before);
  return FALSE;
}

/* Makes the file system in @editing large enough for @plan. */
static gboolean
grow (Editing *editing, GraftExt4Image *self, GraftExt4Plan *plan, const GraftExt4Need *need,
      const char *scratch, GCancellable *cancellable, GError **error)
{
  ext2_filsys fs = editing->edit.fs;
  GraftExt4Io *io;
  GraftExt4Need again;
  guint64 n_blocks;

  if (!graft_ext4_grow_measure (self, fs, need, &n_blocks, error))
    return FALSE;
  io = graft_ext4_grow (self, fs, n_blocks, fs->now, graft_ext4_io_get_unit (editing->edit.io),
                        scratch, cancellable, error);
  if (io == NULL)
    return FALSE;
  editing_clear (editing);
  editing->edit.fs = NULL;
  return editing_open_io (editing, self, io, error)
         && graft_ext4_plan_measure (plan, editing->edit.fs, &again, error)
         && check_room (self, &again, error);
}

/* Opens the file system with room for @plan, by which it is to have @root. */
static gboolean
editing_open_for (Editing *self, GraftExt4Image *image, GraftExt4Plan *plan, GraftNode *root,
                  gsize unit, const GraftImageOptions *options, GCancellable *cancellable,
                  GError **error)
{
  gboolean may_grow = options != NULL && options->grow;
  GraftExt4Need need;

  if (!editing_open (self, image, unit, error)
      || !graft_ext4_plan_measure (plan, self->edit.fs, &need, error)
      || (!may_grow && !check_room (image, &need, error))
      || !check_readable (root, cancellable, error)
      || (!has_room (&need)
          && !grow (self, image, plan, &need, options->scratch, cancellable, error)))
    return FALSE;
  if (options != NULL)
    graft_ext4_io_set_folder (self->edit.io, options->scratch);
  return TRUE;
}

GraftPatchedInput *
graft_ext4_image_patch (GraftExt4Image *self, GraftNode *root, gsize unit,
                        const GraftImageOptions *options, GraftProgress *progress,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GraftExt4Plan) plan = graft_ext4_plan_new (self, root, cancellable, error);
  g_auto (Editing) editing = { 0 };
  errcode_t code;

  if (plan == NULL
      || !editing_open_for (&editing, self, plan, root, unit, options, cancellable, error))
    return NULL;
  if (!graft_ext4_apply (plan, &editing.edit, progress, cancellable, error))
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (GRAFT_IMAGE (self)));
      return NULL;
    }
  if (!check_features (self, editing.edit.fs, error))
    return NULL;
  code = ext2fs_flush (editing.edit.fs);
  if (code != 0)
    {
      graft_ext4_fail_writing (editing.edit.io, code, graft_image_get_name (GRAFT_IMAGE (self)),
                               error);
      return NULL;
    }
  return graft_ext4_io_finish (editing.edit.io);
}

static guint64
get_growth (GraftPatchedInput *patch)
{
  return graft_input_get_size (GRAFT_INPUT (patch))
         - graft_input_get_size (graft_patched_input_get_base (patch));
}

GraftInput *
graft_ext4_patch (GraftImage *image, GraftNode *const *roots, gsize unit,
                  const GraftImageOptions *options, GraftWritten *written, GraftProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  GraftPatchedInput *patch = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), roots[0], unit,
                                                     options, progress, cancellable, error);

  if (patch == NULL)
    return NULL;
  written->grown = get_growth (patch);
  written->evidence = g_object_ref (patch);
  written->evidence_free = g_object_unref;
  return GRAFT_INPUT (patch);
}

gboolean
graft_ext4_check_room (GraftImage *image, GraftNode *const *roots, GraftRoom *ret_room,
                       GCancellable *cancellable, GError **error)
{
  GraftExt4Image *self = GRAFT_EXT4_IMAGE (image);
  ext2_filsys fs = self->volume.fs;
  GraftExt4Need need = { 0 };
  guint64 n_blocks = self->volume.n_blocks;

  if (roots[0] != self->root
      && !graft_ext4_image_measure (self, roots[0], &need, cancellable, error))
    return FALSE;
  if (ret_room == NULL)
    return check_room (self, &need, error);
  if (!has_room (&need) && !graft_ext4_grow_measure (self, fs, &need, &n_blocks, error))
    return FALSE;
  *ret_room = (GraftRoom){ 0 };
  if (need.needed_blocks > need.available_blocks)
    ret_room->missing = (need.needed_blocks - need.available_blocks) * fs->blocksize;
  if (need.needed_inodes > need.available_inodes)
    ret_room->missing_inodes = need.needed_inodes - need.available_inodes;
  ret_room->growth = (n_blocks - self->volume.n_blocks) * fs->blocksize;
  return TRUE;
}

/* Where the next bytes of the source are that are stored at all; its holes become holes. */
static void
find_data (GraftInput *base, guint64 offset, guint64 end, guint64 *ret_data, guint64 *ret_end)
{
  guint64 start = 0;
  gint64 data, hole;
  int fd = -1;

  *ret_data = offset;
  *ret_end = end;
  if (!graft_input_get_file (base, &fd, &start))
    return;
  data = lseek (fd, start + offset, SEEK_DATA);
  if (data < 0 && errno == ENXIO)
    data = start + end;
  hole = data < 0 ? -1 : lseek (fd, data, SEEK_HOLE);
  if (data >= 0)
    *ret_data = MIN ((guint64)data - start, end);
  if (hole >= 0)
    *ret_end = MIN ((guint64)hole - start, end);
}

/* What lies between two ranges, as it is stored in the base; a hole behind that. */
static gboolean
copy_base (GraftInput *base, GraftOutput *output, GraftWritten *written, guint64 offset,
           guint64 end, GCancellable *cancellable, GError **error)
{
  guint64 last = graft_input_get_size (base);

  if (end > last)
    {
      written->encoded += end - MAX (offset, last);
      return (offset >= last || copy_base (base, output, written, offset, last, cancellable, error))
             && graft_output_truncate (output, end, error);
    }
  if (offset >= end)
    return TRUE;
  graft_written_add_carried (written, offset, graft_output_get_position (output), end - offset);
  while (offset < end)
    {
      guint64 data, stop;

      find_data (base, offset, end, &data, &stop);
      if ((data > offset
           && !graft_output_truncate (output, graft_output_get_position (output) + data - offset,
                                      error))
          || (data < end
              && !graft_output_copy (output, base, data, stop - data, cancellable, error)))
        return FALSE;
      offset = data < end ? stop : end;
    }
  return TRUE;
}

static gboolean
write_range (GraftPatchedInput *patch, const GraftPatchedRange *range, GraftOutput *output,
             guint8 *buffer, GError **error)
{
  if (graft_patched_range_is_zero (range))
    return graft_output_truncate (output, graft_output_get_position (output) + range->length,
                                  error);
  return graft_patched_input_read_range (patch, range, buffer, error)
         && graft_output_write (output, buffer, range->length, error);
}

static gboolean
write_patch (GraftPatchedInput *patch, GraftOutput *output, GraftWritten *written,
             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftInput *base = graft_patched_input_get_base (patch);
  g_autofree guint8 *buffer = g_malloc (graft_patched_input_get_unit (patch));
  guint64 size = graft_input_get_size (GRAFT_INPUT (patch)), offset = 0;

  for (guint i = 0; i < graft_patched_input_get_n_ranges (patch); i++)
    {
      const GraftPatchedRange *range = graft_patched_input_get_range (patch, i);

      if (!copy_base (base, output, written, offset, range->offset, cancellable, error)
          || !write_range (patch, range, output, buffer, error))
        return FALSE;
      written->encoded += range->length;
      offset = range->offset + range->length;
      graft_progress_set (progress, (double)offset / size);
    }
  return copy_base (base, output, written, offset, size, cancellable, error);
}

gboolean
graft_ext4_write (GraftImage *image, GraftNode *const *roots, const GraftImageOptions *options,
                  GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  GraftExt4Image *self = GRAFT_EXT4_IMAGE (image);
  GraftInput *input = graft_image_get_input (image);
  g_autoptr (GraftProgress) editing = NULL;
  g_autoptr (GraftProgress) copying = NULL;
  g_autoptr (GraftPatchedInput) patch = NULL;

  if (roots[0] == self->root)
    return copy_base (input, output, written, 0, graft_input_get_size (input), cancellable, error);
  editing = graft_progress_new_child (progress, 0.6, _ ("changing the file system"));
  patch = graft_ext4_image_patch (self, roots[0], 0, options, editing, cancellable, error);
  if (patch == NULL)
    return FALSE;
  g_clear_object (&editing);
  copying = graft_progress_new_child (progress, 0.4, _ ("copying unchanged blocks"));
  if (!write_patch (patch, output, written, copying, cancellable, error))
    return FALSE;
  written->grown = get_growth (patch);
  written->evidence = g_steal_pointer (&patch);
  written->evidence_free = g_object_unref;
  return TRUE;
}
