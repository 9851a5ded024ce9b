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
/* The end of a job: it is shown for longer, since nobody waits for it at this very moment. */
void graft_toasts_add_news (GtkWidget *from, const char *text);
/* With a button that activates the action @action_name ("win.undo"). There is one such at most: it
 * takes the place of the one before. */
void graft_toasts_add_with_action (GtkWidget *from, const char *text, const char *button_label,
                                   const char *action_name);
/* Takes away the one with a button: what that would do is no longer what the text says. */
void graft_toasts_dismiss_action (GtkWidget *from);

G_END_DECLS
