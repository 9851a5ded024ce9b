/* graft-squashfs-listing.c: the stored entries of one directory, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.adoc "Directory Table": headers (count - 1, metadata block of the inodes, inode number),
 * each before up to 256 entries (byte in that block, difference of the inode number, type,
 * length - 1 of the name, name).
 */

#include "formats/squashfs/graft-squashfs-listing.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-name.h"

#define HEADER_SIZE 12
#define ENTRY_SIZE 8

void
graft_squashfs_listing_init (GraftSquashfsListing *self, GraftSquashfsMetadata *metadata,
                             const GraftSquashfsSuper *super, const GraftSquashfsInode *directory)
{
  *self = (GraftSquashfsListing){
    .metadata = metadata,
    .cursor = graft_squashfs_metadata_seek (
        metadata, super->directory_table, GRAFT_SQUASHFS_REF (directory->start, directory->offset)),
  };
  if (directory->size > GRAFT_SQUASHFS_DIRECTORY_EXTRA)
    self->left = directory->size - GRAFT_SQUASHFS_DIRECTORY_EXTRA;
}

static gboolean
corrupted (GError **error, const char *text)
{
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, text);
  return FALSE;
}

static gboolean
read_stored (GraftSquashfsListing *self, void *buffer, gsize length, GError **error)
{
  if (self->left < length)
    return corrupted (error, "the folder's list ends in the middle of an entry");
  self->left -= length;
  return graft_squashfs_metadata_read (self->metadata, &self->cursor, buffer, length, error);
}

static gboolean
read_header (GraftSquashfsListing *self, GError **error)
{
  guint8 data[HEADER_SIZE];
  guint32 count = 0;

  if (!read_stored (self, data, sizeof data, error))
    return FALSE;
  graft_bytes_get_le32 (data, sizeof data, 0, &count);
  graft_bytes_get_le32 (data, sizeof data, 4, &self->block);
  graft_bytes_get_le32 (data, sizeof data, 8, &self->number);
  if (count >= GRAFT_SQUASHFS_DIRECTORY_RUN)
    return corrupted (error, "the folder's list has a run of more than 256 entries");
  self->run = count + 1;
  return TRUE;
}

static gboolean
check_name (const char *name, gsize length, GError **error)
{
  g_autofree char *escaped = NULL;

  if (strlen (name) == length && strchr (name, '/') == NULL && strcmp (name, ".") != 0
      && strcmp (name, "..") != 0)
    return TRUE;
  escaped = graft_name_escape (name);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               "has an entry called \"%s\"%s, which is not a name", escaped,
               strlen (name) == length ? "" : " and a NUL");
  return FALSE;
}

gboolean
graft_squashfs_listing_next (GraftSquashfsListing *self, GraftSquashfsListed *ret_entry,
                             gboolean *ret_end, GError **error)
{
  GraftSquashfsListed entry = { 0 };
  guint8 data[ENTRY_SIZE];
  guint16 offset = 0, difference = 0, length = 0;

  if (self->left == 0 && self->run == 0)
    {
      *ret_end = TRUE;
      return TRUE;
    }
  if (self->run == 0 && !read_header (self, error))
    return FALSE;
  if (!read_stored (self, data, sizeof data, error))
    return FALSE;
  graft_bytes_get_le16 (data, sizeof data, 0, &offset);
  graft_bytes_get_le16 (data, sizeof data, 2, &difference);
  graft_bytes_get_le16 (data, sizeof data, 4, &entry.type);
  graft_bytes_get_le16 (data, sizeof data, 6, &length);
  if (length >= GRAFT_LIMIT_NAME)
    return corrupted (error, "the folder's list has a name of more than 255 bytes");
  if (!read_stored (self, entry.name, length + 1, error)
      || !check_name (entry.name, length + 1, error))
    return FALSE;
  self->run--;
  entry.ref = GRAFT_SQUASHFS_REF (self->block, offset);
  entry.number = self->number + (gint16)difference;
  *ret_entry = entry;
  *ret_end = FALSE;
  return TRUE;
}
