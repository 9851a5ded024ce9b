/* graft-progress.h: how far a long job is, as a tree of weighted steps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The caller of a function makes a child with the share of its own work that the function does,
 * and passes it down; the function never knows whether it is 3 % or 100 % of the job. All
 * functions may be called from any thread and take NULL for "nobody is watching".
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_PROGRESS (graft_progress_get_type ())
G_DECLARE_FINAL_TYPE (GraftProgress, graft_progress, GRAFT, PROGRESS, GObject)

/* @fraction of the whole job, 0 to 1, never falling; @what is being done now (may be NULL).
 * Called on the thread that works, often: the function does its own thinning out. */
typedef void (*GraftProgressFunc) (double fraction, const char *what, gpointer data);

GraftProgress *graft_progress_new (GraftProgressFunc func, gpointer data);

/* A step worth @share (0 to 1) of @parent. When the last reference to it goes, the step counts as
 * done. @what may be NULL: then the parent's stays. Returns NULL for a NULL @parent. */
GraftProgress *graft_progress_new_child (GraftProgress *parent, double share, const char *what);

/* How far this step is, 0 to 1; going back is ignored. */
void graft_progress_set (GraftProgress *self, double fraction);
void graft_progress_set_what (GraftProgress *self, const char *what);

/* Seconds left, by the time used so far; -1 when it is too early to say. */
double graft_progress_get_time_left (GraftProgress *self);

G_END_DECLS
