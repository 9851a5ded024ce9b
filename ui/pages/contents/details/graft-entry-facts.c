/* graft-entry-facts.c: whichever kind of entry it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-entry-facts.h"

void
graft_problem_facts_set (GraftFacts *facts, const GError *error)
{
  g_free (facts->problem);
  facts->problem = g_strdup (error->message);
}

void
graft_content_facts_add (GraftFacts *facts, GraftInput *input)
{
  g_autoptr (GError) error = NULL;

  facts->content = graft_content_read (input, &error);
  if (facts->content == NULL && facts->problem == NULL)
    graft_problem_facts_set (facts, error);
}

GraftFacts *
graft_entry_facts_gather (GPtrArray *entries, const char *folder, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GraftFacts) facts = graft_facts_new ();
  GraftEntryItem *entry = g_ptr_array_index (entries, 0);

  if (entries->len > 1)
    graft_selection_facts_add (facts, entries);
  else
    switch (graft_entry_item_get_kind (entry))
      {
      case GRAFT_ENTRY_KIND_LAYER:
        graft_layer_facts_add (facts, entry, folder);
        break;
      case GRAFT_ENTRY_KIND_SEGMENT:
        graft_segment_facts_add (facts, entry);
        break;
      case GRAFT_ENTRY_KIND_NODE:
        graft_node_facts_add (facts, entry, cancellable);
        break;
      default:
        g_assert_not_reached ();
      }
  /* A reader that was stopped looks like one that failed. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&facts);
}
