/* graft-chooser.h: asking for files and folders of this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By GtkFileChooserNative, which goes through the portal where there is one.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  GRAFT_CHOOSE_FILE,
  GRAFT_CHOOSE_FILES,
  GRAFT_CHOOSE_FOLDER,
  GRAFT_CHOOSE_KERNEL, /* files that look like a kernel by their names; all others can be shown */
  GRAFT_CHOOSE_RECIPE,
  GRAFT_SAVE_RECIPE, /* a new file, or one that is replaced once that was asked */
} GraftChoose;

/* @paths: NULL-terminated, at least one; @data as it was given. */
typedef void (*GraftChosen) (GtkWidget *from, const char *const *paths, gpointer data);

/* Asks in front of the window of @from; @chosen is called unless that was cancelled or @from is
 * gone. @title, @accept: of the dialog and its button ("_Open"). */
void graft_choose (GtkWidget *from, GraftChoose what, const char *title, const char *accept,
                   GraftChosen chosen, gpointer data);

/* The paths of a list of GFile, NULL-terminated; those that have none are left out. */
char **graft_paths_from_files (GListModel *files);

G_END_DECLS
