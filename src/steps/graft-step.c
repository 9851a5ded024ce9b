/* graft-step.c: what the user meant, as a value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step.h"

#include "base/graft-cancel-scope.h"

G_DEFINE_ABSTRACT_TYPE (GraftStep, graft_step, G_TYPE_OBJECT)

GraftStepReport *
graft_step_report_new (void)
{
  GraftStepReport *self = g_new0 (GraftStepReport, 1);

  self->lost = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
graft_step_report_free (GraftStepReport *self)
{
  g_ptr_array_unref (self->lost);
  g_ptr_array_unref (self->notes);
  g_free (self);
}

static void
graft_step_class_init (GraftStepClass *klass)
{
}

static void
graft_step_init (GraftStep *self)
{
}

char *
graft_step_dup_label (GraftStep *self)
{
  return GRAFT_STEP_GET_CLASS (self)->dup_label (self);
}

gboolean
graft_step_apply (GraftStep *self, GraftBootSet *set, GraftStepReport *report,
                  GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GraftBootSetState) before = graft_boot_set_dup_state (set);
  g_autoptr (GraftStepReport) own = graft_step_report_new ();

  /* Into a report of its own: what a step that failed says is no fact about the set. */
  if (!GRAFT_STEP_GET_CLASS (self)->apply (self, set, own, progress, cancellable, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      graft_boot_set_set_state (set, before);
      return FALSE;
    }
  if (report != NULL)
    {
      g_ptr_array_extend_and_steal (report->lost, g_steal_pointer (&own->lost));
      g_ptr_array_extend_and_steal (report->notes, g_steal_pointer (&own->notes));
      own->lost = g_ptr_array_new ();
      own->notes = g_ptr_array_new ();
    }
  return TRUE;
}
