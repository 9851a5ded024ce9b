/* graft-grow-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-grow-group.h"

#include <glib/gi18n.h>

#include "widgets/graft-size-text.h"

/**
 * GraftGrowGroup:
 * @showing: the check is being set, not clicked
 */
struct _GraftGrowGroup
{
  AdwPreferencesGroup parent_instance;

  AdwActionRow *row;
  GtkCheckButton *check;
  gboolean showing;
};

G_DEFINE_FINAL_TYPE (GraftGrowGroup, graft_grow_group, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_toggled (GraftGrowGroup *self)
{
  if (!self->showing)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
graft_grow_group_class_init (GraftGrowGroupClass *klass)
{
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
graft_grow_group_init (GraftGrowGroup *self)
{
  GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();

  self->row = ADW_ACTION_ROW (row);
  self->check = GTK_CHECK_BUTTON (check);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (self->row, check);
  adw_action_row_set_activatable_widget (self->row, check);
  adw_action_row_set_title_lines (self->row, 0);
  adw_action_row_set_subtitle_lines (self->row, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
}

void
graft_grow_group_show (GraftGrowGroup *self, guint64 growth, guint n_growing, gboolean active)
{
  g_autofree char *size = graft_size_text (growth);
  g_autofree char *title
      = n_growing > 1 ? g_strdup_printf (_ ("Make the file systems larger (by %s in all)"), size)
                      : g_strdup_printf (_ ("Make the file system larger (by %s)"), size);

  self->showing = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), growth > 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_action_row_set_subtitle (self->row, n_growing > 1
                                              ? _ ("As they are they have no room for what is new")
                                              : _ ("As it is it has no room for what is new"));
  gtk_check_button_set_active (self->check, active);
  self->showing = FALSE;
}

gboolean
graft_grow_group_get_active (GraftGrowGroup *self)
{
  return gtk_check_button_get_active (self->check);
}
