/* graft-swap-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "pages/swap/graft-swap-chooser.h"
#include "pages/swap/graft-swap-lost.h"
#include "pages/swap/graft-swap-plan-view.h"
#include "pages/swap/graft-swap-request.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-grow-group.h"
#include "widgets/graft-toasts.h"

/**
 * GraftSwapPage:
 * @phases: "planning", "plan", "choose", "failed"
 * @request: (nullable): what the user gave; a worker's while it plans
 * @job: (nullable): the planning or swap that runs; kept, so that it can be stopped at any time
 * @filling: the choices are being set, not chosen
 * @swapping: the plan is being applied
 * @stale: the set was edited since the plan that is there was made
 */
struct _GraftSwapPage
{
  AdwBin parent_instance;

  GtkStack *phases;
  GtkLabel *planning_label;
  GtkProgressBar *planning_bar;
  GtkLabel *planning_detail;
  GtkButton *stop_button;
  GtkButton *swap_button;
  GtkLabel *release_label;
  GtkLabel *source_label;
  GraftGrowGroup *grow_group;
  GtkBox *plan_box;
  AdwPreferencesGroup *choice_group;
  AdwComboRow *select_row;
  AdwActionRow *chosen_row;
  GraftSwapChooser *chooser;
  AdwStatusPage *failed_page;
  GtkWidget *add_kernel_button;
  GtkWidget *add_modules_button;

  GraftSession *session;
  GraftSwapRequest *request;
  GraftJob *job;
  gboolean filling;
  gboolean stale;
  gboolean swapping;
};

G_DEFINE_FINAL_TYPE (GraftSwapPage, graft_swap_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_LEAVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Paths to be looked at, and the request that they go to; both are the worker's until it is done.
 */
typedef struct
{
  GraftSwapPage *page;
  GraftSwapRequest *request;
  char **paths;
} Planning;

static void start_planning (GraftSwapPage *self, GraftSwapRequest *request,
                            const char *const *paths);

static void
planning_free (gpointer data)
{
  Planning *self = data;

  g_clear_pointer (&self->request, graft_swap_request_free);
  g_strfreev (self->paths);
  g_object_unref (self->page);
  g_free (self);
}

static void
leave (GraftSwapPage *self)
{
  g_clear_pointer (&self->request, graft_swap_request_free);
  g_signal_emit (self, signals[SIGNAL_LEAVE], 0);
}

static void
on_cancel (GraftSwapPage *self)
{
  leave (self);
}

static void
on_stop (GraftSwapPage *self)
{
  if (self->job != NULL)
    graft_job_cancel (self->job);
}

/* What lacks room and can become larger is in the plan (show_growth()); here is what cannot. */
static const char *
get_title_of_planning (const GError *error)
{
  return g_error_matches (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE)
             ? _ ("There is too little room for the new modules")
             : _ ("This swap cannot be planned");
}

static void
show_failure (GraftSwapPage *self, const char *title, const GError *error)
{
  g_autofree char *markup = g_markup_escape_text (error->message, -1);

  adw_status_page_set_title (self->failed_page, title);
  adw_status_page_set_description (self->failed_page, markup);
  gtk_widget_set_visible (self->add_kernel_button,
                          g_error_matches (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_KERNEL));
  gtk_widget_set_visible (
      self->add_modules_button,
      g_error_matches (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_MODULES));
  gtk_stack_set_visible_child_name (self->phases, "failed");
}

/* What the initrds have now, under its new names: to begin a choice with. */
static char **
dup_present_names (GraftSwapPlan *plan)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < plan->layers->len; i++)
    {
      const GraftSwapLayer *layer = g_ptr_array_index (plan->layers, i);

      if (graft_member_get_role (layer->member) != GRAFT_ROLE_INITRD)
        continue;
      for (guint k = 0; k < layer->differences->len; k++)
        {
          const GraftModuleDifference *difference = g_ptr_array_index (layer->differences, k);

          if (difference->old_module != NULL && difference->new_module != NULL
              && g_hash_table_add (seen, difference->new_module->name))
            g_strv_builder_add (builder, difference->new_module->name);
        }
    }
  return g_strv_builder_end (builder);
}

