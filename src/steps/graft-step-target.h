/* graft-step-target.h: the place in a set that a step works on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the steps.
 */

#pragma once

#include "base/graft-error.h"
#include "bootset/graft-address.h"

G_BEGIN_DECLS

/**
 * GraftStepTarget:
 * @overlay: the image's edits, borrowed from the set
 * @part: the segment's part, -1 for the merged view
 * @path: inside it, as written
 */
typedef struct
{
  GraftOverlay *overlay;
  int part;
  char *path;
} GraftStepTarget;

/* @address for a label: each name escaped once, however the user wrote it. */
char *graft_step_target_dup_shown (const char *address);

/* What @address means in @set, whose image is opened; errors when that has no files to edit or
 * cannot be read. */
gboolean graft_step_target_init (GraftStepTarget *self, GraftBootSet *set, const char *address,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_step_target_clear (GraftStepTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftStepTarget, graft_step_target_clear)

/**
 * graft_step_target_find:
 * @path: inside the image
 * @ret_path: (out) (optional): where it really stands; @path itself when nothing is there
 * @ret_node: (out): what stands there, links followed; NULL for nothing
 *
 * A link that leads nowhere is an error: whatever came in its place would not be what was meant.
 */
gboolean graft_step_target_find (GraftStepTarget *self, const char *path, char **ret_path,
                                 GraftNode **ret_node, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the target's own path, where something must stand. */
gboolean graft_step_target_find_existing (GraftStepTarget *self, char **ret_path,
                                          GraftNode **ret_node,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_step_target_list_members:
 * @image: (nullable): a member's path; %NULL: all initrds
 *
 * Returns: (transfer container) (element-type GraftMember): at least one
 */
GPtrArray *graft_step_target_list_members (GraftBootSet *set, const char *image,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The time that an entry made by hand gets: @time, or the image's newest when it is -1. */
gboolean graft_step_target_get_time (GraftStepTarget *self, gint64 time, gint64 *ret_time,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets "IMAGE: PATH WHAT". Always returns %FALSE. */
gboolean graft_step_target_set_error (GraftStepTarget *self, GraftErrorCode code, const char *path,
                                      const char *what, GError **error);
/* Sets that @node stands at @path and is not what a step needs there. Always returns %FALSE. */
gboolean graft_step_target_set_kind_error (GraftStepTarget *self, const char *path, GraftNode *node,
                                           GError **error);

G_END_DECLS
