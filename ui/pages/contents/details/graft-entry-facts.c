/* graft-entry-facts.c: whichever kind of entry it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-entry-facts.h"

#include "formats/ext4/graft-ext4-image.h"

#include <glib/gi18n.h>

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

/* The file first: what can be done to it as one is above what is in it. */
static void
add_image_file (GraftFacts *facts, GraftEntryItem *entry, const char *folder)
{
  g_autoptr (GraftEntryItem) inner = graft_entry_item_dup_inner (entry);

  graft_layer_facts_add (facts, inner, folder);
  graft_attribute_facts_add (facts, entry);
  facts->can_change = TRUE;
}

static gboolean
needs_new_image (GraftLayer *layer)
{
  GraftImage *image = graft_layer_get_image (layer);

  return GRAFT_IS_EXT4_IMAGE (image) && graft_ext4_image_needs_new_image (GRAFT_EXT4_IMAGE (image));
}

/* Why the actions that would change it are not offered; %FALSE: they are. */
static gboolean
add_read_only_reason (GraftFacts *facts, GraftEntryItem *entry)
{
  GraftLayer *image = graft_entry_item_get_image (entry);
  GraftLayer *layer = graft_entry_item_get_layer (entry);
  const char *around = graft_layer_get_read_only_reason (layer);
  const char *inside = image != NULL ? graft_layer_get_read_only_reason (image) : NULL;

  if (around == NULL && inside == NULL)
    return FALSE;
  if (around != NULL)
    {
      facts->can_change = FALSE;
      image = layer;
    }
  if (needs_new_image (image))
    facts->remake = g_strdup (graft_layer_get_path (image));
  graft_facts_add_first (facts, _ ("Read-only"), g_strdup (around != NULL ? around : inside),
                         GRAFT_FACT_WARNING);
  return TRUE;
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
        if (graft_entry_item_get_image (entry) != NULL)
          add_image_file (facts, entry, folder);
        else
          graft_node_facts_add (facts, entry, cancellable);
        break;
      default:
        g_assert_not_reached ();
      }
  /* One of them is enough. */
  for (guint i = 0; i < entries->len; i++)
    if (add_read_only_reason (facts, g_ptr_array_index (entries, i)))
      break;
  /* A reader that was stopped looks like one that failed. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&facts);
}