static gboolean
has_initrd (GraftSwapPlan *plan)
{
  for (guint i = 0; i < plan->layers->len; i++)
    if (graft_member_get_role (((GraftSwapLayer *)g_ptr_array_index (plan->layers, i))->member)
        == GRAFT_ROLE_INITRD)
      return TRUE;
  return FALSE;
}

static void
show_chosen (GraftSwapPage *self)
{
  char **chosen = self->request->planned_chosen;
  guint count = chosen != NULL ? g_strv_length (chosen) : 0;
  g_autofree char *title
      = g_strdup_printf (ngettext ("%u module chosen", "%u modules chosen", count), count);
  g_autofree char *names = chosen != NULL ? g_strjoinv (", ", chosen) : g_strdup ("");
  g_autofree char *shown = graft_name_escape (names);
  g_autofree char *markup = g_markup_escape_text (shown, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->chosen_row), title);
  adw_action_row_set_subtitle (self->chosen_row, markup);
}

static void
show_choice (GraftSwapPage *self)
{
  GraftSwapPlan *plan = self->request->plan;
  GraftSelect select = self->request->planned_select;

  self->filling = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->choice_group),
                          plan->new_folder != NULL && has_initrd (plan));
  adw_combo_row_set_selected (self->select_row, select == GRAFT_SELECT_CHOSEN ? 2
                                                : select == GRAFT_SELECT_ALL  ? 1
                                                                              : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->chosen_row), select == GRAFT_SELECT_CHOSEN);
  show_chosen (self);
  self->filling = FALSE;
}

/* Without a word from the user nothing becomes larger, and what does not fit is not swapped. */
static void
show_growth (GraftSwapPage *self)
{
  gboolean may_grow = graft_session_get_may_grow (self->session);
  guint n_growing = 0;
  guint64 growth = graft_swap_plan_view_find_growth (self->request->plan, &n_growing);

  graft_grow_group_show (self->grow_group, growth, n_growing, may_grow);
  gtk_widget_set_sensitive (GTK_WIDGET (self->swap_button), growth == 0 || may_grow);
}

static void
on_grow (GraftSwapPage *self)
{
  if (self->request == NULL || self->request->plan == NULL)
    return;
  graft_session_set_may_grow (self->session, graft_grow_group_get_active (self->grow_group));
  show_growth (self);
}

static void
show_plan (GraftSwapPage *self)
{
  GraftSwapPlan *plan = self->request->plan;
  g_autofree char *name = graft_swap_request_dup_name (self->request);
  g_autofree char *source = g_strdup_printf (_ ("From %s"), name);
  g_autofree char *releases
      = plan->old_release != NULL
            ? g_strdup_printf ("%s → %s", plan->old_release, plan->new_release)
            : g_strdup (plan->new_release);
  GtkWidget *child;

  gtk_label_set_text (self->release_label, releases);
  gtk_label_set_text (self->source_label, source);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->plan_box))) != NULL)
    gtk_box_remove (self->plan_box, child);
  graft_swap_plan_view_fill (self->plan_box, plan);
  show_choice (self);
  show_growth (self);
  gtk_stack_set_visible_child_name (self->phases, "plan");
}

static void
on_planned (GraftJob *job, const GError *error, gpointer data)
{
  Planning *planning = data;
  GraftSwapPage *self = planning->page;
  gboolean stopped = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Another planning took its place. */
  if (job != self->job)
    return;
  g_clear_object (&self->job);
  g_clear_pointer (&self->request, graft_swap_request_free);
  self->request = g_steal_pointer (&planning->request);
  if (error == NULL)
    self->stale = FALSE;
  /* Of another choice: the plan before it still holds. */
  if (stopped && self->request->plan != NULL && !self->stale)
    {
      graft_swap_request_restore (self->request);
      show_plan (self);
    }
  else if (stopped)
    leave (self);
  else if (error != NULL)
    show_failure (self, get_title_of_planning (error), error);
  else
    show_plan (self);
}

static gboolean
plan (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
      GError **error)
{
  Planning *planning = data;

  for (guint i = 0; planning->paths != NULL && planning->paths[i] != NULL; i++)
    graft_swap_request_add (planning->request, planning->paths[i]);
  return graft_swap_request_plan (set, planning->request, progress, cancellable, error);
}

