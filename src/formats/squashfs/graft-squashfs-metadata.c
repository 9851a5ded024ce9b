/* graft-squashfs-metadata.c: inodes, folders' entries and tables, read by the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-metadata.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "base/graft-limits.h"
#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-memory.h"
#include "formats/squashfs/graft-squashfs-super.h"

/* Of each table; 800 KB. Listing a folder looks at the inodes of its folders too, which lie behind
 * all that is in them; with fewer blocks those in between are decoded again and again. */
#define N_READERS 48

/* A file of more blocks is not believed: at 4 KiB each, that is 128 GiB. */
#define MAX_BLOCKS (GRAFT_LIMIT_IN_MEMORY / 16)

/* The library reads as many block sizes as a file has blocks. Where they are not wanted, it is told
 * that blocks are so large that hardly any file has one: a hostile table can make thousands of
 * inodes out of the same bytes, each with a list of megabytes. */
#define LARGE_BLOCK (1u << 31)

typedef struct
{
  sqfs_meta_reader_t *reader; /* NULL: none yet */
  guint64 block;              /* that it probably holds; a wrong guess costs a decoding */
  guint64 used;               /* larger is later */
} Reader;

/* A table, and the readers of its blocks. */
typedef struct
{
  guint64 start;
  guint64 end;
  Reader readers[N_READERS];
} Pool;

struct _GraftSquashfsMetadata
{
  const sqfs_super_t *super; /* no-ref */
  sqfs_super_t large_blocks; /* the same, but for the size of a block */

  GMutex lock; /* of all below */
  GraftSquashfsStream *stream;
  sqfs_compressor_t *decoder;
  Pool inodes;
  Pool directories;
  guint64 clock;
};

GraftSquashfsMetadata *
graft_squashfs_metadata_new (GraftInput *input, const sqfs_super_t *super,
                             const sqfs_compressor_config_t *config)
{
  g_autoptr (GraftSquashfsMetadata) self = g_new0 (GraftSquashfsMetadata, 1);

  g_mutex_init (&self->lock);
  self->super = super;
  self->large_blocks = *super;
  self->large_blocks.block_size = LARGE_BLOCK;
  self->stream = graft_squashfs_stream_new_input (input);
  self->decoder = graft_squashfs_decoder_new (config);
  if (self->decoder != NULL)
    self->decoder = graft_squashfs_memory_new (self->decoder, self->stream);
  self->inodes.start = super->inode_table_start;
  self->inodes.end = super->directory_table_start;
  self->directories.start = super->directory_table_start;
  self->directories.end = graft_squashfs_super_get_end (super, super->directory_table_start);
  return self->decoder != NULL ? g_steal_pointer (&self) : NULL;
}

void
graft_squashfs_metadata_free (GraftSquashfsMetadata *self)
{
  for (guint i = 0; i < N_READERS; i++)
    {
      sqfs_destroy (self->inodes.readers[i].reader);
      sqfs_destroy (self->directories.readers[i].reader);
    }
  sqfs_destroy (self->decoder);
  graft_squashfs_stream_free (self->stream);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* The reader that holds the block, or the one that was not used for the longest time. NULL when
 * memory ran out. With the lock held. */
static Reader *
get_reader (GraftSquashfsMetadata *self, Pool *pool, guint64 block)
{
  Reader *found = &pool->readers[0];

  for (guint i = 0; i < N_READERS && found->block != block; i++)
    if (pool->readers[i].block == block || pool->readers[i].used < found->used)
      found = &pool->readers[i];
  if (found->reader == NULL)
    found->reader = sqfs_meta_reader_create (graft_squashfs_stream_get_file (self->stream),
                                             self->decoder, pool->start, pool->end);
  found->used = ++self->clock;
  found->block = block;
  return found->reader != NULL ? found : NULL;
}

/* After reading: the reader may stand in a later block by now. At a block's very end it does not
 * say in which. */
static void
note_position (Reader *reader)
{
  sqfs_u64 block = 0;
  size_t offset = 0;

  sqfs_meta_reader_get_position (reader->reader, &block, &offset);
  if (offset > 0)
    reader->block = block;
}

/* A reader that failed holds bytes of the new block and believes them to be of the old one. */
static gboolean
fail (GraftSquashfsMetadata *self, Reader *reader, int code, guint64 block, GError **error)
{
  if (reader != NULL)
    {
      sqfs_destroy (reader->reader);
      *reader = (Reader){ 0 };
    }
  return graft_squashfs_fail_reading (self->stream, reader != NULL ? code : SQFS_ERROR_ALLOC,
                                      _ ("metadata block"), block, error);
}

static gboolean
fail_inode (const sqfs_inode_t *base, GraftErrorCode code, const char *text, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, code, _ ("inode %u: %s"),
               GUINT32_FROM_LE (base->inode_number), text);
  return FALSE;
}

