/* graft-squashfs-write.c: a new image, made of what the old one stores and what is new
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     superblock (written last) · options · carried blocks · new blocks and fragments ·
 *     inodes · directories · fragment table · export table · id table · xattr table
 */

#include <lzma.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-carry.h"
#include "formats/squashfs/graft-squashfs-content.h"
#include "formats/squashfs/graft-squashfs-inode-writer.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/graft-squashfs-xattr-writer.h"

/* Loop devices and mksquashfs count in these. */
#define PADDING 4096
/* How many bytes are copied in the time that one is encoded; only progress depends on it. */
#define COPY_GAIN 30.0

#define RAW_FLAGS                                                                                  \
  (GRAFT_SQUASHFS_RAW_INODES | GRAFT_SQUASHFS_RAW_DATA | GRAFT_SQUASHFS_RAW_FRAGMENTS              \
   | GRAFT_SQUASHFS_RAW_XATTRS | GRAFT_SQUASHFS_RAW_IDS)

typedef struct
{
  GraftSquashfs *source;
  GraftSquashfsStyle style;
  GBytes *stored_options;
  GraftSquashfsPlan *plan;
  GArray *fragments; /* of GraftSquashfsFragment */
  GraftSquashfsSuper super;
  GraftOutput *output;
  GraftSquashfsCodec *codec; /* of metadata */
} Writing;

/* Whether @options ask for another compression than the source's. */
static gboolean
is_recoded (GraftSquashfs *source, const GraftImageOptions *options)
{
  return options->compression != NULL
         && strcmp (options->compression, graft_image_get_compression (GRAFT_IMAGE (source))) != 0;
}

/* The options block that @compressor cannot do without: lz4 has its version there. */
static GBytes *
make_options (GraftSquashfsCompressor compressor, GraftEffort effort)
{
  guint8 block[10];

  if (compressor != GRAFT_SQUASHFS_LZ4)
    return g_bytes_new (NULL, 0);
  graft_bytes_put_le16 (block, GRAFT_SQUASHFS_METADATA_RAW | 8);
  graft_bytes_put_le32 (block + 2, 1);
  graft_bytes_put_le32 (block + 6, effort == GRAFT_EFFORT_SMALLEST ? 1 : 0);
  return g_bytes_new (block, sizeof block);
}

/* Another compressor, with its own defaults; "none" keeps the compressor's name and uses it for
 * nothing. */
static gboolean
set_compression (Writing *self, const char *compression, GError **error)
{
  GraftSquashfsCompressor compressor;
  GraftSquashfsStyle *style = &self->style;

  if (strcmp (compression, "none") == 0)
    {
      style->flags |= RAW_FLAGS;
      return TRUE;
    }
  /* lzma and lzo could be named, but no kernel reads the one and we cannot write the other. */
  if (!graft_squashfs_compressor_from_name (compression, &compressor)
      || compressor == GRAFT_SQUASHFS_LZMA || compressor == GRAFT_SQUASHFS_LZO)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   "A squashfs cannot be compressed with %s; take gzip, xz, zstd, lz4 or none",
                   compression);
      return FALSE;
    }
  style->flags &= ~RAW_FLAGS;
  if (compressor == style->compressor)
    return TRUE;
  style->compressor = compressor;
  graft_squashfs_options_init (&style->options, style->block_size);
  g_clear_pointer (&self->stored_options, g_bytes_unref);
  self->stored_options = make_options (compressor, style->effort);
  style->flags &= ~GRAFT_SQUASHFS_OPTIONS;
  if (g_bytes_get_size (self->stored_options) > 0)
    style->flags |= GRAFT_SQUASHFS_OPTIONS;
  return TRUE;
}

static gboolean
init_style (Writing *self, const GraftImageOptions *options, GError **error)
{
  GraftSquashfs *source = self->source;

  self->style = (GraftSquashfsStyle){
    .compressor = source->super.compressor,
    .options = source->options,
    .block_size = source->super.block_size,
    .flags = source->super.flags,
    .effort = options->effort,
    .n_threads = options->n_threads,
  };
  self->stored_options = g_bytes_ref (source->stored_options);
  return !is_recoded (source, options) || set_compression (self, options->compression, error);
}

/* Part of the tables: all of these bytes are read back once, and held against this digest. */
static gboolean
put (Writing *self, const void *data, gsize length, GError **error)
{
  self->plan->tables_digest = lzma_crc64 (data, length, self->plan->tables_digest);
  return graft_output_write (self->output, data, length, error);
}

static gboolean
put_positions (Writing *self, const GArray *positions, guint64 base, GError **error)
{
  for (guint i = 0; i < positions->len; i++)
    {
      guint8 data[8];

      graft_bytes_put_le64 (data, base + g_array_index (positions, guint64, i));
      if (!put (self, data, sizeof data, error))
        return FALSE;
    }
  return TRUE;
}

