/* graft-frame-recorder.h: how long the window ever stood still
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With BOOTGRAFT_FRAMES=FILE in the environment each mark adds a line to FILE: its name; the
 * longest time in milliseconds, since the mark before, that the main loop did not come round, or
 * that a frame took; milliseconds since the program was started. The signal SIGUSR1 makes a mark
 * named "asked": a test so tells one part of what it does from the next. Without the variable
 * nothing is done.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Once, at the start of the program. */
void graft_frame_recorder_start (void);
/* @widget: a window whose frames count. */
void graft_frame_recorder_watch (GtkWidget *widget);
void graft_frame_recorder_mark (const char *name);
/* Once the next frame is painted. @name: a string that stays. */
void graft_frame_recorder_mark_painted (const char *name);

G_END_DECLS
