/* graft-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-application.h"

#include <glib/gi18n.h>

#include "app/graft-frame-recorder.h"
#include "app/graft-window.h"

struct _GraftApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (GraftApplication, graft_application, ADW_TYPE_APPLICATION)

static void
graft_application_activate (GApplication *application)
{
  GtkWindow *window = GTK_WINDOW (graft_window_new (GTK_APPLICATION (application)));

  gtk_window_present (window);
}

/* A window that shows this set already, or one that waits for one, or a new one. */
static GraftWindow *
get_window (GraftApplication *self, GFile *file, gboolean *ret_has_it)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));
  GraftWindow *empty = NULL;

  *ret_has_it = FALSE;
  for (GList *l = windows; l != NULL; l = l->next)
    {
      GraftWindow *window = GRAFT_IS_WINDOW (l->data) ? l->data : NULL;

      if (window == NULL)
        continue;
      if (graft_window_has_set (window)
          && g_strcmp0 (graft_window_get_path (window), g_file_peek_path (file)) == 0)
        {
          *ret_has_it = TRUE;
          return window;
        }
      if (!graft_window_has_set (window) && graft_window_get_path (window) == NULL)
        empty = window;
    }
  return empty != NULL ? empty : graft_window_new (GTK_APPLICATION (self));
}

static void
graft_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      gboolean has_it;
      GraftWindow *window = get_window (GRAFT_APPLICATION (application), files[i], &has_it);

      if (!has_it)
        graft_window_open (window, files[i]);
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
do_new_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_application_activate (data);
}

/* Each window asks for itself; one that is told to stay stays. */
static void
do_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (data));

  for (GList *l = windows; l != NULL; l = l->next)
    if (GRAFT_IS_WINDOW (l->data))
      gtk_window_close (l->data);
}

static void
do_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (data), "application-name", "Bootgraft",
                         "application-icon", "io.github.bootgraft.Bootgraft", "version", VERSION,
                         "developer-name", _ ("The Bootgraft developers"), "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Opens the files that a machine boots from, shows whether their "
                            "drivers match the kernel, and swaps the kernel in all of them."),
                         NULL);
}

static void
set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "win.open-folder", { "<Control>o" } },
    { "win.open-image", { "<Control><Shift>o" } },
    { "win.undo", { "<Control>z" } },
    { "win.redo", { "<Control><Shift>z", "<Control>y" } },
    { "win.search", { "<Control>f" } },
    { "win.swap", { "<Control>k" } },
    { "win.export", { "<Control>e", "<Control>s" } },
    { "win.show-page::contents", { "<Alt>1" } },
    { "win.show-page::modules", { "<Alt>2" } },
    { "win.back", { "<Alt>Left" } },
    { "win.close", { "<Control>w" } },
    { "app.new-window", { "<Control>n" } },
    { "app.quit", { "<Control>q" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].keys);
}

static void
graft_application_startup (GApplication *application)
{
  const GActionEntry entries[] = {
    { "new-window", do_new_window },
    { "quit", do_quit },
    { "about", do_about },
  };

  G_APPLICATION_CLASS (graft_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  set_accels (GTK_APPLICATION (application));
  gtk_window_set_default_icon_name ("io.github.bootgraft.Bootgraft");
  graft_frame_recorder_start (application);
}

static void
graft_application_class_init (GraftApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = graft_application_startup;
  application_class->activate = graft_application_activate;
  application_class->open = graft_application_open;
}

static void
graft_application_init (GraftApplication *self)
{
}

GraftApplication *
graft_application_new (void)
{
  return g_object_new (GRAFT_TYPE_APPLICATION, "application-id", "io.github.bootgraft.Bootgraft",
                       "resource-base-path", "/io/github/bootgraft/Bootgraft", "flags",
                       G_APPLICATION_HANDLES_OPEN, NULL);
}
