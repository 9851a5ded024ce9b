/* graft-job.h: something that takes time, done by a worker while the window goes on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_JOB (graft_job_get_type ())
G_DECLARE_FINAL_TYPE (GraftJob, graft_job, GRAFT, JOB, GObject)

/* In the worker. */
typedef gboolean (*GraftJobFunc) (gpointer data, GraftProgress *progress, GCancellable *cancellable,
                                  GError **error);
/* In the main thread, once; @error is NULL when it was done. */
typedef void (*GraftJobDone) (GraftJob *job, const GError *error, gpointer data);

/* @label: what is being done, in the user's language: "Exporting to new". */
GraftJob *graft_job_new (const char *label);

/* Runs @func in a worker, then @done (nullable), then @free_data (nullable). Once for each job. The
 * job keeps itself until then. */
void graft_job_start (GraftJob *self, GraftJobFunc func, GraftJobDone done, gpointer data,
                      GDestroyNotify free_data);
/* The worker ends as soon as it can; @done gets %G_IO_ERROR_CANCELLED. Before the start: it will
 * end at once. */
void graft_job_cancel (GraftJob *self);

GCancellable *graft_job_get_cancellable (GraftJob *self);

/* Properties, with notification in the main thread, ten times a second at most. */
const char *graft_job_get_label (GraftJob *self);   /* "label" */
double graft_job_get_fraction (GraftJob *self);     /* "fraction": 0 to 1 */
const char *graft_job_get_what (GraftJob *self);    /* "what": being done now; NULL: unknown */
double graft_job_get_time_left (GraftJob *self);    /* "time-left": seconds; -1: too early */
gboolean graft_job_is_finished (GraftJob *self);    /* "finished" */
gboolean graft_job_is_cancelled (GraftJob *self);   /* "cancelled": asked to end */
const GError *graft_job_get_error (GraftJob *self); /* of a finished one; NULL: it was done */

G_END_DECLS
