/* graft-squashfs-super.c: the superblock, held against the image's size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-super.h"

#include <glib/gi18n-lib.h>

#include "base/graft-bytes.h"
#include "base/graft-limits.h"
#include "formats/squashfs/graft-squashfs-error.h"

guint64
graft_squashfs_super_get_end (const sqfs_super_t *self, guint64 start)
{
  const guint64 tables[]
      = { self->id_table_start,        self->xattr_id_table_start, self->inode_table_start,
          self->directory_table_start, self->fragment_table_start, self->export_table_start };
  guint64 end = self->bytes_used;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i] > start && tables[i] < end)
      end = tables[i];
  return end;
}

gboolean
graft_squashfs_super_check_table (const sqfs_super_t *self, guint64 start, guint64 n_entries,
                                  guint entry_size, const char *what, GError **error)
{
  guint64 size, n_blocks;

  if (!g_uint64_checked_mul (&size, n_entries, entry_size) || size > GRAFT_LIMIT_IN_MEMORY)
    return graft_squashfs_fail_reading (NULL, SQFS_ERROR_OVERFLOW, what, start, error);
  n_blocks = (size + SQFS_META_BLOCK_SIZE - 1) / SQFS_META_BLOCK_SIZE;
  if (start > self->bytes_used || (self->bytes_used - start) / sizeof (guint64) < n_blocks)
    return graft_squashfs_fail_reading (NULL, SQFS_ERROR_OUT_OF_BOUNDS, what, start, error);
  return TRUE;
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
  g_set_error (error, GRAFT_IMAGE_ERROR, code, _ ("%s: %s"), graft_input_get_name (input), text);
  return FALSE;
}

static gboolean
fail_counts (GraftInput *input, GError **error)
{
  return fail (input, GRAFT_ERROR_CORRUPTED, error,
               _ ("the superblock counts no inodes or no owners; each image has one of both"));
}

/* Why the library does not take the superblock. It says which check failed, but not on what. */
static gboolean
explain (GraftInput *input, GraftSquashfsStream *stream, int code, GError **error)
{
  guint8 data[sizeof (sqfs_super_t)];
  guint32 block_size = 0;
  guint16 compressor = 0, block_log = 0, n_ids = 0, major = 0, minor = 0;

  if (graft_squashfs_stream_take_error (stream, error)
      || !graft_input_read_at (input, 0, data, sizeof data, error))
    return FALSE;
  graft_bytes_get_le32 (data, sizeof data, G_STRUCT_OFFSET (sqfs_super_t, block_size), &block_size);
  graft_bytes_get_le16 (data, sizeof data, G_STRUCT_OFFSET (sqfs_super_t, compression_id),
                        &compressor);
  graft_bytes_get_le16 (data, sizeof data, G_STRUCT_OFFSET (sqfs_super_t, block_log), &block_log);
  graft_bytes_get_le16 (data, sizeof data, G_STRUCT_OFFSET (sqfs_super_t, id_count), &n_ids);
  graft_bytes_get_le16 (data, sizeof data, G_STRUCT_OFFSET (sqfs_super_t, version_major), &major);
  graft_bytes_get_le16 (data, sizeof data, G_STRUCT_OFFSET (sqfs_super_t, version_minor), &minor);
  if (code == SFQS_ERROR_SUPER_MAGIC && graft_bytes_match (data, sizeof data, 0, "sqsh", 4))
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 _ ("a big-endian squashfs of before 2009; only squashfs 4.0 can be read"));
  if (code == SFQS_ERROR_SUPER_MAGIC)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 _ ("not a squashfs: it does not start with “hsqs”"));
  if (code == SFQS_ERROR_SUPER_VERSION)
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 _ ("a squashfs of version %u.%u; only squashfs 4.0 can be read"), major, minor);
  if (code == SQFS_ERROR_UNSUPPORTED)
    return fail (input, GRAFT_ERROR_UNSUPPORTED, error,
                 _ ("compressed with a method (number %u) that squashfs 4.0 does not know"),
                 compressor);
  if (code == SQFS_ERROR_CORRUPTED && n_ids == 0 && block_log <= 20
      && block_size == 1u << block_log)
    return fail_counts (input, error);
  return fail (input, GRAFT_ERROR_CORRUPTED, error,
               _ ("the superblock gives %u (2^%u) as block size; 4096 to 1048576 are possible"),
               block_size, block_log);
}

