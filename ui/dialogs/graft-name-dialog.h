/* graft-name-dialog.h: asks for the name of an entry
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "image/graft-directory.h"

G_BEGIN_DECLS

/* @name: raw, as it goes into an image. */
typedef void (*GraftNameChosen) (const char *name, gpointer data);

/**
 * graft_name_dialog_present:
 * @from: over its window
 * @heading: what is asked for ("New folder")
 * @accept: of the button ("_Create")
 * @name: (nullable): raw: the entry's name now
 * @taken: (nullable): what the folder has already: those names are refused
 * @done: called when a name was chosen; not when the user thinks better of it
 *
 * Names are shown and typed with escapes, as everywhere (graft-name.h).
 */
void graft_name_dialog_present (GtkWidget *from, const char *heading, const char *accept,
                                const char *name, GraftDirectory *taken, GraftNameChosen done,
                                gpointer data, GDestroyNotify free_data);

/* What is wrong with @text as a name, in the user's language; NULL: nothing. @ret_name: raw, set
 * where it is NULL. @text "" is wrong without words: "". */
char *graft_name_dialog_check (const char *text, const char *name, GraftDirectory *taken,
                               char **ret_name);

G_END_DECLS
