/* graft-boot-entry.h: what a syslinux configuration starts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pxelinux, isolinux, syslinux and extlinux read the same text. Source: the Syslinux wiki, "Config"
 * and "SYSLINUX": directives are case-insensitive, one a line; LABEL starts an entry; KERNEL or
 * LINUX name the kernel, INITRD or initrd= of APPEND the initrds, separated by commas; an APPEND
 * before the first LABEL holds for the entries that have none; DEFAULT may be a command line
 * itself.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/**
 * GraftBootEntry:
 * @label: (nullable): its name; NULL for the command line of DEFAULT
 * @kernel: (nullable): as written; NULL when it starts no file (LOCALBOOT)
 * @initrds: (element-type utf8): as written
 * @append: (nullable): the command line, as written
 */
typedef struct
{
  char *label;
  char *kernel;
  GPtrArray *initrds;
  char *append;
} GraftBootEntry;

void graft_boot_entry_free (GraftBootEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftBootEntry, graft_boot_entry_free)

/* Whether a file of this name, in a folder of this name, is such a configuration. */
gboolean graft_boot_entry_is_name (const char *folder, const char *name);

/* The entries of @text, in its order; directives that are not known are passed over. Included files
 * are not read. */
GPtrArray *graft_boot_entry_parse (const char *text);

/* The same of a file: more than GRAFT_LIMIT_TEXT, or a NUL in it, is an error. */
GPtrArray *graft_boot_entry_read (GraftInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (element-type utf8): the root images that its command line names: live-boot's
 * fetch=, httpfs=, ftpfs=, tftp=; dracut's root=live:. As written. */
GPtrArray *graft_boot_entry_list_roots (GraftBootEntry *self);

G_END_DECLS
