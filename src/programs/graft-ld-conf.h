/* graft-ld-conf.h: /etc/ld.so.conf: folders of libraries beside the system's own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: parse_conf() and add_dir() of glibc's elf/ldconfig.c.
 */

#pragma once

#include "programs/graft-program-root.h"

G_BEGIN_DECLS

/**
 * graft_ld_conf_list_folders:
 *
 * The folders that /etc/ld.so.conf of @root names, files that it includes read in their place:
 * names of these may have wildcards, and are relative to the file that includes them. A file is
 * read once.
 *
 * Returns: (transfer full) (element-type utf8): absolute, in order
 */
GPtrArray *graft_ld_conf_list_folders (GraftProgramRoot *root,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
