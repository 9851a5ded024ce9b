/* graft-modules-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-modules-page.h"

#include <glib/gi18n.h>

struct _GraftModulesPage
{
  AdwBin parent_instance;

  GraftSession *session;
};

G_DEFINE_FINAL_TYPE (GraftModulesPage, graft_modules_page, ADW_TYPE_BIN)

static void
graft_modules_page_dispose (GObject *object)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_MODULES_PAGE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_modules_page_parent_class)->dispose (object);
}

static void
graft_modules_page_class_init (GraftModulesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_modules_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/modules/graft-modules-page.ui");
}

static void
graft_modules_page_init (GraftModulesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_modules_page_set_session (GraftModulesPage *self, GraftSession *session)
{
  g_set_object (&self->session, session);
}
