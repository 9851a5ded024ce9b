/* graft-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/graft-settings.h"
#include "app/graft-start-page.h"
#include "app/graft-window-private.h"
#include "session/graft-document.h"
#include "widgets/graft-frame-recorder.h"
#include "widgets/graft-toasts.h"
#include "widgets/graft-width-bin.h"

G_DEFINE_FINAL_TYPE (GraftWindow, graft_window, ADW_TYPE_APPLICATION_WINDOW)

static void
graft_window_dispose (GObject *object)
{
  GraftWindow *self = GRAFT_WINDOW (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (graft_session_get_jobs (self->session), self);
      graft_session_close (self->session);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_WINDOW);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_window_parent_class)->dispose (object);
}

static void
save_size (GraftWindow *self)
{
  g_autoptr (GSettings) settings = graft_settings_new ();
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  if (settings == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (settings, "window-maximized", maximized);
  if (!maximized && width > 0 && height > 0)
    {
      g_settings_set_int (settings, "window-width", width);
      g_settings_set_int (settings, "window-height", height);
    }
}

static void
restore_size (GraftWindow *self)
{
  g_autoptr (GSettings) settings = graft_settings_new ();

  if (settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
graft_window_unrealize (GtkWidget *widget)
{
  save_size (GRAFT_WINDOW (widget));
  GTK_WIDGET_CLASS (graft_window_parent_class)->unrealize (widget);
}

static void
on_swap_leave (GraftSwapPage *page, GraftWindow *self)
{
  graft_window_show_view (self, "set");
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, width);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, header);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, grant_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, grant_label);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, views);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, set_buttons);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, set_end_buttons);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, jobs_button);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, cards);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, contents_page);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, modules_page);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, swap_page);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, failed_page);
  gtk_widget_class_bind_template_callback (widget_class, on_swap_leave);
  graft_window_bind_journal (widget_class);
}

static void
graft_window_class_init (GraftWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = graft_window_close_request;
  widget_class->unrealize = graft_window_unrealize;
  g_type_ensure (GRAFT_TYPE_CONTENTS_PAGE);
  g_type_ensure (GRAFT_TYPE_JOBS_BUTTON);
  g_type_ensure (GRAFT_TYPE_LAYER_CARDS);
  g_type_ensure (GRAFT_TYPE_MODULES_PAGE);
  g_type_ensure (GRAFT_TYPE_START_PAGE);
  g_type_ensure (GRAFT_TYPE_SWAP_PAGE);
  g_type_ensure (GRAFT_TYPE_WIDTH_BIN);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-window.ui");
  bind_children (widget_class);
  graft_window_install_actions (widget_class);
}

/* Where there is little room, of the title's buttons only the one to close: on its side. NULL: as
 * the desktop has it. */
static const char *
get_decoration_layout (GraftWindow *self)
{
  g_autofree char *layout = NULL;
  const char *close, *colon;

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
}

static void
graft_window_init (GraftWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->width, "notify::tiny", G_CALLBACK (on_width_changed), self,
                           G_CONNECT_SWAPPED);
  restore_size (self);
  graft_window_add_drop_target (self);
  graft_window_show_view (self, "start");
  graft_frame_recorder_watch (GTK_WIDGET (self));
}

void
graft_window_show_view (GraftWindow *self, const char *name)
{
  gboolean set = strcmp (name, "set") == 0;

  gtk_stack_set_visible_child_name (self->views, name);
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher, set);
  gtk_widget_set_visible (GTK_WIDGET (self->switcher_bar), set);
  gtk_widget_set_visible (self->set_buttons, set);
  gtk_widget_set_visible (self->set_end_buttons, set);
  graft_window_update_actions (self);
}

/* Takes @text. */
static void
set_tooltip (GtkButton *button, char *text)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_free (text);
}

static void
on_session_notify (GraftSession *session, GParamSpec *pspec, GraftWindow *self)
{
  const char *undo = graft_session_get_undo_label (session);
  const char *redo = graft_session_get_redo_label (session);

  set_tooltip (self->undo_button,
               undo != NULL ? g_strdup_printf (_ ("Undo: %s"), undo) : g_strdup (_ ("Undo")));
  set_tooltip (self->redo_button,
               redo != NULL ? g_strdup_printf (_ ("Redo: %s"), redo) : g_strdup (_ ("Redo")));
  graft_window_update_actions (self);
  graft_window_update_journal (self);
  graft_window_update_inhibit (self);
}

/* A toast that offers to undo means the step before this one. Whoever applied this one tells of it
 * afterwards. */
static void
on_edited (GraftSession *session, GraftWindow *self)
{
  graft_toasts_dismiss_action (GTK_WIDGET (self));
}

