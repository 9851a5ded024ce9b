/* graft-package-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-package-tree.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"

/* An entry under construction; counted, since hard links share it. */
typedef struct
{
  GraftNodeType type;
  GraftAttributes attributes;
  gboolean implicit;
  guint32 rdev_major;
  guint32 rdev_minor;
  guint32 n_names;
  char *target;
  GraftInput *content;
  GHashTable *children; /* name → Item; of a folder */
  GraftNode *node;      /* once it was built */
} Item;

struct _GraftPackageTree
{
  char *name;
  Item *root;
  Item *last; /* no-ref: what was added last */
};

static void
item_clear (gpointer data)
{
  Item *self = data;

  g_free (self->target);
  g_clear_object (&self->content);
  g_clear_pointer (&self->children, g_hash_table_unref);
  g_clear_pointer (&self->node, graft_node_unref);
}

static void
item_unref (gpointer data)
{
  g_rc_box_release_full (data, item_clear);
}

static Item *
item_new (GraftNodeType type)
{
  Item *self = g_rc_box_new0 (Item);

  self->type = type;
  self->n_names = 1;
  if (type == GRAFT_NODE_DIRECTORY)
    {
      self->implicit = TRUE;
      self->attributes.mode = 0755;
      self->children = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, item_unref);
    }
  return self;
}

GraftPackageTree *
graft_package_tree_new (const char *name)
{
  GraftPackageTree *self = g_new0 (GraftPackageTree, 1);

  self->name = g_strdup (name);
  self->root = item_new (GRAFT_NODE_DIRECTORY);
  return self;
}

void
graft_package_tree_free (GraftPackageTree *self)
{
  item_unref (self->root);
  g_free (self->name);
  g_free (self);
}

static gboolean
refuse (GraftPackageTree *self, GraftErrorCode code, const char *path, const char *what,
        GError **error)
{
  g_autofree char *shown = graft_name_escape (path);

  g_set_error (error, GRAFT_IMAGE_ERROR, code, _ ("%s: the entry %s %s"), self->name, shown, what);
  return FALSE;
}

/* The names that lead to @path, without "" and ".". */
static gboolean
split (GraftPackageTree *self, const char *path, GPtrArray *names, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (strcmp (parts[i], "..") == 0)
        return refuse (
            self, GRAFT_ERROR_REFUSED, path,
            _ ("leads out of the package, which is made to do harm; nothing is taken in"), error);
      if (strlen (parts[i]) > GRAFT_LIMIT_NAME)
        return refuse (self, GRAFT_ERROR_TOO_LARGE, path,
                       _ ("has a name longer than 255 bytes, which no file system takes"), error);
      if (*parts[i] != '\0' && strcmp (parts[i], ".") != 0)
        g_ptr_array_add (names, g_strdup (parts[i]));
    }
  if (names->len > GRAFT_LIMIT_DEPTH)
    return refuse (self, GRAFT_ERROR_TOO_LARGE, path, _ ("lies below too many folders"), error);
  return TRUE;
}

/* The folder that is to hold the last of @names; made when missing. */
static Item *
enter_parent (GraftPackageTree *self, const char *path, GPtrArray *names, GError **error)
{
  Item *here = self->root;

  for (guint i = 0; i + 1 < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      Item *next = g_hash_table_lookup (here->children, name);

      if (next == NULL)
        {
          next = item_new (GRAFT_NODE_DIRECTORY);
          g_hash_table_insert (here->children, g_strdup (name), next);
        }
      if (next->type != GRAFT_NODE_DIRECTORY)
        {
          refuse (self, GRAFT_ERROR_REFUSED, path,
                  next->type == GRAFT_NODE_SYMLINK ? _ ("lies below a link; nothing is taken in")
                                                   : _ ("lies below a file; nothing is taken in"),
                  error);
          return NULL;
        }
      here = next;
    }
  return here;
}

static Item *
find (GraftPackageTree *self, GPtrArray *names)
{
  Item *here = self->root;

  for (guint i = 0; here != NULL && i < names->len; i++)
    here = here->children != NULL
               ? g_hash_table_lookup (here->children, g_ptr_array_index (names, i))
               : NULL;
  return here;
}

/* The item of the earlier name, with one name more. */
static Item *
link_item (GraftPackageTree *self, const GraftHelperEntry *entry, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Item *item;

  if (!split (self, entry->hard_link, names, error))
    return NULL;
  item = find (self, names);
  if (item == NULL || item->type == GRAFT_NODE_DIRECTORY)
    {
      refuse (self, GRAFT_ERROR_CORRUPTED, entry->path,
              _ ("is another name of a file that does not come before it; get the package again"),
              error);
      return NULL;
    }
  item->n_names++;
  return g_rc_box_acquire (item);
}

