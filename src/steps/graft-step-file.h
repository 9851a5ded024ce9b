/* graft-step-file.h: one file of an image whose content a step changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the steps. What is there keeps its owner and mode; a new file gets 0:0 and 0644.
 */

#pragma once

#include "steps/graft-step-target.h"

G_BEGIN_DECLS

/**
 * GraftStepFile:
 * @path: where it really stands
 * @node: (nullable): what stands there
 */
typedef struct
{
  GraftStepTarget target;
  char *path;
  GraftNode *node;
} GraftStepFile;

/* The file at @address, if one is there; anything else there is an error. */
gboolean graft_step_file_find (GraftStepFile *self, GraftBootSet *set, const char *address,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_step_file_clear (GraftStepFile *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftStepFile, graft_step_file_clear)

/* (transfer full): what it holds, nothing when it is not there. What is no text, or larger than
 * GRAFT_LIMIT_TEXT, is refused. */
GBytes *graft_step_file_read_text (GraftStepFile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes @content what it holds. @time: seconds, -1: the image's newest. */
gboolean graft_step_file_put (GraftStepFile *self, GraftBootSet *set, GBytes *content, gint64 time,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