static void
on_job_notify (GraftJob *job, GParamSpec *pspec, GraftSwapPage *self)
{
  if (job != self->job)
    return;
  gtk_progress_bar_set_fraction (self->planning_bar, graft_job_get_fraction (job));
  gtk_label_set_text (self->planning_detail,
                      graft_job_get_what (job) != NULL ? graft_job_get_what (job) : "");
}

/* Takes @job's place in the page; @job is borrowed. */
static void
watch (GraftSwapPage *self, GraftJob *job, const char *label, const char *stop_label)
{
  gtk_label_set_text (self->planning_label, label);
  gtk_button_set_label (self->stop_button, stop_label);
  gtk_progress_bar_set_fraction (self->planning_bar, 0);
  gtk_label_set_text (self->planning_detail, "");
  gtk_stack_set_visible_child_name (self->phases, "planning");
  g_set_object (&self->job, job);
  g_signal_connect_object (job, "notify", G_CALLBACK (on_job_notify), self, 0);
}

/* Takes @request. @paths (nullable) go to it first. */
static void
start_planning (GraftSwapPage *self, GraftSwapRequest *request, const char *const *paths)
{
  Planning *planning = g_new0 (Planning, 1);

  if (self->job != NULL)
    graft_job_cancel (self->job);
  planning->page = g_object_ref (self);
  planning->request = request;
  planning->paths = g_strdupv ((char **)paths);
  watch (self, graft_session_run (self->session, NULL, plan, on_planned, planning, planning_free),
         _ ("Looking for the drivers in the new kernel…"), _ ("Stop planning"));
}

gboolean
graft_swap_page_is_swapping (GraftSwapPage *self)
{
  return self->swapping;
}

void
graft_swap_page_plan (GraftSwapPage *self, const char *const *paths)
{
  g_clear_pointer (&self->request, graft_swap_request_free);
  start_planning (self, graft_swap_request_new (), paths);
}

static void
plan_again (GraftSwapPage *self)
{
  if (self->request != NULL)
    start_planning (self, g_steal_pointer (&self->request), NULL);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* All modules of the new kernel; their names are borrowed from the plan. */
static GPtrArray *
list_names (GraftSwapPlan *plan)
{
  g_autoptr (GPtrArray) modules = graft_module_folder_list (plan->new_folder, NULL);
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; modules != NULL && i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);

      if (graft_module_folder_lookup (plan->new_folder, module->name) == module)
        g_ptr_array_add (names, module->name);
    }
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
on_choose (GraftSwapPage *self)
{
  GraftSwapPlan *plan = self->request != NULL ? self->request->plan : NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_auto (GStrv) present = NULL;
  const char *const *chosen;

  if (plan == NULL || plan->new_folder == NULL)
    return;
  names = list_names (plan);
  present = dup_present_names (plan);
  chosen = (const char *const *)(self->request->planned_select == GRAFT_SELECT_CHOSEN
                                     ? self->request->planned_chosen
                                     : present);
  graft_swap_chooser_fill (self->chooser, names, chosen);
  gtk_stack_set_visible_child_name (self->phases, "choose");
  gtk_widget_grab_focus (GTK_WIDGET (self->chooser));
}

static void
on_select (GraftSwapPage *self)
{
  static const GraftSelect selects[] = { GRAFT_SELECT_AUTO, GRAFT_SELECT_ALL, GRAFT_SELECT_CHOSEN };
  guint selected = adw_combo_row_get_selected (self->select_row);

  if (self->filling || self->request == NULL || selected >= G_N_ELEMENTS (selects))
    return;
  /* There is nothing to plan until it is said which. */
  if (selects[selected] == GRAFT_SELECT_CHOSEN)
    {
      on_choose (self);
      return;
    }
  self->request->select = selects[selected];
  plan_again (self);
}

static void
on_chosen (GraftSwapPage *self)
{
  if (self->request == NULL)
    return;
  g_strfreev (self->request->chosen);
  self->request->chosen = graft_swap_chooser_dup_chosen (self->chooser);
  self->request->select = GRAFT_SELECT_CHOSEN;
  plan_again (self);
}

