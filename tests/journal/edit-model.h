/* edit-model.h: a plain model of a tree of files, and random edits of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table of path → entry; names of one file have the same entry. It knows nothing of segments,
 * blocks or overlays.
 */

#pragma once

#include "overlay/graft-overlay.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

typedef struct _EditModel EditModel;

/* What is in @overlay now. */
EditModel *edit_model_new (GraftOverlay *overlay, GError **error);
EditModel *edit_model_copy (EditModel *self);
void edit_model_free (EditModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EditModel, edit_model_free)

/* One line an entry, by path: type, mode, owner, time, content or target, the first name of its
 * file. */
char *edit_model_dump (EditModel *self);

/**
 * edit_model_edit:
 * @image: what addresses start with
 * @file: a file of this computer that may be taken in; its content is written first
 * @number: gives each edit other names and contents
 * @ret_allowed: whether the step may be made: if not, it must be refused, and nothing has changed
 *
 * Makes a random step, and does to the model what it should do to an image.
 */
GraftStep *edit_model_edit (EditModel *self, GRand *random, const char *image, const char *file,
                            guint number, gboolean *ret_allowed);

G_END_DECLS
