/* graft-tree-copy.c: a tree as the content of an image that is made anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-tree-copy.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

typedef struct
{
  gboolean own;
  GHashTable *n_names; /* of files with several names, by file: how many are below the root */
  GHashTable *copies;  /* of the same to the new node */
  GCancellable *cancellable;
} Copy;

static gboolean
check_depth (Copy *self, guint depth, GError **error)
{
  if (depth <= GRAFT_LIMIT_DEPTH)
    return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                       _ ("folders too deep in each other"));
  return FALSE;
}

static gboolean
count_names (Copy *self, GraftNode *folder, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) listed = graft_node_list (folder, error);

  if (listed == NULL || !check_depth (self, depth, error))
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      GraftNode *node = graft_directory_get_entry (listed, i)->node;
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->n_names, node));

      if (graft_node_is_directory (node))
        {
          if (!count_names (self, node, depth + 1, error))
            return FALSE;
        }
      /* One of which there is only one name in the whole source needs no entry. */
      else if (graft_node_get_nlink (node) > 1)
        g_hash_table_insert (self->n_names, graft_node_ref (node), GUINT_TO_POINTER (count + 1));
    }
  return TRUE;
}

static GraftNode *copy_node (Copy *self, GraftNode *node, guint depth, GError **error);

static GraftDirectory *
copy_entries (Copy *self, GraftNode *folder, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) listed = graft_node_list (folder, error);
  g_autoptr (GraftDirectoryBuilder) builder = NULL;

  if (listed == NULL || !check_depth (self, depth, error))
    return NULL;
  builder = graft_directory_builder_new ();
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);
      g_autoptr (GraftNode) copy = copy_node (self, entry->node, depth, error);

      if (copy == NULL)
        return NULL;
      graft_directory_builder_add (builder, entry->name, copy);
    }
  return graft_directory_builder_finish (g_steal_pointer (&builder));
}

static GraftNode *
copy_node (Copy *self, GraftNode *node, guint depth, GError **error)
{
  GraftNode *known = g_hash_table_lookup (self->copies, node);
  guint n_names = GPOINTER_TO_UINT (g_hash_table_lookup (self->n_names, node));
  GraftNodeInit init = graft_node_to_init (node);
  g_autoptr (GraftDirectory) children = NULL;
  GraftNode *copy;

  if (known != NULL)
    return graft_node_ref (known);
  if (graft_node_is_directory (node))
    {
      children = copy_entries (self, node, depth + 1, error);
      if (children == NULL)
        return NULL;
      init.children = children;
    }
  init.implicit = FALSE;
  init.nlink = MAX (n_names, 1);
  if (self->own)
    init.attributes.uid = init.attributes.gid = 0;
  copy = graft_node_new (&init);
  if (n_names > 1)
    g_hash_table_insert (self->copies, graft_node_ref (node), graft_node_ref (copy));
  return copy;
}

GraftNode *
graft_tree_copy (GraftNode *tree, gboolean own, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) n_names = g_hash_table_new_full (
      graft_node_hash_file, graft_node_equal_files, (GDestroyNotify)graft_node_unref, NULL);
  g_autoptr (GHashTable) copies
      = g_hash_table_new_full (graft_node_hash_file, graft_node_equal_files,
                               (GDestroyNotify)graft_node_unref, (GDestroyNotify)graft_node_unref);
  Copy self = { own, n_names, copies, cancellable };

  return count_names (&self, tree, 0, error) ? copy_node (&self, tree, 0, error) : NULL;
}

static void
add_entries (GraftDirectoryBuilder *builder, GraftDirectory *listed)
{
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);

      graft_directory_builder_add (builder, entry->name, entry->node);
    }
}

GraftNode *
graft_tree_fill (GraftImage *empty, GraftNode *tree, GError **error)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (empty, 0);
  g_autoptr (GraftDirectory) there = graft_node_list (root, error);
  g_autoptr (GraftDirectory) wanted = there != NULL ? graft_node_list (tree, error) : NULL;
  g_autoptr (GPtrArray) xattrs = wanted != NULL ? graft_node_list_xattrs (tree, error) : NULL;
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init = graft_node_to_init (root);

  if (xattrs == NULL)
    return NULL;
  builder = graft_directory_builder_new ();
  /* Of equal names the last stays. */
  add_entries (builder, there);
  add_entries (builder, wanted);
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.attributes = *graft_node_get_attributes (tree);
  init.children = children;
  init.xattrs = xattrs;
  return graft_node_new (&init);
}