/* A table of blocks alone; @ret_start is where it begins. */
static gboolean
write_blocks (Writing *self, GraftSquashfsMetadataWriter *table, guint64 *ret_start,
              GArray **ret_positions, GError **error)
{
  GByteArray *blocks;

  *ret_start = graft_output_get_position (self->output);
  return graft_squashfs_metadata_writer_finish (table, &blocks, ret_positions, error)
         && put (self, blocks->data, blocks->len, error);
}

/* format.adoc "Storing Lookup Tables": blocks, then where each of them is; the table is known by
 * where that list begins. */
static gboolean
write_lookup_table (Writing *self, GraftSquashfsMetadataWriter *table, guint64 *ret_start,
                    GError **error)
{
  guint64 base = 0;
  GArray *positions;

  if (!write_blocks (self, table, &base, &positions, error))
    return FALSE;
  *ret_start = graft_output_get_position (self->output);
  return put_positions (self, positions, base, error);
}

static GraftSquashfsCodec *
get_codec (Writing *self, GraftSquashfsFlags raw)
{
  return (self->style.flags & raw) != 0 ? NULL : self->codec;
}

static gboolean
write_fragments (Writing *self, GError **error)
{
  g_autoptr (GraftSquashfsMetadataWriter) table
      = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_FRAGMENTS));

  for (guint i = 0; i < self->fragments->len; i++)
    {
      const GraftSquashfsFragment *fragment
          = &g_array_index (self->fragments, GraftSquashfsFragment, i);
      guint8 entry[GRAFT_SQUASHFS_FRAGMENT_ENTRY] = { 0 };

      graft_bytes_put_le64 (entry, fragment->start);
      graft_bytes_put_le32 (entry + 8, fragment->size);
      graft_squashfs_metadata_writer_put (table, entry, sizeof entry);
    }
  self->super.n_fragments = self->fragments->len;
  return write_lookup_table (self, table, &self->super.fragment_table, error);
}

/* format.adoc "Export Table": each inode's reference, by number. */
static gboolean
write_export (Writing *self, GError **error)
{
  g_autoptr (GraftSquashfsMetadataWriter) table = NULL;

  self->super.export_table = GRAFT_SQUASHFS_NO_TABLE;
  if (self->source->super.export_table == GRAFT_SQUASHFS_NO_TABLE)
    return TRUE;
  table = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_INODES));
  for (guint32 number = 1; number <= self->plan->inodes->len; number++)
    {
      guint8 entry[8];

      graft_bytes_put_le64 (entry, graft_squashfs_plan_get (self->plan, number)->ref);
      graft_squashfs_metadata_writer_put (table, entry, sizeof entry);
    }
  return write_lookup_table (self, table, &self->super.export_table, error);
}

static gboolean
write_ids (Writing *self, const GArray *ids, GError **error)
{
  g_autoptr (GraftSquashfsMetadataWriter) table
      = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_IDS));

  for (guint i = 0; i < ids->len; i++)
    {
      guint8 entry[4];

      graft_bytes_put_le32 (entry, g_array_index (ids, guint32, i));
      graft_squashfs_metadata_writer_put (table, entry, sizeof entry);
    }
  self->super.n_ids = ids->len;
  return write_lookup_table (self, table, &self->super.id_table, error);
}

/* format.adoc "Xattr Table": values, sets, and a head before the sets' positions. */
static gboolean
write_xattrs (Writing *self, GraftSquashfsXattrTable *table, GError **error)
{
  guint64 values = 0, sets = 0;
  GArray *positions;
  guint8 head[16] = { 0 };

  self->super.xattr_table = GRAFT_SQUASHFS_NO_TABLE;
  if (table->n_sets == 0)
    return TRUE;
  if (!write_blocks (self, table->values, &values, &positions, error)
      || !write_blocks (self, table->sets, &sets, &positions, error))
    return FALSE;
  self->super.xattr_table = graft_output_get_position (self->output);
  self->super.flags &= ~GRAFT_SQUASHFS_NO_XATTRS;
  graft_bytes_put_le64 (head, values);
  graft_bytes_put_le32 (head + 8, table->n_sets);
  return put (self, head, sizeof head, error) && put_positions (self, positions, sets, error);
}

static gboolean
write_super (Writing *self, GError **error)
{
  guint8 data[GRAFT_SQUASHFS_SUPER_SIZE];
  guint64 size = graft_output_get_position (self->output);
  g_autoptr (GByteArray) head = g_byte_array_new ();

  self->super.bytes_used = size;
  graft_squashfs_super_store (&self->super, data);
  g_byte_array_append (head, data, sizeof data);
  g_byte_array_append (head, g_bytes_get_data (self->stored_options, NULL),
                       g_bytes_get_size (self->stored_options));
  self->plan->head = g_byte_array_free_to_bytes (g_steal_pointer (&head));
  self->plan->tables = self->super.inode_table;
  self->plan->end = size;
  return graft_output_write_zeros (self->output, (PADDING - size % PADDING) % PADDING, error)
         && graft_output_write_at (self->output, 0, data, sizeof data, error);
}

