/* graft-job-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "jobs/graft-job-row.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"

struct _GraftJobRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *label;
  GtkLabel *what;
  GtkLabel *time_left;
  GtkProgressBar *bar;
  GtkWidget *cancel;
  GraftJob *job;
};

G_DEFINE_FINAL_TYPE (GraftJobRow, graft_job_row, GTK_TYPE_LIST_BOX_ROW)

static char *
describe_time_left (double seconds)
{
  guint left = seconds + 0.5;

  if (seconds < 0)
    return g_strdup ("");
  if (left < 60)
    return g_strdup_printf (ngettext ("%u second left", "%u seconds left", left), left);
  left = (left + 59) / 60;
  return g_strdup_printf (ngettext ("%u minute left", "%u minutes left", left), left);
}

static void
show (GraftJobRow *self)
{
  g_autofree char *time_left = describe_time_left (graft_job_get_time_left (self->job));
  const char *told = graft_job_get_what (self->job);
  g_autofree char *what = graft_name_escape (told != NULL ? told : "");
  gboolean cancelled = graft_job_is_cancelled (self->job);

  gtk_label_set_label (self->what, cancelled ? _ ("Stopping…") : what);
  gtk_label_set_label (self->time_left, cancelled ? "" : time_left);
  gtk_progress_bar_set_fraction (self->bar, graft_job_get_fraction (self->job));
  gtk_widget_set_sensitive (self->cancel, !cancelled);
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

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_JOB_ROW);
  g_clear_object (&self->job);
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
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, what);
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, time_left);
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, bar);
  gtk_widget_class_bind_template_child (widget_class, GraftJobRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
graft_job_row_init (GraftJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GraftJobRow *
graft_job_row_new (GraftJob *job)
{
  GraftJobRow *self = g_object_new (GRAFT_TYPE_JOB_ROW, NULL);
  g_autofree char *label = graft_name_escape (graft_job_get_label (job));

  self->job = g_object_ref (job);
  gtk_label_set_label (self->label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (job, "notify", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return self;
}
