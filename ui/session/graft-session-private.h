/* graft-session-private.h: what the files of the session share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "journal/graft-journal.h"
#include "session/graft-session.h"
#include "session/graft-task.h"

G_BEGIN_DECLS

/**
 * GraftSession:
 * @path: as it was given
 * @folder: (nullable): the set's
 * @set: (nullable): touched by @running only
 * @history: (nullable): the same
 * @kernel_path: (nullable): the set's kernel
 * @journal: (nullable): touched by @running only
 * @journal_stopped: it could not be written; the same
 * @journal_problem: (nullable): as it was told last
 * @left_time: as it was told last
 * @left_fits: the same
 * @steps: (element-type GraftStep): in force, as it was told last
 * @may_grow: what the set is told before each task
 * @running: (nullable): the task that has the set for itself
 * @busy: as it was told last
 * @waiting: (element-type GraftTask): for their turn
 * @tasks: (element-type GraftTask): all that are not through
 */
struct _GraftSession
{
  GObject parent_instance;

  char *path;
  char *folder;
  GraftBootSet *set;
  GraftHistory *history;
  GraftSessionState state;
  GError *error;
  char *note;
  GListStore *layers;
  GListStore *jobs;
  char *kernel_path;
  GraftJournal *journal;
  gboolean journal_stopped;
  char *journal_problem;
  gint64 left_time;
  gboolean left_fits;
  GPtrArray *steps;
  char *undo_label;
  char *redo_label;
  gboolean changed;
  gboolean may_grow;
  gboolean closed;

  GraftTask *running;
  gboolean busy;
  GQueue *waiting;
  GPtrArray *tasks;
};

/* Takes @task; its job is borrowed. @shown: it is listed, once it takes longer than a moment. */
GraftJob *graft_session_push (GraftTask *task, gboolean shown);

/* In the worker, when it was done: the journal has it before anybody sees it. */
void graft_session_keep_step (GraftTask *task, GraftStep *step);
void graft_session_keep_undo (GraftTask *task);
void graft_session_keep_redo (GraftTask *task);
void graft_session_keep_exported (GraftTask *task);
/* What the main thread knows of it. */
void graft_session_read_journal (GraftSession *self);
/* Takes @problem, or NULL. */
void graft_session_set_journal_problem (GraftSession *self, char *problem);
void graft_session_close_journal (GraftSession *self);

void graft_session_set_state (GraftSession *self, GraftSessionState state);
/* The layer at @i, or a new one at the end. */
void graft_session_set_layer (GraftSession *self, guint i, GraftLayer *layer);

G_END_DECLS
