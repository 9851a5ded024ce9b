/* graft-window-journal.c: edits that a crash left, and recipes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "app/graft-window-private.h"
#include "dialogs/graft-error-dialog.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-toasts.h"

static void
on_journal_response (GtkInfoBar *bar, int response, GraftWindow *self)
{
  gtk_info_bar_set_revealed (bar, FALSE);
}

void
graft_window_bind_journal (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, left_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, left_label);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, journal_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftWindow, journal_label);
  gtk_widget_class_bind_template_callback (widget_class, on_journal_response);
}

static void
show_left (GraftWindow *self, gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%x %R") : g_strdup ("?");
  g_autofree char *text
      = g_strdup_printf (graft_session_left_fits (self->session)
                             ? _ ("Edits of %s were not exported.")
                             : _ ("Edits of %s were not exported. The set on disk has changed "
                                  "since: not all of them may fit."),
                         date);

  gtk_label_set_text (self->left_label, text);
}

void
graft_window_update_journal (GraftWindow *self)
{
  gint64 left = graft_session_get_left_time (self->session);
  const char *problem = graft_session_get_journal_problem (self->session);
  gboolean is_new
      = problem != NULL && g_strcmp0 (gtk_label_get_text (self->journal_label), problem) != 0;

  if (left >= 0)
    show_left (self, left);
  gtk_info_bar_set_revealed (self->left_bar, left >= 0);
  /* One that was closed stays closed, unless it is another. */
  if (is_new)
    {
      gtk_label_set_text (self->journal_label, problem);
      gtk_info_bar_set_revealed (self->journal_bar, TRUE);
    }
}

/* What could not be made, each with its reason. */
static void
show_problems (GraftWindow *self, const char *heading, GPtrArray *problems)
{
  GString *text = g_string_new (NULL);
  AdwMessageDialog *dialog;

  for (guint i = 0; i < problems->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            (const char *)g_ptr_array_index (problems, i));
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), heading, text->str));
  adw_message_dialog_add_response (dialog, "close", _ ("_Close"));
  adw_message_dialog_set_default_response (dialog, "close");
  adw_message_dialog_set_close_response (dialog, "close");
  gtk_window_present (GTK_WINDOW (dialog));
  g_string_free (text, TRUE);
}

static GraftWindow *
find_window (GraftSession *session)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (g_application_get_default ()));

  for (; windows != NULL; windows = windows->next)
    if (GRAFT_IS_WINDOW (windows->data) && GRAFT_WINDOW (windows->data)->session == session)
      return windows->data;
  return NULL;
}

static void
on_restored (GraftSession *session, GraftStepReport *report, const GError *error, gpointer data)
{
  GraftWindow *self = find_window (session);

  if (self == NULL)
    return;
  if (error != NULL)
    graft_error_dialog_show (GTK_WIDGET (self), _ ("The edits could not be restored"), error);
  else if (report->notes->len > 0)
    show_problems (self, _ ("Not all edits could be restored"), report->notes);
}

static void
restore_edits (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_session_restore_left (GRAFT_WINDOW (widget)->session, on_restored, NULL);
}

static void
discard_edits (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_session_discard_left (GRAFT_WINDOW (widget)->session);
}

static void
save_recipe (GraftWindow *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (graft_session_save_recipe (self->session, path, &error))
    graft_toasts_add (GTK_WIDGET (self), _ ("The recipe was saved"));
  else
    graft_error_dialog_show (GTK_WIDGET (self), _ ("The recipe could not be saved"), error);
}

static void
on_recipe_place (GtkWidget *from, const char *const *paths, gpointer data)
{
  save_recipe (GRAFT_WINDOW (from), paths[0]);
}

static void
ask_save (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose_new_file (widget, _ ("Save the steps as a recipe"), NULL, _ ("recipe.json"),
                         on_recipe_place, NULL);
}

static void
save_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  save_recipe (GRAFT_WINDOW (widget), g_variant_get_bytestring (parameter));
}

static void
on_recipe_applied (GraftSession *session, GraftStepReport *report, const GError *error,
                   gpointer data)
{
  GraftWindow *self = find_window (session);

  if (self == NULL)
    return;
  if (error != NULL)
    graft_error_dialog_show (GTK_WIDGET (self), _ ("The recipe could not be applied"), error);
  else if (report->notes->len > 0)
    show_problems (self, _ ("These steps do not fit this set and were left out"), report->notes);
  else
    graft_toasts_add (GTK_WIDGET (self), _ ("The recipe was applied"));
}

static void
on_recipe_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  graft_session_apply_recipe (GRAFT_WINDOW (from)->session, paths[0], on_recipe_applied);
}

static void
ask_apply (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_RECIPE, _ ("Apply a recipe"), _ ("_Apply"), on_recipe_chosen,
                NULL);
}

static void
apply_from (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_session_apply_recipe (GRAFT_WINDOW (widget)->session, g_variant_get_bytestring (parameter),
                              on_recipe_applied);
}

void
graft_window_install_journal_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.restore-edits", NULL, restore_edits);
  gtk_widget_class_install_action (widget_class, "win.discard-edits", NULL, discard_edits);
  gtk_widget_class_install_action (widget_class, "win.save-recipe", NULL, ask_save);
  gtk_widget_class_install_action (widget_class, "win.save-recipe-to", "ay", save_to);
  gtk_widget_class_install_action (widget_class, "win.apply-recipe", NULL, ask_apply);
  gtk_widget_class_install_action (widget_class, "win.apply-recipe-from", "ay", apply_from);
}

void
graft_window_update_journal_actions (GraftWindow *self, gboolean idle)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean left = idle && graft_session_get_left_time (self->session) >= 0;
  gboolean steps = idle && graft_session_get_steps (self->session)->len > 0;

  /* On edits made since, those of before may not fit: they wait, and are offered again. */
  gtk_widget_action_set_enabled (widget, "win.restore-edits", left);
  gtk_widget_action_set_enabled (widget, "win.discard-edits", left);
  gtk_widget_action_set_enabled (widget, "win.save-recipe", steps);
  gtk_widget_action_set_enabled (widget, "win.save-recipe-to", steps);
  gtk_widget_action_set_enabled (widget, "win.apply-recipe", idle);
  gtk_widget_action_set_enabled (widget, "win.apply-recipe-from", idle);
}
