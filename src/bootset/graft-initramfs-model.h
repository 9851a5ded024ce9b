/* graft-initramfs-model.h: what the kernel makes of an initrd's bytes, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * init/initramfs.c of Linux 6.1 in memory, record by record and call by call: do_name(),
 * clean_path(), maybe_link(), do_symlink(). It shares nothing with the reader and the view that are
 * held against it. Archives that are not compressed, of folders, files, and links of both kinds.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/* Unpacks all archives of @bytes; returns a line for each entry, by path: "d 0755 /etc",
 * "f 0644 /etc/hosts CONTENT", "l /bin TARGET". */
char *graft_initramfs_model_unpack (GBytes *bytes);

/* The same lines for a tree. */
char *graft_initramfs_model_dump (GraftNode *root);

G_END_DECLS
