/* graft-job-row.h: how far a job is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "session/graft-job.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_JOB_ROW (graft_job_row_get_type ())
G_DECLARE_FINAL_TYPE (GraftJobRow, graft_job_row, GRAFT, JOB_ROW, GtkBox)

GtkWidget *graft_job_row_new (GraftJob *job);

G_END_DECLS
