/* graft-squashfs-tree.c: the lazy tree of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "formats/squashfs/graft-squashfs-listing.h"
#include "formats/squashfs/graft-squashfs-private.h"

/* The kernel's new_decode_dev(): twelve bits of major amid twenty of minor. */
#define DEVICE_MAJOR(rdev) (((rdev)&0xfff00) >> 8)
#define DEVICE_MINOR(rdev) (((rdev)&0xff) | (((rdev) >> 12) & 0xfff00))

/* The path of a record, from its parents' listings. With the lock held. */
static char *
dup_path (GraftSquashfs *self, guint32 number)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GString *path = g_string_new (NULL);

  for (guint depth = 0; depth <= GRAFT_LIMIT_DEPTH && self->records[number].parent != 0; depth++)
    {
      const GraftSquashfsRecord *record = &self->records[number];
      GraftDirectory *listed = self->records[record->parent].listed;

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
graft_squashfs_tree_dup_address (GraftSquashfs *self, guint32 number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *path = dup_path (self, number);

  return g_strdup_printf ("%s:%s", graft_image_get_name (GRAFT_IMAGE (self)), path);
}

/* With the lock held; @name NULL: the entry @number itself. */
static void
prefix_error (GraftSquashfs *self, guint32 number, const char *name, GError **error)
{
  g_autofree char *path = dup_path (self, number);
  g_autofree char *escaped = name != NULL ? graft_name_escape (name) : NULL;

  g_prefix_error (error, "%s:%s%s%s: ", graft_image_get_name (GRAFT_IMAGE (self)), path,
                  escaped != NULL && strcmp (path, "/") != 0 ? "/" : "",
                  escaped != NULL ? escaped : "");
}

static guint
get_depth (GraftSquashfs *self, guint32 number)
{
  guint depth = 0;

  for (; self->records[number].parent != 0; depth++)
    number = self->records[number].parent;
  return depth;
}

static GraftNode *
new_node (GraftSquashfs *self, const GraftSquashfsInode *inode, GError **error)
{
  g_autofree char *target = NULL;
  guint32 uid = 0, gid = 0;
  GraftNodeInit init = {
    .type = graft_squashfs_type_to_node_type (inode->type),
    .attributes = { .mode = inode->mode, .mtime = inode->mtime },
    .size = inode->size,
    .rdev_major = DEVICE_MAJOR (inode->rdev),
    .rdev_minor = DEVICE_MINOR (inode->rdev),
    .nlink = inode->nlink,
    .source = GRAFT_TREE (self),
    .handle = inode->number,
  };

  /* Both are in the table: the inode was checked. */
  sqfs_id_table_index_to_id (self->ids, inode->uid, &uid);
  sqfs_id_table_index_to_id (self->ids, inode->gid, &gid);
  init.attributes.uid = uid;
  init.attributes.gid = gid;
  if (inode->type == SQFS_INODE_SLINK)
    {
      target = graft_squashfs_inode_read_target (self->metadata, inode, error);
      if (target == NULL)
        return NULL;
      init.target = target;
    }
  return graft_node_new (&init);
}

gboolean
graft_squashfs_tree_open (GraftSquashfs *self, GError **error)
{
  GraftSquashfsInode inode;

  if (!graft_squashfs_inode_read (self->metadata, &self->super, self->super.root_inode_ref, &inode,
                                  error))
    {
      g_prefix_error (error, "%s:/: ", graft_image_get_name (GRAFT_IMAGE (self)));
      return FALSE;
    }
  if (inode.type != SQFS_INODE_DIR)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s: its root, inode %u, is not a folder"),
                   graft_image_get_name (GRAFT_IMAGE (self)), inode.number);
      return FALSE;
    }
  self->root = new_node (self, &inode, error);
  self->records[inode.number]
      = (GraftSquashfsRecord){ .ref = self->super.root_inode_ref, .node = self->root };
  return TRUE;
}

static gboolean
fail_contradiction (const GraftSquashfsListed *entry, guint32 number, guint type, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("the folder's list says inode %u of type %u, the inode itself says %u, %u"),
               entry->number, entry->type, number, type);
  return FALSE;
}

/* Another name of what a listing has shown; its inode is not read again: many names of one inode
 * cost no more than their own bytes. */
