/* graft-squashfs-xattrs.c: reading the extended attributes of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.adoc "Xattr Table": an inode names a set; a table of sets says where its keys and values
 * begin and how many they are; a value may stand elsewhere ("out of line").
 */

#include "formats/squashfs/graft-squashfs-xattrs.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"

#define HEADER_SIZE 16

struct _GraftSquashfsXattrs
{
  GraftSquashfsMetadata *metadata; /* no-ref */
  guint64 values;                  /* where keys and values begin, from the image's start */
  GBytes *sets;                    /* NULL: the image has no table */
};

static const char *const prefixes[] = { "user.", "trusted.", "security." };

const char *
graft_squashfs_xattr_get_prefix (guint type)
{
  return type < G_N_ELEMENTS (prefixes) ? prefixes[type] : NULL;
}

gboolean
graft_squashfs_xattr_split (const char *name, guint *ret_type, const char **ret_rest)
{
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i]) && name[strlen (prefixes[i])] != '\0')
      {
        *ret_type = i;
        *ret_rest = name + strlen (prefixes[i]);
        return TRUE;
      }
  return FALSE;
}

GraftSquashfsXattrs *
graft_squashfs_xattrs_new (GraftInput *input, const GraftSquashfsSuper *super,
                           GraftSquashfsMetadata *metadata, GError **error)
{
  g_autoptr (GraftSquashfsXattrs) self = g_new0 (GraftSquashfsXattrs, 1);
  guint8 header[HEADER_SIZE];
  guint32 n_sets = 0;

  self->metadata = metadata;
  if (super->xattr_table == GRAFT_SQUASHFS_NO_TABLE)
    return g_steal_pointer (&self);
  if (!graft_input_read_at (input, super->xattr_table, header, sizeof header, error))
    return NULL;
  graft_bytes_get_le64 (header, sizeof header, 0, &self->values);
  graft_bytes_get_le32 (header, sizeof header, 8, &n_sets);
  if (n_sets > GRAFT_LIMIT_ENTRIES
      || (n_sets > 0
          && (self->values < GRAFT_SQUASHFS_SUPER_SIZE || self->values >= super->xattr_table)))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   "the xattr table at byte %" G_GUINT64_FORMAT
                   " says that its %u values begin at byte %" G_GUINT64_FORMAT ", which cannot be",
                   super->xattr_table, n_sets, self->values);
      return NULL;
    }
  self->sets
      = graft_squashfs_metadata_read_table (metadata, super->xattr_table + HEADER_SIZE, n_sets,
                                            GRAFT_SQUASHFS_XATTR_ENTRY, "xattr", error);
  return self->sets != NULL ? g_steal_pointer (&self) : NULL;
}

void
graft_squashfs_xattrs_free (GraftSquashfsXattrs *self)
{
  g_clear_pointer (&self->sets, g_bytes_unref);
  g_free (self);
}

static gboolean
corrupted (GError **error, const char *text)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, "extended attributes: %s", text);
  return FALSE;
}

static char *
read_name (GraftSquashfsXattrs *self, GraftSquashfsCursor *cursor, guint16 *ret_type,
           GError **error)
{
  guint8 head[4];
  char rest[GRAFT_LIMIT_NAME + 1] = { 0 };
  guint16 length = 0;
  const char *prefix;

  if (!graft_squashfs_metadata_read (self->metadata, cursor, head, sizeof head, error))
    return NULL;
  graft_bytes_get_le16 (head, sizeof head, 0, ret_type);
  graft_bytes_get_le16 (head, sizeof head, 2, &length);
  prefix = graft_squashfs_xattr_get_prefix (*ret_type & 0xff);
  if (prefix == NULL || length == 0 || length > GRAFT_LIMIT_NAME)
    {
      corrupted (error, "a name of an unknown kind or impossible length");
      return NULL;
    }
  if (!graft_squashfs_metadata_read (self->metadata, cursor, rest, length, error))
    return NULL;
  if (strlen (rest) != length)
    {
      corrupted (error, "a name with a NUL in it");
      return NULL;
    }
  return g_strconcat (prefix, rest, NULL);
}

static GBytes *
read_value (GraftSquashfsXattrs *self, GraftSquashfsCursor *cursor, GError **error)
{
  guint8 head[4];
  g_autofree guint8 *data = NULL;
  guint32 length = 0;

  if (!graft_squashfs_metadata_read (self->metadata, cursor, head, sizeof head, error))
    return NULL;
  graft_bytes_get_le32 (head, sizeof head, 0, &length);
  if (length > GRAFT_LIMIT_XATTR_VALUE)
    {
      corrupted (error, "a value of more than 64 KiB");
      return NULL;
    }
  data = g_malloc (MAX (length, 1));
  if (!graft_squashfs_metadata_read (self->metadata, cursor, data, length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

static GBytes *
read_indirect_value (GraftSquashfsXattrs *self, GraftSquashfsCursor *cursor, GError **error)
{
  g_autoptr (GBytes) where = read_value (self, cursor, error);
  GraftSquashfsCursor other;
  guint64 ref = 0;

  if (where == NULL)
    return NULL;
  if (!graft_bytes_get_le64 (g_bytes_get_data (where, NULL), g_bytes_get_size (where), 0, &ref))
    {
      corrupted (error, "a reference to a value that is too short");
      return NULL;
    }
  other = graft_squashfs_metadata_seek (self->metadata, self->values, ref);
  return read_value (self, &other, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(GraftXattr *const *)a)->name, (*(GraftXattr *const *)b)->name);
}

GPtrArray *
graft_squashfs_xattrs_read (GraftSquashfsXattrs *self, guint32 index, GError **error)
{
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  gsize size;
  const guint8 *sets;
  GraftSquashfsCursor cursor;
  guint64 ref = 0, total = 0;
  guint32 count = 0;

  /* Without a table an index means nothing; the kernel overlooks it too. */
  if (index == GRAFT_SQUASHFS_NONE || self->sets == NULL)
    return g_steal_pointer (&xattrs);
  sets = g_bytes_get_data (self->sets, &size);
  if (!graft_bytes_get_le64 (sets, size, (guint64)index * GRAFT_SQUASHFS_XATTR_ENTRY, &ref)
      || !graft_bytes_get_le32 (sets, size, (guint64)index * GRAFT_SQUASHFS_XATTR_ENTRY + 8,
                                &count))
    {
      corrupted (error, "the set is not in the image's table");
      return NULL;
    }
  cursor = graft_squashfs_metadata_seek (self->metadata, self->values, ref);
  for (guint32 i = 0; i < count; i++)
    {
      guint16 type = 0;
      g_autofree char *name = read_name (self, &cursor, &type, error);
      g_autoptr (GBytes) value = NULL;

      if (name == NULL)
        return NULL;
      value = (type & GRAFT_SQUASHFS_XATTR_INDIRECT) != 0
                  ? read_indirect_value (self, &cursor, error)
                  : read_value (self, &cursor, error);
      if (value == NULL)
        return NULL;
      total += strlen (name) + g_bytes_get_size (value);
      if (total > GRAFT_LIMIT_XATTRS)
        {
          g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                               "more extended attributes than can be handled");
          return NULL;
        }
      g_ptr_array_add (xattrs, graft_xattr_new (name, value));
    }
  g_ptr_array_sort (xattrs, compare_names);
  return g_steal_pointer (&xattrs);
}