static gboolean
write_tables (Writing *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSquashfsMetadataWriter) inodes
      = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_INODES));
  g_autoptr (GraftSquashfsMetadataWriter) directories
      = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_INODES));
  g_autoptr (GraftSquashfsMetadataWriter) values
      = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_XATTRS));
  g_autoptr (GraftSquashfsMetadataWriter) sets
      = graft_squashfs_metadata_writer_new (get_codec (self, GRAFT_SQUASHFS_RAW_XATTRS));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  GraftSquashfsXattrTable xattrs = { values, sets, 0 };
  GraftSquashfsTables tables = { inodes, directories, ids, 0 };
  GArray *positions;

  if (!graft_squashfs_xattr_writer_run (self->source, self->plan, &xattrs, error)
      || !graft_squashfs_inode_writer_run (self->plan, &tables, cancellable, error))
    return FALSE;
  self->super.root = tables.root;
  return write_blocks (self, inodes, &self->super.inode_table, &positions, error)
         && write_blocks (self, directories, &self->super.directory_table, &positions, error)
         && write_fragments (self, error) && write_export (self, error)
         && write_ids (self, ids, error) && write_xattrs (self, &xattrs, error)
         && write_super (self, error);
}

static gboolean
write_edited (Writing *self, GraftNode *root, const GraftImageOptions *options,
              GraftWritten *written, GraftProgress *progress, GCancellable *cancellable,
              GError **error)
{
  const GraftSquashfsSuper *super = &self->source->super;
  g_autoptr (GraftProgress) copying = NULL;
  g_autoptr (GraftProgress) encoding = NULL;
  double share;

  self->plan = graft_squashfs_plan_new (self->source, root, is_recoded (self->source, options),
                                        cancellable, error);
  if (self->plan == NULL
      || !graft_output_write_zeros (self->output, GRAFT_SQUASHFS_SUPER_SIZE, error)
      || !graft_output_write (self->output, g_bytes_get_data (self->stored_options, NULL),
                              g_bytes_get_size (self->stored_options), error))
    return FALSE;

  share
      = self->plan->new_bytes * COPY_GAIN / (self->plan->new_bytes * COPY_GAIN + super->bytes_used);
  copying = graft_progress_new_child (progress, 1 - share, "copying unchanged blocks");
  if (!graft_squashfs_carry (self->source, self->plan, self->fragments, self->output, written,
                             copying, cancellable, error))
    return FALSE;
  g_clear_object (&copying);
  encoding = graft_progress_new_child (progress, share, "compressing new files");
  if (!graft_squashfs_content_encode (&self->style, self->plan, self->fragments, self->output,
                                      encoding, cancellable, error))
    return FALSE;

  self->super = (GraftSquashfsSuper){
    .n_inodes = self->plan->inodes->len,
    .mkfs_time = super->mkfs_time,
    .block_size = super->block_size,
    .compressor = self->style.compressor,
    .flags = self->style.flags,
  };
  self->codec = graft_squashfs_codec_new (self->style.compressor, &self->style.options,
                                          GRAFT_SQUASHFS_METADATA_SIZE, self->style.effort);
  return write_tables (self, cancellable, error);
}

/* Nothing was touched: the file as it is, with what may stand behind the image. */
static gboolean
copy_whole (GraftSquashfs *source, GraftOutput *output, GraftWritten *written,
            GCancellable *cancellable, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (source));
  guint64 size = graft_input_get_size (input);

  graft_written_add_carried (written, 0, graft_output_get_position (output), size);
  return graft_output_copy (output, input, 0, size, cancellable, error);
}

gboolean
graft_squashfs_write (GraftImage *image, GraftNode *const *roots, const GraftImageOptions *options,
                      GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                      GCancellable *cancellable, GError **error)
{
  GraftSquashfs *source = GRAFT_SQUASHFS (image);
  g_autoptr (GArray) fragments = g_array_new (FALSE, TRUE, sizeof (GraftSquashfsFragment));
  Writing self = { .source = source, .output = output, .fragments = fragments };
  gboolean ok;

  if (roots[0] == source->root && !is_recoded (source, options))
    return copy_whole (source, output, written, cancellable, error);
  ok = init_style (&self, options, error)
       && write_edited (&self, roots[0], options, written, progress, cancellable, error);
  g_clear_pointer (&self.stored_options, g_bytes_unref);
  g_clear_pointer (&self.codec, graft_squashfs_codec_free);
  if (!ok)
    {
      g_clear_pointer (&self.plan, graft_squashfs_plan_free);
      return FALSE;
    }
  written->encoded = graft_output_get_position (output) - written->copied;
  written->evidence = self.plan;
  written->evidence_free = (GDestroyNotify)graft_squashfs_plan_free;
  return TRUE;
}
