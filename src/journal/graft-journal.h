/* graft-journal.h: steps that were not exported, kept on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each call that adds something returns when it is on disk. A set is known by its folder and its
 * first file; the journal is locked as long as it is open, so who opens the set a second time, in
 * whatever program, knows of the first. For one thread at a time.
 */

#pragma once

#include "steps/graft-history.h"

G_BEGIN_DECLS

typedef struct _GraftJournal GraftJournal;

/**
 * graft_journal_open:
 * @folder: (nullable): where journals lie, made when missing; NULL:
 * $XDG_STATE_HOME/bootgraft/journal
 * @set: as it was just opened
 *
 * Returns: (transfer full): the set's journal; NULL with %GRAFT_ERROR_REFUSED when it is open
 *   elsewhere, else with a GRAFT_EXPORT_ERROR when it cannot be made
 */
GraftJournal *graft_journal_open (const char *folder, GraftBootSet *set,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What has no edits that were not exported is removed. */
void graft_journal_close (GraftJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftJournal, graft_journal_close)

/* Whether edits were left from before, and neither restored nor given up yet. */
gboolean graft_journal_has_left (GraftJournal *self);
/* When the last of them was made, seconds since 1970. */
gint64 graft_journal_get_left_time (GraftJournal *self);
/* Whether the set's files are still what they were then. */
gboolean graft_journal_is_same_set (GraftJournal *self);

/**
 * graft_journal_restore:
 * @history: of the same set, in which nothing was done yet
 * @problems: (element-type utf8): a sentence for each step that could not be made again
 *
 * Makes the steps that were left again, undone ones too, and undoes those. %FALSE only when
 * cancelled or when the journal cannot be written: then nothing was done, and they are still left.
 */
gboolean graft_journal_restore (GraftJournal *self, GraftHistory *history, GPtrArray *problems,
                                GraftProgress *progress, GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives up all that is in it. */
gboolean graft_journal_discard (GraftJournal *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What graft_history_apply(), _undo(), _redo() and _mark_saved() did. @time: now, seconds since
 * 1970. Edits that were left from before are set aside first: they are offered again when the set
 * is opened next and has no others. */
gboolean graft_journal_add_step (GraftJournal *self, GraftStep *step, gint64 time,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_journal_add_undo (GraftJournal *self, gint64 time,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_journal_add_redo (GraftJournal *self, gint64 time,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_journal_add_exported (GraftJournal *self, gint64 time,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
