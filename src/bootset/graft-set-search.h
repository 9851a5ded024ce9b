/* graft-set-search.h: the files of a folder that may belong to a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-member.h"

G_BEGIN_DECLS

/**
 * GraftCandidate:
 * @path: relative to the folder searched
 * @role: by its name, or by what a boot entry calls it, or by its content
 * @named: a boot entry names it
 */
typedef struct
{
  char *path;
  GraftRole role;
  gboolean named;
} GraftCandidate;

void graft_candidate_free (GraftCandidate *self);

/* (element-type GraftCandidate): by role and path. @depth: folders below @folder to look into.
 * Hidden files and what Bootgraft itself left (NAME.bootgraft-old) are passed over; a file that
 * has two names counts once. */
GPtrArray *graft_set_search (const char *folder, guint depth, GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The role of an image by its format; %FALSE when it has none in a set. */
gboolean graft_role_from_format (const char *format, GraftRole *ret_role);

G_END_DECLS
