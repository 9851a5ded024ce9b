/* graft-step.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step.h"

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
  g_autoptr (GraftBootSetState) before = graft_boot_set_dup_state (set);

  if (GRAFT_STEP_GET_CLASS (self)->apply (self, set, report, progress, cancellable, error))
    return TRUE;
  graft_boot_set_set_state (set, before);
  return FALSE;
}