static void
on_choice_cancelled (GraftSwapPage *self)
{
  if (self->request == NULL)
    return;
  if (self->stale)
    plan_again (self);
  else
    show_plan (self);
}

static void
on_added (GtkWidget *from, const char *const *paths, gpointer data)
{
  GraftSwapPage *self = GRAFT_SWAP_PAGE (from);

  if (self->request != NULL)
    start_planning (self, g_steal_pointer (&self->request), paths);
}

static void
on_add_kernel (GraftSwapPage *self)
{
  graft_choose (GTK_WIDGET (self), GRAFT_CHOOSE_FILE, _ ("Choose the kernel file"), _ ("_Choose"),
                on_added, NULL);
}

static void
on_add_modules (GraftSwapPage *self)
{
  graft_choose (GTK_WIDGET (self), GRAFT_CHOOSE_FOLDER, _ ("Choose the folder of its modules"),
                _ ("_Choose"), on_added, NULL);
}

static void
on_choose_another (GraftSwapPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.swap", NULL);
}

static void
on_applied (GraftSession *session, GraftStepReport *report, const GError *error, gpointer data)
{
  GraftSwapPage *self = data;
  const char *label = graft_session_get_undo_label (session);

  self->swapping = FALSE;
  g_clear_object (&self->job);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      show_failure (self, _ ("The swap failed, and nothing was changed"), error);
      return;
    }
  /* What somebody might miss when it boots: not to be overlooked in a toast. */
  if (error == NULL && report->lost->len > 0)
    graft_swap_lost_show (GTK_WIDGET (self), graft_session_get_layers (session), report);
  if (error == NULL)
    graft_toasts_add_with_action (GTK_WIDGET (self), label, _ ("Undo"), "win.undo");
  leave (self);
}

static void
on_swap (GraftSwapPage *self)
{
  if (self->request == NULL || self->request->plan == NULL)
    return;
  self->swapping = TRUE;
  watch (self,
         graft_session_apply (self->session, graft_swap_request_make_step (self->request),
                              on_applied, g_object_ref (self), g_object_unref),
         _ ("Swapping…"), _ ("Cancel"));
}

static void
on_edited (GraftSession *session, GraftSwapPage *self)
{
  const char *phase = gtk_stack_get_visible_child_name (self->phases);

  /* By an undo, say: what is shown is not true any more. A choice is not taken away. */
  self->stale = TRUE;
  if (self->request == NULL || self->job != NULL)
    return;
  if (g_strcmp0 (phase, "choose") != 0)
    plan_again (self);
}

static void
graft_swap_page_dispose (GObject *object)
{
  GraftSwapPage *self = GRAFT_SWAP_PAGE (object);

  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_SWAP_PAGE);
  g_clear_object (&self->job);
  g_clear_pointer (&self->request, graft_swap_request_free);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_swap_page_parent_class)->dispose (object);
}

static void
graft_swap_page_class_init (GraftSwapPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_swap_page_dispose;
  g_type_ensure (GRAFT_TYPE_SWAP_CHOOSER);
  g_type_ensure (GRAFT_TYPE_GROW_GROUP);
  signals[SIGNAL_LEAVE] = g_signal_new ("leave", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/swap/graft-swap-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, phases);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, planning_label);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, planning_bar);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, planning_detail);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, release_label);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, source_label);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, grow_group);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, plan_box);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, choice_group);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, select_row);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, chosen_row);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, chooser);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, swap_button);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, failed_page);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, add_kernel_button);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapPage, add_modules_button);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_swap);
  gtk_widget_class_bind_template_callback (widget_class, on_grow);
  gtk_widget_class_bind_template_callback (widget_class, on_select);
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_choice_cancelled);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_another);
  gtk_widget_class_bind_template_callback (widget_class, on_add_kernel);
  gtk_widget_class_bind_template_callback (widget_class, on_add_modules);
}

static void
graft_swap_page_init (GraftSwapPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_swap_page_set_session (GraftSwapPage *self, GraftSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect (session, "edited", G_CALLBACK (on_edited), self);
}
