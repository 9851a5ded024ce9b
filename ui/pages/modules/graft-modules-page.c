/* graft-modules-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-modules-page.h"

#include <glib/gi18n.h>

#include "dialogs/graft-error-dialog.h"
#include "pages/modules/graft-modules-page-private.h"

/**
 * Request:
 * @page: who asked
 * @rows: what the worker fills; NULL once it was taken
 */
typedef struct
{
  GWeakRef page;
  GraftModuleRows *rows;
} Request;

G_DEFINE_FINAL_TYPE (GraftModulesPage, graft_modules_page, ADW_TYPE_BIN)

static void
request_free (gpointer data)
{
  Request *self = data;

  g_weak_ref_clear (&self->page);
  g_clear_pointer (&self->rows, graft_module_rows_free);
  g_free (self);
}

/* A comparison that could not be made is given up; what is shown stays, if it is still true. */
static void
give_up (GraftModulesPage *self, const GError *error)
{
  gboolean compared = self->against != NULL;
  gboolean current = self->rows != NULL && graft_module_rows_is_current (self->rows, self->session);

  graft_error_dialog_show (GTK_WIDGET (self),
                           compared ? _ ("The modules could not be compared")
                                    : _ ("The modules could not be read"),
                           error);
  g_clear_pointer (&self->against, graft_new_modules_unref);
  if (current && self->rows->against != NULL)
    self->against = graft_new_modules_ref (self->rows->against);
  if (!current && compared)
    graft_modules_page_renew (self);
}

static void
on_done (GraftJob *job, const GError *error, gpointer data)
{
  Request *request = data;
  g_autoptr (GraftModulesPage) self = g_weak_ref_get (&request->page);

  if (self == NULL || self->job != job)
    return;
  g_clear_object (&self->job);
  if (error != NULL)
    give_up (self, error);
  else
    graft_modules_page_take_rows (self, g_steal_pointer (&request->rows));
  graft_modules_page_update_actions (self);
  graft_modules_page_show_sum (self);
}

static gboolean
gather (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  return graft_module_rows_gather (((Request *)data)->rows, progress, cancellable, error);
}

static gboolean
compare (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
         GError **error)
{
  return graft_module_rows_compare (set, ((Request *)data)->rows, progress, cancellable, error);
}

void
graft_modules_page_renew (GraftModulesPage *self)
{
  Request *request;
  GraftJob *job;

  self->stale = TRUE;
  if (self->session == NULL || graft_session_get_state (self->session) != GRAFT_SESSION_OPEN
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->stale = FALSE;
  if (self->job != NULL)
    graft_job_cancel (self->job);
  g_clear_object (&self->job);
  request = g_new0 (Request, 1);
  g_weak_ref_init (&request->page, self);
  request->rows = graft_module_rows_new (self->session, self->against);
  if (self->against != NULL)
    job = graft_session_run (self->session, _ ("Comparing modules"), compare, on_done, request,
                             request_free);
  else
    job = graft_session_look (self->session, gather, on_done, request, request_free);
  self->job = g_object_ref (job);
  graft_modules_page_update_actions (self);
  graft_modules_page_show_sum (self);
}

static void
on_state (GraftModulesPage *self)
{
  if (graft_session_get_state (self->session) == GRAFT_SESSION_OPEN)
    graft_modules_page_renew (self);
}

/* Most edits touch no layer's tree that has modules, but that shows only when they are gathered. */
static void
on_edited (GraftModulesPage *self)
{
  if (self->job == NULL && self->rows != NULL
      && graft_module_rows_is_current (self->rows, self->session))
    return;
  graft_modules_page_renew (self);
}

static gboolean
lay_out (gpointer data)
{
  GraftModulesPage *self = data;

  self->layout_source = 0;
  graft_module_columns_set_room (self->columns, gtk_widget_get_width (GTK_WIDGET (self)),
                                 self->rows != NULL && self->rows->against != NULL);
  return G_SOURCE_REMOVE;
}

static void
graft_modules_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                            int *minimum, int *natural, int *minimum_baseline,
                            int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* What is seen may not be changed while it is being allocated. */
static void
graft_modules_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  gtk_popover_present (self->popover);
  if (self->layout_source == 0)
    self->layout_source = g_idle_add (lay_out, self);
}

static void
graft_modules_page_map (GtkWidget *widget)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  GTK_WIDGET_CLASS (graft_modules_page_parent_class)->map (widget);
  if (self->stale)
    graft_modules_page_renew (self);
}

static void
graft_modules_page_dispose (GObject *object)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (object);

  g_clear_handle_id (&self->more_source, g_source_remove);
  g_clear_handle_id (&self->layout_source, g_source_remove);
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->popover)));
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_MODULES_PAGE);
  g_clear_object (&self->job);
  g_clear_object (&self->columns);
  g_clear_object (&self->selection);
  g_clear_object (&self->slice);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->store);
  g_clear_pointer (&self->rows, graft_module_rows_free);
  g_clear_pointer (&self->against, graft_new_modules_unref);
  g_clear_pointer (&self->layer, g_free);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_modules_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, entry);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, layers);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, compare_button);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, sum);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, problems);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, view);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, compare_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, compare_title);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, compare_note);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, changes);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, GraftModulesPage, row_menu);
}

static void
graft_modules_page_class_init (GraftModulesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_modules_page_dispose;
  widget_class->map = graft_modules_page_map;
  widget_class->measure = graft_modules_page_measure;
  widget_class->size_allocate = graft_modules_page_size_allocate;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/modules/graft-modules-page.ui");
  bind_children (widget_class);
  graft_modules_page_install_filter (widget_class);
  graft_modules_page_install_compare (widget_class);
  graft_modules_page_install_menu (widget_class);
}

static void
graft_modules_page_init (GraftModulesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* So that it learns how wide it is. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  self->layer_index = -1;
  self->columns = graft_module_columns_new (self->view);
  graft_modules_page_init_filter (self);
  graft_modules_page_init_compare (self);
  graft_modules_page_init_menu (self);
  graft_modules_page_update_actions (self);
}

void
graft_modules_page_set_session (GraftModulesPage *self, GraftSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (on_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "edited", G_CALLBACK (on_edited), self, G_CONNECT_SWAPPED);
  graft_modules_page_renew (self);
}
