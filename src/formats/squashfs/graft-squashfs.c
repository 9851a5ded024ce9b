/* graft-squashfs.c: a squashfs 4.0 image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs.h"

#include <glib/gi18n-lib.h>

#include "base/graft-bytes.h"
#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/graft-squashfs-super.h"

#define RAW_ALL (SQFS_FLAG_UNCOMPRESSED_DATA | SQFS_FLAG_UNCOMPRESSED_FRAGMENTS)

G_DEFINE_TYPE_WITH_CODE (GraftSquashfs, graft_squashfs, GRAFT_TYPE_IMAGE,
                         G_IMPLEMENT_INTERFACE (GRAFT_TYPE_TREE, graft_squashfs_tree_iface_init))

static GraftNode *
graft_squashfs_dup_part (GraftImage *image, guint part)
{
  return graft_node_ref (GRAFT_SQUASHFS (image)->root);
}

static const char *
graft_squashfs_get_compression (GraftImage *image)
{
  GraftSquashfs *self = GRAFT_SQUASHFS (image);

  if ((self->super.flags & RAW_ALL) == RAW_ALL)
    return "none";
  return sqfs_compressor_name_from_id (self->super.compression_id);
}

guint32
graft_squashfs_get_block_size (GraftSquashfs *self)
{
  return self->super.block_size;
}

static gsize
graft_squashfs_get_content_unit (GraftImage *image)
{
  return GRAFT_SQUASHFS (image)->super.block_size;
}

char **
graft_squashfs_list_facts (GraftSquashfs *self)
{
  const struct
  {
    SQFS_SUPER_FLAGS flag;
    const char *fact;
  } flags[] = {
    { SQFS_FLAG_EXPORTABLE, "exportable by NFS" },
    { SQFS_FLAG_NO_FRAGMENTS, "no fragments" },
    { SQFS_FLAG_ALWAYS_FRAGMENTS, "tail ends in fragments" },
    /* The library's name for it says the opposite of what it means. */
    { SQFS_FLAG_NO_DUPLICATES, "duplicate files stored once" },
    { SQFS_FLAG_NO_XATTRS, "made without extended attributes" },
    { SQFS_FLAG_UNCOMPRESSED_INODES, "inodes not compressed" },
    { SQFS_FLAG_UNCOMPRESSED_DATA, "data not compressed" },
    { SQFS_FLAG_UNCOMPRESSED_FRAGMENTS, "fragments not compressed" },
    { SQFS_FLAG_COMPRESSOR_OPTIONS, "with compressor options" },
  };
  g_autoptr (GPtrArray) facts = g_ptr_array_new ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (self->super.modification_time);

  g_ptr_array_add (facts, g_strdup_printf ("block size %u", self->super.block_size));
  g_ptr_array_add (facts, g_strdup_printf ("%u inodes", self->super.inode_count));
  g_ptr_array_add (facts, g_strdup_printf ("%u fragment blocks", self->super.fragment_entry_count));
  g_ptr_array_add (facts, g_date_time_format (time, "made %Y-%m-%d %H:%M:%S UTC"));
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if ((self->super.flags & flags[i].flag) != 0)
      g_ptr_array_add (facts, g_strdup (flags[i].fact));
  g_ptr_array_add (facts, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&facts), FALSE);
}

static void
graft_squashfs_finalize (GObject *object)
{
  GraftSquashfs *self = GRAFT_SQUASHFS (object);

  for (guint i = 0; i < self->n_records; i++)
    g_clear_pointer (&self->records[i].listed, graft_directory_unref);
  g_free (self->records);
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->xattrs, graft_squashfs_xattrs_free);
  g_clear_pointer (&self->blocks, graft_squashfs_blocks_free);
  g_clear_pointer (&self->metadata, graft_squashfs_metadata_free);
  g_clear_pointer (&self->stored_options, g_bytes_unref);
  g_clear_pointer (&self->ids, sqfs_destroy);
  g_clear_pointer (&self->fragments, sqfs_destroy);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (graft_squashfs_parent_class)->finalize (object);
}

static void
graft_squashfs_class_init (GraftSquashfsClass *klass)
{
  GraftImageClass *image_class = GRAFT_IMAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_squashfs_finalize;
  image_class->format = "squashfs";
  image_class->dup_part = graft_squashfs_dup_part;
  image_class->get_compression = graft_squashfs_get_compression;
  image_class->get_content_unit = graft_squashfs_get_content_unit;
  image_class->write = graft_squashfs_write;
  image_class->verify = graft_squashfs_verify;
}

