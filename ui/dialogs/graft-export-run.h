/* graft-export-run.h: an export that runs, and how it ended
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

/* Starts to export to the new folder @target; the job is shown with the others of @session. How it
 * ended is said over @window, unless that is closed. @options are copied. */
void graft_export_run (GtkWindow *window, GraftSession *session, const char *target,
                       const GraftExportOptions *options);

G_END_DECLS
