/* graft-export-file.c: one member to a new file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-error.h"
#include "export/graft-export-member.h"
#include "export/graft-export-report.h"
#include "export/graft-export-target.h"
#include "export/graft-workspace.h"

#define BUILT "file"

GraftExportReport *
graft_export_to_file (GraftBootSet *set, GraftMember *member, const char *out,
                      const GraftExportOptions *options, GraftProgress *progress,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftExportReport) report = graft_export_report_new ();
  /* A new file beside the set's own is what a user may well want. */
  g_autoptr (GraftExportTarget) target = graft_export_target_new (out, NULL, error);
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GraftWorkspace) workspace = NULL;
  GraftExported *exported;
  guint64 free_bytes;

  if (target == NULL)
    return NULL;
  g_ptr_array_add (members, member);
  jobs = graft_export_plan_new (set, members, options, cancellable, error);
  if (jobs == NULL)
    return NULL;
  workspace = graft_workspace_new (target->folder, error);
  if (workspace == NULL || !graft_workspace_get_free_space (workspace, &free_bytes, error)
      || !graft_export_plan_check_space (jobs, free_bytes, target->folder, error))
    return NULL;
  exported = graft_export_member (g_ptr_array_index (jobs, 0), graft_workspace_get_fd (workspace),
                                  BUILT, out, options, progress, cancellable, error);
  if (exported == NULL)
    return NULL;
  g_ptr_array_add (report->images, exported);
  if (!graft_boot_set_check_unchanged (set, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error)
      || !graft_workspace_publish (workspace, BUILT, target->name, error))
    return NULL;
  report->verified = TRUE;
  return g_steal_pointer (&report);
}
