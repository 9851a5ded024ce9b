/* graft-set-copies.h: the same file in several folders of a set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Of @candidates (element-type GraftCandidate) those of one role that are called the same, lie in
 * different folders of @folder and have the same bytes become one, whose copies the others are: as
 * isolinux/vmlinuz is one of images/pxeboot/vmlinuz. The one stays that a .treeinfo lists, else
 * that a boot entry starts, else one in @folder itself, else the first. Of files that have a
 * size in common, three places are compared, and only when these are equal, all bytes. Files that
 * cannot be read are no copies. */
gboolean graft_set_copies_join (const char *folder, GPtrArray *candidates,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the files at @left and @right have the same bytes; @ret_equal is %FALSE for one that
 * cannot be read. Returns %FALSE only when cancelled. */
gboolean graft_set_copies_compare (const char *left, const char *right, gboolean *ret_equal,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
