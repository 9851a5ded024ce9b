/* graft-ext4-tree.c: the lazy tree of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "formats/ext4/graft-ext4-file.h"
#include "formats/ext4/graft-ext4-listing.h"
#include "formats/ext4/graft-ext4-private.h"
#include "formats/ext4/graft-ext4-xattrs.h"

void
graft_ext4_record_free (gpointer data)
{
  GraftExt4Record *record = data;

  g_clear_pointer (&record->listed, graft_directory_unref);
  g_free (record);
}

static GraftExt4Record *
get_record (GraftExt4Image *self, guint32 number)
{
  return g_hash_table_lookup (self->records, GUINT_TO_POINTER (number));
}

static GraftExt4Record *
add_record (GraftExt4Image *self, guint32 number, GraftNode *node, guint32 parent)
{
  GraftExt4Record *record = g_new0 (GraftExt4Record, 1);

  record->node = node;
  record->parent = parent;
  g_hash_table_insert (self->records, GUINT_TO_POINTER (number), record);
  return record;
}

/* The path of a record, from its parents' listings. With the lock held. */
static char *
dup_path (GraftExt4Image *self, guint32 number)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GString *path = g_string_new (NULL);

  for (guint depth = 0; depth <= GRAFT_LIMIT_DEPTH; depth++)
    {
      const GraftExt4Record *record = get_record (self, number);
      GraftDirectory *listed;

      if (record == NULL || record->parent == 0)
        break;
      listed = get_record (self, record->parent)->listed;
      if (listed != NULL && record->index < graft_directory_get_n_entries (listed))
        g_ptr_array_add (
            names, graft_name_escape (graft_directory_get_entry (listed, record->index)->name));
      number = record->parent;
    }
  for (guint i = names->len; i > 0; i--)
    g_string_append_printf (path, "/%s", (const char *)g_ptr_array_index (names, i - 1));
  if (path->len == 0)
    g_string_append_c (path, '/');
  return g_string_free (path, FALSE);
}

char *
graft_ext4_tree_dup_address (GraftExt4Image *self, guint32 number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *path = dup_path (self, number);

  return g_strdup_printf ("%s:%s", graft_image_get_name (GRAFT_IMAGE (self)), path);
}

/* With the lock held; @name NULL: the entry @number itself. */
static void
prefix_error (GraftExt4Image *self, guint32 number, const char *name, GError **error)
{
  g_autofree char *path = dup_path (self, number);
  g_autofree char *escaped = name != NULL ? graft_name_escape (name) : NULL;

  g_prefix_error (error, "%s:%s%s%s: ", graft_image_get_name (GRAFT_IMAGE (self)), path,
                  escaped != NULL && strcmp (path, "/") != 0 ? "/" : "",
                  escaped != NULL ? escaped : "");
}

static guint
get_depth (GraftExt4Image *self, guint32 number)
{
  guint depth = 0;

  for (; get_record (self, number)->parent != 0; depth++)
    number = get_record (self, number)->parent;
  return depth;
}

static char *
read_target (GraftExt4Image *self, const GraftExt4Inode *inode, GError **error)
{
  g_autoptr (GBytes) bytes
      = graft_ext4_inode_read_content (&self->volume, inode, GRAFT_LIMIT_PATH, error);
  gsize size;
  const char *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  /* The kernel takes a target up to its first zero byte. */
  return g_strndup (data != NULL ? data : "", size);
}

static GraftNode *
new_node (GraftExt4Image *self, const GraftExt4Inode *inode, GError **error)
{
  g_autofree char *target = NULL;
  GraftNodeInit init = {
    .type = inode->type,
    .attributes = inode->attributes,
    .size = inode->size,
    .rdev_major = inode->rdev_major,
    .rdev_minor = inode->rdev_minor,
    .nlink = inode->nlink,
    .source = GRAFT_TREE (self),
    .handle = inode->number,
  };

  if (inode->type == GRAFT_NODE_SYMLINK)
    {
      target = read_target (self, inode, error);
      if (target == NULL)
        return NULL;
      init.target = target;
    }
  return graft_node_new (&init);
}

gboolean
graft_ext4_tree_open (GraftExt4Image *self, GError **error)
{
  g_auto (GraftExt4Inode) inode = { 0 };

  if (!graft_ext4_inode_read (&self->volume, EXT2_ROOT_INO, &inode, error))
    {
      g_prefix_error (error, "%s:/: ", graft_image_get_name (GRAFT_IMAGE (self)));
      return FALSE;
    }
  if (inode.type != GRAFT_NODE_DIRECTORY)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s: its root, inode %u, is not a folder"),
                   graft_image_get_name (GRAFT_IMAGE (self)), inode.number);
      return FALSE;
    }
  self->root = new_node (self, &inode, error);
  add_record (self, inode.number, self->root, 0);
  return TRUE;
}

