/* graft-jobs-button.h: what is running, in a popover of the header bar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_JOBS_BUTTON (graft_jobs_button_get_type ())
G_DECLARE_FINAL_TYPE (GraftJobsButton, graft_jobs_button, GRAFT, JOBS_BUTTON, AdwBin)

/* @jobs (of GraftJob): while there are none, the button is not shown; the first one opens it. */
void graft_jobs_button_set_jobs (GraftJobsButton *self, GListModel *jobs);

G_END_DECLS
