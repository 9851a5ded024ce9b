/* command-extract.c: copy out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli-extract.h"
#include "cli/cli-open.h"
#include "image/graft-path.h"

gboolean
command_extract (CliInvocation *self, GError **error)
{
  g_autoptr (CliPlace) place = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autofree char *path = NULL, *name = NULL;
  gboolean refused = FALSE;

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
  /* Of "/" all that is in it; anything else under its own name. */
  name = strcmp (path, "/") == 0 ? NULL : g_path_get_basename (path);
  if (!cli_extract (node, name, self->arguments[1], &refused, self->cancellable, error))
    return FALSE;
  self->found_errors = refused;
  return TRUE;
}
