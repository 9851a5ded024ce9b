/* graft-grow-group.h: asks whether a file system without room may become larger
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_GROW_GROUP (graft_grow_group_get_type ())
G_DECLARE_FINAL_TYPE (GraftGrowGroup, graft_grow_group, GRAFT, GROW_GROUP, AdwPreferencesGroup)

/**
 * GraftGrowGroup::changed:
 *
 * The user said otherwise than before: graft_grow_group_get_active().
 */

/**
 * graft_grow_group_show:
 * @growth: of all file systems that lack room, bytes; 0: none does, and nothing is asked
 * @n_growing: how many these are
 * @active: what is said already
 */
void graft_grow_group_show (GraftGrowGroup *self, guint64 growth, guint n_growing, gboolean active);
gboolean graft_grow_group_get_active (GraftGrowGroup *self);

G_END_DECLS
