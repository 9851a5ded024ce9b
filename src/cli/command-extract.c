/* command-extract.c: copy out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli-open.h"
#include "cli/cli-progress.h"
#include "cli/cli-report.h"
#include "export/graft-extract.h"
#include "image/graft-path.h"

/* Of "/" all that is in it; anything else under its own name. */
static gboolean
extract (CliInvocation *self, GraftNode *node, const char *path, GraftExtractReport *report,
         GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GraftDirectory) directory = NULL;
  const GraftEntry single = { name, node }, *entries = &single;
  guint n_entries = 1;
  g_autoptr (CliProgress) progress = cli_progress_new ();

  if (strcmp (path, "/") == 0)
    {
      directory = graft_node_list (node, error);
      if (directory == NULL)
        return FALSE;
      n_entries = graft_directory_get_n_entries (directory);
      entries = n_entries > 0 ? graft_directory_get_entry (directory, 0) : NULL;
    }
  return graft_extract (entries, n_entries, self->arguments[1], report, cli_progress_get (progress),
                        self->cancellable, error);
}

gboolean
command_extract (CliInvocation *self, GError **error)
{
  g_autoptr (CliPlace) place = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftExtractReport) report = graft_extract_report_new ();
  g_autofree char *path = NULL;
  gboolean done;

  if (!cli_parse (self, NULL, NULL, NULL, 2, 2, error))
    return FALSE;
  place = cli_place_open (self, self->arguments[0], error);
  if (place == NULL)
    return FALSE;
  node = graft_path_lookup (place->root, place->address->path, 0, &path, error);
  if (node == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (place->image));
      return FALSE;
    }
  done = extract (self, node, path, report, error);
  for (guint i = 0; i < report->notes->len; i++)
    cli_report_note (g_ptr_array_index (report->notes, i));
  self->found_errors = report->n_refused > 0;
  return done;
}
