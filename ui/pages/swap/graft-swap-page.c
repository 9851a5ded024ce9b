/* graft-swap-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-page.h"

#include <glib/gi18n.h>

struct _GraftSwapPage
{
  AdwBin parent_instance;

  GraftSession *session;
};

G_DEFINE_FINAL_TYPE (GraftSwapPage, graft_swap_page, ADW_TYPE_BIN)

static void
graft_swap_page_dispose (GObject *object)
{
  GraftSwapPage *self = GRAFT_SWAP_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_SWAP_PAGE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_swap_page_parent_class)->dispose (object);
}

static void
graft_swap_page_class_init (GraftSwapPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_swap_page_dispose;
  g_signal_new ("leave", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/swap/graft-swap-page.ui");
}

static void
graft_swap_page_init (GraftSwapPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_swap_page_set_session (GraftSwapPage *self, GraftSession *session)
{
  g_set_object (&self->session, session);
}

void
graft_swap_page_plan (GraftSwapPage *self, const char *const *paths)
{
}
