/* command-verify.c: read back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "cli/cli-command.h"
#include "cli/cli-json.h"
#include "cli/cli-open.h"
#include "cli/cli-progress.h"
#include "cli/cli-table.h"
#include "export/graft-verify.h"

static void
print_json (const char *out, GPtrArray *results, gboolean good)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_name (builder, "out", out, "out_b64");
  cli_json_begin_array (builder, "images");
  for (guint i = 0; i < results->len; i++)
    {
      const GraftVerified *result = g_ptr_array_index (results, i);

      json_builder_begin_object (builder);
      cli_json_name (builder, "path", result->path, "name_b64");
      cli_json_int (builder, "size", result->size);
      cli_json_text (builder, "status", graft_verified_status_get_name (result->status));
      cli_json_text (builder, "reason", result->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cli_json_bool (builder, "verified", good);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

static void
print_table (GPtrArray *results)
{
  CliTable *table = cli_table_new ("lrl");

  for (guint i = 0; i < results->len; i++)
    {
      const GraftVerified *result = g_ptr_array_index (results, i);
      g_autofree char *path = graft_name_escape (result->path);
      g_autofree char *size = g_format_size (result->size);

      cli_table_add (table, path, size, result->reason != NULL ? result->reason : _ ("ok"));
    }
  cli_table_print (table);
}

gboolean
command_verify (CliInvocation *self, GError **error)
{
  gboolean full = FALSE, json = FALSE, good = TRUE;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (CliProgress) progress = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "full", 0, 0, G_OPTION_ARG_NONE, &full,
      N_ ("Decode the content of every file, too"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the result as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  if (!cli_parse (self, entries, NULL, NULL, 1, 1, error)
      || !cli_recover (self->arguments[0], error))
    return FALSE;
  progress = cli_progress_new ();
  results = graft_verify (self->arguments[0], full, cli_progress_get (progress), self->cancellable,
                          error);
  g_clear_pointer (&progress, cli_progress_free);
  if (results == NULL)
    return FALSE;
  for (guint i = 0; i < results->len; i++)
    if (((const GraftVerified *)g_ptr_array_index (results, i))->status != GRAFT_VERIFIED_OK)
      good = FALSE;
  if (json)
    print_json (self->arguments[0], results, good);
  else
    print_table (results);
  self->found_errors = !good;
  return TRUE;
}
