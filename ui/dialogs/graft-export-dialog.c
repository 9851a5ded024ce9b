/* graft-export-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-export-dialog.h"

void
graft_export_dialog_present (GtkWindow *parent, GraftSession *session)
{
}
