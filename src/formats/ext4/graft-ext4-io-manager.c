/* graft-ext4-io-manager.c: libext2fs's calls on a GraftExt4Io
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "formats/ext4/graft-ext4-io.h"

/* ext2fs_open2() gives an io_manager nothing but a name; this is what it is to open. */
static __thread GraftExt4Io *opening;

static GraftExt4Io *
get_self (io_channel channel)
{
  return channel->private_data;
}

/* @count: blocks, or, negative, bytes. */
static guint64
count_bytes (io_channel channel, int count)
{
  return count < 0 ? -(gint64)count : (gint64)count * channel->block_size;
}

static errcode_t
io_read_blk64 (io_channel channel, unsigned long long block, int count, void *data)
{
  GraftExt4Io *self = get_self (channel);
  GError *error = NULL;

  /* The library checks no block number of a hostile image against overflow. */
  if (block > G_MAXINT64 / (guint)channel->block_size)
    return EXT2_ET_BAD_BLOCK_NUM;
  if (graft_ext4_io_read (self, block * (guint)channel->block_size, data,
                          count_bytes (channel, count), &error))
    return 0;
  graft_ext4_io_remember (self, error);
  return EXT2_ET_SHORT_READ;
}

static errcode_t
io_read_blk (io_channel channel, unsigned long block, int count, void *data)
{
  return io_read_blk64 (channel, block, count, data);
}

static errcode_t
io_write_bytes (GraftExt4Io *self, guint64 offset, const void *data, guint64 length)
{
  GError *error = NULL;

  if (!graft_ext4_io_is_writable (self))
    return EXT2_ET_RO_FILSYS;
  if (graft_ext4_io_write (self, offset, data, length, &error))
    return 0;
  graft_ext4_io_remember (self, error);
  return EXT2_ET_SHORT_WRITE;
}

static errcode_t
io_write_blk64 (io_channel channel, unsigned long long block, int count, const void *data)
{
  if (block > G_MAXINT64 / (guint)channel->block_size)
    return EXT2_ET_BAD_BLOCK_NUM;
  return io_write_bytes (get_self (channel), block * (guint)channel->block_size, data,
                         count_bytes (channel, count));
}

static errcode_t
io_write_blk (io_channel channel, unsigned long block, int count, const void *data)
{
  return io_write_blk64 (channel, block, count, data);
}

static errcode_t
io_write_byte (io_channel channel, unsigned long offset, int count, const void *data)
{
  return io_write_bytes (get_self (channel), offset, data, count);
}

static errcode_t
io_zeroout (io_channel channel, unsigned long long block, unsigned long long count)
{
  guint64 size = channel->block_size;

  if (block > G_MAXINT64 / size || count > G_MAXINT64 / size)
    return EXT2_ET_BAD_BLOCK_NUM;
  return io_write_bytes (get_self (channel), block * size, NULL, count * size);
}

static errcode_t
io_set_blksize (io_channel channel, int size)
{
  channel->block_size = size;
  return 0;
}

static errcode_t
io_flush (io_channel channel)
{
  return 0;
}

static errcode_t
io_set_option (io_channel channel, const char *option, const char *argument)
{
  return EXT2_ET_INVALID_ARGUMENT;
}

static errcode_t
io_close (io_channel channel)
{
  if (--channel->refcount > 0)
    return 0;
  ext2fs_free_mem (&channel->name);
  ext2fs_free_mem (&channel);
  return 0;
}

static errcode_t io_open (const char *name, int flags, io_channel *ret_channel);

static struct struct_io_manager manager = {
  .magic = EXT2_ET_MAGIC_IO_MANAGER,
  .name = "Bootgraft's input",
  .open = io_open,
  .close = io_close,
  .set_blksize = io_set_blksize,
  .read_blk = io_read_blk,
  .write_blk = io_write_blk,
  .flush = io_flush,
  .write_byte = io_write_byte,
  .set_option = io_set_option,
  .read_blk64 = io_read_blk64,
  .write_blk64 = io_write_blk64,
  .zeroout = io_zeroout,
};

static errcode_t
io_open (const char *name, int flags, io_channel *ret_channel)
{
  io_channel channel = NULL;
  errcode_t code = ext2fs_get_memzero (sizeof *channel, &channel);

  if (code != 0)
    return code;
  code = ext2fs_get_memzero (strlen (name) + 1, &channel->name);
  if (code != 0)
    {
      ext2fs_free_mem (&channel);
      return code;
    }
  memcpy (channel->name, name, strlen (name));
  channel->magic = EXT2_ET_MAGIC_IO_CHANNEL;
  channel->manager = &manager;
  channel->block_size = 1024;
  channel->refcount = 1;
  channel->private_data = opening;
  *ret_channel = channel;
  return 0;
}

errcode_t
graft_ext4_io_open_filesystem (GraftExt4Io *self, int flags, ext2_filsys *ret_fs)
{
  errcode_t code;

  opening = self;
  code = ext2fs_open2 ("image", NULL, flags | EXT2_FLAG_64BITS, 0, 0, &manager, ret_fs);
  opening = NULL;
  return code;
}
