/* graft-toasts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-toasts.h"

/* Of an overlay: the toast that it shows, or will, and that has a button. */
#define WITH_ACTION "graft-toast-with-action"

/* Seconds: to read it, and to reach its button or to come back to the window. */
#define TIME_TO_ACT 10

static AdwToastOverlay *
find_overlay (GtkWidget *from)
{
  GtkWidget *found = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);
  GtkRoot *root = gtk_widget_get_root (from);

  if (found == NULL && ADW_IS_APPLICATION_WINDOW (root))
    found = adw_application_window_get_content (ADW_APPLICATION_WINDOW (root));
  return ADW_IS_TOAST_OVERLAY (found) ? ADW_TOAST_OVERLAY (found) : NULL;
}

static void
forget (AdwToast *toast, AdwToastOverlay *overlay)
{
  if (g_object_get_data (G_OBJECT (overlay), WITH_ACTION) == toast)
    g_object_set_data (G_OBJECT (overlay), WITH_ACTION, NULL);
}

static void
dismiss_with_action (AdwToastOverlay *overlay)
{
  AdwToast *toast = g_object_get_data (G_OBJECT (overlay), WITH_ACTION);

  if (toast == NULL)
    return;
  g_object_ref (toast);
  adw_toast_dismiss (toast);
  /* Whether it said so or not. */
  forget (toast, overlay);
  g_object_unref (toast);
}

void
graft_toasts_add_with_action (GtkWidget *from, const char *text, const char *button_label,
                              const char *action_name)
{
  AdwToastOverlay *overlay = find_overlay (from);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast;

  if (overlay == NULL)
    return;
  toast = adw_toast_new (markup);
  if (button_label != NULL)
    {
      adw_toast_set_button_label (toast, button_label);
      adw_toast_set_action_name (toast, action_name);
      adw_toast_set_timeout (toast, TIME_TO_ACT);
      dismiss_with_action (overlay);
      g_object_set_data_full (G_OBJECT (overlay), WITH_ACTION, g_object_ref (toast),
                              g_object_unref);
      g_signal_connect_object (toast, "dismissed", G_CALLBACK (forget), overlay, 0);
    }
  adw_toast_overlay_add_toast (overlay, toast);
}

void
graft_toasts_add (GtkWidget *from, const char *text)
{
  graft_toasts_add_with_action (from, text, NULL, NULL);
}

void
graft_toasts_add_news (GtkWidget *from, const char *text)
{
  AdwToastOverlay *overlay = find_overlay (from);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast;

  if (overlay == NULL)
    return;
  toast = adw_toast_new (markup);
  adw_toast_set_timeout (toast, TIME_TO_ACT);
  adw_toast_overlay_add_toast (overlay, toast);
}

void
graft_toasts_dismiss_action (GtkWidget *from)
{
  AdwToastOverlay *overlay = find_overlay (from);

  if (overlay != NULL)
    dismiss_with_action (overlay);
}
