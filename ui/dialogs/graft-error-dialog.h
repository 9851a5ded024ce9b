/* graft-error-dialog.h: something could not be done, and why
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Over the window of @from. @heading says what was not done ("Could not open the set"); the error's
 * own sentence is the body, selectable. A cancel is no error: nothing is shown. */
void graft_error_dialog_show (GtkWidget *from, const char *heading, const GError *error);

G_END_DECLS
