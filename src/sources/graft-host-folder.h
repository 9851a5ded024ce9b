/* graft-host-folder.h: a folder of the user's machine as a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

/**
 * graft_host_folder_open:
 * @path: a folder
 * @store: where files are taken in when first opened; each is opened once, never through a link
 *   (O_NOFOLLOW), never waited for (O_NONBLOCK), and must be a regular file
 *
 * Returns: (transfer full): its root node; the host's owners are kept as they are (a step gives
 * what it imports the owner 0:0). Sockets and devices are listed, not read. The node keeps its
 * backend alive through @store.
 */
GraftNode *graft_host_folder_open (const char *path, GraftStore *store,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many of what was listed so far of a tree that graft_host_folder_open() made have extended
 * attributes, which none of its nodes tells of; links are not looked at. SELinux's labels do not
 * count: where there are any, all files of the machine have one, and it means nothing elsewhere.
 * None of any other tree. */
guint64 graft_host_folder_count_xattrs (GraftNode *root);
/* The same of one file; of a link what it leads to. */
gboolean graft_host_file_has_xattrs (const char *path);

G_END_DECLS
