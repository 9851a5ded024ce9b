/* graft-initrd-view-tree.c: what was unpacked, as a tree of nodes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-view-private.h"

/* Whether @listing is what @children has. */
static gboolean
lists_the_same (GraftDirectory *listing, GraftDirectory *children)
{
  guint n_entries = graft_directory_get_n_entries (children);
  gboolean same = graft_directory_get_n_entries (listing) == n_entries;

  for (guint i = 0; same && i < n_entries; i++)
    {
      const GraftEntry *a = graft_directory_get_entry (listing, i);
      const GraftEntry *b = graft_directory_lookup (children, a->name);

      same = b != NULL && a->node == b->node;
    }
  return same;
}

static GraftNode *
dup_tree (GraftInitrdSpot *spot)
{
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) children = NULL, listing = NULL;
  GraftNodeInit init;
  GHashTableIter iter;
  gpointer name, value;

  if (spot->children == NULL)
    return graft_node_ref (spot->node);
  builder = graft_directory_builder_new ();
  g_hash_table_iter_init (&iter, spot->children);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autoptr (GraftNode) child = dup_tree (value);

      graft_directory_builder_add (builder, name, child);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  listing = graft_node_list (spot->node, NULL);
  if (listing != NULL && lists_the_same (listing, children))
    return graft_node_ref (spot->node);
  init = (GraftNodeInit){
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = *graft_node_get_attributes (spot->node),
    .nlink = graft_node_get_nlink (spot->node),
    .implicit = graft_node_is_implicit (spot->node),
    .children = children,
  };
  return graft_node_new (&init);
}

GraftNode *
graft_initrd_view_dup_root (GraftInitrdView *self)
{
  return dup_tree (self->root);
}
