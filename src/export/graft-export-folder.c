/* graft-export-folder.c: a set to a new folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "export/graft-export-follow.h"
#include "export/graft-export-member.h"
#include "export/graft-export-report.h"
#include "export/graft-export-target.h"
#include "export/graft-file-at.h"
#include "export/graft-workspace.h"

/* In the workspace: the folder that becomes OUT. Its mode is the user's usual one, which the
 * workspace's is not. */
#define BUILT "set"

static gboolean
write_members (GPtrArray *jobs, int built_fd, const char *out, const GraftExportOptions *options,
               GraftExportReport *report, GraftProgress *progress, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  double total = graft_export_plan_get_cost (jobs);

  for (guint i = 0; i < jobs->len; i++)
    {
      GraftExportJob *job = g_ptr_array_index (jobs, i);
      const char *path = job->path;
      g_autoptr (GraftProgress) step = graft_progress_new_child (progress, job->cost / total, NULL);
      g_autofree char *label = g_build_filename (out, path, NULL);
      GraftExported *exported;

      if (!graft_file_at_make_parents (built_fd, path, error)
          || !graft_export_follow_prepare (job, built_fd, names, report, error))
        return FALSE;
      exported
          = graft_export_member (job, built_fd, path, label, options, step, cancellable, error);
      if (exported == NULL)
        return FALSE;
      g_ptr_array_add (report->images, exported);
      g_ptr_array_add (names, job->path);
    }
  return TRUE;
}

static gboolean
build (GPtrArray *jobs, GraftWorkspace *workspace, const char *out,
       const GraftExportOptions *options, GraftExportReport *report, GraftProgress *progress,
       GCancellable *cancellable, GError **error)
{
  int fd = graft_workspace_get_fd (workspace), built_fd;
  g_autofree char *manifest = NULL;
  gboolean good;

  if (mkdirat (fd, BUILT, 0777) < 0)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno,
                                  graft_workspace_get_folder (workspace),
                                  _ ("no new folder can be made here"));
  built_fd = graft_file_at_open_folder (fd, BUILT, error);
  if (built_fd < 0)
    return FALSE;
  good = write_members (jobs, built_fd, out, options, report, progress, cancellable, error);
  if (good)
    {
      manifest = graft_export_report_to_manifest (report, jobs, options->steps);
      good = graft_file_at_write (built_fd, GRAFT_MANIFEST_NAME, manifest, 0666, error);
    }
  close (built_fd);
  return good && graft_file_at_sync_folders (fd, BUILT, error);
}

GraftExportReport *
graft_export_to_folder (GraftBootSet *set, const char *out, const GraftExportOptions *options,
                        GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftExportReport) report = graft_export_report_new ();
  g_autoptr (GraftExportTarget) target = graft_export_target_new (out, set, error);
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GraftWorkspace) workspace = NULL;
  guint64 free_bytes;

  if (target == NULL)
    return NULL;
  jobs = graft_export_plan_new (set, NULL, options, cancellable, error);
  if (jobs == NULL)
    return NULL;
  workspace = graft_workspace_new (target->folder, error);
  if (workspace == NULL || !graft_workspace_get_free_space (workspace, &free_bytes, error)
      || !graft_export_plan_check_space (jobs, free_bytes, target->folder, error)
      || !build (jobs, workspace, out, options, report, progress, cancellable, error)
      || !graft_boot_set_check_unchanged (set, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error)
      || !graft_workspace_publish (workspace, BUILT, target->name, error))
    return NULL;
  report->verified = TRUE;
  return g_steal_pointer (&report);
}
