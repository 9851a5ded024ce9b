/* graft-help-window.h: the user guide
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_HELP_WINDOW (graft_help_window_get_type ())
G_DECLARE_FINAL_TYPE (GraftHelpWindow, graft_help_window, GRAFT, HELP_WINDOW, AdwApplicationWindow)

/**
 * graft_help_window_present:
 * @application: has one such window at most
 * @page: (nullable): the page to show ("plan"); NULL: the one that is shown, or the first
 *
 * The guide is in the program, so that it is there in a Flatpak and without any other program.
 */
void graft_help_window_present (GtkApplication *application, const char *page);

G_END_DECLS
