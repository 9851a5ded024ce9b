/* command-export.c: a set anew, without edits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-export.h"
#include "cli/cli-open.h"

gboolean
command_export (CliInvocation *self, GError **error)
{
  g_auto (CliExport) options = { 0 };
  g_autoptr (GraftBootSet) set = NULL;

  if (!cli_export_parse (self, &options, NULL, 1, 1, error))
    return FALSE;
  set = cli_open_set (self, self->arguments[0], error);
  return set != NULL && cli_export_run (self, &options, set, error);
}
