/* graft-jobs-popover.h: what is running, and how far it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_JOBS_POPOVER (graft_jobs_popover_get_type ())
G_DECLARE_FINAL_TYPE (GraftJobsPopover, graft_jobs_popover, GRAFT, JOBS_POPOVER, GtkPopover)

/* @jobs: of GraftJob. */
void graft_jobs_popover_set_jobs (GraftJobsPopover *self, GListModel *jobs);

G_END_DECLS
