/* command-info.c: what a set consists of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "cli/cli-info.h"
#include "cli/cli-open.h"
#include "cli/cli-report.h"

gboolean
command_info (CliInvocation *self, GError **error)
{
  gboolean json = FALSE, any = FALSE;
  const GError *problem = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GPtrArray) facts = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the facts as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  if (!cli_parse (self, entries, NULL, NULL, 1, 1, error))
    return FALSE;
  set = cli_open_set (self, self->arguments[0], error);
  if (set == NULL)
    return FALSE;
  facts = cli_info_gather (set, json, self->cancellable, error);
  if (facts == NULL)
    return FALSE;
  for (guint i = 0; i < facts->len; i++)
    {
      const CliMemberFacts *member = g_ptr_array_index (facts, i);

      any = any || member->problem == NULL;
      problem = problem != NULL ? problem : member->problem;
    }
  /* What is known of the others is worth saying even when one cannot be read. */
  if (any && json)
    cli_info_print_json (set, facts);
  else if (any)
    cli_info_print (set, facts);
  if (!cli_report_flush (error))
    return FALSE;
  if (problem != NULL)
    g_propagate_error (error, g_error_copy (problem));
  return problem == NULL;
}
