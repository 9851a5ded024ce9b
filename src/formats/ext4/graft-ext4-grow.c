/* graft-ext4-grow.c: a file system that becomes larger
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-grow.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-bytes.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-error.h"
#include "helper/graft-helper.h"

#define COPY "image"
#define CHUNK (1024 * 1024)
/* resize2fs leaves a last group out that has no more than so many blocks beside its own tables. */
#define LEAST_TAIL 64
/* Each brings what is lacking nearer by the share of a group that is free for content. */
#define MOST_TRIES 100

/* The copy, in a folder of its own: all that resize2fs gets to see. */
typedef struct
{
  GraftExt4Image *image;
  ext2_filsys fs;
  GraftInput *input; /* the source's */
  const char *scratch;
  char *folder;
  char *path;
  int fd;
  guint8 *left;
  guint8 *right;
  GCancellable *cancellable;
} Copy;

static void
copy_clear (Copy *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->path != NULL)
    g_unlink (self->path);
  if (self->folder != NULL)
    g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
  g_free (self->left);
  g_free (self->right);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copy, copy_clear)

/* Blocks of a new group that hold no content; in a file system with clusters each part may take one
 * of its own. */
static guint64
count_tables (ext2_filsys fs, dgrp_t group, guint64 descriptors)
{
  guint64 ratio = EXT2FS_CLUSTER_RATIO (fs), tables = fs->inode_blocks_per_group + 2;

  if (ext2fs_bg_has_super (fs, group) || ext2fs_has_feature_sparse_super2 (fs->super)
      || ext2fs_has_feature_meta_bg (fs->super))
    tables += 1 + descriptors + fs->super->s_reserved_gdt_blocks;
  return ratio > 1 ? tables + 4 * ratio : tables;
}

/* Of the blocks from the @old-th to the @new-th, those that hold no content; and what descriptors
 * of more groups take away from groups that are there. */
static guint64
count_lost (ext2_filsys fs, guint64 old_groups, guint64 groups)
{
  guint64 per_block = EXT2_DESC_PER_BLOCK (fs->super);
  guint64 descriptors = (groups + per_block - 1) / per_block, lost = 0;

  for (guint64 group = old_groups; group < groups; group++)
    lost += count_tables (fs, group, descriptors);
  if (descriptors > fs->desc_blocks)
    lost += (descriptors - fs->desc_blocks) * EXT2FS_CLUSTER_RATIO (fs) * old_groups;
  return lost;
}

static guint64
get_missing (guint64 needed, guint64 available)
{
  return needed > available ? needed - available : 0;
}

static gboolean
fail_count (GraftExt4Image *self, guint64 n_blocks, GError **error)
{
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("%s would need %s blocks, which is more than its file system can have"),
               graft_image_get_name (GRAFT_IMAGE (self)), GRAFT_NUMBER (n_blocks));
  return FALSE;
}

static gboolean
check_count (GraftExt4Image *self, ext2_filsys fs, guint64 n_blocks, GError **error)
{
  guint64 groups = n_blocks / fs->super->s_blocks_per_group + 1;

  return ((n_blocks <= G_MAXUINT32 || ext2fs_has_feature_64bit (fs->super))
          && groups <= G_MAXUINT32 / fs->super->s_inodes_per_group
          && n_blocks <= G_MAXINT64 / fs->blocksize)
         || fail_count (self, n_blocks, error);
}

/* From @count on, the first number of blocks at which there are @blocks more than now for content,
 * and no group at the end that resize2fs would leave out. */
static gboolean
find_count (GraftExt4Image *self, ext2_filsys fs, guint64 count, guint64 blocks, guint64 *ret_count,
            GError **error)
{
  guint64 per_group = fs->super->s_blocks_per_group, first = fs->super->s_first_data_block;
  guint64 old = ext2fs_blocks_count (fs->super), old_groups = fs->group_desc_count;

  for (guint i = 0; i < MOST_TRIES; i++)
    {
      guint64 groups = (count - first + per_group - 1) / per_group;
      guint64 tail = count - first - (groups - 1) * per_group, spare = count - old;
      guint64 least = count_tables (fs, groups - 1, fs->desc_blocks) + LEAST_TAIL;

      if (!check_count (self, fs, count, error))
        return FALSE;
      spare -= MIN (spare, count_lost (fs, old_groups, groups));
      if (groups > old_groups && tail < least)
        count += least - tail;
      else if (spare < blocks)
        count += blocks - spare;
      else
        {
          *ret_count = count;
          return TRUE;
        }
    }
  /* Of groups that hold little but their own tables. */
  return fail_count (self, count, error);
}