static GraftNode *
get_known_node (GraftSquashfs *self, const GraftSquashfsListed *entry, guint32 parent,
                GError **error)
{
  const GraftSquashfsRecord *record = &self->records[entry->number];

  if (graft_node_get_node_type (record->node) == GRAFT_NODE_DIRECTORY)
    {
      g_autofree char *other = dup_path (self, entry->number);

      /* The names of the folder that is being read are not known by number yet. */
      if (record->parent == parent)
        g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                             _ ("the same folder as another one beside it; a folder can only be in "
                                "one place"));
      else
        g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                     _ ("the same folder as %s; a folder can only be in one place"), other);
      return NULL;
    }
  return graft_node_ref (record->node);
}

/* Whether a listing has shown the very inode that @entry names. */
static gboolean
is_known (const GraftSquashfsRecord *record, const GraftSquashfsListed *entry)
{
  return record != NULL && record->node != NULL && record->ref == entry->ref
         && entry->type >= SQFS_INODE_DIR && entry->type <= SQFS_INODE_SOCKET
         && graft_squashfs_type_to_node_type (entry->type)
                == graft_node_get_node_type (record->node);
}

/* The node of a listed entry: the one it already has under another name, or a new one. */
static GraftNode *
get_entry_node (GraftSquashfs *self, const GraftSquashfsListed *entry, guint32 parent,
                GArray *fresh, GError **error)
{
  GraftSquashfsRecord *record
      = entry->number < self->n_records ? &self->records[entry->number] : NULL;
  GraftSquashfsInode inode;
  GraftNode *node;

  if (is_known (record, entry))
    return get_known_node (self, entry, parent, error);
  if (!graft_squashfs_inode_read (self->metadata, &self->super, entry->ref, &inode, error))
    return NULL;
  if (inode.number != entry->number || inode.type != entry->type || record->node != NULL)
    {
      fail_contradiction (entry, inode.number, inode.type, error);
      return NULL;
    }
  node = new_node (self, &inode, error);
  if (node == NULL)
    return NULL;
  *record = (GraftSquashfsRecord){ .ref = entry->ref, .node = node, .parent = parent };
  g_array_append_val (fresh, inode.number);
  return node;
}

static gboolean
check_count (GraftSquashfs *self, guint64 n_new, GError **error)
{
  if (self->n_names + n_new < GRAFT_LIMIT_ENTRIES)
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("more than %u names in one image cannot be handled"), GRAFT_LIMIT_ENTRIES);
  return FALSE;
}

/* Reads the directory; the numbers of records that it filled go to @fresh. */
static GraftDirectory *
read_directory (GraftSquashfs *self, guint32 number, GArray *fresh, GError **error)
{
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) directory = NULL;
  GraftSquashfsInode inode;
  GraftSquashfsListing listing;
  GraftSquashfsListed entry;
  guint64 count = 0;

  if (!graft_squashfs_inode_read (self->metadata, &self->super, self->records[number].ref, &inode,
                                  error))
    {
      prefix_error (self, number, NULL, error);
      return NULL;
    }
  graft_squashfs_listing_init (&listing, self->metadata, &self->super, &inode);
  while (TRUE)
    {
      g_autoptr (GraftNode) node = NULL;
      gboolean end = FALSE;

      if (!check_count (self, count, error)
          || !graft_squashfs_listing_next (&listing, &entry, &end, error))
        {
          prefix_error (self, number, NULL, error);
          return NULL;
        }
      if (end)
        break;
      node = get_entry_node (self, &entry, number, fresh, error);
      if (node == NULL)
        {
          prefix_error (self, number, entry.name, error);
          return NULL;
        }
      graft_directory_builder_add (builder, entry.name, node);
      count++;
    }
  directory = graft_directory_builder_finish (g_steal_pointer (&builder));
  if (graft_directory_get_n_entries (directory) != count)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                           _ ("the folder's list has the same name twice"));
      prefix_error (self, number, NULL, error);
      return NULL;
    }
  self->n_names += count;
  return g_steal_pointer (&directory);
}

