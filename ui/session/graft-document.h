/* graft-document.h: files that the document portal shows to a sandboxed program
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Flatpak has what the user gave it as $XDG_RUNTIME_DIR/doc/ID/NAME, in which the ID is the
 * portal's; NAME is the file or the folder that was given. Beside NAME nothing is shown, whatever
 * lies there. (The documentation of org.freedesktop.portal.Documents.)
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @path is a file that was given without what lies beside it. False of all that no portal
 * shows. */
gboolean graft_document_is_alone (const char *path);

/* Whether new files can be made in the folder @path: not in those that the portal itself makes up,
 * in which whatever is made is lost in a hidden file beside the document. */
gboolean graft_document_can_hold (const char *path);

/* Where @path lies on the user's machine, as far as the portal tells; %NULL when it does not, or
 * when @path is none of its documents. */
char *graft_document_dup_host_path (const char *path);

/* @path for people to read: the user's own name of it, never that of the portal. Not for anything
 * but showing it. */
char *graft_document_dup_display_name (const char *path);

/* The same file as @path, which was given alone, below one of the folders that were given before:
 * those that @known (%NULL-terminated paths of files or folders) are or lie in. %NULL: in none. */
char *graft_document_find_given (const char *path, const char *const *known);

G_END_DECLS
