/* graft-ext4-fill.c: single changes to a file system: contents, and what is free
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-bytes.h"
#include "formats/ext4/graft-ext4-edit.h"
#include "formats/ext4/graft-ext4-error.h"

#define CHUNK (256 * 1024)

static gboolean
fail (GraftExt4Edit *self, errcode_t code, guint32 inode, GError **error)
{
  g_autofree char *what = g_strdup_printf (_ ("inode %u"), inode);

  return graft_ext4_fail_writing (self->io, code, what, error);
}

static errcode_t
write_all (ext2_file_t file, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      unsigned int count = 0;
      errcode_t code = ext2fs_file_write (file, data, length, &count);

      if (code != 0)
        return code;
      data += count;
      length -= count;
    }
  return 0;
}

/* Runs of blocks that are zeros are passed over. */
static errcode_t
write_chunk (ext2_file_t file, guint64 offset, const guint8 *data, gsize length, gsize block)
{
  gsize done = 0;
  errcode_t code = 0;

  while (code == 0 && done < length)
    {
      gsize first = done;

      while (done < length && !graft_bytes_are_zero (data + done, MIN (block, length - done)))
        done += MIN (block, length - done);
      if (done > first)
        {
          code = ext2fs_file_llseek (file, offset + first, EXT2_SEEK_SET, NULL);
          if (code == 0)
            code = write_all (file, data + first, done - first);
        }
      else
        done += MIN (block, length - done);
    }
  return code;
}

gboolean
graft_ext4_edit_fill (GraftExt4Edit *self, guint32 inode, GraftInput *input,
                      GCancellable *cancellable, GError **error)
{
  guint64 size = graft_input_get_size (input);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  ext2_file_t file = NULL;
  errcode_t code, closing;
  gboolean ok = TRUE;

  if (size == 0)
    return TRUE;
  code = ext2fs_file_open (self->fs, inode, EXT2_FILE_WRITE, &file);
  if (code != 0)
    return fail (self, code, inode, error);
  for (guint64 offset = 0; ok && code == 0 && offset < size; offset += CHUNK)
    {
      gsize count = MIN (size - offset, CHUNK);

      ok = !g_cancellable_set_error_if_cancelled (cancellable, error)
           && graft_input_read_at (input, offset, buffer, count, error);
      if (ok)
        code = write_chunk (file, offset, buffer, count, self->fs->blocksize);
    }
  /* Where the last bytes are a hole. */
  if (ok && code == 0)
    code = ext2fs_file_set_size2 (file, size);
  closing = ext2fs_file_close (file);
  if (!ok)
    return FALSE;
  if (code == 0)
    code = closing;
  return code == 0 || fail (self, code, inode, error);
}

/* @zero: those that were not free before. */
static void
visit_free (GraftExt4Edit *self, gboolean zero)
{
  ext2_filsys fs = self->fs;
  guint64 per_unit = graft_ext4_io_get_unit (self->io) / fs->blocksize;
  guint64 n_blocks = ext2fs_blocks_count (fs->super);

  for (guint64 unit = 0; per_unit > 0 && unit < graft_ext4_io_get_n_units (self->io); unit++)
    {
      guint64 first = unit * per_unit;

      /* What lies before the first block, or behind the last, is not the file system's. */
      if (first >= fs->super->s_first_data_block && first + per_unit <= n_blocks
          && ext2fs_test_block_bitmap_range2 (fs->block_map, first, per_unit)
          && graft_ext4_io_mark_free (self->io, unit) && zero)
        graft_ext4_io_zero_unit (self->io, unit);
    }
}

void
graft_ext4_edit_find_free (GraftExt4Edit *self)
{
  visit_free (self, FALSE);
}

void
graft_ext4_edit_trim (GraftExt4Edit *self)
{
  visit_free (self, TRUE);
}