gboolean
graft_ext4_grow_measure (GraftExt4Image *self, ext2_filsys fs, const GraftExt4Need *need,
                         guint64 *ret_blocks, GError **error)
{
  guint64 per_group = fs->super->s_blocks_per_group, first = fs->super->s_first_data_block;
  guint64 old = ext2fs_blocks_count (fs->super), old_groups = fs->group_desc_count;
  guint64 blocks = get_missing (need->needed_blocks, need->available_blocks);
  guint64 inodes = get_missing (need->needed_inodes, need->available_inodes);
  guint64 more = (inodes + fs->super->s_inodes_per_group - 1) / fs->super->s_inodes_per_group;
  guint64 ratio = EXT2FS_CLUSTER_RATIO (fs), step = MAX (CHUNK / fs->blocksize, ratio), count;

  if (!check_count (self, fs, old + blocks + more * per_group, error))
    return FALSE;
  count = old + blocks;
  if (more > 0)
    count = MAX (count, first + (old_groups + more - 1) * per_group + LEAST_TAIL);
  if (!find_count (self, fs, count, blocks, &count, error))
    return FALSE;
  /* A round size: a multiple of 1 MiB. */
  *ret_blocks = (count + step - 1) / step * step;
  return check_count (self, fs, *ret_blocks, error);
}

static gboolean
copy_init (Copy *self, GraftExt4Image *image, ext2_filsys fs, gsize unit, const char *scratch,
           GCancellable *cancellable, GError **error)
{
  self->image = image;
  self->fs = fs;
  self->input = graft_image_get_input (GRAFT_IMAGE (image));
  self->left = g_malloc (MAX (unit, CHUNK));
  self->right = g_malloc (MAX (unit, CHUNK));
  self->scratch = scratch;
  self->cancellable = cancellable;
  self->folder = g_build_filename (scratch != NULL ? scratch : g_get_tmp_dir (),
                                   "bootgraft-grow-XXXXXX", NULL);
  if (g_mkdtemp_full (self->folder, 0700) == NULL)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->folder,
                             _ ("no temporary folder could be made here"));
      g_clear_pointer (&self->folder, g_free);
      return FALSE;
    }
  self->path = g_build_filename (self->folder, COPY, NULL);
  self->fd = open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  return self->fd >= 0
         || graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->path,
                                   _ ("cannot be created"));
}

/* Whether any block between two bytes is in use, and up to where that is so. */
static gboolean
is_used (ext2_filsys fs, guint64 start, guint64 end, guint64 *ret_end)
{
  guint64 first = start / fs->blocksize, stop = ext2fs_blocks_count (fs->super), block = first;
  gboolean used = FALSE;

  for (; block * fs->blocksize < end; block++)
    {
      /* What lies before the first block is there for who boots. */
      gboolean here = block < fs->super->s_first_data_block
                      || (block < stop && ext2fs_test_block_bitmap2 (fs->block_map, block));

      if (block == first)
        used = here;
      else if (here != used)
        break;
    }
  *ret_end = MIN (block * fs->blocksize, end);
  return used;
}

