/* graft-modules-compare.c: the modules held against those of another kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "pages/modules/graft-modules-page-private.h"
#include "widgets/graft-chooser.h"

/* In the order of the buttons. */
static const GraftModuleChange order[GRAFT_MODULES_N_CHANGES] = {
  GRAFT_MODULE_SAME, GRAFT_MODULE_RENAMED, GRAFT_MODULE_BUILTIN,
  GRAFT_MODULE_GONE, GRAFT_MODULE_NEW,
};

static char *
dup_label (GraftModuleChange change, guint count)
{
  switch (change)
    {
    case GRAFT_MODULE_SAME:
      return g_strdup_printf (ngettext ("%'u same", "%'u same", count), count);
    case GRAFT_MODULE_RENAMED:
      return g_strdup_printf (ngettext ("%'u renamed", "%'u renamed", count), count);
    case GRAFT_MODULE_BUILTIN:
      return g_strdup_printf (ngettext ("%'u built in", "%'u built in", count), count);
    case GRAFT_MODULE_GONE:
      return g_strdup_printf (ngettext ("%'u gone", "%'u gone", count), count);
    case GRAFT_MODULE_NEW:
    default:
      return g_strdup_printf (ngettext ("%'u new", "%'u new", count), count);
    }
}

/* With none pressed, all are asked for. */
gboolean
graft_modules_page_has_change (GraftModulesPage *self, int change)
{
  gboolean any = FALSE;

  if (change == GRAFT_MODULE_NO_CHANGE)
    return TRUE;
  for (guint i = 0; i < GRAFT_MODULES_N_CHANGES; i++)
    any = any || gtk_toggle_button_get_active (self->toggles[i]);
  return !any || gtk_toggle_button_get_active (self->toggles[change]);
}

static void
on_toggled (GraftModulesPage *self)
{
  if (!self->filling)
    g_signal_emit_by_name (self->entry, "search-changed");
}

static void
show_count (GraftModulesPage *self, GraftModuleChange change, guint count)
{
  GtkToggleButton *toggle = self->toggles[change];
  g_autofree char *label = dup_label (change, count);

  gtk_button_set_label (GTK_BUTTON (toggle), label);
  gtk_widget_set_sensitive (GTK_WIDGET (toggle), count > 0);
  if (count == 0)
    gtk_toggle_button_set_active (toggle, FALSE);
}

static void
show_against (GraftModulesPage *self)
{
  GraftNewModules *against = self->rows->against;
  g_autofree char *release = graft_name_escape (graft_new_modules_get_release (against));
  g_autofree char *title = g_strdup_printf (_ ("Compared with %s"), release);
  g_autofree char *path = graft_name_escape (graft_new_modules_get_paths (against)[0]);

  gtk_label_set_text (self->compare_title, title);
  gtk_label_set_text (self->compare_note, path);
}

void
graft_modules_page_show_changes (GraftModulesPage *self)
{
  guint counts[GRAFT_MODULES_N_CHANGES] = { 0 };
  gboolean compared = self->rows->against != NULL;

  gtk_widget_set_visible (self->compare_bar, compared);
  for (guint i = 0; compared && i < self->rows->items->len; i++)
    {
      const GraftModuleFacts *facts
          = graft_module_item_get_facts (g_ptr_array_index (self->rows->items, i));

      if (self->layer_index < 0 || facts->layer_index == (guint)self->layer_index)
        counts[facts->change]++;
    }
  self->filling = TRUE;
  for (guint i = 0; i < GRAFT_MODULES_N_CHANGES; i++)
    show_count (self, order[i], counts[order[i]]);
  self->filling = FALSE;
  if (compared)
    show_against (self);
}

void
graft_modules_page_update_actions (GraftModulesPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean open
      = self->session != NULL && graft_session_get_state (self->session) == GRAFT_SESSION_OPEN;
  gboolean comparing = self->job != NULL && self->against != NULL;
  gboolean compared = self->against != NULL && !comparing;

  gtk_widget_action_set_enabled (widget, "modules.compare-folder", open && !comparing);
  gtk_widget_action_set_enabled (widget, "modules.compare-file", open && !comparing);
  gtk_widget_action_set_enabled (widget, "modules.swap-to", compared);
  gtk_widget_action_set_enabled (widget, "modules.end-compare", self->against != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->compare_button), open && !comparing);
}

static void
on_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (from);

  g_clear_pointer (&self->against, graft_new_modules_unref);
  self->against = graft_new_modules_new (paths);
  graft_modules_page_renew (self);
}

static void
compare_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FOLDER, _ ("Choose a folder with the other kernel"),
                _ ("_Compare"), on_chosen, NULL);
}

static void
compare_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_KERNEL, _ ("Choose a kernel package"), _ ("_Compare"),
                on_chosen, NULL);
}

static void
swap_to (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  gtk_widget_activate_action (widget, "win.swap-from", "^aay",
                              graft_new_modules_get_paths (self->against));
}

static void
end_compare (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GraftModulesPage *self = GRAFT_MODULES_PAGE (widget);

  g_clear_pointer (&self->against, graft_new_modules_unref);
  graft_modules_page_renew (self);
}

void
graft_modules_page_install_compare (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "modules.compare-folder", NULL, compare_folder);
  gtk_widget_class_install_action (widget_class, "modules.compare-file", NULL, compare_file);
  gtk_widget_class_install_action (widget_class, "modules.swap-to", NULL, swap_to);
  gtk_widget_class_install_action (widget_class, "modules.end-compare", NULL, end_compare);
}

void
graft_modules_page_init_compare (GraftModulesPage *self)
{
  for (guint i = 0; i < GRAFT_MODULES_N_CHANGES; i++)
    {
      GtkWidget *toggle = gtk_toggle_button_new ();

      self->toggles[order[i]] = GTK_TOGGLE_BUTTON (toggle);
      gtk_flow_box_append (self->changes, toggle);
      /* The button takes the keyboard, not what it lies in. */
      gtk_widget_set_focusable (gtk_widget_get_parent (toggle), FALSE);
      g_signal_connect_object (toggle, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
    }
}
