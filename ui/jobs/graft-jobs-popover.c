/* graft-jobs-popover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "jobs/graft-jobs-popover.h"

#include "jobs/graft-job-row.h"
#include "session/graft-job.h"

struct _GraftJobsPopover
{
  GtkPopover parent_instance;

  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (GraftJobsPopover, graft_jobs_popover, GTK_TYPE_POPOVER)

static void
graft_jobs_popover_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GRAFT_TYPE_JOBS_POPOVER);
  G_OBJECT_CLASS (graft_jobs_popover_parent_class)->dispose (object);
}

static void
graft_jobs_popover_class_init (GraftJobsPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_jobs_popover_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/jobs/graft-jobs-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftJobsPopover, list);
}

static void
graft_jobs_popover_init (GraftJobsPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return GTK_WIDGET (graft_job_row_new (item));
}

void
graft_jobs_popover_set_jobs (GraftJobsPopover *self, GListModel *jobs)
{
  gtk_list_box_bind_model (self->list, jobs, create_row, NULL, NULL);
}
