/* graft-export-in-place.c: a set over its own files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-file-identity.h"
#include "base/graft-name.h"
#include "export/graft-export-follow.h"
#include "export/graft-export-member.h"
#include "export/graft-export-report.h"
#include "export/graft-file-at.h"
#include "export/graft-intent.h"
#include "export/graft-workspace.h"

/* By it a set's search passes over them. */
#define KEPT_SUFFIX ".bootgraft-old"
/* Old files kept under one name each; far more than anybody edits without tidying up. */
#define MAX_KEPT 1000

/* The first free one of NAME.bootgraft-old, NAME.2.bootgraft-old, …: what an earlier export kept
 * stays too. */
static char *
find_kept_name (int folder_fd, const char *name, GError **error)
{
  struct stat status;

  for (guint i = 1; i <= MAX_KEPT; i++)
    {
      g_autofree char *kept = i == 1 ? g_strconcat (name, KEPT_SUFFIX, NULL)
                                     : g_strdup_printf ("%s.%u" KEPT_SUFFIX, name, i);

      if (fstatat (folder_fd, kept, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return g_steal_pointer (&kept);
    }
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
               _ ("%s was kept %d times already; delete what you no longer need"), name, MAX_KEPT);
  return NULL;
}

/* The file that was opened at the job's path: the member's, or a copy's own. */
static GraftInput *
get_opened (const GraftExportJob *job)
{
  GPtrArray *copies = graft_member_get_copies (job->member);

  for (guint i = 0; i < copies->len; i++)
    {
      const GraftMemberCopy *copy = g_ptr_array_index (copies, i);

      if (strcmp (copy->path, job->path) == 0)
        return copy->input;
    }
  return graft_member_get_input (job->member);
}

/* The path still leads to the file that was opened, and lies where a rename reaches it. */
static gboolean
check_place (GraftWorkspace *workspace, const GraftExportJob *job, GError **error)
{
  const char *path = job->path;
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *parent = g_path_get_dirname (path);
  int folder_fd = graft_workspace_get_folder_fd (workspace), fd;
  struct stat now, opened, folder, here;
  guint64 offset;

  if (!graft_input_get_file (get_opened (job), &fd, &offset) || fstat (fd, &opened) < 0
      || fstatat (folder_fd, path, &now, 0) < 0 || !graft_file_is_same (fd, &opened, &now))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED,
                   _ ("%s was replaced on disk while it was open; open it again"), shown);
      return FALSE;
    }
  if (fstatat (folder_fd, parent, &folder, 0) < 0 || fstat (folder_fd, &here) < 0
      || folder.st_dev != here.st_dev)
    {
      g_set_error (
          error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED,
          _ ("%s lies on another file system than %s and cannot be replaced at once with the "
             "rest; export to a new folder instead"),
          shown, graft_workspace_get_folder (workspace));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_places (GraftWorkspace *workspace, GPtrArray *jobs, GError **error)
{
  for (guint i = 0; i < jobs->len; i++)
    if (!check_place (workspace, g_ptr_array_index (jobs, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
add_item (GPtrArray *items, int folder_fd, const char *temporary, const char *name, guint64 size,
          const char *digest, GError **error)
{
  g_autofree char *kept = NULL;
  struct stat status;

  if (fstatat (folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
    {
      kept = find_kept_name (folder_fd, name, error);
      if (kept == NULL)
        return FALSE;
    }
  g_ptr_array_add (items, graft_intent_item_new (temporary, name, kept, size, digest));
  return TRUE;
}

/* Only root can, and only a file that had another owner needs it. */
static void
keep_owner (GraftWorkspace *workspace, const char *temporary, const char *path)
{
  int fd = graft_workspace_get_fd (workspace);
  struct stat old, new;

  if (fstatat (graft_workspace_get_folder_fd (workspace), path, &old, 0) == 0
      && fstatat (fd, temporary, &new, AT_SYMLINK_NOFOLLOW) == 0
      && (old.st_uid != new.st_uid || old.st_gid != new.st_gid)
      && fchownat (fd, temporary, old.st_uid, old.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
    return;
}

static gboolean
make_file (GraftExportJob *job, GraftWorkspace *workspace, GPtrArray *names,
           const GraftExportOptions *options, GraftExportReport *report, GPtrArray *items,
           GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  const char *path = job->path;
  int fd = graft_workspace_get_fd (workspace);
  char *temporary = g_strdup_printf ("new-%u", names->len);
  GraftExported *exported;
  gboolean good = graft_export_follow_prepare (job, fd, names, report, error);

  g_ptr_array_add (names, temporary);
  if (!good)
    return FALSE;
  if (job->origin == GRAFT_ORIGIN_CARRIED)
    {
      char *digest = graft_input_digest (job->input, cancellable, error);

      if (digest == NULL)
        return FALSE;
      graft_export_report_add_carried (report, job, digest);
      return TRUE;
    }
  exported = graft_export_member (job, fd, temporary, path, options, progress, cancellable, error);
  if (exported == NULL)
    return FALSE;
  g_ptr_array_add (report->images, exported);
  keep_owner (workspace, temporary, path);
  return add_item (items, graft_workspace_get_folder_fd (workspace), temporary, path,
                   exported->size, exported->digest, error);
}

static gboolean
make_manifest (GPtrArray *jobs, GraftWorkspace *workspace, const GraftExportOptions *options,
               GraftExportReport *report, GPtrArray *items, GError **error)
{
  g_autofree char *text = graft_export_report_to_manifest (report, jobs, options->steps);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return graft_file_at_write (graft_workspace_get_fd (workspace), "new-list", text, 0666, error)
         && add_item (items, graft_workspace_get_folder_fd (workspace), "new-list",
                      GRAFT_MANIFEST_NAME, strlen (text), digest, error);
}

static gboolean
make_files (GPtrArray *jobs, GraftWorkspace *workspace, const GraftExportOptions *options,
            GraftExportReport *report, GPtrArray *items, GraftProgress *progress,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  double total = graft_export_plan_get_cost (jobs);

  for (guint i = 0; i < jobs->len; i++)
    {
      GraftExportJob *job = g_ptr_array_index (jobs, i);
      g_autoptr (GraftProgress) step = graft_progress_new_child (progress, job->cost / total, NULL);

      if (!make_file (job, workspace, names, options, report, items, step, cancellable, error))
        return FALSE;
    }
  return items->len == 0 || make_manifest (jobs, workspace, options, report, items, error);
}

static gboolean
replace (GraftWorkspace *workspace, GPtrArray *items, GError **error)
{
  int fd = graft_workspace_get_fd (workspace);
  int folder_fd = graft_workspace_get_folder_fd (workspace);
  g_autoptr (GError) local = NULL;

  gboolean done;

  if (!graft_intent_write (fd, items, error))
    return FALSE;
  done = graft_intent_complete (fd, folder_fd, items, error);
  if (!done && !graft_intent_roll_back (fd, folder_fd, items, &local))
    {
      g_prefix_error (
          error, _ ("The files could not be put back either (%s); the next start tries again. "),
          local->message);
      graft_workspace_keep (workspace);
      return FALSE;
    }
  graft_intent_remove (fd);
  return done;
}

/* Only what will be renamed needs room. */
static gboolean
check_space (GraftWorkspace *workspace, GPtrArray *jobs, GError **error)
{
  g_autoptr (GPtrArray) written = g_ptr_array_new ();
  guint64 free_bytes;

  for (guint i = 0; i < jobs->len; i++)
    if (((GraftExportJob *)g_ptr_array_index (jobs, i))->origin != GRAFT_ORIGIN_CARRIED)
      g_ptr_array_add (written, g_ptr_array_index (jobs, i));
  return graft_workspace_get_free_space (workspace, &free_bytes, error)
         && graft_export_plan_check_space (written, free_bytes,
                                           graft_workspace_get_folder (workspace), error);
}

/* Two exports over the same files would each keep the other's as the old ones. */
static gboolean
lock_folder (GraftWorkspace *workspace, GError **error)
{
  g_autofree char *shown = NULL;

  if (flock (graft_workspace_get_folder_fd (workspace), LOCK_EX | LOCK_NB) == 0
      || errno != EWOULDBLOCK)
    return TRUE;
  shown = graft_name_escape (graft_workspace_get_folder (workspace));
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED,
               _ ("Another Bootgraft is writing to %s; wait until it is done"), shown);
  return FALSE;
}

GraftExportReport *
graft_export_in_place (GraftBootSet *set, const GraftExportOptions *options,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftExportReport) report = graft_export_report_new ();
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_intent_item_free);
  g_autoptr (GraftWorkspace) workspace = NULL;
  g_autoptr (GPtrArray) jobs = graft_export_plan_new (set, NULL, options, cancellable, error);

  if (jobs == NULL)
    return NULL;
  workspace = graft_workspace_new (graft_boot_set_get_folder (set), error);
  if (workspace == NULL || !lock_folder (workspace, error) || !check_space (workspace, jobs, error)
      || !check_places (workspace, jobs, error)
      || !make_files (jobs, workspace, options, report, items, progress, cancellable, error)
      || !graft_boot_set_check_unchanged (set, error) || !check_places (workspace, jobs, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error)
      || (items->len > 0 && !replace (workspace, items, error)))
    return NULL;
  report->verified = TRUE;
  return g_steal_pointer (&report);
}
