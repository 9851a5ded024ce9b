/* graft-frame-recorder.h: how long the window could not answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For measurements. With BOOTGRAFT_FRAMES=FILE in the environment, each mark appends a line to
 * FILE:
 *
 *   NAME LONGEST SINCE-START
 *
 * LONGEST: milliseconds of the longest time since the mark before in which the main loop ran
 * nothing else: the lateness of a timer of 10 ms, or the making of one frame. SINCE-START:
 * milliseconds since the process started.
 *
 * The mark "window" is made when the first window was painted; "close" when one closes; others by
 * the action "app.frames" with the mark's name. Without the variable nothing is measured, and the
 * action does nothing. */

/* Once, by the application. */
void graft_frame_recorder_start (GApplication *application);
/* Once for each window, before it is shown. */
void graft_frame_recorder_watch (GtkWindow *window);
void graft_frame_recorder_mark (const char *name);

G_END_DECLS
