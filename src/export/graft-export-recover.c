/* graft-export-recover.c: what a killed export left
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "export/graft-export.h"
#include "export/graft-intent.h"
#include "export/graft-workspace.h"

static char *
list_names (GPtrArray *items)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *shown
          = graft_name_escape (((GraftIntentItem *)g_ptr_array_index (items, i))->name);

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", shown);
    }
  return g_string_free (names, FALSE);
}

/* Completes; where a new file was damaged since, or a rename is refused, goes back. */
static char *
finish (GraftWorkspace *workspace, GPtrArray *items, gboolean back, GError **error)
{
  int fd = graft_workspace_get_fd (workspace);
  int folder_fd = graft_workspace_get_folder_fd (workspace);
  g_autofree char *names = list_names (items);
  g_autofree char *folder = graft_name_escape (graft_workspace_get_folder (workspace));

  if (!back && graft_intent_check (fd, items, NULL)
      && graft_intent_complete (fd, folder_fd, items, NULL))
    return g_strdup_printf (_ ("An interrupted export over the files of %s was completed: %s"),
                            folder, names);
  if (!graft_intent_roll_back (fd, folder_fd, items, error))
    return NULL;
  return g_strdup_printf (_ ("An interrupted export over the files of %s was undone; the old files "
                             "are back: %s"),
                          folder, names);
}

static gboolean
recover_workspace (int folder_fd, const char *folder, const char *name, char **done, GError **error)
{
  g_autoptr (GraftWorkspace) workspace = graft_workspace_adopt (folder_fd, folder, name);
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *shown = graft_name_escape (folder);
  gboolean back = FALSE;

  if (workspace == NULL || !graft_intent_exists (graft_workspace_get_fd (workspace)))
    return TRUE;
  /* It goes only when all is done. */
  graft_workspace_keep (workspace);
  items = graft_intent_read (graft_workspace_get_fd (workspace), &back, error);
  if (items != NULL)
    {
      g_free (*done);
      *done = finish (workspace, items, back, error);
    }
  if (items == NULL || *done == NULL)
    {
      g_prefix_error (error,
                      _ ("%s: an interrupted export over its files cannot be finished (see %s "
                         "there): "),
                      shown, name);
      return FALSE;
    }
  graft_intent_remove (graft_workspace_get_fd (workspace));
  graft_workspace_remove (workspace);
  return TRUE;
}

gboolean
graft_export_recover (const char *folder, char **ret_done, GError **error)
{
  g_autofree char *done = NULL;
  g_auto (GStrv) names = NULL;
  gboolean good = TRUE;
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  /* A folder that cannot be listed is for whoever opens the set to complain about. */
  if (fd >= 0)
    {
      names = graft_workspace_list (fd);
      for (guint i = 0; good && names[i] != NULL; i++)
        good = recover_workspace (fd, folder, names[i], &done, error);
      close (fd);
    }
  if (good && ret_done != NULL)
    *ret_done = g_steal_pointer (&done);
  return good;
}