/* The list of @size's blocks must fit into what is left of the table: each stored block has three
 * bytes at least. */
static gboolean
check_file_size (GraftSquashfsMetadata *self, const sqfs_inode_t *base, guint64 size, guint64 block,
                 gboolean whole, GError **error)
{
  guint64 n_blocks = size / self->super->block_size;
  guint64 most = ((self->inodes.end - block) / 3 + 1) * SQFS_META_BLOCK_SIZE;

  if (size > G_MAXINT64)
    return fail_inode (base, GRAFT_ERROR_CORRUPTED, _ ("it has an impossible size"), error);
  if (n_blocks > MAX_BLOCKS)
    return fail_inode (base, GRAFT_ERROR_TOO_LARGE,
                       _ ("it says that its file is longer than can be handled"), error);
  if (whole && n_blocks * sizeof (sqfs_u32) > most)
    return fail_inode (base, GRAFT_ERROR_CORRUPTED,
                       _ ("it says that its file is longer than the list of its blocks can be"),
                       error);
  return TRUE;
}

static sqfs_inode_generic_t *
make_directory (const sqfs_inode_t *base, const sqfs_inode_dir_ext_t *stored)
{
  /* To be freed as the library's are. */
  sqfs_inode_generic_t *inode = calloc (1, sizeof *inode);

  if (inode == NULL)
    return NULL;
  inode->base = (sqfs_inode_t){
    .type = SQFS_INODE_EXT_DIR,
    .mode = GUINT16_FROM_LE (base->mode),
    .uid_idx = GUINT16_FROM_LE (base->uid_idx),
    .gid_idx = GUINT16_FROM_LE (base->gid_idx),
    .mod_time = GUINT32_FROM_LE (base->mod_time),
    .inode_number = GUINT32_FROM_LE (base->inode_number),
  };
  inode->data.dir_ext = (sqfs_inode_dir_ext_t){
    .nlink = GUINT32_FROM_LE (stored->nlink),
    .size = GUINT32_FROM_LE (stored->size),
    .start_block = GUINT32_FROM_LE (stored->start_block),
    .parent_inode = GUINT32_FROM_LE (stored->parent_inode),
    .offset = GUINT16_FROM_LE (stored->offset),
    .xattr_idx = GUINT32_FROM_LE (stored->xattr_idx),
  };
  return inode;
}

/**
 * check_head:
 * @ret_code: (out): the library's error, if it was one
 * @ret_inode: (out): an extended directory: the library would read its index of up to 17 MB, and
 *   each name in it may claim to be of 4 GiB
 *
 * Looks at what the library would believe: it makes room before it reads.
 */
