/* graft-squashfs-super.c: the superblock and the compressor options behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-super.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"

static const char *const compressor_names[] = {
  [GRAFT_SQUASHFS_GZIP] = "gzip", [GRAFT_SQUASHFS_LZMA] = "lzma", [GRAFT_SQUASHFS_LZO] = "lzo",
  [GRAFT_SQUASHFS_XZ] = "xz",     [GRAFT_SQUASHFS_LZ4] = "lz4",   [GRAFT_SQUASHFS_ZSTD] = "zstd",
};

const char *
graft_squashfs_compressor_get_name (guint compressor)
{
  return compressor < G_N_ELEMENTS (compressor_names) ? compressor_names[compressor] : NULL;
}

gboolean
graft_squashfs_compressor_from_name (const char *name, GraftSquashfsCompressor *ret_compressor)
{
  for (guint i = GRAFT_SQUASHFS_GZIP; i < G_N_ELEMENTS (compressor_names); i++)
    if (strcmp (compressor_names[i], name) == 0)
      {
        *ret_compressor = i;
        return TRUE;
      }
  return FALSE;
}

guint64
graft_squashfs_super_get_end (const GraftSquashfsSuper *self, guint64 start)
{
  const guint64 tables[] = { self->id_table,        self->xattr_table,    self->inode_table,
                             self->directory_table, self->fragment_table, self->export_table };
  guint64 end = self->bytes_used;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i] > start && tables[i] < end)
      end = tables[i];
  return end;
}

static gboolean fail (GraftInput *input, GraftErrorCode code, GError **error, const char *format,
                      ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (GraftInput *input, GraftErrorCode code, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GRAFT_IMAGE_ERROR, code, "%s: %s", graft_input_get_name (input), text);
  return FALSE;
}

static gboolean
check_kind (GraftInput *input, const guint8 *data, GError **error)
{
  guint32 magic = 0;
  guint16 major = 0, minor = 0;

  graft_bytes_get_le32 (data, GRAFT_SQUASHFS_SUPER_SIZE, 0, &magic);
  graft_bytes_get_le16 (data, GRAFT_SQUASHFS_SUPER_SIZE, 28, &major);
  graft_bytes_get_le16 (data, GRAFT_SQUASHFS_SUPER_SIZE, 30, &minor);
  if (magic == GUINT32_SWAP_LE_BE_CONSTANT (GRAFT_SQUASHFS_MAGIC))
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 "a big-endian squashfs of before 2009; only squashfs 4.0 can be read");
  if (magic != GRAFT_SQUASHFS_MAGIC)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "not a squashfs: it does not start with \"hsqs\"");
  if (major != 4 || minor != 0)
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 "a squashfs of version %u.%u; only squashfs 4.0 can be read", major, minor);
  return TRUE;
}

static gboolean
check_numbers (GraftInput *input, const GraftSquashfsSuper *super, guint16 block_log,
               GError **error)
{
  guint64 size = graft_input_get_size (input);

  if (super->block_size < GRAFT_SQUASHFS_MIN_BLOCK || super->block_size > GRAFT_SQUASHFS_MAX_BLOCK
      || block_log > 20 || super->block_size != 1u << block_log)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "the superblock gives %u (2^%u) as block size; 4096 to 1048576 are possible",
                 super->block_size, block_log);
  if (super->bytes_used < GRAFT_SQUASHFS_SUPER_SIZE)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "the superblock says that the image is %" G_GUINT64_FORMAT " bytes long",
                 super->bytes_used);
  if (super->bytes_used > size)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "ends at byte %" G_GUINT64_FORMAT ", but its superblock says %" G_GUINT64_FORMAT
                 ": probably cut off while downloading",
                 size, super->bytes_used);
  if (super->n_inodes == 0 || super->n_ids == 0)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "the superblock counts no inodes or no owners; each image has one of both");
  if (super->n_inodes > GRAFT_LIMIT_ENTRIES || super->n_fragments > GRAFT_LIMIT_ENTRIES)
    return fail (input, GRAFT_ERROR_TOO_LARGE, error,
                 "the superblock counts %u inodes and %u fragments; up to %u can be handled",
                 super->n_inodes, super->n_fragments, GRAFT_LIMIT_ENTRIES);
  return TRUE;
}

/* Order as mksquashfs writes it and the kernel's squashfs_fill_super() asks for it. */
static gboolean
check_tables (GraftInput *input, const GraftSquashfsSuper *super, GError **error)
{
  const struct
  {
    const char *name;
    guint64 start;
    gboolean needed;
  } tables[] = {
    { "inode", super->inode_table, TRUE },
    { "directory", super->directory_table, TRUE },
    { "fragment", super->fragment_table, super->n_fragments > 0 },
    { "export", super->export_table, FALSE },
    { "id", super->id_table, TRUE },
    { "xattr", super->xattr_table, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      if (tables[i].start == GRAFT_SQUASHFS_NO_TABLE && !tables[i].needed)
        continue;
      /* A fragment table of no fragments may point anywhere. */
      if (i == 2 && !tables[i].needed)
        continue;
      if (tables[i].start < GRAFT_SQUASHFS_SUPER_SIZE || tables[i].start >= super->bytes_used)
        return fail (input, GRAFT_ERROR_CORRUPTED, error,
                     "the superblock has the %s table at byte %" G_GUINT64_FORMAT
                     ", outside of the image's %" G_GUINT64_FORMAT " bytes",
                     tables[i].name, tables[i].start, super->bytes_used);
    }
  if (super->directory_table <= super->inode_table)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "the superblock has the directory table (byte %" G_GUINT64_FORMAT
                 ") before the inode table (byte %" G_GUINT64_FORMAT ")",
                 super->directory_table, super->inode_table);
  return TRUE;
}

