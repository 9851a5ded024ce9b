/* graft-squashfs-create.c: an image with nothing in it, of which a full one is written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-library.h"
#include "formats/squashfs/graft-squashfs.h"

/* As doc/format.adoc of squashfs-tools-ng has them: a metadata block begins with 16 bits, its
 * length and whether it is stored as it is; a folder's inode; where a table's blocks stand. */
#define STORED 0x8000
#define HEADER_SIZE 2
#define TYPE_FOLDER 1
#define FOLDER_SIZE 32
#define POSITION_SIZE 8
#define ID_SIZE 4
#define REF_SIZE 8
#define NO_TABLE G_MAXUINT64

#define INODES_AT sizeof (sqfs_super_t)
/* Behind the folder; a directory table of no entries takes no bytes. */
#define EXPORT_BLOCK_AT (INODES_AT + HEADER_SIZE + FOLDER_SIZE)
#define EXPORT_AT (EXPORT_BLOCK_AT + HEADER_SIZE + REF_SIZE)
#define ID_BLOCK_AT (EXPORT_AT + POSITION_SIZE)
#define ID_AT (ID_BLOCK_AT + HEADER_SIZE + ID_SIZE)
#define END_AT (ID_AT + POSITION_SIZE)

static void
put_folder (guint8 *data, guint32 time)
{
  graft_bytes_put_le16 (data, STORED | FOLDER_SIZE);
  data += HEADER_SIZE;
  graft_bytes_put_le16 (data, TYPE_FOLDER);
  graft_bytes_put_le16 (data + 2, 0755);
  graft_bytes_put_le32 (data + 8, time);
  graft_bytes_put_le32 (data + 12, 1); /* its number */
  graft_bytes_put_le32 (data + 20, 2); /* links */
  graft_bytes_put_le16 (data + 24, 3); /* the size of no entries */
  graft_bytes_put_le32 (data + 28, 2); /* the root's parent: one more than there are inodes */
}

/* A table of one block: the block, of zeros, and behind it where that stands. */
static void
put_table (guint8 *data, guint64 block, guint16 length)
{
  graft_bytes_put_le16 (data + block, STORED | length);
  graft_bytes_put_le64 (data + block + HEADER_SIZE + length, block);
}

static void
put_super (guint8 *data, guint32 block_size, int compressor, guint32 time)
{
  const sqfs_super_t super = {
    .magic = GUINT32_TO_LE (SQFS_MAGIC),
    .inode_count = GUINT32_TO_LE (1),
    .modification_time = GUINT32_TO_LE (time),
    .block_size = GUINT32_TO_LE (block_size),
    .compression_id = GUINT16_TO_LE (compressor),
    .block_log = GUINT16_TO_LE (g_bit_storage (block_size) - 1),
    /* What mksquashfs does without being asked. */
    .flags = GUINT16_TO_LE (SQFS_FLAG_NO_DUPLICATES | SQFS_FLAG_EXPORTABLE),
    .id_count = GUINT16_TO_LE (1),
    .version_major = GUINT16_TO_LE (SQFS_VERSION_MAJOR),
    .version_minor = GUINT16_TO_LE (SQFS_VERSION_MINOR),
    .bytes_used = GUINT64_TO_LE (END_AT),
    .id_table_start = GUINT64_TO_LE (ID_AT),
    .xattr_id_table_start = NO_TABLE,
    .inode_table_start = GUINT64_TO_LE (INODES_AT),
    .directory_table_start = GUINT64_TO_LE (EXPORT_BLOCK_AT),
    .fragment_table_start = NO_TABLE,
    .export_table_start = GUINT64_TO_LE (EXPORT_AT),
  };

  memcpy (data, &super, sizeof super);
}

GraftImage *
graft_squashfs_new_empty (const char *name, guint32 block_size, const char *compression,
                          gint64 time, GError **error)
{
  /* Another one than is asked for, so that the writer sets that one up. */
  int compressor = g_strcmp0 (compression, "gzip") == 0 ? SQFS_COMP_ZSTD : SQFS_COMP_GZIP;
  guint8 data[END_AT] = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) input = NULL;

  if (block_size < 4096 || block_size > 1048576 || (block_size & (block_size - 1)) != 0)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("A squashfs has blocks of 4096 to 1048576 bytes, a power of two, not of %u"),
                   block_size);
      return NULL;
    }
  put_super (data, block_size, compressor, CLAMP (time, 0, G_MAXUINT32));
  put_folder (data + INODES_AT, CLAMP (time, 0, G_MAXUINT32));
  put_table (data, EXPORT_BLOCK_AT, REF_SIZE);
  put_table (data, ID_BLOCK_AT, ID_SIZE);
  bytes = g_bytes_new (data, sizeof data);
  input = graft_memory_input_new (bytes, name);
  return graft_squashfs_get_format ()->open (input, NULL, error);
}
