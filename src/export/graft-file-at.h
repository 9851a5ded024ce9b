/* graft-file-at.h: files below an open folder, without paths that others could turn elsewhere
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens a folder for use with the functions here and openat(); -1 with @error. */
int graft_file_at_open_folder (int folder_fd, const char *name, GError **error);

/* A rename that never replaces: renameat2(RENAME_NOREPLACE), or where the file system lacks it,
 * link and unlink for a file, a look before the rename for a folder. Returns 0 or an errno. */
int graft_file_at_rename_new (int from_fd, const char *from, int to_fd, const char *to);

/* Brings the names in the folder @fd to disk, where its file system can do that for folders: others
 * (those of virtual machines' shared folders, for one) bring them there by themselves. %FALSE with
 * errno. */
gboolean graft_file_at_sync_folder (int fd);

/* Removes @name and, if it is a folder, all in it; links are removed, not followed. What cannot be
 * removed stays. */
void graft_file_at_remove (int folder_fd, const char *name);

/* Makes the folders of @path (relative, normalised) but the last component, each with the user's
 * usual mode (0777 less the umask). Returns %FALSE with @error. */
gboolean graft_file_at_make_parents (int folder_fd, const char *path, GError **error);

/* Brings the names in a folder and all folders below it to disk. */
gboolean graft_file_at_sync_folders (int folder_fd, const char *name, GError **error);

/* Writes a small new file (O_EXCL) with @mode less the umask, brings it to disk and reads it back.
 */
gboolean graft_file_at_write (int folder_fd, const char *name, const char *text, guint32 mode,
                              GError **error);

/* Reads a small file; one above @limit bytes is %GRAFT_ERROR_TOO_LARGE, one that is not there
 * %GRAFT_ERROR_NOT_FOUND (of GRAFT_IMAGE_ERROR). */
char *graft_file_at_read (int folder_fd, const char *name, gsize limit, GError **error);

G_END_DECLS
