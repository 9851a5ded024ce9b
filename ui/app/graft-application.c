/* graft-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-application.h"

#include <glib/gi18n.h>

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

static void
graft_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      GraftWindow *window = graft_window_new (GTK_APPLICATION (application));

      graft_window_open (window, files[i]);
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
graft_application_class_init (GraftApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

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
