/* graft-journal-content.h: the bytes of a journal
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line that says what it is, then records: length and CRC-32 of the rest, 4 bytes each,
 * little-endian, then one JSON object. The first says which set it is of.
 */

#pragma once

#include "steps/graft-step.h"

G_BEGIN_DECLS

/**
 * GraftJournalContent:
 * @set: (nullable): SHA-256, hex, of the set's files (their paths, sizes and times) as they were
 * @steps: (element-type GraftStep): applied, in their order, with those that were undone since
 * @position: so many of them are in force
 * @saved: the position that was exported; -1 when it cannot be reached any more
 * @time: of the last of them, seconds since 1970; 0: none
 * @length: bytes up to the end of the last record that is whole and makes sense
 */
typedef struct
{
  char *set;
  GPtrArray *steps;
  guint position;
  gint saved;
  gint64 time;
  gsize length;
} GraftJournalContent;

/* Never fails: what is torn or makes no sense, and all behind it, is as if it had not been
 * written. */
GraftJournalContent *graft_journal_content_parse (GBytes *bytes);
void graft_journal_content_free (GraftJournalContent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftJournalContent, graft_journal_content_free)

/* Whether it holds edits that were not exported. */
gboolean graft_journal_content_is_unsaved (const GraftJournalContent *self);

/* Adds to the end of @bytes: the beginning, with the set's digest. */
void graft_journal_content_begin (GByteArray *bytes, const char *set);
void graft_journal_content_add_step (GByteArray *bytes, GraftStep *step, gint64 time);
/* @what: "undo", "redo", "exported". */
void graft_journal_content_add_mark (GByteArray *bytes, const char *what, gint64 time);

G_END_DECLS
