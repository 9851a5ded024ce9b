/* graft-squashfs.c: a squashfs 4.0 image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs.h"

#include "base/graft-bytes.h"
#include "formats/squashfs/graft-squashfs-private.h"

#define RAW_ALL (GRAFT_SQUASHFS_RAW_DATA | GRAFT_SQUASHFS_RAW_FRAGMENTS)

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
  return graft_squashfs_compressor_get_name (self->super.compressor);
}

guint32
graft_squashfs_get_block_size (GraftSquashfs *self)
{
  return self->super.block_size;
}

char **
graft_squashfs_list_facts (GraftSquashfs *self)
{
  const struct
  {
    GraftSquashfsFlags flag;
    const char *fact;
  } flags[] = {
    { GRAFT_SQUASHFS_EXPORTABLE, "exportable by NFS" },
    { GRAFT_SQUASHFS_NO_FRAGMENTS, "no fragments" },
    { GRAFT_SQUASHFS_ALWAYS_FRAGMENTS, "tail ends in fragments" },
    { GRAFT_SQUASHFS_DUPLICATES, "duplicate files stored once" },
    { GRAFT_SQUASHFS_NO_XATTRS, "made without extended attributes" },
    { GRAFT_SQUASHFS_RAW_INODES, "inodes not compressed" },
    { GRAFT_SQUASHFS_RAW_DATA, "data not compressed" },
    { GRAFT_SQUASHFS_RAW_FRAGMENTS, "fragments not compressed" },
    { GRAFT_SQUASHFS_OPTIONS, "with compressor options" },
  };
  g_autoptr (GPtrArray) facts = g_ptr_array_new ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (self->super.mkfs_time);

  g_ptr_array_add (facts, g_strdup_printf ("block size %u", self->super.block_size));
  g_ptr_array_add (facts, g_strdup_printf ("%u inodes", self->super.n_inodes));
  g_ptr_array_add (facts, g_strdup_printf ("%u fragment blocks", self->super.n_fragments));
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
  g_free (self->ids);
  g_free (self->fragments);
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
  image_class->write = graft_squashfs_write;
  image_class->verify = graft_squashfs_verify;
}

static void
graft_squashfs_init (GraftSquashfs *self)
{
  g_mutex_init (&self->lock);
}

static gboolean
read_ids (GraftSquashfs *self, GError **error)
{
  g_autoptr (GBytes) table = graft_squashfs_metadata_read_table (
      self->metadata, self->super.id_table, self->super.n_ids, sizeof (guint32), "id", error);
  gsize size;
  const guint8 *data;

  if (table == NULL)
    return FALSE;
  data = g_bytes_get_data (table, &size);
  self->ids = g_new (guint32, self->super.n_ids);
  for (guint i = 0; i < self->super.n_ids; i++)
    graft_bytes_get_le32 (data, size, i * sizeof (guint32), &self->ids[i]);
  return TRUE;
}

/* format.adoc "Fragment Table": start (8 bytes), stored size (4), unused (4). */
static gboolean
read_fragments (GraftSquashfs *self, GError **error)
{
  g_autoptr (GBytes) table = NULL;
  gsize size;
  const guint8 *data;

  if (self->super.n_fragments == 0)
    return TRUE;
  table = graft_squashfs_metadata_read_table (self->metadata, self->super.fragment_table,
                                              self->super.n_fragments,
                                              GRAFT_SQUASHFS_FRAGMENT_ENTRY, "fragment", error);
  if (table == NULL)
    return FALSE;
  data = g_bytes_get_data (table, &size);
  self->fragments = g_new0 (GraftSquashfsFragment, self->super.n_fragments);
  for (guint i = 0; i < self->super.n_fragments; i++)
    {
      guint64 at = (guint64)i * GRAFT_SQUASHFS_FRAGMENT_ENTRY;

      graft_bytes_get_le64 (data, size, at, &self->fragments[i].start);
      graft_bytes_get_le32 (data, size, at + 8, &self->fragments[i].size);
    }
  return TRUE;
}

static GraftImage *
graft_squashfs_open (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSquashfs) self = g_object_new (GRAFT_TYPE_SQUASHFS, NULL);

  graft_image_set_input (GRAFT_IMAGE (self), input);
  if (!graft_squashfs_super_read (input, &self->super, error)
      || !graft_squashfs_options_read (input, &self->super, &self->stored_options, &self->options,
                                       error))
    return NULL;
  self->metadata = graft_squashfs_metadata_new (input, &self->super, &self->options);
  self->blocks = graft_squashfs_blocks_new (input, &self->super, &self->options);
  self->xattrs = graft_squashfs_xattrs_new (input, &self->super, self->metadata, error);
  if (self->xattrs == NULL || !read_ids (self, error) || !read_fragments (self, error))
    {
      g_prefix_error (error, "%s: ", graft_input_get_name (input));
      return NULL;
    }
  self->n_records = self->super.n_inodes + 1;
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
