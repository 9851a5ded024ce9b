/* graft-job-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "jobs/graft-job-row.h"

#include <glib/gi18n.h>

#include "widgets/graft-size-text.h"

struct _GraftJobRow
{
  GtkBox parent_instance;

  GtkLabel *label;
  GtkProgressBar *bar;
  GtkLabel *detail;
  GtkButton *cancel_button;
  GraftJob *job;
};

G_DEFINE_FINAL_TYPE (GraftJobRow, graft_job_row, GTK_TYPE_BOX)

static void
show_detail (GraftJobRow *self)
{
  g_autofree char *left = graft_time_left_text (graft_job_get_time_left (self->job));
  const char *what = graft_job_get_what (self->job);
  g_autofree char *both = NULL;

  if (graft_job_is_cancelled (self->job))
    both = g_strdup (_ ("Stopping…"));
  else if (what != NULL && left != NULL)
    both = g_strdup_printf ("%s · %s", what, left);
  gtk_label_set_text (self->detail, both != NULL ? both : what != NULL ? what : left);
  gtk_progress_bar_set_fraction (self->bar, graft_job_get_fraction (self->job));
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel_button), !graft_job_is_cancelled (self->job));
}

static void
on_cancel (GraftJobRow *self)
{
  graft_job_cancel (self->job);
}

static void
graft_job_row_dispose (GObject *object)
{
  GraftJobRow *self = GRAFT_JOB_ROW (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_JOB_ROW);
  G_OBJECT_CLASS (graft_job_row_parent_class)->dispose (object);
}

static void
graft_job_row_class_init (GraftJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_job_row_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/jobs/graft-job-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, label);
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, bar);
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, detail);
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
graft_job_row_init (GraftJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
graft_job_row_new (GraftJob *job)
{
  GraftJobRow *self = g_object_new (GRAFT_TYPE_JOB_ROW, NULL);
  g_autofree char *spoken = g_strdup_printf (_ ("Cancel: %s"), graft_job_get_label (job));

  self->job = g_object_ref (job);
  gtk_label_set_text (self->label, graft_job_get_label (job));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  graft_job_get_label (job), -1);
  g_signal_connect_swapped (job, "notify", G_CALLBACK (show_detail), self);
  show_detail (self);
  return GTK_WIDGET (self);
}
