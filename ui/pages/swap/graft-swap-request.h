/* graft-swap-request.h: which kernel, with which modules, and the plan that is made of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/graft-session.h"
#include "sources/graft-kernel-source.h"
#include "steps/swap-kernel/graft-swap-plan.h"

G_BEGIN_DECLS

/**
 * GraftSwapRequest:
 * @paths: of char*: a folder of any shape, or packages and archives that make one kernel
 * @vmlinuz: (nullable): a kernel file
 * @modules: (nullable): a folder or package of modules that goes with @vmlinuz or @paths
 * @select: for the initrds
 * @chosen: (nullable): names for %GRAFT_SELECT_CHOSEN
 * @source: (nullable): what was opened of these; kept for the next plan
 * @plan: (nullable): the last one made
 * @planned_select: @select of @plan
 * @planned_chosen: (nullable): @chosen of @plan
 */
typedef struct
{
  GPtrArray *paths;
  char *vmlinuz;
  char *modules;
  GraftSelect select;
  char **chosen;
  GraftKernelSource *source;
  GraftSwapPlan *plan;
  GraftSelect planned_select;
  char **planned_chosen;
} GraftSwapRequest;

GraftSwapRequest *graft_swap_request_new (void);
void graft_swap_request_free (GraftSwapRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSwapRequest, graft_swap_request_free)

/* Another file or folder: what it is decides what it is taken for. Looks at it: for a worker. */
void graft_swap_request_add (GraftSwapRequest *self, const char *path);

/* As #GraftSetFunc; @data is the request. A file system that lacks room is no error: the plan says
 * so (graft_swap_plan_view_find_growth()). */
gboolean graft_swap_request_plan (GraftBootSet *set, gpointer data, GraftProgress *progress,
                                  GCancellable *cancellable, GError **error);

/* Back to what @plan was made with. */
void graft_swap_request_restore (GraftSwapRequest *self);

/* The step that does what was planned; takes the plan. */
GraftStep *graft_swap_request_make_step (GraftSwapRequest *self);

/* Where it comes from, for a title: "linux-image-6.1.0-56-amd64.deb"; of several the first and how
 * many more there are. */
char *graft_swap_request_dup_name (GraftSwapRequest *self);

G_END_DECLS
