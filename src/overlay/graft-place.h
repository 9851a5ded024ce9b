/* graft-place.h: where in the parts an entry of the merged view stands
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the overlay. Two parts may reach one place by different paths: an archive that has
 * lib/modules but no record for lib itself follows the link that an earlier archive put there
 * (lib → usr/lib), so its lib/modules shows as usr/lib/modules.
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftPlace:
 * @part: number of the part
 * @path: in that part, without links
 * @node: what the part has there; it may be hidden by another part's
 * @below: "" for the path that was asked for; "/lib" when this shows as a folder of it
 */
typedef struct
{
  guint part;
  char *path;
  GraftNode *node;
  char *below;
} GraftPlace;

GraftPlace *graft_place_new (guint part, const char *path, GraftNode *node, const char *below);
void graft_place_free (GraftPlace *self);

/**
 * graft_place_list:
 * @roots: one per part
 * @merged: what they are together
 * @first_late: the first part that a link of an earlier part may lead elsewhere
 * @path: in @merged, without links
 *
 * Returns: (transfer full) (element-type GraftPlace): all places that show as @path or in
 * it, by part; what lies in such a place is not listed again
 */
GPtrArray *graft_place_list (GraftNode *const *roots, guint n_parts, GraftNode *merged,
                             guint first_late, const char *path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where a new @path of the merged view goes in the part with @root: beside what the part has of the
 * folders on the way, if it is by a link. @late: whether an earlier part's links count. */
char *graft_place_map (GraftNode *root, GraftNode *merged, gboolean late, const char *path,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The one of @places (without those below) that @node of the merged view comes from: for a folder
 * the last that has a record. Borrowed; NULL when there are none. */
GraftPlace *graft_place_find_winner (GPtrArray *places, GraftNode *node);

G_END_DECLS
