/* graft-initrd-view.h: what the kernel has after unpacking one archive after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As init/initramfs.c does it: links that are there are followed on the way to an entry, but never
 * at its end; a folder replaces a link, a link or file replaces an empty folder but not a full one;
 * an entry whose folder is not there is silently skipped; a file written over another is written
 * into it, and so into all its names. The folders /dev and /root are there from the start: the
 * kernel's own archive has them (usr/default_cpio_list).
 */

#pragma once

#include "formats/cpio/graft-cpio-archive.h"

G_BEGIN_DECLS

typedef struct _GraftInitrdView GraftInitrdView;

GraftInitrdView *graft_initrd_view_new (void);
void graft_initrd_view_free (GraftInitrdView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftInitrdView, graft_initrd_view_free)

/* Unpacks the tree @root of @part, as it is written in place of @archive, which it comes from. */
gboolean graft_initrd_view_add (GraftInitrdView *self, guint part, GraftNode *root,
                                GraftCpioArchive *archive,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @path (without "/" in front) is a folder by now, links followed. */
gboolean graft_initrd_view_has_folder (GraftInitrdView *self, const char *path);

/* Which part has what is at @path, and under which path there ("" for the root); links are followed
 * but for the last component. %FALSE when there is nothing. */
gboolean graft_initrd_view_locate (GraftInitrdView *self, const char *path, guint *ret_part,
                                   char **ret_path);

/* The tree; folders that come from one part unchanged are that part's own nodes. */
GraftNode *graft_initrd_view_dup_root (GraftInitrdView *self);

/* Calls @func for each entry of a part that did not make it, or was replaced later: @path is the
 * part's. */
typedef void (*GraftInitrdLostFunc) (guint part, const char *path, const char *why, gpointer data);
void graft_initrd_view_foreach_lost (GraftInitrdView *self, GraftInitrdLostFunc func,
                                     gpointer data);

G_END_DECLS