static void
show_title (GraftWindow *self)
{
  g_autofree char *title = graft_session_dup_title (self->session);
  const char *path = graft_session_get_path (self->session);
  const char *folder = graft_session_get_folder (self->session);
  /* Of a file alone, the folder is the portal's own. */
  g_autofree char *shown = graft_document_dup_display_name (
      folder != NULL && graft_document_can_hold (folder) ? folder : path);

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_view_switcher_title_set_title (self->switcher, title);
  adw_view_switcher_title_set_subtitle (self->switcher, shown);
}

static void
remember (GraftSession *session)
{
  GraftLayer *kernel = graft_session_get_kernel (session);
  const char *path = graft_session_get_path (session);
  /* What is no file names a distro of Cobbler's, and is absolute already. */
  g_autofree char *absolute = g_file_test (path, G_FILE_TEST_EXISTS)
                                  ? g_canonicalize_filename (path, NULL)
                                  : g_strdup (path);

  graft_settings_add_recent (absolute, kernel != NULL ? graft_layer_get_release (kernel) : NULL);
}

static void
on_state (GraftSession *session, GParamSpec *pspec, GraftWindow *self)
{
  show_title (self);
  graft_window_update_grant (self);
  switch (graft_session_get_state (session))
    {
    case GRAFT_SESSION_FAILED:
      {
        g_autofree char *markup
            = g_markup_escape_text (graft_session_get_error (session)->message, -1);

        adw_status_page_set_description (self->failed_page, markup);
        graft_window_show_view (self, "failed");
        break;
      }
    case GRAFT_SESSION_OPEN:
      remember (session);
      if (graft_session_get_note (session) != NULL)
        graft_toasts_add (GTK_WIDGET (self), graft_session_get_note (session));
      graft_frame_recorder_mark ("open");
      graft_frame_recorder_mark_painted ("shown");
      break;
    case GRAFT_SESSION_OPENING:
    default:
      break;
    }
}

/* Each layer comes when it is read: an initrd takes long, a root does not. */
static void
on_layers_changed (GListModel *layers, guint position, guint removed, guint added, gpointer data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_get_role (layer) == GRAFT_ROLE_ROOT && graft_layer_is_open (layer))
        graft_frame_recorder_mark_painted ("root");
    }
}

static void
start_session (GraftWindow *self, const char *path)
{
  self->session = graft_session_new (path);
  g_signal_connect (self->session, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect (self->session, "notify", G_CALLBACK (on_session_notify), self);
  g_signal_connect (self->session, "edited", G_CALLBACK (on_edited), self);
  g_signal_connect_object (graft_session_get_layers (self->session), "items-changed",
                           G_CALLBACK (on_layers_changed), self, 0);
  graft_layer_cards_set_session (self->cards, self->session);
  graft_contents_page_set_session (self->contents_page, self->session);
  graft_modules_page_set_session (self->modules_page, self->session);
  graft_swap_page_set_session (self->swap_page, self->session);
  graft_jobs_button_set_jobs (self->jobs_button, graft_session_get_jobs (self->session));
  g_signal_connect_swapped (graft_session_get_jobs (self->session), "items-changed",
                            G_CALLBACK (graft_window_update_inhibit), self);
  show_title (self);
  graft_window_show_view (self, "set");
}

GraftWindow *
graft_window_new (GtkApplication *application)
{
  return g_object_new (GRAFT_TYPE_WINDOW, "application", application, NULL);
}

/* The window of the set that the file or folder @path belongs to; with NULL one that has no set. */
static GraftWindow *
find (GtkApplication *application, const char *path)
{
  g_autofree char *given = path != NULL ? graft_window_dup_given_path (path) : NULL;

  for (GList *item = gtk_application_get_windows (application); item != NULL; item = item->next)
    {
      /* Dialogs are windows, too. */
      GraftWindow *self = GRAFT_IS_WINDOW (item->data) ? item->data : NULL;

      if (self == NULL)
        continue;
      if (path == NULL ? self->session == NULL
                       : self->session != NULL && graft_session_has_file (self->session, given))
        return self;
    }
  return NULL;
}

/* @empty (nullable): a window to take where none has the set. */
static void
open_in (GtkApplication *application, GraftWindow *empty, const char *path)
{
  GraftWindow *window = find (application, path);

  if (window == NULL)
    {
      g_autofree char *given = graft_window_dup_given_path (path);

      window = empty != NULL ? empty : graft_window_new (application);
      start_session (window, given);
    }
  gtk_window_present (GTK_WINDOW (window));
}

void
graft_window_open (GtkApplication *application, const char *path)
{
  open_in (application, find (application, NULL), path);
}

void
graft_window_open_path (GraftWindow *self, const char *path)
{
  open_in (gtk_window_get_application (GTK_WINDOW (self)), self->session == NULL ? self : NULL,
           path);
}

const char *
graft_window_get_help_page (GraftWindow *self)
{
  const char *view = gtk_stack_get_visible_child_name (self->views);

  if (strcmp (view, "set") == 0)
    return adw_view_stack_get_visible_child_name (self->pages);
  if (strcmp (view, "swap") == 0)
    return "plan";
  return strcmp (view, "failed") == 0 ? "refused" : "start";
}
