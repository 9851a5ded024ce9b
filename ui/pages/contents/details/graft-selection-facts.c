/* graft-selection-facts.c: several entries at once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "pages/contents/details/graft-entry-facts.h"
#include "widgets/graft-mode.h"

/**
 * Common:
 * @first: (nullable): attributes of the first node
 * @n_nodes: entries that have attributes
 * @n_changeable: those of them that are no link
 *
 * What all of them have in common.
 */
typedef struct
{
  const GraftAttributes *first;
  gboolean same_mode;
  gboolean same_owner;
  guint n_nodes;
  guint n_changeable;
} Common;

static Common
find_common (GPtrArray *entries)
{
  Common common = { .same_mode = TRUE, .same_owner = TRUE };

  for (guint i = 0; i < entries->len; i++)
    {
      GraftEntryItem *entry = g_ptr_array_index (entries, i);
      GraftNode *node = graft_entry_item_get_node (entry);
      const GraftAttributes *attributes;

      if (graft_entry_item_get_kind (entry) != GRAFT_ENTRY_KIND_NODE || node == NULL)
        continue;
      attributes = graft_node_get_attributes (node);
      if (common.first == NULL)
        common.first = attributes;
      common.same_mode &= attributes->mode == common.first->mode;
      common.same_owner
          &= attributes->uid == common.first->uid && attributes->gid == common.first->gid;
      common.n_nodes++;
      if (graft_node_get_node_type (node) != GRAFT_NODE_SYMLINK)
        common.n_changeable++;
    }
  return common;
}

static char *
describe_layers (GPtrArray *entries)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      GraftLayer *layer = graft_entry_item_get_layer (g_ptr_array_index (entries, i));
      const char *path = graft_layer_get_path (layer);
      g_autofree char *shown = NULL;

      if (!g_hash_table_add (seen, (gpointer)path))
        continue;
      shown = graft_facts_dup_escaped (path);
      g_string_append_printf (names, "%s%s", names->len > 0 ? "\n" : "", shown);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

void
graft_selection_facts_add (GraftFacts *facts, GPtrArray *entries)
{
  Common common = find_common (entries);
  const char *differ = _ ("they differ");
  g_autofree char *octal = NULL;
  g_autofree char *text = NULL;
  g_autofree char *mode = NULL;
  g_autofree char *owner = NULL;

  facts->icon_name = g_strdup ("view-list-symbolic");
  facts->title = g_strdup_printf (
      ngettext ("%u entry selected", "%u entries selected", entries->len), entries->len);
  facts->kind = g_strdup ("");
  graft_facts_add (facts, _ ("In"), describe_layers (entries));
  graft_facts_add_count (facts, GRAFT_FACT_ENTRIES, _ ("All together"));
  graft_facts_add_count (facts, GRAFT_FACT_SIZE, _ ("Size of all files"));
  if (common.n_nodes == 0)
    return;
  octal = graft_mode_dup_octal (common.first->mode);
  text = graft_mode_dup_text (common.first->mode);
  mode = common.same_mode ? g_strdup_printf ("%s  %s", text, octal) : g_strdup (differ);
  owner = common.same_owner ? g_strdup_printf ("%u:%u", common.first->uid, common.first->gid)
                            : g_strdup (differ);
  facts->summary = common.same_mode || common.same_owner ? g_strdup_printf ("%s · %s", mode, owner)
                                                         : g_strdup (differ);
  graft_facts_add_attribute (facts, _ ("Mode"), g_steal_pointer (&mode));
  graft_facts_add_attribute (facts, _ ("Owner"), g_steal_pointer (&owner));
  facts->can_change = common.n_changeable > 0;
}