static void
graft_squashfs_init (GraftSquashfs *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
read_ids (GraftSquashfs *self, GraftSquashfsStream *stream, sqfs_compressor_t *decoder,
          GError **error)
{
  int code = SQFS_ERROR_ALLOC;

  self->ids = sqfs_id_table_create (0);
  if (!graft_squashfs_super_check_table (&self->super, self->super.id_table_start,
                                         self->super.id_count, sizeof (sqfs_u32),
                                         _ ("the id table"), error))
    return FALSE;
  if (self->ids != NULL)
    code = sqfs_id_table_read (self->ids, graft_squashfs_stream_get_file (stream), &self->super,
                               decoder);
  return code == 0
         || graft_squashfs_fail_reading (stream, code, _ ("the id table"),
                                         self->super.id_table_start, error);
}

static gboolean
read_fragments (GraftSquashfs *self, GraftSquashfsStream *stream, sqfs_compressor_t *decoder,
                GError **error)
{
  sqfs_super_t super = self->super;
  int code = SQFS_ERROR_ALLOC;

  self->fragments = sqfs_frag_table_create (0);
  if (super.fragment_entry_count > 0
      && !graft_squashfs_super_check_table (&super, super.fragment_table_start,
                                            super.fragment_entry_count, sizeof (sqfs_fragment_t),
                                            _ ("the fragment table"), error))
    return FALSE;
  /* Where fragments are counted the kernel reads them, whatever this flag says. */
  super.flags &= ~SQFS_FLAG_NO_FRAGMENTS;
  if (self->fragments != NULL)
    code = sqfs_frag_table_read (self->fragments, graft_squashfs_stream_get_file (stream), &super,
                                 decoder);
  return code == 0
         || graft_squashfs_fail_reading (stream, code, _ ("the fragment table"),
                                         super.fragment_table_start, error);
}

static gboolean
open_tables (GraftSquashfs *self, GraftInput *input, GError **error)
{
  g_autoptr (GraftSquashfsStream) stream = graft_squashfs_stream_new_input (input);
  g_autoptr (sqfs_compressor_t) decoder = graft_squashfs_decoder_new (&self->config);

  self->metadata = graft_squashfs_metadata_new (input, &self->super, &self->config);
  self->blocks = graft_squashfs_blocks_new (input, &self->super, &self->config);
  if (decoder == NULL || self->metadata == NULL || self->blocks == NULL)
    return graft_squashfs_fail_reading (NULL, SQFS_ERROR_ALLOC, _ ("the inode table"),
                                        self->super.inode_table_start, error);
  self->xattrs = graft_squashfs_xattrs_new (input, &self->super, &self->config, error);
  return self->xattrs != NULL && read_ids (self, stream, decoder, error)
         && read_fragments (self, stream, decoder, error);
}

static GraftImage *
graft_squashfs_open (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSquashfs) self = g_object_new (GRAFT_TYPE_SQUASHFS, NULL);

  graft_image_set_input (GRAFT_IMAGE (self), input);
  if (!graft_squashfs_super_read (input, &self->super, error)
      || !graft_squashfs_options_read (input, &self->super, &self->stored_options, &self->config,
                                       error))
    return NULL;
  if (!open_tables (self, input, error))
    {
      g_prefix_error (error, _ ("%s: "), graft_input_get_name (input));
      return NULL;
    }
  self->n_records = self->super.inode_count + 1;
  self->records = g_new0 (GraftSquashfsRecord, self->n_records);
  if (!graft_squashfs_tree_open (self, error))
    return NULL;
  return GRAFT_IMAGE (g_steal_pointer (&self));
}

static int
graft_squashfs_probe (GraftInput *input)
{
  static const char *const magics[] = { "hsqs", "sqsh" };
  guint8 data[4];

  if (graft_input_read_some (input, 0, data, sizeof data, NULL) != sizeof data)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (graft_bytes_match (data, sizeof data, 0, magics[i], sizeof data))
      return 100;
  return 0;
}

const GraftImageFormat *
graft_squashfs_get_format (void)
{
  static const GraftImageFormat format = {
    .name = "squashfs",
    .probe = graft_squashfs_probe,
    .open = graft_squashfs_open,
  };

  return &format;
}
