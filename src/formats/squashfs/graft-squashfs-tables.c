/* graft-squashfs-tables.c: the tables of a new image, and its superblock
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-tables.h"

#include <glib/gi18n-lib.h>

#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-inode-writer.h"
#include "formats/squashfs/graft-squashfs-xattr-writer.h"

/* Loop devices and mksquashfs count in these. */
#define PADDING SQFS_DEVBLK_SIZE

typedef struct
{
  GraftSquashfs *source;
  const GraftSquashfsStyle *style;
  GraftSquashfsPlan *plan;
  sqfs_frag_table_t *fragments;
  GraftOutput *output;
  GraftSquashfsStream *stream;
  sqfs_compressor_t *compressor;
  sqfs_compressor_t *store; /* of tables that the source stores as they are */
  sqfs_super_t super;
} Writing;

static gboolean
fail (Writing *self, int code, const char *what, GError **error)
{
  return graft_squashfs_fail_writing (self->stream, code, what, error);
}

static sqfs_compressor_t *
get_compressor (Writing *self, SQFS_SUPER_FLAGS raw)
{
  return (self->style->flags & raw) != 0 ? self->store : self->compressor;
}

/* Inodes as they are met, directories behind them, and the table that the directories filled on the
 * way. */
static gboolean
write_inodes (Writing *self, sqfs_id_table_t *ids, GCancellable *cancellable, GError **error)
{
  sqfs_file_t *file = graft_squashfs_stream_get_file (self->stream);
  sqfs_compressor_t *compressor = get_compressor (self, SQFS_FLAG_UNCOMPRESSED_INODES);
  gboolean exported = self->source->super.export_table_start != GRAFT_SQUASHFS_NO_TABLE;
  g_autoptr (sqfs_meta_writer_t) inodes = sqfs_meta_writer_create (file, compressor, 0);
  g_autoptr (sqfs_meta_writer_t) lists
      = sqfs_meta_writer_create (file, compressor, SQFS_META_WRITER_KEEP_IN_MEMORY);
  g_autoptr (sqfs_dir_writer_t) directory
      = sqfs_dir_writer_create (lists, exported ? SQFS_DIR_WRITER_CREATE_EXPORT_TABLE : 0);
  const GraftSquashfsTables tables = { self->stream, inodes, directory, ids };
  int code;

  if (inodes == NULL || lists == NULL || directory == NULL)
    return fail (self, SQFS_ERROR_ALLOC, _ ("the inode table"), error);
  self->super.inode_table_start = graft_output_get_position (self->output);
  if (!graft_squashfs_inode_writer_run (self->plan, &tables, cancellable, error))
    return FALSE;
  self->super.root_inode_ref = graft_squashfs_plan_get (self->plan, 1)->ref;
  self->super.directory_table_start = graft_output_get_position (self->output);
  code = sqfs_meta_writer_flush (lists);
  if (code == 0)
    code = sqfs_meta_write_write_to_file (lists);
  if (code != 0)
    return fail (self, code, _ ("the directory table"), error);
  code = sqfs_frag_table_write (self->fragments, file, &self->super,
                                get_compressor (self, SQFS_FLAG_UNCOMPRESSED_FRAGMENTS));
  if (code != 0)
    return fail (self, code, _ ("the fragment table"), error);
  code = sqfs_dir_writer_write_export_table (directory, file, compressor, 1,
                                             self->super.root_inode_ref, &self->super);
  return code == 0 || fail (self, code, _ ("the export table"), error);
}

/* Last: the library guesses flags from what it writes, and the new image has the source's. */
static gboolean
write_super (Writing *self, gboolean has_xattrs, GError **error)
{
  guint64 size = graft_output_get_position (self->output);
  int code;

  self->plan->tables_digest = graft_squashfs_stream_get_digest (self->stream);
  self->super.bytes_used = size;
  self->super.flags = self->style->flags;
  if (has_xattrs)
    self->super.flags &= ~SQFS_FLAG_NO_XATTRS;
  self->plan->super = self->super;
  if (!graft_output_write_zeros (self->output, (PADDING - size % PADDING) % PADDING, error))
    return FALSE;
  code = sqfs_super_write (&self->super, graft_squashfs_stream_get_file (self->stream));
  return code == 0 || fail (self, code, _ ("the superblock"), error);
}

static gboolean
write_all (Writing *self, GCancellable *cancellable, GError **error)
{
  sqfs_file_t *file = graft_squashfs_stream_get_file (self->stream);
  g_autoptr (sqfs_id_table_t) ids = sqfs_id_table_create (0);
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint32));
  GraftSquashfsXattrSets sets = { stored, counts };
  int code;

  if (ids == NULL)
    return fail (self, SQFS_ERROR_ALLOC, _ ("the id table"), error);
  if (!graft_squashfs_xattr_writer_run (self->source, self->plan, &sets, error)
      || !write_inodes (self, ids, cancellable, error))
    return FALSE;
  code = sqfs_id_table_write (ids, file, &self->super,
                              get_compressor (self, SQFS_FLAG_UNCOMPRESSED_IDS));
  if (code != 0)
    return fail (self, code, _ ("the id table"), error);
  return graft_squashfs_xattr_writer_flush (&sets, self->stream,
                                            get_compressor (self, SQFS_FLAG_UNCOMPRESSED_XATTRS),
                                            &self->super, error)
         && write_super (self, stored->len > 0, error);
}

gboolean
graft_squashfs_tables_write (GraftSquashfs *source, const GraftSquashfsStyle *style,
                             GraftSquashfsPlan *plan, sqfs_frag_table_t *fragments,
                             GraftOutput *output, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSquashfsStream) stream = graft_squashfs_stream_new_output (output);
  g_autoptr (sqfs_compressor_t) encoder
      = graft_squashfs_block_compressor_new (&style->config, SQFS_META_BLOCK_SIZE, style->effort);
  g_autoptr (sqfs_compressor_t) compressor = graft_squashfs_table_compressor_new (encoder);
  g_autoptr (sqfs_compressor_t) store = graft_squashfs_table_compressor_new (NULL);
  Writing self = {
    .source = source,
    .style = style,
    .plan = plan,
    .fragments = fragments,
    .output = output,
    .stream = stream,
    .compressor = compressor,
    .store = store,
  };

  if (encoder == NULL)
    return fail (&self, SQFS_ERROR_ALLOC, _ ("the inode table"), error);
  sqfs_super_init (&self.super, style->block_size, source->super.modification_time,
                   style->config.id);
  self.super.inode_count = plan->inodes->len;
  return write_all (&self, cancellable, error);
}
