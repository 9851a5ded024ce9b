/* graft-entry-facts.h: finding out what there is to say of entries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For workers: image files are read. Entries are immutable, so nothing here waits for anybody.
 */

#pragma once

#include "pages/contents/details/graft-facts.h"
#include "pages/contents/graft-entry-item.h"

G_BEGIN_DECLS

/* What a walk over folders finds (GraftFacts.counts): the ids of those facts. */
#define GRAFT_FACT_ENTRIES "entries"
#define GRAFT_FACT_SIZE "size"

/**
 * graft_entry_facts_gather:
 * @entries: (element-type GraftEntryItem): one or more
 * @folder: (nullable): the set's
 *
 * What is known without a walk. What cannot be read is told in the facts themselves; an error is a
 * cancel.
 */
GraftFacts *graft_entry_facts_gather (GPtrArray *entries, const char *folder,
                                      GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type GraftFact): the rest, which may take seconds. A hard-linked file counts once; an
 * entry below another of @entries too. */
GPtrArray *graft_entry_facts_count (GPtrArray *entries, GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The parts, by kind. */
void graft_layer_facts_add (GraftFacts *facts, GraftEntryItem *entry, const char *folder);
void graft_segment_facts_add (GraftFacts *facts, GraftEntryItem *entry);
void graft_node_facts_add (GraftFacts *facts, GraftEntryItem *entry, GCancellable *cancellable);
/* What the module says of itself. %FALSE when it cannot be read: then the problem is told. */
gboolean graft_module_facts_add (GraftFacts *facts, GraftEntryItem *entry,
                                 GCancellable *cancellable);
void graft_selection_facts_add (GraftFacts *facts, GPtrArray *entries);
/* Mode, owner, …, with what they were before. */
void graft_attribute_facts_add (GraftFacts *facts, GraftEntryItem *entry);

/* The content of @input, or why it cannot be read. */
void graft_content_facts_add (GraftFacts *facts, GraftInput *input);
/* Tells @error as the problem. */
void graft_problem_facts_set (GraftFacts *facts, const GError *error);

/* "Folder", "Link", … */
const char *graft_node_facts_get_type (GraftNodeType type);

G_END_DECLS
