/* graft-file-drop.h: files that other programs drop
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @paths: NULL-terminated, of this machine; @x, @y: where, in @widget. Whether they are taken. */
typedef gboolean (*GraftFilesDropped) (GtkWidget *widget, const char *const *paths, double x,
                                       double y);

/* Has @dropped called for what is dropped on @widget. What the desktop does not hand over (folders,
 * to some sandboxes) activates "win.drop-refused". Borrowed: for those who look at the way there.
 */
GtkDropTargetAsync *graft_file_drop_add (GtkWidget *widget, GraftFilesDropped dropped);

G_END_DECLS
