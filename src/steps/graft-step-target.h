/* graft-step-target.h: the place in a set that a step works on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-address.h"

G_BEGIN_DECLS

/**
 * GraftStepTarget:
 * @member: the image, borrowed from the set
 * @overlay: its edits, borrowed
 * @part: the segment's part, -1 for the merged view
 * @path: inside it
 */
typedef struct
{
  GraftMember *member;
  GraftOverlay *overlay;
  int part;
  char *path;
} GraftStepTarget;

/* What @address means in @set; errors when the image has no files to edit or cannot be read. */
gboolean graft_step_target_find (GraftStepTarget *self, GraftBootSet *set, const char *address,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_step_target_clear (GraftStepTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftStepTarget, graft_step_target_clear)

/* The tree that the path is in. */
GraftNode *graft_step_target_dup_root (GraftStepTarget *self, GError **error);

/* What stands at the path, links on the way followed, @follow: at its end too. */
GraftNode *graft_step_target_lookup (GraftStepTarget *self, gboolean follow, char **ret_path,
                                     GError **error);

/* The time that an entry made by hand gets: @time, or the image's newest when it is -1. */
gboolean graft_step_target_get_time (GraftStepTarget *self, gint64 time, gint64 *ret_time,
                                     GError **error);

/* Prefixes @error with the address. Always returns %FALSE. */
gboolean graft_step_target_prefix (const char *address, GError **error);

/* Where a copy of the thing called @name goes: below the target when that is a folder, else the
 * target itself. */
char *graft_step_target_dup_destination (GraftStepTarget *self, const char *name, GError **error);

G_END_DECLS
