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
} GraftChoose;

/* @paths: NULL-terminated, at least one; @data as it was given. */
typedef void (*GraftChosen) (GtkWidget *from, const char *const *paths, gpointer data);

/* Asks in front of the window of @from; @chosen is called unless that was cancelled or @from is
 * gone. @title, @accept: of the dialog and its button ("_Open"). */
void graft_choose (GtkWidget *from, GraftChoose what, const char *title, const char *accept,
                   GraftChosen chosen, gpointer data);

/* The same, in @folder (nullable) of the user's machine at first, seen from here or not. */
void graft_choose_in (GtkWidget *from, const char *folder, GraftChoose what, const char *title,
                      const char *accept, GraftChosen chosen, gpointer data);

/* Asks for the name of a new file, @name in @folder unless the user has it otherwise. In a Flatpak
 * only the folder is asked for, and its path has @name appended: of a single file the portal shows
 * the file alone, and nothing can be prepared beside it. */
void graft_choose_new_file (GtkWidget *from, const char *title, const char *folder,
                            const char *name, GraftChosen chosen, gpointer data);

/* The paths of a list of GFile, NULL-terminated; those that have none are left out. */
char **graft_paths_from_files (GListModel *files);

G_END_DECLS