static gboolean
check_compressor (GraftInput *input, guint compressor, GError **error)
{
  const char *name = graft_squashfs_compressor_get_name (compressor);

  if (compressor == GRAFT_SQUASHFS_LZO)
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 "compressed with lzo, which Bootgraft cannot decode; make it anew with gzip, xz, "
                 "zstd or lz4 (mksquashfs -comp)");
  if (name == NULL)
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 "compressed with a method (number %u) that squashfs 4.0 does not know",
                 compressor);
  return TRUE;
}

gboolean
graft_squashfs_super_read (GraftInput *input, GraftSquashfsSuper *ret_super, GError **error)
{
  guint8 data[GRAFT_SQUASHFS_SUPER_SIZE];
  const gsize size = sizeof data;
  GraftSquashfsSuper super = { 0 };
  guint16 block_log = 0;

  if (graft_input_get_size (input) < size)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "%" G_GUINT64_FORMAT " bytes long, too short for a squashfs: probably cut off "
                 "while downloading",
                 graft_input_get_size (input));
  if (!graft_input_read_at (input, 0, data, size, error) || !check_kind (input, data, error))
    return FALSE;

  graft_bytes_get_le32 (data, size, 4, &super.n_inodes);
  graft_bytes_get_le32 (data, size, 8, &super.mkfs_time);
  graft_bytes_get_le32 (data, size, 12, &super.block_size);
  graft_bytes_get_le32 (data, size, 16, &super.n_fragments);
  graft_bytes_get_le16 (data, size, 20, &super.compressor);
  graft_bytes_get_le16 (data, size, 22, &block_log);
  graft_bytes_get_le16 (data, size, 24, &super.flags);
  graft_bytes_get_le16 (data, size, 26, &super.n_ids);
  graft_bytes_get_le64 (data, size, 32, &super.root);
  graft_bytes_get_le64 (data, size, 40, &super.bytes_used);
  graft_bytes_get_le64 (data, size, 48, &super.id_table);
  graft_bytes_get_le64 (data, size, 56, &super.xattr_table);
  graft_bytes_get_le64 (data, size, 64, &super.inode_table);
  graft_bytes_get_le64 (data, size, 72, &super.directory_table);
  graft_bytes_get_le64 (data, size, 80, &super.fragment_table);
  graft_bytes_get_le64 (data, size, 88, &super.export_table);

  if (!check_numbers (input, &super, block_log, error) || !check_tables (input, &super, error)
      || !check_compressor (input, super.compressor, error))
    return FALSE;
  *ret_super = super;
  return TRUE;
}

