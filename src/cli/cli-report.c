/* cli-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-report.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-error.h"

static int
get_exit_code (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return CLI_EXIT_CANCELLED;
  /* A target that cannot be what was asked for is found before anything is written. */
  if (error->domain == GRAFT_EXPORT_ERROR && error->code != GRAFT_ERROR_INVALID
      && error->code != GRAFT_ERROR_REFUSED)
    return CLI_EXIT_WRITING;
  return CLI_EXIT_BAD_INPUT;
}

void
cli_report_note (const char *text)
{
  g_autofree char *line = g_utf8_make_valid (text, -1);

  /* One line, whatever came with it: a path that the user typed is not escaped. */
  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  /* Not g_printerr(), which in the C locale would spoil all that is not ASCII. */
  fprintf (stderr, "bootgraft-cli: %s\n", line);
}

int
cli_report_error (const GError *error)
{
  int code = get_exit_code (error);

  cli_report_note (code == CLI_EXIT_CANCELLED ? _ ("cancelled") : error->message);
  return code;
}

gboolean
cli_report_flush (GError **error)
{
  gboolean failed = ferror (stdout) != 0;

  errno = 0;
  if (fflush (stdout) == 0 && !failed)
    return TRUE;
  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno != 0 ? errno : EIO,
                                _ ("Standard output"), _ ("cannot be written"));
}
