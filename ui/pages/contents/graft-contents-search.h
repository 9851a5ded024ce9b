/* graft-contents-search.h: entries of all layers by a part of their names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/graft-session.h"

G_BEGIN_DECLS

/* So many are listed; the others are counted. */
#define GRAFT_CONTENTS_SEARCH_MAX 2000

#define GRAFT_TYPE_CONTENTS_SEARCH (graft_contents_search_get_type ())
G_DECLARE_FINAL_TYPE (GraftContentsSearch, graft_contents_search, GRAFT, CONTENTS_SEARCH, GObject)

/**
 * GraftContentsSearch::progress:
 *
 * More was found, or it is through.
 */

/* Of the trees as the kernel sees them; upper and lower case are the same. @text with a "/" is
 * looked for in the whole path. Starts at once. */
GraftContentsSearch *graft_contents_search_new (GraftSession *session, const char *text);
/* Finds nothing more. */
void graft_contents_search_cancel (GraftContentsSearch *self);

/* Of GraftEntryItem, in the order of the layers; grows. */
GListModel *graft_contents_search_get_results (GraftContentsSearch *self);
/* How many there are, with those that are not listed. */
guint graft_contents_search_get_n_found (GraftContentsSearch *self);
gboolean graft_contents_search_is_finished (GraftContentsSearch *self);

G_END_DECLS
