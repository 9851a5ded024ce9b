/* graft-cobbler-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-cobbler-report.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>

/* Of the digest of a text, to tell it from others. */
#define DIGITS 16

char *
graft_cobbler_report_save (const char *text, GError **error)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *name = g_strdup_printf ("%.*s.txt", DIGITS, digest);
  g_autofree char *folder
      = g_build_filename (g_get_user_data_dir (), "bootgraft", "cobbler-reports", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      int code = errno;
      g_autofree char *shown = g_filename_display_name (folder);

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _ ("The folder %s cannot be made: %s"), shown, g_strerror (code));
      return NULL;
    }
  return g_file_set_contents (path, text, -1, error) ? g_steal_pointer (&path) : NULL;
}
