/* graft-set-name.h: what somebody says that a file of a set is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-member.h"

G_BEGIN_DECLS

/**
 * GraftSetName:
 * @path: relative to the folder that it is said of, without "." and ".."
 * @role: what it is there for
 */
typedef struct
{
  char *path;
  GraftRole role;
} GraftSetName;

GraftSetName *graft_set_name_new (const char *path, GraftRole role);
void graft_set_name_free (GraftSetName *self);

G_END_DECLS
