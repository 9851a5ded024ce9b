/* graft-task.h: one thing that the session was asked for, from its turn to its end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the session.
 */

#pragma once

#include "session/graft-session.h"
#include "steps/graft-history.h"

G_BEGIN_DECLS

typedef struct _GraftTask GraftTask;

/* In the worker; what it edits is read into new layers afterwards. */
typedef gboolean (*GraftTaskFunc) (GraftTask *self, GraftProgress *progress,
                                   GCancellable *cancellable, GError **error);
/* In the main thread, unless the session was closed. */
typedef void (*GraftTaskDone) (GraftTask *self, const GError *error);

/**
 * GraftTask:
 * @session: kept
 * @job: what the user sees of it
 * @alone: has the set for itself
 * @edits: new layers are read when @func is through
 * @func: the work
 * @done: (nullable): before what the caller gets
 * @step: (nullable): what @func applies
 * @report: (nullable): of @step
 * @set_func: (nullable): what @func calls
 * @job_func: (nullable): the same
 * @applied: (nullable): what the caller gets
 * @job_done: (nullable): the same
 * @data: the caller's
 * @free_data: (nullable): frees it
 * @show_source: the wait until it is shown
 * @before: (nullable) (element-type GraftLayer): the layers when it started, if it edits
 * @layers: (nullable) (element-type GraftLayer): the new ones
 * @kernel_path: (nullable): of the set's kernel, with @layers
 * @journal_problem: (nullable): why what it did is not kept for a crash
 */
struct _GraftTask
{
  GraftSession *session;
  GraftJob *job;
  gboolean alone;
  gboolean edits;
  GraftTaskFunc func;
  GraftTaskDone done;

  GraftStep *step;
  GraftStepReport *report;
  GraftSetFunc set_func;
  GraftJobFunc job_func;
  GraftSessionApplied applied;
  GraftJobDone job_done;
  gpointer data;
  GDestroyNotify free_data;

  guint show_source;
  GPtrArray *before;
  GPtrArray *layers;
  char *kernel_path;
  char *journal_problem;
};

GraftTask *graft_task_new (GraftSession *session, const char *label, GraftTaskFunc func);
void graft_task_free (GraftTask *self);

/* For the session's files: what is behind it. */
GraftBootSet *graft_session_get_set (GraftSession *self);
GraftHistory *graft_session_get_history (GraftSession *self);

/* Reads the layers of @set as they are now; those of @before (element-type GraftLayer) that are
 * still true are kept. In the worker. */
GPtrArray *graft_layers_read (GraftBootSet *set, GPtrArray *before, char **ret_kernel_path,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
