/* graft-window.h: one boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_WINDOW (graft_window_get_type ())
G_DECLARE_FINAL_TYPE (GraftWindow, graft_window, GRAFT, WINDOW, AdwApplicationWindow)

/* Without a set: the start page. */
GraftWindow *graft_window_new (GtkApplication *application);

/* A folder, or any one image of a set. For a window that has no set. */
void graft_window_open (GraftWindow *self, GFile *file);
/* Whether there is one, or one is being opened. */
gboolean graft_window_has_set (GraftWindow *self);
/* As it was given; NULL: none was. */
const char *graft_window_get_path (GraftWindow *self);

G_END_DECLS
