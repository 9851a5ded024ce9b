/* graft-set-inside.h: where images lie in images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/* (transfer full) (element-type utf8): the files below @root that are images of a root file system
 * and lie where distributions put such, as paths without links. What cannot be read is not among
 * them. */
GPtrArray *graft_set_inside_list (GraftNode *root);

G_END_DECLS
