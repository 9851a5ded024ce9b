/* graft-ext4-image.c: an ext2, ext3 or ext4 file system
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-image.h"

#include <glib/gi18n-lib.h>

#include "base/graft-bytes.h"
#include "base/graft-cancel-scope.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-private.h"

/* By the kernel's Documentation/filesystems/ext4/super.rst: where the superblock stands, and in it
 * the fields that are looked at before the library is. */
#define SUPER_OFFSET 1024
#define SUPER_SIZE 1024
#define SUPER_BLOCKS_LOW 0x04
#define SUPER_LOG_BLOCK_SIZE 0x18
#define SUPER_BLOCKS_PER_GROUP 0x20
#define SUPER_MAGIC 0x38
#define SUPER_INCOMPATIBLE 0x60
#define SUPER_BLOCKS_HIGH 0x150
/* 64 KiB. */
#define LOG_BLOCK_SIZE_MOST 6
/* A group's descriptor takes at least so many bytes. */
#define DESCRIPTOR_SIZE 32
/* Read at once from a file that lies on a disk. */
#define READ_UNIT (32 * 1024)

G_DEFINE_TYPE_WITH_CODE (GraftExt4Image, graft_ext4_image, GRAFT_TYPE_IMAGE,
                         G_IMPLEMENT_INTERFACE (GRAFT_TYPE_TREE, graft_ext4_tree_iface_init))

static GraftNode *
graft_ext4_image_dup_part (GraftImage *image, guint part)
{
  return graft_node_ref (GRAFT_EXT4_IMAGE (image)->root);
}

static const char *
graft_ext4_image_get_compression (GraftImage *image)
{
  return "none";
}

static const char *
graft_ext4_image_get_label (GraftImage *image)
{
  return GRAFT_EXT4_IMAGE (image)->label;
}

guint32
graft_ext4_image_get_block_size (GraftExt4Image *self)
{
  return self->volume.block_size;
}

guint64
graft_ext4_image_get_free_blocks (GraftExt4Image *self)
{
  return ext2fs_free_blocks_count (self->volume.fs->super);
}

guint32
graft_ext4_image_get_free_inodes (GraftExt4Image *self)
{
  return self->volume.fs->super->s_free_inodes_count;
}

static void
graft_ext4_image_finalize (GObject *object)
{
  GraftExt4Image *self = GRAFT_EXT4_IMAGE (object);

  g_clear_pointer (&self->records, g_hash_table_unref);
  g_clear_pointer (&self->root, graft_node_unref);
  if (self->volume.fs != NULL)
    ext2fs_free (self->volume.fs);
  g_clear_pointer (&self->volume.io, graft_ext4_io_free);
  g_free (self->label);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (graft_ext4_image_parent_class)->finalize (object);
}

static void
graft_ext4_image_class_init (GraftExt4ImageClass *klass)
{
  GraftImageClass *image_class = GRAFT_IMAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_ext4_image_finalize;
  image_class->format = "ext4";
  image_class->keeps_size = TRUE;
  image_class->dup_part = graft_ext4_image_dup_part;
  image_class->get_compression = graft_ext4_image_get_compression;
  image_class->get_label = graft_ext4_image_get_label;
  image_class->write = graft_ext4_write;
  image_class->patch = graft_ext4_patch;
  image_class->check_room = graft_ext4_check_room;
  image_class->verify = graft_ext4_verify;
}

static void
graft_ext4_image_init (GraftExt4Image *self)
{
  g_mutex_init (&self->lock);
  self->records = g_hash_table_new_full (NULL, NULL, NULL, graft_ext4_record_free);
}

static gboolean
read_super (GraftInput *input, guint8 *data)
{
  guint16 magic = 0;
  guint32 log_size = 0;

  return graft_input_read_some (input, SUPER_OFFSET, data, SUPER_SIZE, NULL) == SUPER_SIZE
         && graft_bytes_get_le16 (data, SUPER_SIZE, SUPER_MAGIC, &magic)
         && magic == EXT2_SUPER_MAGIC
         && graft_bytes_get_le32 (data, SUPER_SIZE, SUPER_LOG_BLOCK_SIZE, &log_size)
         && log_size <= LOG_BLOCK_SIZE_MOST;
}

