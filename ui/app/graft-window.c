/* graft-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-window.h"

#include <glib/gi18n.h>

#include "pages/contents/graft-contents-page.h"
#include "pages/modules/graft-modules-page.h"
#include "pages/swap/graft-swap-page.h"
#include "session/graft-session.h"

struct _GraftWindow
{
  AdwApplicationWindow parent_instance;

  AdwViewStack *pages;
  GraftContentsPage *contents_page;
  GraftModulesPage *modules_page;
  GraftSession *session;
};

G_DEFINE_FINAL_TYPE (GraftWindow, graft_window, ADW_TYPE_APPLICATION_WINDOW)

static void
graft_window_dispose (GObject *object)
{
  GraftWindow *self = GRAFT_WINDOW (object);

  if (self->session != NULL)
    graft_session_close (self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_WINDOW);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_window_parent_class)->dispose (object);
}

static void
graft_window_class_init (GraftWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_window_dispose;
  g_type_ensure (GRAFT_TYPE_CONTENTS_PAGE);
  g_type_ensure (GRAFT_TYPE_MODULES_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, contents_page);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, modules_page);
}

static void
graft_window_init (GraftWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GraftWindow *
graft_window_new (GtkApplication *application)
{
  return g_object_new (GRAFT_TYPE_WINDOW, "application", application, NULL);
}

void
graft_window_open (GraftWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  g_return_if_fail (self->session == NULL);
  self->session = graft_session_new (path);
  graft_contents_page_set_session (self->contents_page, self->session);
  graft_modules_page_set_session (self->modules_page, self->session);
}
