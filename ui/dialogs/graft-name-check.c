/* graft-name-check.c: which names an entry may have
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-name-dialog.h"

#include "base/graft-name.h"

#include <glib/gi18n.h>

/* NAME_MAX of Linux, bytes. */
#define MAX_NAME 255

char *
graft_name_dialog_check (const char *text, const char *name, GraftDirectory *taken, char **ret_name)
{
  g_autofree char *raw = graft_name_unescape (text);

  if (text[0] == '\0')
    return g_strdup ("");
  if (raw == NULL)
    return g_strdup (_ ("A backslash is written \\\\, other bytes \\xNN."));
  if (strchr (raw, '/') != NULL)
    return g_strdup (_ ("A name cannot have a “/” in it."));
  if (g_str_equal (raw, ".") || g_str_equal (raw, ".."))
    return g_strdup (_ ("“.” and “..” mean the folder itself and the one above it."));
  if (strlen (raw) > MAX_NAME)
    return g_strdup (_ ("A name cannot be longer than 255 bytes."));
  if (taken != NULL && g_strcmp0 (raw, name) != 0 && graft_directory_lookup (taken, raw) != NULL)
    return g_strdup (_ ("There is an entry of this name already."));
  *ret_name = g_steal_pointer (&raw);
  return NULL;
}
