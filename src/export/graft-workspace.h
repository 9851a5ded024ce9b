/* graft-workspace.h: the hidden folder in which new files are made before they get their names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It lies beside what it is for, so that giving the name is one rename within one file system. It
 * is called .bootgraft-XXXXXX, is open to its owner only (0700) and holds a file "lock" that the
 * process keeps locked (flock) as long as it lives: a workspace whose lock is free was left by a
 * dead process and may be removed.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GraftWorkspace GraftWorkspace;

/* In @folder, from which workspaces of dead processes are removed first; those with an unfinished
 * intent (graft-intent.h) stay. %GRAFT_ERROR_INVALID when @folder is not there, else
 * %GRAFT_ERROR_IO. */
GraftWorkspace *graft_workspace_new (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes over one that a dead process left; NULL, without an error, when its process lives, it is
 * none of ours, or nothing was in it (then it is removed). @folder_fd is borrowed and copied. */
GraftWorkspace *graft_workspace_adopt (int folder_fd, const char *folder, const char *name);

/* Removes it with all that is in it. */
void graft_workspace_free (GraftWorkspace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftWorkspace, graft_workspace_free)

/* Leaves it where it is when it is freed (its lock is given up): for the next start to finish. */
void graft_workspace_keep (GraftWorkspace *self);
/* The reverse: it is removed when it is freed, as at first. */
void graft_workspace_remove (GraftWorkspace *self);

int graft_workspace_get_fd (GraftWorkspace *self);
/* The folder that it lies in. */
int graft_workspace_get_folder_fd (GraftWorkspace *self);
const char *graft_workspace_get_folder (GraftWorkspace *self);

/* Gives @from, a file or folder of the workspace, the name @name in the folder, which must be free
 * (%GRAFT_ERROR_INVALID), and brings the name to disk. When that fails, the name is taken back. */
gboolean graft_workspace_publish (GraftWorkspace *self, const char *from, const char *name,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The bytes that the folder's file system has free for this user. */
gboolean graft_workspace_get_free_space (GraftWorkspace *self, guint64 *ret_free, GError **error);

/* Names of the workspaces in @folder_fd, of whatever state; NULL-terminated. */
char **graft_workspace_list (int folder_fd);

G_END_DECLS
