/* graft-cobbler.h: what a Cobbler server says of a distro
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: Cobbler 2.8 and 3.3, cobbler/modules/serializer_catalog.py and
 * cobbler/modules/serializers/file.py: an object is a file of JSON, of 2.8 in
 * /var/lib/cobbler/config/distros.d, of 3.x in /var/lib/cobbler/collections/distros, with the
 * strings "name", "kernel" and "initrd" (absolute paths). "cobbler distro report" prints the same
 * as "Name : VALUE", a distro after the other. What "cobbler sync" serves by TFTP are copies of
 * kernel and initrd in images/NAME (cobbler/tftpgen.py, copy_single_distro_files()), in the folder
 * that tftpboot_location in /etc/cobbler/settings.yaml says (cobbler/settings.py).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What Cobbler itself uses. */
#define GRAFT_COBBLER_FOLDER "/var/lib/cobbler"

/**
 * GraftCobblerDistro:
 * @name: of the distro
 * @kernel: absolute path; on this machine, where the server's root lies elsewhere, too
 * @initrd: the same
 * @root: the server's root on this machine: "" for this machine itself, else "/mnt/server"
 */
typedef struct
{
  char *name;
  char *kernel;
  char *initrd;
  char *root;
} GraftCobblerDistro;

void graft_cobbler_distro_free (GraftCobblerDistro *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftCobblerDistro, graft_cobbler_distro_free)

/* Whether the file at @path is a distro's record or the text of a report; looks at its beginning
 * only. */
gboolean graft_cobbler_is_record (const char *path);

/**
 * graft_cobbler_read:
 * @path: a distro's record, or a report that was saved
 * @name: (nullable): which of the report's
 *
 * %GRAFT_ERROR_NOT_FOUND, naming those there are, when there is no distro @name, and
 * %GRAFT_ERROR_INVALID when several are there and none is asked for.
 */
GraftCobblerDistro *graft_cobbler_read (const char *path, const char *name,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_cobbler_find:
 * @folder: where Cobbler keeps its records: %GRAFT_COBBLER_FOLDER or a copy of it
 * @name: of the distro
 */
GraftCobblerDistro *graft_cobbler_find (const char *folder, const char *name,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GraftCobblerServed:
 * @path: absolute
 * @original: the distro's kernel or initrd, of which it is a copy since the last "cobbler sync"
 */
typedef struct
{
  char *path;
  char *original;
} GraftCobblerServed;

/* (element-type GraftCobblerServed): what the server has of kernel and initrd beside them:
 * images/NAME of its TFTP folder (tftpboot_location of its settings, else where distributions have
 * it) and of the one that it serves by HTTP (webdir); those that are there. */
GPtrArray *graft_cobbler_distro_list_served (GraftCobblerDistro *self);

/* What is left to do by the user after an export, in a sentence. @folder: of the set; @in_place:
 * over its own files. */
char *graft_cobbler_distro_dup_rest (GraftCobblerDistro *self, const char *folder,
                                     gboolean in_place);

G_END_DECLS