void
graft_squashfs_super_store (const GraftSquashfsSuper *self, guint8 *data)
{
  graft_bytes_put_le32 (data, GRAFT_SQUASHFS_MAGIC);
  graft_bytes_put_le32 (data + 4, self->n_inodes);
  graft_bytes_put_le32 (data + 8, self->mkfs_time);
  graft_bytes_put_le32 (data + 12, self->block_size);
  graft_bytes_put_le32 (data + 16, self->n_fragments);
  graft_bytes_put_le16 (data + 20, self->compressor);
  graft_bytes_put_le16 (data + 22, g_bit_nth_lsf (self->block_size, -1));
  graft_bytes_put_le16 (data + 24, self->flags);
  graft_bytes_put_le16 (data + 26, self->n_ids);
  graft_bytes_put_le16 (data + 28, 4);
  graft_bytes_put_le16 (data + 30, 0);
  graft_bytes_put_le64 (data + 32, self->root);
  graft_bytes_put_le64 (data + 40, self->bytes_used);
  graft_bytes_put_le64 (data + 48, self->id_table);
  graft_bytes_put_le64 (data + 56, self->xattr_table);
  graft_bytes_put_le64 (data + 64, self->inode_table);
  graft_bytes_put_le64 (data + 72, self->directory_table);
  graft_bytes_put_le64 (data + 80, self->fragment_table);
  graft_bytes_put_le64 (data + 88, self->export_table);
}

void
graft_squashfs_options_init (GraftSquashfsOptions *self, guint32 block_size)
{
  *self = (GraftSquashfsOptions){
    .gzip_level = 9,
    .gzip_window = 15,
    .xz_dictionary = block_size,
    .zstd_level = 15,
  };
}

/* format.adoc "Compressor Options". */
static gboolean
parse_options (GraftInput *input, guint compressor, const guint8 *data, gsize size,
               GraftSquashfsOptions *options, GError **error)
{
  guint32 first = 0, second = 0;
  guint16 window = 0;
  gboolean ok = TRUE;

  switch (compressor)
    {
    case GRAFT_SQUASHFS_GZIP:
      ok = graft_bytes_get_le32 (data, size, 0, &first)
           && graft_bytes_get_le16 (data, size, 4, &window) && first >= 1 && first <= 9
           && window >= 8 && window <= 15;
      options->gzip_level = first;
      options->gzip_window = window;
      break;
    case GRAFT_SQUASHFS_XZ:
      ok = graft_bytes_get_le32 (data, size, 0, &first) && first >= 4096
           && first <= GRAFT_SQUASHFS_MAX_BLOCK;
      options->xz_dictionary = first;
      break;
    case GRAFT_SQUASHFS_LZ4:
      ok = graft_bytes_get_le32 (data, size, 0, &first)
           && graft_bytes_get_le32 (data, size, 4, &second) && first == 1;
      options->lz4_high = (second & 1) != 0;
      break;
    case GRAFT_SQUASHFS_ZSTD:
      ok = graft_bytes_get_le32 (data, size, 0, &first) && first >= 1 && first <= 22;
      options->zstd_level = first;
      break;
    default:
      break;
    }
  if (!ok)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "the %s options at byte %d make no sense (%u, %u)",
                 graft_squashfs_compressor_get_name (compressor), GRAFT_SQUASHFS_SUPER_SIZE, first,
                 compressor == GRAFT_SQUASHFS_GZIP ? window : second);
  return TRUE;
}

gboolean
graft_squashfs_options_read (GraftInput *input, const GraftSquashfsSuper *super,
                             GBytes **ret_stored, GraftSquashfsOptions *ret_options, GError **error)
{
  GraftSquashfsOptions options;
  g_autoptr (GBytes) stored = NULL;
  guint8 head[2];
  guint16 length = 0;

  graft_squashfs_options_init (&options, super->block_size);
  if ((super->flags & GRAFT_SQUASHFS_OPTIONS) == 0)
    {
      *ret_stored = g_bytes_new (NULL, 0);
      *ret_options = options;
      return TRUE;
    }
  if (!graft_input_read_at (input, GRAFT_SQUASHFS_SUPER_SIZE, head, sizeof head, error))
    return FALSE;
  graft_bytes_get_le16 (head, sizeof head, 0, &length);
  if ((length & GRAFT_SQUASHFS_METADATA_RAW) == 0 || (length & 0x7fff) > 64)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 "the compressor options at byte %d are not stored as options are (0x%04x)",
                 GRAFT_SQUASHFS_SUPER_SIZE, length);
  length &= 0x7fff;
  stored = graft_input_read_bytes (input, GRAFT_SQUASHFS_SUPER_SIZE, sizeof head + length, error);
  if (stored == NULL
      || !parse_options (input, super->compressor,
                         (const guint8 *)g_bytes_get_data (stored, NULL) + sizeof head, length,
                         &options, error))
    return FALSE;
  *ret_stored = g_steal_pointer (&stored);
  *ret_options = options;
  return TRUE;
}