static gboolean
check_head (GraftSquashfsMetadata *self, sqfs_meta_reader_t *reader, guint64 block, guint32 offset,
            gboolean whole, int *ret_code, sqfs_inode_generic_t **ret_inode, GError **error)
{
  sqfs_inode_t base;
  sqfs_inode_slink_t link;
  sqfs_inode_file_ext_t file;
  sqfs_inode_dir_ext_t directory;

  *ret_code = sqfs_meta_reader_seek (reader, block, offset);
  if (*ret_code != 0 || (*ret_code = sqfs_meta_reader_read (reader, &base, sizeof base)) != 0)
    return FALSE;
  switch (GUINT16_FROM_LE (base.type))
    {
    case SQFS_INODE_EXT_FILE:
      *ret_code = sqfs_meta_reader_read (reader, &file, sizeof file);
      return *ret_code == 0
             && check_file_size (self, &base, GUINT64_FROM_LE (file.file_size), block, whole,
                                 error);
    case SQFS_INODE_SLINK:
    case SQFS_INODE_EXT_SLINK:
      *ret_code = sqfs_meta_reader_read (reader, &link, sizeof link);
      if (*ret_code == 0 && GUINT32_FROM_LE (link.target_size) > GRAFT_LIMIT_PATH)
        return fail_inode (&base, GRAFT_ERROR_CORRUPTED,
                           _ ("it is a link whose target is longer than any path"), error);
      return *ret_code == 0;
    case SQFS_INODE_EXT_DIR:
      *ret_code = sqfs_meta_reader_read (reader, &directory, sizeof directory);
      if (*ret_code == 0 && (*ret_inode = make_directory (&base, &directory)) == NULL)
        *ret_code = SQFS_ERROR_ALLOC;
      return *ret_code == 0;
    case SQFS_INODE_DIR:
    case SQFS_INODE_FILE:
    case SQFS_INODE_BDEV:
    case SQFS_INODE_CDEV:
    case SQFS_INODE_FIFO:
    case SQFS_INODE_SOCKET:
    case SQFS_INODE_EXT_BDEV:
    case SQFS_INODE_EXT_CDEV:
    case SQFS_INODE_EXT_FIFO:
    case SQFS_INODE_EXT_SOCKET:
      return TRUE;
    default:
      return fail_inode (&base, GRAFT_ERROR_CORRUPTED,
                         _ ("it is of a type which squashfs does not have"), error);
    }
}

sqfs_inode_generic_t *
graft_squashfs_metadata_read_inode (GraftSquashfsMetadata *self, guint64 ref, gboolean whole,
                                    GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 block = self->inodes.start + GRAFT_SQUASHFS_REF_BLOCK (ref);
  guint32 offset = GRAFT_SQUASHFS_REF_OFFSET (ref);
  Reader *reader = get_reader (self, &self->inodes, block);
  sqfs_inode_generic_t *inode = NULL;
  int code = SQFS_ERROR_ALLOC;

  if (reader == NULL
      || !check_head (self, reader->reader, block, offset, whole, &code, &inode, error))
    {
      if (code != 0)
        fail (self, reader, code, block, error);
      return NULL;
    }
  if (inode == NULL)
    code = sqfs_meta_reader_read_inode (reader->reader, whole ? self->super : &self->large_blocks,
                                        GRAFT_SQUASHFS_REF_BLOCK (ref), offset, &inode);
  if (code != 0)
    {
      fail (self, reader, code, block, error);
      return NULL;
    }
  note_position (reader);
  return inode;
}

gboolean
graft_squashfs_metadata_read_entry (GraftSquashfsMetadata *self, sqfs_readdir_state_t *state,
                                    sqfs_dir_entry_t **ret_entry, guint32 *ret_number,
                                    guint64 *ret_ref, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 block = state->current.block;
  Reader *reader = get_reader (self, &self->directories, block);
  int code;

  *ret_entry = NULL;
  if (reader == NULL)
    return fail (self, NULL, SQFS_ERROR_ALLOC, block, error);
  code = sqfs_meta_reader_readdir (reader->reader, state, ret_entry, ret_number, ret_ref);
  if (code < 0)
    return fail (self, reader, code, block, error);
  if (code == 0)
    note_position (reader);
  return TRUE;
}

GBytes *
graft_squashfs_metadata_read_table (GraftSquashfsMetadata *self, guint64 start, guint64 n_entries,
                                    guint entry_size, const char *what, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize size = n_entries * entry_size;
  void *entries = NULL;
  int code;

  if (!graft_squashfs_super_check_table (self->super, start, n_entries, entry_size, what, error))
    return NULL;
  code = sqfs_read_table (graft_squashfs_stream_get_file (self->stream), self->decoder, size, start,
                          self->super->directory_table_start, start, &entries);
  if (code != 0)
    {
      graft_squashfs_fail_reading (self->stream, code, what, start, error);
      return NULL;
    }
  return g_bytes_new_with_free_func (entries, size, sqfs_free, entries);
}
