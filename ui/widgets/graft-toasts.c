/* graft-toasts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-toasts.h"

static AdwToastOverlay *
find_overlay (GtkWidget *from)
{
  GtkWidget *found = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);
  GtkRoot *root = gtk_widget_get_root (from);

  if (found == NULL && ADW_IS_APPLICATION_WINDOW (root))
    found = adw_application_window_get_content (ADW_APPLICATION_WINDOW (root));
  return ADW_IS_TOAST_OVERLAY (found) ? ADW_TOAST_OVERLAY (found) : NULL;
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
    }
  adw_toast_overlay_add_toast (overlay, toast);
}

void
graft_toasts_add (GtkWidget *from, const char *text)
{
  graft_toasts_add_with_action (from, text, NULL, NULL);
}
