/* graft-file-drop.h: files that other programs drop
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * GraftFileDropFuncs:
 * @dropped: @paths: NULL-terminated, of this machine; @x, @y: where, in @widget. Whether they are
 *   taken
 * @moved: (nullable): files are held over this place
 * @left: (nullable): they are no longer
 */
typedef struct
{
  gboolean (*dropped) (GtkWidget *widget, const char *const *paths, double x, double y);
  void (*moved) (GtkWidget *widget, double x, double y);
  void (*left) (GtkWidget *widget);
} GraftFileDropFuncs;

/* Has @funcs (which must stay) called for what is dropped on @widget. What the desktop does not
 * hand over (folders, to some sandboxes) activates "win.drop-refused". */
void graft_file_drop_add (GtkWidget *widget, const GraftFileDropFuncs *funcs);

G_END_DECLS
