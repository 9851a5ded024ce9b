/* graft-depmod-config.h: the image's own configuration of depmod
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: depmod.d(5).
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * graft_depmod_config_read:
 * @root: the image
 *
 * Reads *.conf in etc/depmod.d, run/depmod.d, usr/local/lib/depmod.d, usr/lib/depmod.d and
 * lib/depmod.d; of files of the same name the first folder's counts, and one that leads to no
 * regular file (a link to /dev/null) hides the others. Only the lines "search" and "override" are
 * kept: "external" would make depmod look into folders outside of what is indexed.
 *
 * Returns: (transfer full) (element-type GBytes): contents of the files, in the order in which
 * depmod reads them (by name)
 */
GPtrArray *graft_depmod_config_read (GraftNode *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
