/* graft-drop-ins.h: the files of a configuration that lies in several folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sources: modprobe.d(5), depmod.d(5), modules-load.d(5): files are read in the order of their
 * names, whatever folder they are in; of files of the same name the one in the first folder counts,
 * and one that leads to no regular file (a link to /dev/null) hides the others.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftDropIn:
 * @name: as it is listed, "loop.conf"
 * @path: without links, "/usr/lib/modprobe.d/loop.conf"
 * @node: (nullable): the file; %NULL for one that only hides others
 */
typedef struct
{
  char *name;
  char *path;
  GraftNode *node;
} GraftDropIn;

/**
 * graft_drop_ins_list:
 * @root: the image
 * @folders: (array zero-terminated=1): absolute paths, the one that counts most first; those that
 * are not there are passed over
 * @suffix: what the names end with, ".conf"; names that begin with a dot do not count
 *
 * Returns: (transfer full) (element-type GraftDropIn): by name
 */
GPtrArray *graft_drop_ins_list (GraftNode *root, const char *const *folders, const char *suffix,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_drop_in_read:
 * @node: a file
 * @path: how an error names it
 *
 * Returns: (transfer full): its content, with a NUL behind it that does not count; %NULL with
 *   %GRAFT_ERROR_TOO_LARGE above GRAFT_LIMIT_TEXT bytes
 */
GBytes *graft_drop_in_read (GraftNode *node, const char *path,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
