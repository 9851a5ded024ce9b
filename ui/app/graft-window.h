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

/* Once for each window: a folder, or any one image of a set. */
void graft_window_open (GraftWindow *self, GFile *file);

G_END_DECLS
