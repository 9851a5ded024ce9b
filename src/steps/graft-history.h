/* graft-history.h: the steps that were applied to a set, to be undone and done again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state of the set is a few references, so each step keeps the one before and the one after it:
 * undo plans and reads nothing, and cannot fail. For one thread at a time, as the set itself.
 */

#pragma once

#include "steps/graft-step.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_HISTORY (graft_history_get_type ())
G_DECLARE_FINAL_TYPE (GraftHistory, graft_history, GRAFT, HISTORY, GObject)

GraftHistory *graft_history_new (GraftBootSet *set);

/* graft_step_apply(), remembered; what could be done again is forgotten. A step that leaves the set
 * as it was is not remembered. */
gboolean graft_history_apply (GraftHistory *self, GraftStep *step, GraftStepReport *report,
                              GraftProgress *progress, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts back the state before the last step, or after the next; %FALSE when there is none. */
gboolean graft_history_undo (GraftHistory *self);
gboolean graft_history_redo (GraftHistory *self);
/* What was undone cannot be redone any more. */
void graft_history_forget_undone (GraftHistory *self);

/* What undo and redo would take back or do, as graft_step_dup_label(); NULL when nothing. */
char *graft_history_dup_undo_label (GraftHistory *self);
char *graft_history_dup_redo_label (GraftHistory *self);

/* (transfer full) (element-type GraftStep): all that were applied, with those that can be done
 * again; @ret_position (optional): so many of them are in force. */
GPtrArray *graft_history_list_steps (GraftHistory *self, guint *ret_position);
/* (nullable): the last step in force, borrowed. */
GraftStep *graft_history_get_last (GraftHistory *self);

/* (transfer full) (element-type utf8): labels of the steps in force, in their order. */
GPtrArray *graft_history_list_labels (GraftHistory *self);

/* The state now has been exported: it is not lost when the set is closed. */
void graft_history_mark_saved (GraftHistory *self);
/* Whether steps were applied or undone since then (or since the set was opened). */
gboolean graft_history_is_unsaved (GraftHistory *self);

G_END_DECLS