static void
describe (Item *item, const GraftHelperEntry *entry)
{
  item->implicit = FALSE;
  item->attributes = (GraftAttributes){
    .mode = entry->mode & 07777,
    .uid = entry->uid,
    .gid = entry->gid,
    .mtime = entry->mtime,
  };
  item->rdev_major = entry->rdev_major;
  item->rdev_minor = entry->rdev_minor;
  g_free (item->target);
  item->target = g_strdup (entry->target);
}

/* Puts @item (transfer full) in the place of what stands there. */
static gboolean
place (GraftPackageTree *self, const char *path, Item *parent, const char *name, Item *item,
       GError **error)
{
  Item *before = g_hash_table_lookup (parent->children, name);

  if (before != NULL && before->type == GRAFT_NODE_DIRECTORY)
    {
      item_unref (item);
      return refuse (self, GRAFT_ERROR_CORRUPTED, path,
                     _ ("stands for a folder and for something else; get the package again"),
                     error);
    }
  if (before != NULL)
    before->n_names--;
  g_hash_table_insert (parent->children, g_strdup (name), item);
  self->last = item;
  return TRUE;
}

/* The archive of a whole root has devices, all in its folder dev; what belongs to a kernel has
 * none. */
static gboolean
check_device (GraftPackageTree *self, const char *path, GraftNodeType type, GPtrArray *names,
              GError **error)
{
  if (type != GRAFT_NODE_CHAR_DEVICE && type != GRAFT_NODE_BLOCK_DEVICE)
    return TRUE;
  for (guint i = 0; i + 1 < names->len; i++)
    if (strcmp (g_ptr_array_index (names, i), "dev") == 0)
      return TRUE;
  return refuse (self, GRAFT_ERROR_REFUSED, path,
                 _ ("is a device, which belongs to no kernel; nothing is taken in"), error);
}

gboolean
graft_package_tree_add (GraftPackageTree *self, const GraftHelperEntry *entry, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GraftNodeType type;
  Item *parent;
  Item *item;

  if (!graft_node_type_from_mode (entry->mode, &type))
    return refuse (self, GRAFT_ERROR_CORRUPTED, entry->path, _ ("is of no known type"), error);
  if (!split (self, entry->path, names, error)
      || !check_device (self, entry->path, type, names, error))
    return FALSE;
  self->last = NULL;
  if (type == GRAFT_NODE_DIRECTORY)
    {
      item = find (self, names);
      if (item != NULL && item->type == GRAFT_NODE_DIRECTORY)
        {
          describe (item, entry);
          return TRUE;
        }
    }
  if (names->len == 0)
    return refuse (self, GRAFT_ERROR_CORRUPTED, entry->path,
                   _ ("stands for the root, but is no folder; get the package again"), error);
  parent = enter_parent (self, entry->path, names, error);
  if (parent == NULL)
    return FALSE;
  item = entry->hard_link != NULL ? link_item (self, entry, error) : item_new (type);
  if (item == NULL)
    return FALSE;
  if (entry->hard_link == NULL)
    describe (item, entry);
  return place (self, entry->path, parent, g_ptr_array_index (names, names->len - 1), item, error);
}

void
graft_package_tree_set_content (GraftPackageTree *self, GraftInput *content)
{
  g_set_object (&self->last->content, content);
}

static GraftNode *
build (Item *item)
{
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init = {
    .type = item->type,
    .attributes = item->attributes,
    .implicit = item->implicit,
    .target = item->target,
    .rdev_major = item->rdev_major,
    .rdev_minor = item->rdev_minor,
    .nlink = item->n_names,
    .content = item->content,
  };

  if (item->node != NULL)
    return graft_node_ref (item->node);
  if (item->children != NULL)
    {
      GraftDirectoryBuilder *builder = graft_directory_builder_new ();
      GHashTableIter iter;
      gpointer name, child;

      g_hash_table_iter_init (&iter, item->children);
      while (g_hash_table_iter_next (&iter, &name, &child))
        {
          g_autoptr (GraftNode) node = build (child);

          graft_directory_builder_add (builder, name, node);
        }
      children = graft_directory_builder_finish (builder);
      init.children = children;
    }
  item->node = graft_node_new (&init);
  return graft_node_ref (item->node);
}

GraftNode *
graft_package_tree_build (GraftPackageTree *self)
{
  return build (self->root);
}
