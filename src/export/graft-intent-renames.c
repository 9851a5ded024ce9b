/* graft-intent-renames.c: doing what an intent says, and undoing it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The old file gets its second name as a hard link before the new one replaces it, so that its
 * place is never empty; only where the file system has no hard links is it renamed away first.
 */

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "export/graft-file-at.h"
#include "export/graft-intent-private.h"
#include "export/graft-intent.h"

static gboolean
fail (const char *name, const char *what, GError **error)
{
  int errnum = errno;
  g_autofree char *shown = graft_name_escape (name);

  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, shown, what);
}

static gboolean
exists (int fd, const char *name, struct stat *ret_status)
{
  return fstatat (fd, name, ret_status, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Brings the folder of @name to disk. */
static gboolean
sync_parent (int folder_fd, const char *name, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (name);
  int fd = openat (folder_fd, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good = fd >= 0 && graft_file_at_sync_folder (fd);

  if (!good)
    fail (name, _ ("its new name cannot be brought to disk"), error);
  if (fd >= 0)
    close (fd);
  return good;
}

static gboolean
keep_old (int folder_fd, const GraftIntentItem *item, GError **error)
{
  struct stat old, kept;
  int errnum;

  if (!exists (folder_fd, item->name, &old))
    return TRUE;
  if (item->kept == NULL)
    {
      errno = EEXIST;
      return fail (item->name, _ ("was made by somebody else in the meantime"), error);
    }
  if (exists (folder_fd, item->kept, &kept))
    {
      if (is_same (&old, &kept))
        return TRUE;
      errno = EEXIST;
      return fail (item->kept, _ ("was made by somebody else in the meantime"), error);
    }
  if (linkat (folder_fd, item->name, folder_fd, item->kept, 0) == 0)
    return TRUE;
  if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK && errno != ENOSYS)
    return fail (item->kept, _ ("cannot be made"), error);
  errnum = graft_file_at_rename_new (folder_fd, item->name, folder_fd, item->kept);
  if (errnum == 0)
    return TRUE;
  errno = errnum;
  return fail (item->kept, _ ("cannot be made"), error);
}

gboolean
graft_intent_complete (int workspace_fd, int folder_fd, GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      const GraftIntentItem *item = g_ptr_array_index (items, i);
      struct stat status;

      if (!exists (workspace_fd, item->temporary, &status))
        continue;
      if (!keep_old (folder_fd, item, error))
        return FALSE;
      if (renameat (workspace_fd, item->temporary, folder_fd, item->name) < 0)
        return fail (item->name, _ ("cannot be replaced"), error);
      if (!sync_parent (folder_fd, item->name, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
roll_item_back (int workspace_fd, int folder_fd, const GraftIntentItem *item, GError **error)
{
  struct stat status, now, kept;
  gboolean waits = exists (workspace_fd, item->temporary, &status);

  if (item->kept == NULL)
    {
      if (!waits && unlinkat (folder_fd, item->name, 0) < 0 && errno != ENOENT)
        return fail (item->name, _ ("cannot be removed again"), error);
      return TRUE;
    }
  if (!exists (folder_fd, item->kept, &kept))
    return TRUE;
  /* It was never replaced: what has the name of its old file is somebody else's. */
  if (waits && exists (folder_fd, item->name, &now) && !is_same (&now, &kept))
    return TRUE;
  /* rename() of two names of one file does nothing, so the second name is removed instead. */
  if (exists (folder_fd, item->name, &now) && is_same (&now, &kept))
    {
      if (unlinkat (folder_fd, item->kept, 0) < 0)
        return fail (item->kept, _ ("cannot be removed again"), error);
      return TRUE;
    }
  if (renameat (folder_fd, item->kept, folder_fd, item->name) < 0)
    return fail (item->name, _ ("cannot be put back"), error);
  return TRUE;
}

gboolean
graft_intent_roll_back (int workspace_fd, int folder_fd, GPtrArray *items, GError **error)
{
  if (renameat (workspace_fd, GRAFT_INTENT_FORWARD, workspace_fd, GRAFT_INTENT_BACK) < 0
      && errno != ENOENT)
    return fail (GRAFT_INTENT_FORWARD, _ ("cannot be renamed"), error);
  for (guint i = items->len; i > 0; i--)
    {
      const GraftIntentItem *item = g_ptr_array_index (items, i - 1);

      if (!roll_item_back (workspace_fd, folder_fd, item, error)
          || !sync_parent (folder_fd, item->name, error))
        return FALSE;
    }
  return TRUE;
}
