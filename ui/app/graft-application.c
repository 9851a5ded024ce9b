/* graft-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-application.h"

#include <glib/gi18n.h>

#include "app/graft-window.h"
#include "help/graft-help-window.h"

#define APP_ID "io.github.bootgraft.Bootgraft"

struct _GraftApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (GraftApplication, graft_application, ADW_TYPE_APPLICATION)

static void
graft_application_activate (GApplication *application)
{
  GList *item = gtk_application_get_windows (GTK_APPLICATION (application));

  /* The help alone is not what somebody starts the program for. */
  while (item != NULL && !GRAFT_IS_WINDOW (item->data))
    item = item->next;
  gtk_window_present (item != NULL ? GTK_WINDOW (item->data)
                                   : GTK_WINDOW (graft_window_new (GTK_APPLICATION (application))));
}

static void
graft_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_file_get_path (files[i]);
      g_autofree char *uri = g_file_get_uri (files[i]);

      /* What is not on this machine cannot be read at an offset: the session says so. */
      graft_window_open (GTK_APPLICATION (application), path != NULL ? path : uri);
    }
}

static void
new_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (graft_window_new (GTK_APPLICATION (data))));
}

/* Each window asks for itself; one that is refused keeps the program running. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  for (GList *item = windows; item != NULL; item = item->next)
    gtk_window_close (GTK_WINDOW (item->data));
}

/* At the page of what the window shows. */
static void
help (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  graft_help_window_present (
      GTK_APPLICATION (data),
      GRAFT_IS_WINDOW (window) ? graft_window_get_help_page (GRAFT_WINDOW (window)) : NULL);
}

static void
about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (data)),
                         "application-name", "Bootgraft", "application-icon", APP_ID, "version",
                         VERSION, "developer-name", _ ("The Bootgraft developers"), "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Swaps the kernel of a Linux boot set, with its modules in every "
                            "layer, and reads back what it wrote."),
                         NULL);
}

static void
graft_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "new-window", new_window, NULL, NULL, NULL },
    { "quit", quit, NULL, NULL, NULL },
    { "help", help, NULL, NULL, NULL },
    { "about", about, NULL, NULL, NULL },
  };
  static const char *const new_keys[] = { "<Control>n", NULL };
  static const char *const quit_keys[] = { "<Control>q", NULL };
  static const char *const help_keys[] = { "F1", NULL };

  G_APPLICATION_CLASS (graft_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.new-window", new_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", quit_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.help", help_keys);
}

static void
graft_application_class_init (GraftApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = graft_application_activate;
  application_class->open = graft_application_open;
  application_class->startup = graft_application_startup;
}

static void
graft_application_init (GraftApplication *self)
{
}

GraftApplication *
graft_application_new (void)
{
  return g_object_new (GRAFT_TYPE_APPLICATION, "application-id", APP_ID, "resource-base-path",
                       "/io/github/bootgraft/Bootgraft", "flags", G_APPLICATION_HANDLES_OPEN, NULL);
}
