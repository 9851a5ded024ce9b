/* graft-window.c: the frame around the pages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-window.h"

#include <glib/gi18n.h>

#include "app/graft-frame-recorder.h"
#include "app/graft-settings.h"
#include "app/graft-start-page.h"
#include "app/graft-window-private.h"

/* Milliseconds that the jobs button stays after the last job: what was quick is seen, too. */
#define JOBS_LINGER 1500

G_DEFINE_FINAL_TYPE (GraftWindow, graft_window, ADW_TYPE_APPLICATION_WINDOW)

gboolean
graft_window_is_in_view (GraftWindow *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->views), name) == 0;
}

static void
update_switcher (GraftWindow *self)
{
  gboolean in_set = graft_window_is_in_view (self, "set");

  adw_view_switcher_title_set_view_switcher_enabled (self->title, in_set);
  adw_view_switcher_bar_set_reveal (
      self->switcher_bar, in_set && adw_view_switcher_title_get_title_visible (self->title));
}

void
graft_window_set_view (GraftWindow *self, const char *name)
{
  gboolean has_set = g_str_equal (name, "set") || g_str_equal (name, "swap");

  gtk_stack_set_visible_child_name (self->views, name);
  gtk_widget_set_visible (self->back, g_str_equal (name, "swap"));
  gtk_widget_set_visible (self->edit_buttons, has_set);
  gtk_widget_set_visible (self->set_buttons, g_str_equal (name, "set"));
  update_switcher (self);
  graft_window_update_actions (self);
}

gboolean
graft_window_has_jobs (GraftWindow *self)
{
  return self->session != NULL
         && g_list_model_get_n_items (graft_session_get_jobs (self->session)) > 0;
}

static void
on_page_changed (GraftWindow *self)
{
  const char *page = adw_view_stack_get_visible_child_name (self->pages);

  if (graft_settings_get () != NULL && page != NULL && self->is_found)
    g_settings_set_string (graft_settings_get (), "page", page);
}

static void
on_leave_swap (GraftWindow *self)
{
  graft_window_set_view (self, "set");
}

/* Where there is little room, of the title's buttons only the one to close: on its side. NULL: as
 * the desktop has it. */
static const char *
get_decoration_layout (GraftWindow *self)
{
  g_autofree char *layout = NULL;
  const char *close;
  const char *colon;

  if (!graft_width_bin_is_tiny (self->width))
    return NULL;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-decoration-layout", &layout,
                NULL);
  close = layout != NULL ? strstr (layout, "close") : NULL;
  colon = layout != NULL ? strchr (layout, ':') : NULL;
  if (close == NULL)
    return NULL;
  return colon != NULL && close > colon ? ":close" : "close:";
}

static void
on_width_changed (GraftWindow *self)
{
  adw_header_bar_set_decoration_layout (self->header, get_decoration_layout (self));
  gtk_menu_button_set_menu_model (self->menu_button, graft_width_bin_is_tiny (self->width)
                                                         ? self->tiny_menu
                                                         : self->primary_menu);
}

static void
restore_size (GraftWindow *self)
{
  GSettings *settings = graft_settings_get ();

  if (settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
save_size (GraftWindow *self)
{
  GSettings *settings = graft_settings_get ();
  int width;
  int height;

  if (settings == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  g_settings_set_boolean (settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
graft_window_close_request (GtkWindow *window)
{
  GraftWindow *self = GRAFT_WINDOW (window);

  if (!graft_window_agree_to_close (self))
    return GDK_EVENT_STOP;
  save_size (self);
  graft_frame_recorder_mark ("close");
  self->closes = TRUE;
  graft_window_update_inhibit (self);
  if (self->session != NULL)
    graft_session_close (self->session);
  return GTK_WINDOW_CLASS (graft_window_parent_class)->close_request (window);
}

static void
graft_window_dispose (GObject *object)
{
  GraftWindow *self = GRAFT_WINDOW (object);

  g_clear_handle_id (&self->hide_jobs_source, g_source_remove);
  if (self->drop_cancellable != NULL)
    g_cancellable_cancel (self->drop_cancellable);
  g_clear_object (&self->drop_cancellable);
  if (self->session != NULL)
    graft_session_close (self->session);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_WINDOW);
  g_clear_object (&self->shown_job);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, content);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, width);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, header);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, title);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, back);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, edit_buttons);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, set_buttons);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, undo);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, redo);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, tiny_menu);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, jobs_button);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, jobs_popover);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, jobs_percent);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, views);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, opening_text);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, failed);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, cards);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, contents_page);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, modules_page);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, swap_page);
  gtk_widget_class_bind_template_callback (widget_class, on_page_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_leave_swap);
}

static void
graft_window_class_init (GraftWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = graft_window_close_request;
  g_type_ensure (GRAFT_TYPE_WIDTH_BIN);
  g_type_ensure (GRAFT_TYPE_JOBS_POPOVER);
  g_type_ensure (GRAFT_TYPE_START_PAGE);
  g_type_ensure (GRAFT_TYPE_LAYER_CARDS);
  g_type_ensure (GRAFT_TYPE_CONTENTS_PAGE);
  g_type_ensure (GRAFT_TYPE_MODULES_PAGE);
  g_type_ensure (GRAFT_TYPE_SWAP_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-window.ui");
  bind_children (widget_class);
}

static void
graft_window_init (GraftWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->title, "notify::title-visible", G_CALLBACK (update_switcher), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->width, "notify::tiny", G_CALLBACK (on_width_changed), self,
                           G_CONNECT_SWAPPED);
  graft_window_add_actions (self);
  graft_window_add_drop_target (self);
  graft_window_fill_recent_menu (self);
  if (graft_settings_get () != NULL)
    g_signal_connect_object (graft_settings_get (), "changed::recent-sets",
                             G_CALLBACK (graft_window_fill_recent_menu), self, G_CONNECT_SWAPPED);
  restore_size (self);
  graft_frame_recorder_watch (GTK_WINDOW (self));
}

GraftWindow *
graft_window_new (GtkApplication *application)
{
  return g_object_new (GRAFT_TYPE_WINDOW, "application", application, NULL);
}

static void
hide_jobs (gpointer data)
{
  GraftWindow *self = data;

  self->hide_jobs_source = 0;
  gtk_menu_button_popdown (self->jobs_button);
  gtk_widget_set_visible (GTK_WIDGET (self->jobs_button), FALSE);
}

static void
show_percent (GraftWindow *self)
{
  int percent = graft_job_get_fraction (self->shown_job) * 100;
  g_autofree char *text = g_strdup_printf (_ ("%d %%"), percent);

  gtk_label_set_label (self->jobs_percent, text);
}

void
graft_window_show_jobs (GraftWindow *self)
{
  GListModel *jobs = graft_session_get_jobs (self->session);
  g_autoptr (GraftJob) job = g_list_model_get_item (jobs, 0);

  if (self->shown_job != NULL)
    g_signal_handlers_disconnect_by_func (self->shown_job, show_percent, self);
  g_set_object (&self->shown_job, job);
  g_clear_handle_id (&self->hide_jobs_source, g_source_remove);
  if (job == NULL)
    self->hide_jobs_source = g_timeout_add_once (JOBS_LINGER, hide_jobs, self);
  else
    {
      g_signal_connect_object (job, "notify::fraction", G_CALLBACK (show_percent), self,
                               G_CONNECT_SWAPPED);
      show_percent (self);
      gtk_widget_set_visible (GTK_WIDGET (self->jobs_button), TRUE);
    }
  graft_window_update_actions (self);
  graft_window_update_inhibit (self);
}
