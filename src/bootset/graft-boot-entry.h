/* graft-boot-entry.h: which files a syslinux configuration starts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the Syslinux wiki, "Config" (pxelinux, isolinux, syslinux, extlinux read the same
 * directives): KERNEL or LINUX name the kernel, INITRD or initrd= of APPEND the initrds, separated
 * by commas.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/* Whether a file of this name, in a folder of this name, is such a configuration. */
gboolean graft_boot_entry_is_name (const char *folder, const char *name);

/* Adds the kernels and initrds that the text of @input names, as written, to the two sets (of
 * utf8). Text that makes no sense names nothing. */
gboolean graft_boot_entry_read (GraftInput *input, GHashTable *kernels, GHashTable *initrds,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