/* The library makes room for all descriptors of groups before it reads the first. */
static gboolean
check_super (GraftInput *input, GError **error)
{
  guint8 data[SUPER_SIZE];
  guint32 low = 0, high = 0, log_size = 0, per_group = 0, incompatible = 0;
  guint64 blocks, size = graft_input_get_size (input);

  if (!read_super (input, data))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s: there is no superblock of an ext file system at byte %d"),
                   graft_input_get_name (input), SUPER_OFFSET);
      return FALSE;
    }
  graft_bytes_get_le32 (data, SUPER_SIZE, SUPER_BLOCKS_LOW, &low);
  graft_bytes_get_le32 (data, SUPER_SIZE, SUPER_LOG_BLOCK_SIZE, &log_size);
  graft_bytes_get_le32 (data, SUPER_SIZE, SUPER_BLOCKS_PER_GROUP, &per_group);
  graft_bytes_get_le32 (data, SUPER_SIZE, SUPER_INCOMPATIBLE, &incompatible);
  graft_bytes_get_le32 (data, SUPER_SIZE, SUPER_BLOCKS_HIGH, &high);
  blocks = low | ((incompatible & EXT4_FEATURE_INCOMPAT_64BIT) != 0 ? (guint64)high << 32 : 0);
  if (blocks != 0 && per_group != 0 && blocks / per_group <= size / DESCRIPTOR_SIZE)
    return TRUE;
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
      _ ("%s: the superblock at byte %d says that there are %s blocks, %u in a group; that "
         "cannot be in a file of %s bytes"),
      graft_input_get_name (input), SUPER_OFFSET, GRAFT_NUMBER (blocks), per_group,
      GRAFT_NUMBER (size));
  return FALSE;
}

static gboolean
open_filesystem (GraftExt4Image *self, GraftInput *input, GError **error)
{
  GraftExt4Volume *volume = &self->volume;
  errcode_t code;

  volume->io = graft_ext4_io_new (input, READ_UNIT, FALSE);
  code = graft_ext4_io_open_filesystem (
      volume->io, EXT2_FLAG_SOFTSUPP_FEATURES | EXT2_FLAG_SKIP_MMP, &volume->fs);
  if (code != 0)
    {
      volume->fs = NULL;
      graft_ext4_fail (volume->io, code, _ ("the file system"), error);
      g_prefix_error (error, _ ("%s: "), graft_input_get_name (input));
      return FALSE;
    }
  volume->block_size = volume->fs->blocksize;
  volume->n_blocks = ext2fs_blocks_count (volume->fs->super);
  self->label = volume->fs->super->s_volume_name[0] != '\0'
                    ? g_strndup ((const char *)volume->fs->super->s_volume_name, EXT2_LABEL_LEN)
                    : NULL;
  return TRUE;
}

static GraftImage *
graft_ext4_image_open (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GraftExt4Image) self = g_object_new (GRAFT_TYPE_EXT4_IMAGE, NULL);

  graft_image_set_input (GRAFT_IMAGE (self), input);
  if (!check_super (input, error) || !open_filesystem (self, input, error)
      || !graft_ext4_tree_open (self, error))
    return NULL;
  return GRAFT_IMAGE (g_steal_pointer (&self));
}

static int
graft_ext4_image_probe (GraftInput *input)
{
  guint8 data[SUPER_SIZE];

  return read_super (input, data) ? 90 : 0;
}

const GraftImageFormat *
graft_ext4_image_get_format (void)
{
  static const GraftImageFormat format = {
    .name = "ext4",
    .probe = graft_ext4_image_probe,
    .open = graft_ext4_image_open,
  };

  return &format;
}
