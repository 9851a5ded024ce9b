/* graft-step-group.c: several steps as one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-name.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_GROUP (graft_step_group_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepGroup, graft_step_group, GRAFT, STEP_GROUP, GraftStep)

struct _GraftStepGroup
{
  GraftStep parent_instance;

  char *label;
  GPtrArray *steps; /* of GraftStep */
};

G_DEFINE_FINAL_TYPE (GraftStepGroup, graft_step_group, GRAFT_TYPE_STEP)

static char *
graft_step_group_dup_label (GraftStep *step)
{
  return g_strdup (GRAFT_STEP_GROUP (step)->label);
}

static gboolean
graft_step_group_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                        GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepGroup *self = GRAFT_STEP_GROUP (step);

  for (guint i = 0; i < self->steps->len; i++)
    {
      g_autoptr (GraftProgress) child
          = graft_progress_new_child (progress, 1.0 / self->steps->len, NULL);

      if (!graft_step_apply (g_ptr_array_index (self->steps, i), set, report, child, cancellable,
                             error))
        return FALSE;
    }
  return TRUE;
}

static void
graft_step_group_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepGroup *self = GRAFT_STEP_GROUP (step);

  graft_step_writer_add_text (writer, "step", "group");
  graft_step_writer_add_text (writer, "label", self->label);
  graft_step_writer_add_steps (writer, "steps", self->steps);
}

static void
graft_step_group_finalize (GObject *object)
{
  GraftStepGroup *self = GRAFT_STEP_GROUP (object);

  g_free (self->label);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  G_OBJECT_CLASS (graft_step_group_parent_class)->finalize (object);
}

static void
graft_step_group_class_init (GraftStepGroupClass *klass)
{
  GraftStepClass *step_class = GRAFT_STEP_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_step_group_finalize;
  step_class->dup_label = graft_step_group_dup_label;
  step_class->apply = graft_step_group_apply;
  step_class->write = graft_step_group_write;
}

static void
graft_step_group_init (GraftStepGroup *self)
{
}

GraftStep *
graft_step_group_new (const char *label, GPtrArray *steps)
{
  GraftStepGroup *self = g_object_new (GRAFT_TYPE_STEP_GROUP, NULL);

  self->label = g_strdup (label);
  self->steps = g_ptr_array_ref (steps);
  return GRAFT_STEP (self);
}

/* It is shown as it stands: names in it are escaped already, so that only backslashes are left. */
static gboolean
is_fit_to_show (const char *label)
{
  g_autofree char *plain = g_strdelimit (g_strdup (label), "\\", '/');
  g_autofree char *shown = graft_name_escape (plain);

  return strcmp (shown, plain) == 0;
}

GraftStep *
graft_step_group_read (GraftStepReader *reader)
{
  const char *label = graft_step_reader_get_text (reader, "label");
  g_autoptr (GPtrArray) steps = graft_step_reader_dup_steps (reader, "steps");

  if (!is_fit_to_show (label))
    graft_step_reader_fail (reader, "label",
                            _ ("is not fit to be shown: it has control characters"));
  return steps != NULL ? graft_step_group_new (label, steps) : NULL;
}
