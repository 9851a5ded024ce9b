/* graft-session.h: one open boot set, as the window works with it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds the set, its history and its jobs. The set itself is touched by one worker at a time; the
 * window sees the layers (graft-layer.h), which are replaced when a worker is through. All
 * functions are for the main thread.
 */

#pragma once

#include "export/graft-export.h"
#include "session/graft-job.h"
#include "session/graft-layer.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_SESSION_OPENING, /* layers become known one by one */
  GRAFT_SESSION_OPEN,
  GRAFT_SESSION_FAILED, /* graft_session_get_error() says why */
} GraftSessionState;

#define GRAFT_TYPE_SESSION (graft_session_get_type ())
G_DECLARE_FINAL_TYPE (GraftSession, graft_session, GRAFT, SESSION, GObject)

/**
 * GraftSession::edited:
 *
 * After a step, an undo or a redo, when all layers are replaced.
 */

/* Starts to open @path (a folder or any one image) at once. */
GraftSession *graft_session_new (const char *path);
/* Cancels what is running; nothing is called back afterwards. */
void graft_session_close (GraftSession *self);

/* As it was given. */
const char *graft_session_get_path (GraftSession *self);
/* The set's folder; NULL until it is known. */
const char *graft_session_get_folder (GraftSession *self);
/* Whether @path, relative or not, is what was opened or one of the set's files; not of one that
 * failed. Links are not followed. */
gboolean graft_session_has_file (GraftSession *self, const char *path);
/* For the title of a window: the folder's name. */
char *graft_session_dup_title (GraftSession *self);

GraftSessionState graft_session_get_state (GraftSession *self); /* "state" */
const GError *graft_session_get_error (GraftSession *self);
/* A sentence to tell the user about opening (an export that was completed); NULL: none. */
const char *graft_session_get_note (GraftSession *self);

/* Of GraftLayer, in boot order; an item is replaced in its place when more is known of it or it was
 * edited. Empty until the set is found. */
GListModel *graft_session_get_layers (GraftSession *self);
/* The layer of this path now; NULL: none. Borrowed. */
GraftLayer *graft_session_find_layer (GraftSession *self, const char *path);
/* The image that the file @node at @path of @around is, when that was looked into; NULL: none.
 * @part: of @around; -1: what the kernel sees. Borrowed. */
GraftLayer *graft_session_find_inside (GraftSession *self, GraftLayer *around, int part,
                                       const char *path, GraftNode *node);
/* Whether an image was looked into that lies in the folder @folder of @around: not in one below. */
gboolean graft_session_has_image_in (GraftSession *self, GraftLayer *around, const char *folder);
/* Whether an image that lies somewhere below the folder @path of @around was changed. */
gboolean graft_session_is_changed_inside (GraftSession *self, GraftLayer *around, int part,
                                          const char *path);
/* The set's kernel now: the one whose release the layers are held against; NULL: none. Borrowed. */
GraftLayer *graft_session_get_kernel (GraftSession *self);

/* Of GraftJob: what is running and worth showing. */
GListModel *graft_session_get_jobs (GraftSession *self);

/* "busy": a job has the set for itself (a step, a plan, an export); what else needs it waits. */
gboolean graft_session_is_busy (GraftSession *self);
/* "changed": steps are in force that were not exported. */
gboolean graft_session_is_changed (GraftSession *self);
/* "undo-label", "redo-label": NULL when there is nothing. */
const char *graft_session_get_undo_label (GraftSession *self);
const char *graft_session_get_redo_label (GraftSession *self);

/* In the main thread, after the layers were replaced. @report: what the step had to say; NULL with
 * @error. */
typedef void (*GraftSessionApplied) (GraftSession *self, GraftStepReport *report,
                                     const GError *error, gpointer data);

/* Takes @step (several as one: graft_step_group_new()). It waits its turn; the job is shown
 * (graft_session_get_jobs()) once it takes longer than a moment. @done (nullable) is not called
 * once the session is closed; @free_data (nullable) is called in any case. Borrowed. */
GraftJob *graft_session_apply (GraftSession *self, GraftStep *step, GraftSessionApplied done,
                               gpointer data, GDestroyNotify free_data);
void graft_session_undo (GraftSession *self);
void graft_session_redo (GraftSession *self);

/* Whether file systems of a fixed size that lack room for what is edited become larger, as
 * graft_boot_set_set_may_grow(); not unless it is said. It belongs to the export and is no edit:
 * undo leaves it. What is begun afterwards keeps to it, and layers that lack room are read anew. */
gboolean graft_session_get_may_grow (GraftSession *self);
void graft_session_set_may_grow (GraftSession *self, gboolean may_grow);

/* In a worker that has the set for itself. */
typedef gboolean (*GraftSetFunc) (GraftBootSet *set, gpointer data, GraftProgress *progress,
                                  GCancellable *cancellable, GError **error);

/* Runs @func on the set, which it only reads (a plan, an export), when its turn comes; @done and
 * @free_data as for graft_session_apply(). The job is listed; with @label NULL it is not: whoever
 * asked shows it. Borrowed. */
GraftJob *graft_session_run (GraftSession *self, const char *label, GraftSetFunc func,
                             GraftJobDone done, gpointer data, GDestroyNotify free_data);
/* The same for a @func that looks into images of the set that nobody did before: the layers are
 * read anew, as after a step, but there is nothing to undo. */
GraftJob *graft_session_run_opening (GraftSession *self, const char *label, GraftSetFunc func,
                                     GraftJobDone done, gpointer data, GDestroyNotify free_data);
/* Runs @func beside all else: it reads layers only, and is not shown. Borrowed. */
GraftJob *graft_session_look (GraftSession *self, GraftJobFunc func, GraftJobDone done,
                              gpointer data, GDestroyNotify free_data);

/* Edits that a crash left, and that were neither restored nor given up: "left-time" says when the
 * last of them was made, in seconds since 1970; -1: there are none. */
gint64 graft_session_get_left_time (GraftSession *self);
/* Whether the set's files are still what they were then. */
gboolean graft_session_left_fits (GraftSession *self);
/* The report's notes are sentences about steps that could not be made again. */
void graft_session_restore_left (GraftSession *self, GraftSessionApplied done, gpointer data);
void graft_session_discard_left (GraftSession *self);
/* "journal-problem": a sentence for the user: why what is edited is not kept for a crash (the set
 * is open elsewhere, the disk is full); NULL: it is kept. */
const char *graft_session_get_journal_problem (GraftSession *self);

/* (element-type GraftStep): those in force; borrowed until the next edit. */
GPtrArray *graft_session_get_steps (GraftSession *self);
gboolean graft_session_save_recipe (GraftSession *self, const char *path,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Applies the steps of the recipe @path that fit, each to be undone by itself. The report's notes
 * are about the others, by their number; @done gets @path as its data. */
void graft_session_apply_recipe (GraftSession *self, const char *path, GraftSessionApplied done);

/* The set as it is now was exported. */
void graft_session_mark_exported (GraftSession *self);

G_END_DECLS