static gboolean
write_all (Copy *self, const guint8 *data, gsize length, guint64 offset, GError **error)
{
  while (length > 0)
    {
      gssize count = pwrite (self->fd, data, length, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return graft_error_set_errno (
            error, GRAFT_EXPORT_ERROR, count == 0 ? EIO : errno, self->path,
            _ ("the temporary copy that a file system grows in cannot be written"));
      data += count;
      length -= count;
      offset += count;
    }
  return TRUE;
}

/* The blocks of one chunk that are in use and not zero. */
static gboolean
copy_chunk (Copy *self, guint64 start, guint64 end, GError **error)
{
  gboolean loaded = FALSE;
  guint64 stop;

  for (guint64 offset = start; offset < end; offset = stop)
    {
      if (!is_used (self->fs, offset, end, &stop))
        continue;
      if (!loaded && !graft_input_read_at (self->input, start, self->left, end - start, error))
        return FALSE;
      loaded = TRUE;
      if (!graft_bytes_are_zero (self->left + (offset - start), stop - offset)
          && !write_all (self, self->left + (offset - start), stop - offset, offset, error))
        return FALSE;
    }
  return TRUE;
}

/* What lies behind the file system would be in its way. */
static gboolean
check_behind (Copy *self, GError **error)
{
  guint64 end = ext2fs_blocks_count (self->fs->super) * self->fs->blocksize;
  guint64 size = graft_input_get_size (self->input);

  for (guint64 offset = end; offset < size; offset += CHUNK)
    {
      gsize length = MIN (size - offset, CHUNK);

      if (!graft_input_read_at (self->input, offset, self->left, length, error))
        return FALSE;
      if (graft_bytes_are_zero (self->left, length))
        continue;
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED,
                   _ ("%s cannot grow: there is something behind its file system, from byte %s on"),
                   graft_image_get_name (GRAFT_IMAGE (self->image)), GRAFT_NUMBER (end));
      return FALSE;
    }
  return TRUE;
}

static gboolean
make_copy (Copy *self, GError **error)
{
  guint64 end = ext2fs_blocks_count (self->fs->super) * self->fs->blocksize;

  for (guint64 offset = 0; offset < end; offset += CHUNK)
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
        || !copy_chunk (self, offset, MIN (offset + CHUNK, end), error))
      return FALSE;
  return TRUE;
}

/* Before resize2fs does it, which would leave a byte there. */
static gboolean
set_length (Copy *self, guint64 n_blocks, GError **error)
{
  return ftruncate (self->fd, n_blocks * self->fs->blocksize) == 0
         || graft_error_set_errno (
             error, GRAFT_EXPORT_ERROR, errno, self->path,
             _ ("the temporary copy that a file system grows in cannot be written"));
}

static gboolean
prefix (Copy *self, GError **error)
{
  g_prefix_error (error, _ ("%s cannot grow: "), graft_image_get_name (GRAFT_IMAGE (self->image)));
  return FALSE;
}

/* Whether e2fsck is content; @fault: what it means when it is not. */
static gboolean
check (Copy *self, const char *fault, GError **error)
{
  static const char *const argv[] = { "e2fsck", "-f", "-n", COPY, NULL };
  int status = 0;

  if (!graft_helper_ask_tool (self->folder, argv, &status, self->cancellable, error))
    return prefix (self, error);
  if (status == 0)
    return TRUE;
  g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED, fault);
  return prefix (self, error);
}

static gboolean
resize (Copy *self, guint64 n_blocks, time_t time, GError **error)
{
  g_autofree char *old_clock
      = g_strdup_printf ("E2FSPROGS_FAKE_TIME=%" G_GINT64_FORMAT, (gint64)time);
  g_autofree char *clock = g_strdup_printf ("SOURCE_DATE_EPOCH=%" G_GINT64_FORMAT, (gint64)time);
  g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, n_blocks);
  const char *const argv[] = { old_clock, clock, "resize2fs", "-f", COPY, count, NULL };

  if (!check (self, _ ("its file system is not in order; run “e2fsck -fy” on a copy of it"), error))
    return FALSE;
  if (!graft_helper_run_tool (self->folder, argv, NULL, self->cancellable, error))
    return prefix (self, error);
  /* With some features (bigalloc, sparse_super2) resize2fs 1.47.0 leaves wrong counts. */
  return check (self, _ ("resize2fs does not leave its file system in order"), error);
}

/* Whether the blocks of @fs in a range are other than those of the source. */
static gboolean
is_changed (Copy *self, ext2_filsys fs, guint64 start, gsize length)
{
  guint64 stop;

  for (guint64 offset = start; offset < start + length; offset = stop)
    if (is_used (fs, offset, start + length, &stop)
        && memcmp (self->left + (offset - start), self->right + (offset - start), stop - offset)
               != 0)
      return TRUE;
  return FALSE;
}

