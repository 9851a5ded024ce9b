/* graft-export-target.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-export-target.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-name.h"

void
graft_export_target_free (GraftExportTarget *self)
{
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

static gboolean
refuse (GError **error, int code, const char *format, const char *path)
{
  g_autofree char *shown = graft_name_escape (path);

  /* All formats are literals of this file. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GRAFT_EXPORT_ERROR, code, format, shown);
#pragma GCC diagnostic pop
  return FALSE;
}

/* Whether @folder is @ancestor or lies below it, links resolved. */
static gboolean
is_below (const char *folder, const char *ancestor)
{
  char *inner = realpath (folder, NULL), *outer = realpath (ancestor, NULL);
  gboolean below = FALSE;

  if (inner != NULL && outer != NULL && g_str_has_prefix (inner, outer))
    {
      char next = inner[strlen (outer)];

      below = next == '\0' || next == '/' || strcmp (outer, "/") == 0;
    }
  free (inner);
  free (outer);
  return below;
}

gboolean
graft_export_target_check_outside (const char *out, const char *set_folder, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (out);

  if (!is_below (folder, set_folder))
    return TRUE;
  return refuse (error, GRAFT_ERROR_REFUSED,
                 _ ("%s would lie in the set's own folder, which would then hold two of "
                    "everything; choose a place outside"),
                 out);
}

GraftExportTarget *
graft_export_target_new (const char *out, GraftBootSet *set, GError **error)
{
  g_autoptr (GraftExportTarget) self = g_new0 (GraftExportTarget, 1);
  g_autofree char *path = g_strdup (out);
  struct stat status;

  /* "out/" means "out". */
  for (gsize length = strlen (path); length > 1 && path[length - 1] == '/'; length--)
    path[length - 1] = '\0';
  self->folder = g_path_get_dirname (path);
  self->name = g_path_get_basename (path);
  if (*out == '\0' || strcmp (self->name, ".") == 0 || strcmp (self->name, "..") == 0
      || lstat (path, &status) == 0)
    {
      refuse (error, GRAFT_ERROR_INVALID, _ ("%s exists; choose a name that is free"), out);
      return NULL;
    }
  if (errno != ENOENT || stat (self->folder, &status) < 0 || !S_ISDIR (status.st_mode))
    {
      refuse (error, GRAFT_ERROR_INVALID,
              _ ("%s, the folder to write to, is not there or cannot be used"), self->folder);
      return NULL;
    }
  if (set != NULL
      && !graft_export_target_check_outside (path, graft_boot_set_get_folder (set), error))
    return NULL;
  return g_steal_pointer (&self);
}
