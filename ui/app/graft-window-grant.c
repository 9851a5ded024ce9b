/* graft-window-grant.c: a set of which a sandbox shows one file only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Flatpak that opens a file sees nothing beside it. The folder is the user's to give, in the
 * portal's dialog; the portal keeps it given, so that it is asked for once.
 */

#include <glib/gi18n.h>

#include "app/graft-settings.h"
#include "app/graft-window-private.h"
#include "session/graft-document.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-toasts.h"

char *
graft_window_dup_given_path (const char *path)
{
  g_autoptr (GPtrArray) recent = NULL;
  g_autoptr (GPtrArray) known = NULL;
  char *given;

  if (!graft_document_is_alone (path))
    return g_strdup (path);
  recent = graft_settings_list_recent ();
  known = g_ptr_array_new ();
  for (guint i = 0; i < recent->len; i++)
    g_ptr_array_add (known, ((GraftRecentSet *)g_ptr_array_index (recent, i))->path);
  g_ptr_array_add (known, NULL);
  given = graft_document_find_given (path, (const char *const *)known->pdata);
  return given != NULL ? given : g_strdup (path);
}

static gboolean
has_initrd (GraftSession *session)
{
  GListModel *layers = graft_session_get_layers (session);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_get_role (layer) == GRAFT_ROLE_INITRD)
        return TRUE;
    }
  return FALSE;
}

void
graft_window_update_grant (GraftWindow *self)
{
  const gboolean alone = graft_document_is_alone (graft_session_get_path (self->session));

  if (alone)
    gtk_label_set_text (self->grant_label,
                        has_initrd (self->session)
                            ? _ ("The kernel and squashfs of this set lie beside this file.")
                            : _ ("The other files of this set lie beside this file."));
  gtk_widget_set_visible (self->grant_bar, alone);
  graft_window_update_actions (self);
}

/* The set in a window of its own; this one goes, unless there is something in it to be lost. */
static void
open_instead (GraftWindow *self, const char *path)
{
  const gboolean lost = graft_session_is_changed (self->session)
                        || g_list_model_get_n_items (graft_session_get_jobs (self->session)) > 0;

  graft_window_open_path (self, path);
  if (!lost)
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_folder_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  GraftWindow *self = GRAFT_WINDOW (from);
  g_autofree char *name = g_path_get_basename (graft_session_get_path (self->session));
  g_autofree char *path = g_build_filename (paths[0], name, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_autofree char *folder = graft_document_dup_display_name (paths[0]);
      g_autofree char *shown = g_filename_display_name (name);
      g_autofree char *text = g_strdup_printf (
          _ ("“%s” has no %s: choose the folder that it lies in"), folder, shown);

      graft_toasts_add (from, text);
      return;
    }
  open_instead (self, path);
}

void
graft_window_choose_set_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GraftWindow *self = GRAFT_WINDOW (widget);
  const char *path = graft_session_get_path (self->session);
  g_autofree char *host = graft_document_dup_host_path (path);
  g_autofree char *folder = host != NULL ? g_path_get_dirname (host) : NULL;

  graft_choose_in (widget, folder, GRAFT_CHOOSE_FOLDER, _ ("Choose the folder of this set"),
                   _ ("_Choose"), on_folder_chosen, NULL);
}