static GraftDirectory *
graft_squashfs_tree_list (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftSquashfs *self = GRAFT_SQUASHFS (tree);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint32 number = graft_node_get_handle (node);
  g_autoptr (GArray) fresh = NULL;
  GraftDirectory *listed = self->records[number].listed;

  if (listed != NULL)
    return graft_directory_ref (listed);
  if (get_depth (self, number) >= GRAFT_LIMIT_DEPTH)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("folders more than %d deep cannot be handled"), GRAFT_LIMIT_DEPTH);
      prefix_error (self, number, NULL, error);
      return NULL;
    }
  fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  listed = read_directory (self, number, fresh, error);
  if (listed == NULL)
    {
      /* As if it had never been tried, so that trying again says the same. */
      for (guint i = 0; i < fresh->len; i++)
        self->records[g_array_index (fresh, guint32, i)] = (GraftSquashfsRecord){ 0 };
      return NULL;
    }
  self->records[number].listed = listed;
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      GraftNode *child = graft_directory_get_entry (listed, i)->node;
      GraftSquashfsRecord *record = &self->records[graft_node_get_handle (child)];

      if (record->parent == number)
        record->index = i;
    }
  return graft_directory_ref (listed);
}

GraftNode *
graft_squashfs_tree_get_node (GraftSquashfs *self, guint32 number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->records[number].node;
}

guint64
graft_squashfs_tree_get_ref (GraftSquashfs *self, guint32 number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->records[number].ref;
}

gboolean
graft_squashfs_tree_read_inode (GraftSquashfs *self, GraftNode *node, GraftSquashfsInode *ret_inode,
                                GError **error)
{
  guint64 ref = graft_squashfs_tree_get_ref (self, graft_node_get_handle (node));
  g_autofree char *address = NULL;

  if (graft_squashfs_inode_read (self->metadata, &self->super, ref, ret_inode, error))
    return TRUE;
  address = graft_squashfs_tree_dup_address (self, graft_node_get_handle (node));
  g_prefix_error (error, _ ("%s: "), address);
  return FALSE;
}

static GraftInput *
graft_squashfs_tree_open_file (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftSquashfs *self = GRAFT_SQUASHFS (tree);
  g_autofree char *address = graft_squashfs_tree_dup_address (self, graft_node_get_handle (node));
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  GraftSquashfsInode inode;
  GraftSquashfsLayout layout;

  if (!graft_squashfs_tree_read_inode (self, node, &inode, error))
    return NULL;
  if (!graft_squashfs_inode_read_blocks (self->metadata, &inode, self->super.block_size, sizes,
                                         error))
    {
      g_prefix_error (error, _ ("%s: "), address);
      return NULL;
    }
  layout = (GraftSquashfsLayout){
    .size = inode.size,
    .start = inode.start,
    .sizes = sizes,
    .fragment_offset = inode.fragment_offset,
  };
  if (inode.fragment != GRAFT_SQUASHFS_NONE)
    {
      sqfs_fragment_t fragment;

      /* It is in the table: the inode was checked. */
      sqfs_frag_table_lookup (self->fragments, inode.fragment, &fragment);
      layout.fragment_start = fragment.start_offset;
      layout.fragment_size = fragment.size;
    }
  return graft_squashfs_file_new (GRAFT_IMAGE (self), self->blocks, self->super.block_size, &layout,
                                  inode.ref, address);
}

static GPtrArray *
graft_squashfs_tree_list_xattrs (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftSquashfs *self = GRAFT_SQUASHFS (tree);
  g_autofree char *address = NULL;
  GraftSquashfsInode inode;
  GPtrArray *xattrs;

  if (!graft_squashfs_tree_read_inode (self, node, &inode, error))
    return NULL;
  xattrs = graft_squashfs_xattrs_read (self->xattrs, inode.xattr, error);
  if (xattrs != NULL)
    return xattrs;
  address = graft_squashfs_tree_dup_address (self, graft_node_get_handle (node));
  g_prefix_error (error, _ ("%s: "), address);
  return NULL;
}

void
graft_squashfs_tree_iface_init (GraftTreeInterface *iface)
{
  iface->list = graft_squashfs_tree_list;
  iface->open = graft_squashfs_tree_open_file;
  iface->list_xattrs = graft_squashfs_tree_list_xattrs;
}
