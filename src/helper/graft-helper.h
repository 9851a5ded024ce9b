/* graft-helper.h: the short-lived process that does what could go wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libarchive and depmod meet bytes that may be hostile. They run in a process of their own
 * (bootgraft-helper) with limits on memory, time and files, no new privileges, no network, and no
 * file system but what it is handed. Its death is an error message.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * graft_helper_stream:
 * @archive_fd: what to read; borrowed
 * @func: called for each entry and each piece of data, in order
 *
 * Profile *stream*: descriptors only. Lists a .deb's data archive (or a tar) with its contents.
 */
typedef struct
{
  const char *path; /* raw, as in the archive */
  guint32 mode;     /* with the type */
  guint32 uid;
  guint32 gid;
  gint64 mtime;
  guint64 size;
  const char *target;    /* a symlink's; NULL */
  const char *hard_link; /* an earlier entry's path; NULL */
  guint32 rdev_major;
  guint32 rdev_minor;
} GraftHelperEntry;

typedef struct
{
  gboolean (*entry) (const GraftHelperEntry *entry, gpointer data, GError **error);
  gboolean (*content) (const guint8 *bytes, gsize length, gpointer data, GError **error);
} GraftHelperStreamFuncs;

gboolean graft_helper_stream (int archive_fd, const char *name, const GraftHelperStreamFuncs *funcs,
                              gpointer data, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_helper_run_tool:
 * @stage: a private folder: all that the tool may see of the file system beside the system's own
 *   programs and libraries, and its working folder
 * @argv: the tool by name ("depmod") and its arguments; only tools of a fixed list are run, from
 *   the system's own folders
 * @ret_output: (out) (optional): standard output and error, for messages
 *
 * Profile *tool*. A tool that ends with another status than 0, is killed or runs too long is an
 * error with its last lines.
 */
gboolean graft_helper_run_tool (const char *stage, const char *const *argv, char **ret_output,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
