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

/* A folder, or any one image of a set: in the window that has it; else in one that has no set; else
 * in a new one. */
void graft_window_open (GtkApplication *application, const char *path);

/* The same; of the windows without a set only this one. */
void graft_window_open_path (GraftWindow *self, const char *path);

/* The page of the help that tells of what is shown now ("plan"). */
const char *graft_window_get_help_page (GraftWindow *self);

G_END_DECLS
