/* graft-squashfs-xattr-writer.c: the extended attributes of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.adoc "Xattr Table": names and values of all sets, then the sets (where, how many, how
 * long), then a head and where the blocks of sets are.
 */

#include "formats/squashfs/graft-squashfs-xattr-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "formats/squashfs/graft-squashfs-error.h"

/* Sets in one metadata block of the table. */
#define SETS_PER_BLOCK (SQFS_META_BLOCK_SIZE / sizeof (sqfs_xattr_id_t))

typedef struct
{
  GraftSquashfs *source;
  GraftSquashfsXattrSets *sets;
  GHashTable *by_content; /* GBytes (a stored set) → its index, plus one */
  GHashTable *by_old;     /* index in the source → index, plus one */
} Writer;

static gboolean
check_xattr (const GraftXattr *xattr, GError **error)
{
  gsize size = g_bytes_get_size (xattr->value);
  g_autofree char *escaped = NULL;
  g_autofree char *shown = NULL;

  if (sqfs_get_xattr_prefix_id (xattr->name) >= 0 && size <= GRAFT_LIMIT_XATTR_VALUE
      && strlen (strchr (xattr->name, '.') + 1) <= GRAFT_LIMIT_NAME)
    return TRUE;
  escaped = graft_name_escape (xattr->name);
  shown = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("squashfs cannot hold the extended attribute %s (%s bytes): it takes user., "
                  "trusted. and security. ones of up to 64 KiB"),
               escaped, shown);
  return FALSE;
}

/* A set as it is stored: type, length, name without prefix; length, value; and so on. */
static GBytes *
serialize (GPtrArray *xattrs, GError **error)
{
  g_autoptr (GByteArray) stored = g_byte_array_new ();

  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);
      gsize size = g_bytes_get_size (xattr->value);
      const char *rest;
      guint8 data[4];

      if (!check_xattr (xattr, error))
        return NULL;
      rest = strchr (xattr->name, '.') + 1;
      graft_bytes_put_le16 (data, sqfs_get_xattr_prefix_id (xattr->name));
      graft_bytes_put_le16 (data + 2, strlen (rest));
      g_byte_array_append (stored, data, sizeof data);
      g_byte_array_append (stored, (const guint8 *)rest, strlen (rest));
      graft_bytes_put_le32 (data, size);
      g_byte_array_append (stored, data, sizeof data);
      if (size > 0)
        g_byte_array_append (stored, g_bytes_get_data (xattr->value, NULL), size);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&stored));
}

static gboolean
add_set (Writer *self, GPtrArray *xattrs, guint32 *ret_index, GError **error)
{
  g_autoptr (GBytes) stored = serialize (xattrs, error);
  const guint32 count = xattrs->len;
  guint known;

  if (stored == NULL)
    return FALSE;
  known = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_content, stored));
  if (known == 0)
    {
      g_array_append_val (self->sets->counts, count);
      g_ptr_array_add (self->sets->stored, g_bytes_ref (stored));
      known = self->sets->stored->len;
      g_hash_table_insert (self->by_content, stored, GUINT_TO_POINTER (known));
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
  if (self->source->super.xattr_id_table_start == GRAFT_SQUASHFS_NO_TABLE)
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
                                 GraftSquashfsXattrSets *sets, GError **error)
{
  g_autoptr (GHashTable) by_content = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  g_autoptr (GHashTable) by_old = g_hash_table_new (NULL, NULL);
  Writer self = { source, sets, by_content, by_old };

  for (guint32 number = 1; number <= plan->inodes->len; number++)
    if (!set_xattrs (&self, graft_squashfs_plan_get (plan, number), error))
      return FALSE;
  return TRUE;
}

/* Names and values; the entries of the sets go to @entries. Returns a SQFS_ERROR. */
static int
put_values (const GraftSquashfsXattrSets *sets, sqfs_meta_writer_t *values, GArray *entries)
{
  int code = 0;

  for (guint i = 0; i < sets->stored->len && code == 0; i++)
    {
      GBytes *stored = g_ptr_array_index (sets->stored, i);
      sqfs_u64 block = 0;
      sqfs_u32 offset = 0;
      sqfs_xattr_id_t entry;

      sqfs_meta_writer_get_position (values, &block, &offset);
      entry = (sqfs_xattr_id_t){
        .xattr = GUINT64_TO_LE (GRAFT_SQUASHFS_REF (block, offset)),
        .count = GUINT32_TO_LE (g_array_index (sets->counts, guint32, i)),
        .size = GUINT32_TO_LE (g_bytes_get_size (stored)),
      };
      g_array_append_val (entries, entry);
      code = sqfs_meta_writer_append (values, g_bytes_get_data (stored, NULL),
                                      g_bytes_get_size (stored));
    }
  return code == 0 ? sqfs_meta_writer_flush (values) : code;
}

/* The sets; where their blocks begin goes to @places. Returns a SQFS_ERROR. */
static int
put_sets (const GArray *entries, sqfs_meta_writer_t *table, guint64 start, GArray *places)
{
  int code = 0;

  for (guint i = 0; i < entries->len && code == 0; i++)
    {
      sqfs_u64 block = 0;
      sqfs_u32 offset = 0;

      sqfs_meta_writer_get_position (table, &block, &offset);
      if (offset == 0)
        {
          const guint64 place = GUINT64_TO_LE (start + block);

          g_array_append_val (places, place);
        }
      code = sqfs_meta_writer_append (table, &g_array_index (entries, sqfs_xattr_id_t, i),
                                      sizeof (sqfs_xattr_id_t));
    }
  return code == 0 ? sqfs_meta_writer_flush (table) : code;
}

gboolean
graft_squashfs_xattr_writer_flush (const GraftSquashfsXattrSets *sets, GraftSquashfsStream *stream,
                                   sqfs_compressor_t *compressor, sqfs_super_t *super,
                                   GError **error)
{
  sqfs_file_t *file = graft_squashfs_stream_get_file (stream);
  g_autoptr (sqfs_meta_writer_t) values = sqfs_meta_writer_create (file, compressor, 0);
  g_autoptr (sqfs_meta_writer_t) table = sqfs_meta_writer_create (file, compressor, 0);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (sqfs_xattr_id_t));
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint64));
  sqfs_xattr_id_table_t head = { .xattr_table_start = GUINT64_TO_LE (file->get_size (file)),
                                 .xattr_ids = GUINT32_TO_LE (sets->stored->len) };
  int code = values != NULL && table != NULL ? 0 : SQFS_ERROR_ALLOC;

  super->xattr_id_table_start = GRAFT_SQUASHFS_NO_TABLE;
  if (code == 0 && sets->stored->len == 0)
    return TRUE;
  if (code == 0)
    code = put_values (sets, values, entries);
  if (code == 0)
    code = put_sets (entries, table, file->get_size (file), places);
  super->xattr_id_table_start = file->get_size (file);
  if (code == 0)
    code = file->write_at (file, file->get_size (file), &head, sizeof head);
  if (code == 0)
    code = file->write_at (file, file->get_size (file), places->data,
                           places->len * sizeof (guint64));
  return code == 0 || graft_squashfs_fail_writing (stream, code, _ ("the xattr table"), error);
}
