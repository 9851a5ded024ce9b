/* graft-set-role.h: what a file of a boot set is by its name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-member.h"

G_BEGIN_DECLS

/* By the format of its image ("squashfs" is a root); %FALSE for one that has no role. */
gboolean graft_role_from_format (const char *format, GraftRole *ret_role);

/* "vmlinuz-6.1.0-56-amd64" is a kernel, "live/initrd.img" an initrd, "filesystem.squashfs" a root,
 * "pxelinux.cfg/default" a boot entry. @folder: the name of the folder it lies in. %FALSE when the
 * name says nothing, or that it is something about an image (initrd.img.sha256). */
gboolean graft_set_role_from_name (const char *folder, const char *name, GraftRole *ret_role);

/* Whether the name says that it is no image, so that it need not be looked into. */
gboolean graft_set_role_is_excluded (const char *name);

G_END_DECLS
