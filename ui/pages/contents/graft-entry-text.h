/* graft-entry-text.h: what is said of an entry in words and pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For one line each, escaped; (transfer full) unless const.
 */

#pragma once

#include "pages/contents/graft-entry-item.h"

G_BEGIN_DECLS

const char *graft_entry_text_get_icon_name (GraftEntryItem *item);
/* "modules", "Segment 2", "All segments together". */
char *graft_entry_text_dup_name (GraftEntryItem *item);
/* What stands behind the name: "→ usr/lib", "microcode · cpio", "5:1", why it cannot be read; NULL
 * for nothing. */
char *graft_entry_text_dup_note (GraftEntryItem *item);
/* "8.2 MB"; "" for what has no size of its own. */
char *graft_entry_text_dup_size (GraftEntryItem *item);
/* "drwxr-xr-x", "0755"; "" where there is no node. */
char *graft_entry_text_dup_mode (GraftEntryItem *item);
char *graft_entry_text_dup_octal (GraftEntryItem *item);
/* "0:0" */
char *graft_entry_text_dup_owner (GraftEntryItem *item);
/* In the user's time zone and language. */
char *graft_entry_text_dup_time (GraftEntryItem *item);
/* "edited", "replaced by segment 3"; "" when nothing is to be said. */
char *graft_entry_text_dup_state (GraftEntryItem *item);
/* Something is wrong with it: it cannot be read, or leads nowhere. */
gboolean graft_entry_text_is_bad (GraftEntryItem *item);

G_END_DECLS
