/* graft-jobs-button.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "jobs/graft-jobs-button.h"

#include <glib/gi18n.h>

#include "jobs/graft-job-row.h"

struct _GraftJobsButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkListBox *list;
  GListModel *jobs;
};

G_DEFINE_FINAL_TYPE (GraftJobsButton, graft_jobs_button, ADW_TYPE_BIN)

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();

  /* There is nothing to do with a row as such: the keyboard goes to what is in it. */
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), graft_job_row_new (item));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

static void
on_jobs_changed (GListModel *jobs, guint position, guint removed, guint added, gpointer data)
{
  GraftJobsButton *self = data;
  guint count = g_list_model_get_n_items (jobs);

  gtk_widget_set_visible (GTK_WIDGET (self), count > 0);
  if (count == 0)
    gtk_menu_button_popdown (self->button);
  else if (count == added)
    {
      /* Shown by itself it must not take the keyboard from what is being done. */
      gtk_popover_set_autohide (self->popover, FALSE);
      gtk_menu_button_popup (self->button);
    }
}

/* Asked for it takes the keyboard, so that each Cancel can be reached by keys. */
static void
on_closed (GraftJobsButton *self)
{
  gtk_popover_set_autohide (self->popover, TRUE);
}

static void
graft_jobs_button_dispose (GObject *object)
{
  GraftJobsButton *self = GRAFT_JOBS_BUTTON (object);

  if (self->jobs != NULL)
    g_signal_handlers_disconnect_by_data (self->jobs, self);
  g_clear_object (&self->jobs);
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_JOBS_BUTTON);
  G_OBJECT_CLASS (graft_jobs_button_parent_class)->dispose (object);
}

static void
graft_jobs_button_class_init (GraftJobsButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_jobs_button_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/jobs/graft-jobs-button.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftJobsButton, button);
  gtk_widget_class_bind_template_child (widget_class, GraftJobsButton, popover);
  gtk_widget_class_bind_template_child (widget_class, GraftJobsButton, list);
  gtk_widget_class_bind_template_callback (widget_class, on_closed);
}

static void
graft_jobs_button_init (GraftJobsButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_jobs_button_set_jobs (GraftJobsButton *self, GListModel *jobs)
{
  g_return_if_fail (self->jobs == NULL);
  self->jobs = g_object_ref (jobs);
  gtk_list_box_bind_model (self->list, jobs, make_row, NULL, NULL);
  g_signal_connect (jobs, "items-changed", G_CALLBACK (on_jobs_changed), self);
}