static gboolean
check_numbers (GraftInput *input, const sqfs_super_t *super, GError **error)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, graft_input_get_size (input));
  g_autofree char *used = g_strdup_printf ("%" G_GUINT64_FORMAT, super->bytes_used);

  if (super->bytes_used < sizeof *super)
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 _ ("the superblock says that the image is %s bytes long"), used);
  if (super->bytes_used > graft_input_get_size (input))
    return fail (input, GRAFT_ERROR_CORRUPTED, error,
                 _ ("ends at byte %s, but its superblock says %s: probably cut off while "
                    "downloading"),
                 size, used);
  if (super->inode_count == 0)
    return fail_counts (input, error);
  if (super->inode_count > GRAFT_LIMIT_ENTRIES || super->fragment_entry_count > GRAFT_LIMIT_ENTRIES)
    return fail (input, GRAFT_ERROR_TOO_LARGE, error,
                 _ ("the superblock counts %u inodes and %u fragments; up to %u can be handled"),
                 super->inode_count, super->fragment_entry_count, GRAFT_LIMIT_ENTRIES);
  return TRUE;
}

/* Order as mksquashfs writes it and the kernel's squashfs_fill_super() asks for it. */
static gboolean
check_tables (GraftInput *input, const sqfs_super_t *super, GError **error)
{
  const struct
  {
    const char *name;
    guint64 start;
    gboolean needed;
  } tables[] = {
    { _ ("the inode table"), super->inode_table_start, TRUE },
    { _ ("the directory table"), super->directory_table_start, TRUE },
    { _ ("the fragment table"), super->fragment_table_start, super->fragment_entry_count > 0 },
    { _ ("the export table"), super->export_table_start, FALSE },
    { _ ("the id table"), super->id_table_start, TRUE },
    { _ ("the xattr table"), super->xattr_id_table_start, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *start = g_strdup_printf ("%" G_GUINT64_FORMAT, tables[i].start);
      g_autofree char *used = g_strdup_printf ("%" G_GUINT64_FORMAT, super->bytes_used);

      if (tables[i].start == GRAFT_SQUASHFS_NO_TABLE && !tables[i].needed)
        continue;
      /* A fragment table of no fragments may point anywhere. */
      if (i == 2 && !tables[i].needed)
        continue;
      if (tables[i].start < sizeof *super || tables[i].start >= super->bytes_used)
        return fail (input, GRAFT_ERROR_CORRUPTED, error,
                     _ ("the superblock has %s at byte %s, outside of the image's %s bytes"),
                     tables[i].name, start, used);
    }
  if (super->directory_table_start <= super->inode_table_start)
    {
      g_autofree char *first = g_strdup_printf ("%" G_GUINT64_FORMAT, super->directory_table_start);
      g_autofree char *second = g_strdup_printf ("%" G_GUINT64_FORMAT, super->inode_table_start);

      return fail (input, GRAFT_ERROR_CORRUPTED, error,
                   _ ("the superblock has the directory table (byte %s) before the inode table "
                      "(byte %s)"),
                   first, second);
    }
  return TRUE;
}

gboolean
graft_squashfs_super_read (GraftInput *input, sqfs_super_t *ret_super, GError **error)
{
  g_autoptr (GraftSquashfsStream) stream = graft_squashfs_stream_new_input (input);
  sqfs_super_t super;
  int code;

  if (graft_input_get_size (input) < sizeof super)
    {
      g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, graft_input_get_size (input));

      return fail (input, GRAFT_ERROR_CORRUPTED, error,
                   _ ("%s bytes long, too short for a squashfs: probably cut off while "
                      "downloading"),
                   size);
    }
  code = sqfs_super_read (&super, graft_squashfs_stream_get_file (stream));
  if (code != 0)
    return explain (input, stream, code, error);
  if (!check_numbers (input, &super, error) || !check_tables (input, &super, error))
    return FALSE;
  *ret_super = super;
  return TRUE;
}
