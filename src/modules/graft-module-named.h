/* graft-module-named.h: modules that a root or an initrd loads by their names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything else is loaded by the alias of a device. Sources: initramfs-tools, scripts/functions,
 * load_modules(): conf/modules; modules-load.d(5) of systemd; dracut, 99base/dracut-lib.sh,
 * getcmdline(): etc/cmdline and etc/cmdline.d/ are read as the kernel's command line is, of which
 * rd.driver.pre= and rd.driver.post= (dracut.cmdline(7)) and modules-load=, rd.modules-load=
 * (systemd-modules-load.service(8)) name modules, separated by commas; dracut.modules(7): the
 * scripts in lib/dracut/hooks, run one after the other at their place in the boot, call
 * modprobe(8).
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftNamedModule:
 * @name: with underscores, as modprobe has it
 * @path: the file that names it, absolute in the image
 */
typedef struct
{
  char *name;
  char *path;
} GraftNamedModule;

/* (element-type GraftNamedModule): those that @root loads by name, in the order of the files. */
GPtrArray *graft_module_named_list (GraftNode *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether dracut made @root for one machine alone (hostonly), with that one's drivers. */
gboolean graft_module_named_is_hostonly (GraftNode *root);

G_END_DECLS