/* The node of a listed entry: the one it already has under another name, or a new one. */
static GraftNode *
get_entry_node (GraftExt4Image *self, const GraftExt4Listed *entry, guint32 parent, GArray *fresh,
                GError **error)
{
  const GraftExt4Record *record = get_record (self, entry->inode);
  g_auto (GraftExt4Inode) inode = { 0 };
  GraftNode *node;

  if (record != NULL && graft_node_is_directory (record->node))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("inode %u is a folder that is in another place, too; a folder can only be in "
                      "one place"),
                   entry->inode);
      return NULL;
    }
  if (record != NULL)
    return graft_node_ref (record->node);
  if (entry->inode < EXT2_FIRST_INODE (self->volume.fs->super))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("inode %u is the file system's own"), entry->inode);
      return NULL;
    }
  if (!graft_ext4_inode_read (&self->volume, entry->inode, &inode, error))
    return NULL;
  node = new_node (self, &inode, error);
  if (node == NULL)
    return NULL;
  add_record (self, entry->inode, node, parent);
  g_array_append_val (fresh, entry->inode);
  return node;
}

/* Reads the directory; the numbers of records that it added go to @fresh. */
static GraftDirectory *
read_directory (GraftExt4Image *self, guint32 number, GArray *fresh, GError **error)
{
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) directory = NULL;
  g_auto (GraftExt4Inode) inode = { 0 };
  g_autoptr (GArray) names = NULL;

  if (!graft_ext4_inode_read (&self->volume, number, &inode, error)
      || (names = graft_ext4_listing_read (&self->volume, &inode,
                                           GRAFT_LIMIT_ENTRIES - self->n_names, error))
             == NULL)
    {
      prefix_error (self, number, NULL, error);
      return NULL;
    }
  for (guint i = 0; i < names->len; i++)
    {
      const GraftExt4Listed *entry = &g_array_index (names, GraftExt4Listed, i);
      g_autoptr (GraftNode) node = get_entry_node (self, entry, number, fresh, error);

      if (node == NULL)
        {
          prefix_error (self, number, entry->name, error);
          return NULL;
        }
      graft_directory_builder_add (builder, entry->name, node);
    }
  directory = graft_directory_builder_finish (g_steal_pointer (&builder));
  if (graft_directory_get_n_entries (directory) != names->len)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                           _ ("the folder's list has the same name twice"));
      prefix_error (self, number, NULL, error);
      return NULL;
    }
  self->n_names += names->len;
  return g_steal_pointer (&directory);
}

static GraftDirectory *
graft_ext4_tree_list (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftExt4Image *self = GRAFT_EXT4_IMAGE (tree);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint32 number = graft_node_get_handle (node);
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  GraftDirectory *listed = get_record (self, number)->listed;

  if (listed != NULL)
    return graft_directory_ref (listed);
  if (get_depth (self, number) >= GRAFT_LIMIT_DEPTH)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("folders more than %d deep cannot be handled"), GRAFT_LIMIT_DEPTH);
      prefix_error (self, number, NULL, error);
      return NULL;
    }
  listed = read_directory (self, number, fresh, error);
  if (listed == NULL)
    {
      /* As if it had never been tried, so that trying again says the same. */
      for (guint i = 0; i < fresh->len; i++)
        g_hash_table_remove (self->records, GUINT_TO_POINTER (g_array_index (fresh, guint32, i)));
      return NULL;
    }
  get_record (self, number)->listed = listed;
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      GraftNode *child = graft_directory_get_entry (listed, i)->node;
      GraftExt4Record *record = get_record (self, graft_node_get_handle (child));

      if (record->parent == number)
        record->index = i;
    }
  return graft_directory_ref (listed);
}

static GraftInput *
open_inode (GraftExt4Image *self, guint32 number, const char *address, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_auto (GraftExt4Inode) inode = { 0 };
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GArray) runs = NULL;

  if (!graft_ext4_inode_read (&self->volume, number, &inode, error))
    return NULL;
  if ((inode.flags & EXT4_ENCRYPT_FL) != 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED, _ ("the file is encrypted"));
      return NULL;
    }
  if (graft_ext4_inode_is_inline (&inode))
    {
      content = graft_ext4_inode_read_content (&self->volume, &inode, G_MAXUINT16, error);
      return content != NULL ? graft_memory_input_new (content, address) : NULL;
    }
  runs = graft_ext4_inode_read_runs (&self->volume, &inode, error);
  if (runs == NULL)
    return NULL;
  return graft_ext4_file_new (GRAFT_IMAGE (self), self->volume.block_size, inode.size, runs,
                              address);
}

static GraftInput *
graft_ext4_tree_open_file (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftExt4Image *self = GRAFT_EXT4_IMAGE (tree);
  guint32 number = graft_node_get_handle (node);
  g_autofree char *address = graft_ext4_tree_dup_address (self, number);
  GraftInput *input = open_inode (self, number, address, error);

  if (input == NULL)
    g_prefix_error (error, _ ("%s: "), address);
  return input;
}

static GPtrArray *
graft_ext4_tree_list_xattrs (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftExt4Image *self = GRAFT_EXT4_IMAGE (tree);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint32 number = graft_node_get_handle (node);
  g_auto (GraftExt4Inode) inode = { 0 };
  GPtrArray *xattrs = NULL;

  if (graft_ext4_inode_read (&self->volume, number, &inode, error))
    xattrs = graft_ext4_xattrs_read (&self->volume, &inode, error);
  if (xattrs == NULL)
    prefix_error (self, number, NULL, error);
  return xattrs;
}

void
graft_ext4_tree_iface_init (GraftTreeInterface *iface)
{
  iface->list = graft_ext4_tree_list;
  iface->open = graft_ext4_tree_open_file;
  iface->list_xattrs = graft_ext4_tree_list_xattrs;
}
