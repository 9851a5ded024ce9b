/* graft-toasts.h: short news at the bottom of the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* In the AdwToastOverlay that @from lies in, or that its window has as its content. @text is no
 * markup. */
void graft_toasts_add (GtkWidget *from, const char *text);
/* With a button that activates the action @action_name ("win.undo"). */
void graft_toasts_add_with_action (GtkWidget *from, const char *text, const char *button_label,
                                   const char *action_name);

G_END_DECLS
