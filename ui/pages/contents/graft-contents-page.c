/* graft-contents-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page.h"

#include <glib/gi18n.h>

struct _GraftContentsPage
{
  AdwBin parent_instance;

  GraftSession *session;
};

G_DEFINE_FINAL_TYPE (GraftContentsPage, graft_contents_page, ADW_TYPE_BIN)

static void
graft_contents_page_dispose (GObject *object)
{
  GraftContentsPage *self = GRAFT_CONTENTS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_CONTENTS_PAGE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_contents_page_parent_class)->dispose (object);
}

static void
graft_contents_page_class_init (GraftContentsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_contents_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/contents/graft-contents-page.ui");
}

static void
graft_contents_page_init (GraftContentsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_contents_page_set_session (GraftContentsPage *self, GraftSession *session)
{
  g_set_object (&self->session, session);
}
