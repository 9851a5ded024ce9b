/* graft-step-make.c: --mkdir IMAGE:/path, --symlink TARGET:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-path.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_MAKE (graft_step_make_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepMake, graft_step_make, GRAFT, STEP_MAKE, GraftStep)

struct _GraftStepMake
{
  GraftStep parent_instance;

  char *address;
  char *target; /* of a symlink; NULL: a folder */
  gint64 time;
};

G_DEFINE_TYPE (GraftStepMake, graft_step_make, GRAFT_TYPE_STEP)

static char *
graft_step_make_dup_label (GraftStep *step)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (step);
  g_autofree char *shown = graft_name_escape (self->address);

  return g_strdup_printf (self->target != NULL ? _ ("Make the link %s") : _ ("Make the folder %s"),
                          shown);
}

static gboolean
refuse_existing (GraftStepTarget *target, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) root = graft_step_target_dup_root (target, error);
  g_autoptr (GraftNode) there = NULL;

  if (root == NULL)
    return FALSE;
  there = graft_path_find (root, target->path, 0, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (there == NULL)
    return TRUE;
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
               _ ("there is a %s of that name already"),
               graft_node_type_get_name (graft_node_get_node_type (there)));
  return FALSE;
}

static gboolean
make (GraftStepMake *self, GraftStepTarget *target, GError **error)
{
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .nlink = 1 };
  g_autoptr (GraftNode) node = NULL;

  if (!refuse_existing (target, error)
      || !graft_step_target_get_time (target, self->time, &init.attributes.mtime, error))
    return FALSE;
  if (self->target != NULL)
    {
      if (*self->target == '\0' || strlen (self->target) >= GRAFT_LIMIT_PATH)
        {
          g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                               _ ("a link needs a target of 1 to 4095 bytes"));
          return FALSE;
        }
      init.type = GRAFT_NODE_SYMLINK;
      init.attributes.mode = 0777;
      init.target = self->target;
      init.size = strlen (self->target);
    }
  node = graft_node_new (&init);
  return graft_overlay_put (target->overlay, target->part, target->path, node, error);
}

static gboolean
graft_step_make_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (step);
  g_auto (GraftStepTarget) target = { 0 };

  if (!graft_step_target_find (&target, set, self->address, error) || !make (self, &target, error))
    return graft_step_target_prefix (self->address, error);
  return TRUE;
}

static void
graft_step_make_finalize (GObject *object)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (object);

  g_free (self->address);
  g_free (self->target);
  G_OBJECT_CLASS (graft_step_make_parent_class)->finalize (object);
}

static void
graft_step_make_class_init (GraftStepMakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_make_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_make_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_make_apply;
}

static void
graft_step_make_init (GraftStepMake *self)
{
}

GraftStep *
graft_step_mkdir_new (const char *address, gint64 time)
{
  GraftStepMake *self = g_object_new (GRAFT_TYPE_STEP_MAKE, NULL);

  self->address = g_strdup (address);
  self->time = time;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_symlink_new (const char *target, const char *address, gint64 time)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (graft_step_mkdir_new (address, time));

  self->target = g_strdup (target);
  return GRAFT_STEP (self);
}
