/* graft-squashfs-xattr-writer.c: the sets of extended attributes of a new image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-xattr-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "formats/squashfs/graft-squashfs-error.h"

/* Sets in one metadata block of the table. */
#define SETS_PER_BLOCK (SQFS_META_BLOCK_SIZE / sizeof (sqfs_xattr_id_t))

typedef struct
{
  GraftSquashfs *source;
  sqfs_xattr_writer_t *writer;
  guint n_sets;
  GHashTable *by_old; /* index in the source → index, plus one */
} Writer;

static gboolean
fail (int code, GError **error)
{
  return graft_squashfs_fail_writing (NULL, code, _ ("the xattr table"), error);
}

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

static gboolean
add_set (Writer *self, GPtrArray *xattrs, guint32 *ret_index, GError **error)
{
  int code = sqfs_xattr_writer_begin (self->writer, 0);

  for (guint i = 0; i < xattrs->len && code == 0; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);

      if (!check_xattr (xattr, error))
        return FALSE;
      code
          = sqfs_xattr_writer_add (self->writer, xattr->name, g_bytes_get_data (xattr->value, NULL),
                                   g_bytes_get_size (xattr->value));
    }
  if (code == 0)
    code = sqfs_xattr_writer_end (self->writer, ret_index);
  if (code != 0)
    return fail (code, error);
  self->n_sets = MAX (self->n_sets, *ret_index + 1);
  return TRUE;
}

/* libsquashfs 1.2.0 writes behind its list of blocks when the last of them is full: then a set that
 * nobody has is put after the others. Its values are numbered so that it is like no other. */
static gboolean
avoid_full_block (Writer *self, GError **error)
{
  guint64 value = 0;

  while (self->n_sets > 0 && self->n_sets % SETS_PER_BLOCK == 0)
    {
      guint32 index = 0;
      int code = sqfs_xattr_writer_begin (self->writer, 0);

      if (code == 0)
        code = sqfs_xattr_writer_add (self->writer, "user.unused", &value, sizeof value);
      if (code == 0)
        code = sqfs_xattr_writer_end (self->writer, &index);
      if (code != 0)
        return fail (code, error);
      self->n_sets = MAX (self->n_sets, index + 1);
      value++;
    }
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
                                 sqfs_xattr_writer_t *writer, gboolean *ret_any, GError **error)
{
  g_autoptr (GHashTable) by_old = g_hash_table_new (NULL, NULL);
  Writer self = { .source = source, .writer = writer, .by_old = by_old };

  for (guint32 number = 1; number <= plan->inodes->len; number++)
    if (!set_xattrs (&self, graft_squashfs_plan_get (plan, number), error))
      return FALSE;
  *ret_any = self.n_sets > 0;
  return avoid_full_block (&self, error);
}