/* Lays what resize2fs did over the source. A unit that the source has in part only is laid over it
 * in any case: who stores it by units has it to store anew. */
static gboolean
take_unit (Copy *self, GraftInput *grown, ext2_filsys fs, GraftExt4Io *io, guint64 start,
           GError **error)
{
  guint64 old_size = graft_input_get_size (self->input), size = graft_ext4_io_get_size (io), stop;
  gsize length = MIN (graft_ext4_io_get_unit (io), size - start);
  gsize there = start < old_size ? MIN (length, old_size - start) : 0;
  gboolean cut = there > 0 && there < length;
  gssize count;

  if (!cut && !is_used (fs, start, start + length, &stop) && stop == start + length)
    return TRUE;
  memset (self->left, 0, length);
  memset (self->right, 0, length);
  count = graft_input_read_some (grown, start, self->right, length, error);
  if (count < 0
      || !graft_input_read_at (self->input, MIN (start, old_size), self->left, there, error))
    return FALSE;
  return (!cut && !is_changed (self, fs, start, length))
         || graft_ext4_io_write (io, start, self->right, length, error);
}

static gboolean
check_features (Copy *self, ext2_filsys fs, GError **error)
{
  g_autofree char *before = graft_ext4_state_dup_features (self->fs);
  g_autofree char *after = graft_ext4_state_dup_features (fs);

  if (strcmp (before, after) == 0)
    return TRUE;
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s cannot grow: its file system would get other features (%s) than it has (%s)"),
               graft_image_get_name (GRAFT_IMAGE (self->image)), after, before);
  return FALSE;
}

/* @fs: of the copy, as it is now. */
static GraftExt4Io *
take_changes (Copy *self, GraftInput *grown, ext2_filsys fs, gsize unit, GError **error)
{
  g_autoptr (GraftExt4Io) io = graft_ext4_io_new (self->input, unit, TRUE);
  guint64 size = ext2fs_blocks_count (fs->super) * fs->blocksize;

  graft_ext4_io_set_folder (io, self->scratch);
  graft_ext4_io_set_size (io, MAX (size, graft_input_get_size (self->input)));
  for (guint64 i = 0; i < graft_ext4_io_get_n_units (io); i++)
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
        || !take_unit (self, grown, fs, io, i * unit, error))
      return NULL;
  return g_steal_pointer (&io);
}

static GraftExt4Io *
open_and_take (Copy *self, gsize unit, GError **error)
{
  const char *name = graft_image_get_name (GRAFT_IMAGE (self->image));
  g_autoptr (GraftInput) grown = graft_file_input_new_take_fd (g_steal_fd (&self->fd), name, error);
  g_autoptr (GraftExt4Io) reader = NULL;
  GraftExt4Io *io = NULL;
  ext2_filsys fs = NULL;
  errcode_t code;

  if (grown == NULL)
    return NULL;
  reader = graft_ext4_io_new (grown, GRAFT_EXT4_UNIT, FALSE);
  code = graft_ext4_io_open_filesystem (reader, 0, &fs);
  if (code == 0)
    code = ext2fs_read_bitmaps (fs);
  else
    fs = NULL;
  if (code != 0)
    graft_ext4_fail (reader, code, name, error);
  else if (check_features (self, fs, error))
    io = take_changes (self, grown, fs, unit, error);
  if (fs != NULL)
    ext2fs_free (fs);
  return io;
}

GraftExt4Io *
graft_ext4_grow (GraftExt4Image *self, ext2_filsys fs, guint64 n_blocks, time_t time, gsize unit,
                 const char *scratch, GCancellable *cancellable, GError **error)
{
  g_auto (Copy) copy = { .fd = -1 };

  if (!copy_init (&copy, self, fs, unit, scratch, cancellable, error)
      || !check_behind (&copy, error) || !make_copy (&copy, error)
      || !set_length (&copy, n_blocks, error) || !resize (&copy, n_blocks, time, error))
    return NULL;
  return open_and_take (&copy, unit, error);
}
