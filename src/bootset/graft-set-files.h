/* graft-set-files.h: all files of a folder and those below it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GraftSetFile:
 * @path: relative to the folder
 * @name: the last component of @path
 * @parent: the folder's name that it lies in; "" at the top
 * @device: with @inode: which file it is, whatever it is called
 * @size: bytes
 * @is_link: a link to a file of the folder; device, inode and size are that file's
 */
typedef struct
{
  char *path;
  const char *name;
  char *parent;
  guint64 device;
  guint64 inode;
  guint64 size;
  gboolean is_link;
} GraftSetFile;

void graft_set_file_free (GraftSetFile *self);

/* One file, links followed wherever they lead; NULL when it is none. */
GraftSetFile *graft_set_file_new (const char *folder, const char *path);

/* (element-type GraftSetFile): regular files, the nearest first, in one folder by name. Caps of
 * graft-limits.h: beyond them nothing more is listed. Folders below that cannot be read are passed
 * over. */
GPtrArray *graft_set_files_list (const char *folder, guint depth, GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
