/* graft-squashfs-listing.c: the stored entries of one directory, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-listing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"

/* format.adoc "Directory Inodes": a list's size counts "." and "..", which are not stored, as three
 * bytes. */
#define EXTRA 3

void
graft_squashfs_listing_init (GraftSquashfsListing *self, GraftSquashfsMetadata *metadata,
                             const sqfs_super_t *super, const GraftSquashfsInode *directory)
{
  const sqfs_inode_generic_t stored = {
    .base.type = SQFS_INODE_EXT_DIR,
    .data.dir_ext
    = { .size = directory->size, .start_block = directory->start, .offset = directory->offset },
  };

  *self = (GraftSquashfsListing){ .metadata = metadata };
  sqfs_readdir_state_init (&self->state, super, &stored);
  if (directory->size > EXTRA)
    self->left = directory->size - EXTRA;
}

static gboolean
corrupted (GError **error, const char *text)
{
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, text);
  return FALSE;
}

static gboolean
take_name (const sqfs_dir_entry_t *entry, char *name, GError **error)
{
  gsize length = entry->size + 1u;
  g_autofree char *escaped = NULL;

  if (length > GRAFT_LIMIT_NAME)
    return corrupted (error, _ ("the folder's list has a name of more than 255 bytes"));
  memcpy (name, entry->name, length);
  name[length] = '\0';
  if (strlen (name) == length && strchr (name, '/') == NULL && strcmp (name, ".") != 0
      && strcmp (name, "..") != 0)
    return TRUE;
  escaped = graft_name_escape (name);
  if (strlen (name) == length)
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                 _ ("has an entry called “%s”, which is not a name"), escaped);
  else
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                 _ ("has an entry called “%s” and a NUL, which is not a name"), escaped);
  return FALSE;
}

gboolean
graft_squashfs_listing_next (GraftSquashfsListing *self, GraftSquashfsListed *ret_entry,
                             gboolean *ret_end, GError **error)
{
  g_autoptr (sqfs_dir_entry_t) entry = NULL;
  GraftSquashfsListed listed = { 0 };
  guint64 length;
  gboolean in_run = self->state.entries > 0;

  if (self->left == 0 && !in_run)
    {
      *ret_end = TRUE;
      return TRUE;
    }
  if (!graft_squashfs_metadata_read_entry (self->metadata, &self->state, &entry, &listed.number,
                                           &listed.ref, error))
    return FALSE;
  length = entry == NULL
               ? G_MAXUINT64
               : (in_run ? 0 : sizeof (sqfs_dir_header_t)) + sizeof *entry + entry->size + 1;
  if (length > self->left)
    return corrupted (error, _ ("the folder's list ends in the middle of an entry"));
  self->left -= length;
  if (!take_name (entry, listed.name, error))
    return FALSE;
  listed.type = entry->type;
  *ret_entry = listed;
  *ret_end = FALSE;
  return TRUE;
}
