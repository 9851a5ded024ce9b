/* graft-export-follow.h: files that follow from what was written before them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "export/graft-export-plan.h"

G_BEGIN_DECLS

/**
 * graft_export_follow_prepare:
 * @job: that is to be run next
 * @folder_fd: where the files of the jobs before it were written
 * @names: (element-type utf8): what these are called there, one for each of @report
 * @report: of these jobs
 *
 * Gives a copy of what was written that as its input, and a .treeinfo one with the checksums of
 * what was changed, if it has any: then its origin is %GRAFT_ORIGIN_EDITED. Other jobs stay as they
 * are.
 */
gboolean graft_export_follow_prepare (GraftExportJob *job, int folder_fd, GPtrArray *names,
                                      GraftExportReport *report,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
