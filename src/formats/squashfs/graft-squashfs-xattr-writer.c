/* graft-squashfs-xattr-writer.c: the xattr table of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-xattr-writer.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"

typedef struct
{
  GraftSquashfs *source;
  GraftSquashfsXattrTable *table;
  GHashTable *by_content; /* GBytes (a stored set) → its index, plus one */
  GHashTable *by_old;     /* index in the source → index, plus one */
} Writer;

/* A set as it is stored: type, length, name without prefix; length, value; and so on. */
static GBytes *
serialize (GPtrArray *xattrs, GError **error)
{
  g_autoptr (GByteArray) stored = g_byte_array_new ();

  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);
      gsize size = g_bytes_get_size (xattr->value);
      const char *rest = NULL;
      guint type = 0;
      guint8 head[4];

      if (!graft_squashfs_xattr_split (xattr->name, &type, &rest)
          || strlen (rest) > GRAFT_LIMIT_NAME || size > GRAFT_LIMIT_XATTR_VALUE)
        {
          g_autofree char *escaped = graft_name_escape (xattr->name);

          g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_UNSUPPORTED,
                       "squashfs cannot hold the extended attribute %s (%" G_GSIZE_FORMAT
                       " bytes): it takes user., trusted. and security. ones of up to 64 KiB",
                       escaped, size);
          return NULL;
        }
      graft_bytes_put_le16 (head, type);
      graft_bytes_put_le16 (head + 2, strlen (rest));
      g_byte_array_append (stored, head, sizeof head);
      g_byte_array_append (stored, (const guint8 *)rest, strlen (rest));
      graft_bytes_put_le32 (head, size);
      g_byte_array_append (stored, head, sizeof head);
      if (size > 0)
        g_byte_array_append (stored, g_bytes_get_data (xattr->value, NULL), size);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&stored));
}

static gboolean
add_set (Writer *self, GPtrArray *xattrs, guint32 *ret_index, GError **error)
{
  g_autoptr (GBytes) stored = serialize (xattrs, error);
  guint known;
  guint8 entry[GRAFT_SQUASHFS_XATTR_ENTRY];

  if (stored == NULL)
    return FALSE;
  known = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_content, stored));
  if (known == 0)
    {
      graft_bytes_put_le64 (entry, graft_squashfs_metadata_writer_get_ref (self->table->values));
      graft_bytes_put_le32 (entry + 8, xattrs->len);
      graft_bytes_put_le32 (entry + 12, g_bytes_get_size (stored));
      graft_squashfs_metadata_writer_put (self->table->sets, entry, sizeof entry);
      graft_squashfs_metadata_writer_put (self->table->values, g_bytes_get_data (stored, NULL),
                                          g_bytes_get_size (stored));
      known = ++self->table->n_sets;
      g_hash_table_insert (self->by_content, g_steal_pointer (&stored), GUINT_TO_POINTER (known));
    }
  *ret_index = known - 1;
  return TRUE;
}

/* The index of @node's set in the source, GRAFT_SQUASHFS_NONE when it has none or none there. */
static gboolean
get_old_index (Writer *self, GraftNode *node, guint32 *ret_old, gboolean *ret_known, GError **error)
{
  GraftNode *origin = graft_node_get_xattr_origin (node);
  GraftSquashfsInode inode;

  *ret_known = FALSE;
  *ret_old = GRAFT_SQUASHFS_NONE;
  if (origin == NULL || graft_node_get_source (origin) != GRAFT_TREE (self->source))
    return TRUE;
  *ret_known = TRUE;
  if (self->source->super.xattr_table == GRAFT_SQUASHFS_NO_TABLE)
    return TRUE;
  if (!graft_squashfs_tree_read_inode (self->source, origin, &inode, error))
    return FALSE;
  *ret_old = inode.xattr;
  return TRUE;
}

static gboolean
set_xattrs (Writer *self, GraftSquashfsPlanned *planned, GError **error)
{
  g_autoptr (GPtrArray) xattrs = NULL;
  guint32 old = GRAFT_SQUASHFS_NONE;
  gboolean known = FALSE;

  if (!get_old_index (self, planned->node, &old, &known, error))
    return FALSE;
  if (known)
    {
      guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_old, GUINT_TO_POINTER (old)));

      if (old == GRAFT_SQUASHFS_NONE)
        return TRUE;
      if (index != 0)
        {
          planned->xattr = index - 1;
          return TRUE;
        }
    }
  xattrs = graft_node_list_xattrs (planned->node, error);
  if (xattrs == NULL)
    return FALSE;
  if (xattrs->len == 0)
    return TRUE;
  if (!add_set (self, xattrs, &planned->xattr, error))
    return FALSE;
  if (known)
    g_hash_table_insert (self->by_old, GUINT_TO_POINTER (old),
                         GUINT_TO_POINTER (planned->xattr + 1));
  return TRUE;
}

gboolean
graft_squashfs_xattr_writer_run (GraftSquashfs *source, GraftSquashfsPlan *plan,
                                 GraftSquashfsXattrTable *table, GError **error)
{
  g_autoptr (GHashTable) by_content
      = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  g_autoptr (GHashTable) by_old = g_hash_table_new (NULL, NULL);
  Writer writer = { source, table, by_content, by_old };

  for (guint32 number = 1; number <= plan->inodes->len; number++)
    if (!set_xattrs (&writer, graft_squashfs_plan_get (plan, number), error))
      return FALSE;
  return TRUE;
}
