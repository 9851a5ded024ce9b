/* graft-step-folders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-folders.h"

#include "image/graft-path.h"

static GraftNode *
new_folder (gint64 mtime)
{
  const GraftNodeInit init = {
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = { .mode = 0755, .mtime = mtime },
  };

  return graft_node_new (&init);
}

gboolean
graft_step_make_folders (GraftOverlay *overlay, int part, const char *path, gint64 mtime,
                         GError **error)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  g_autoptr (GString) so_far = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) root = graft_overlay_dup_part (overlay, part, error);
      g_autoptr (GraftNode) there = NULL, folder = NULL;

      if (root == NULL)
        return FALSE;
      if (*names[i] == '\0')
        continue;
      g_string_append_printf (so_far, "/%s", names[i]);
      there = graft_path_find (root, so_far->str, GRAFT_PATH_FOLLOW, NULL, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (there != NULL)
        continue;
      folder = new_folder (mtime);
      if (!graft_overlay_put (overlay, part, so_far->str, folder, error))
        return FALSE;
    }
  return TRUE;
}
