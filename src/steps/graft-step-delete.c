/* graft-step-delete.c: --delete IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_DELETE (graft_step_delete_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepDelete, graft_step_delete, GRAFT, STEP_DELETE, GraftStep)

struct _GraftStepDelete
{
  GraftStep parent_instance;

  char *address;
};

G_DEFINE_FINAL_TYPE (GraftStepDelete, graft_step_delete, GRAFT_TYPE_STEP)

static char *
graft_step_delete_dup_label (GraftStep *step)
{
  g_autofree char *shown = graft_step_target_dup_shown (GRAFT_STEP_DELETE (step)->address);

  return g_strdup_printf (_ ("Delete %s"), shown);
}

static gboolean
graft_step_delete_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_auto (GraftStepTarget) target = { 0 };

  return graft_step_target_init (&target, set, GRAFT_STEP_DELETE (step)->address, cancellable,
                                 error)
         && graft_overlay_remove (target.overlay, target.part, target.path, error);
}

static void
graft_step_delete_write (GraftStep *step, GraftStepWriter *writer)
{
  graft_step_writer_add_text (writer, "step", "delete");
  graft_step_writer_add_text (writer, "address", GRAFT_STEP_DELETE (step)->address);
}

static void
graft_step_delete_finalize (GObject *object)
{
  g_free (GRAFT_STEP_DELETE (object)->address);
  G_OBJECT_CLASS (graft_step_delete_parent_class)->finalize (object);
}

static void
graft_step_delete_class_init (GraftStepDeleteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_delete_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_delete_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_delete_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_delete_write;
}

static void
graft_step_delete_init (GraftStepDelete *self)
{
}

GraftStep *
graft_step_delete_new (const char *address)
{
  GraftStepDelete *self = g_object_new (GRAFT_TYPE_STEP_DELETE, NULL);

  self->address = g_strdup (address);
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_delete_read (GraftStepReader *reader)
{
  return graft_step_delete_new (graft_step_reader_get_text (reader, "address"));
}
