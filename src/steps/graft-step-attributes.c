/* graft-step-attributes.c: --chmod MODE:IMAGE:/path, --chown UID:GID:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_ATTRIBUTES (graft_step_attributes_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepAttributes, graft_step_attributes, GRAFT, STEP_ATTRIBUTES, GraftStep)

struct _GraftStepAttributes
{
  GraftStep parent_instance;

  char *address;
  gboolean sets_mode; /* else the owner */
  guint32 mode;
  guint32 uid;
  guint32 gid;
};

G_DEFINE_FINAL_TYPE (GraftStepAttributes, graft_step_attributes, GRAFT_TYPE_STEP)

static char *
graft_step_attributes_dup_label (GraftStep *step)
{
  GraftStepAttributes *self = GRAFT_STEP_ATTRIBUTES (step);
  g_autofree char *shown = graft_name_escape (self->address);

  if (self->sets_mode)
    return g_strdup_printf (_ ("Set the mode of %s to %04o"), shown, self->mode);
  return g_strdup_printf (_ ("Set the owner of %s to %u:%u"), shown, self->uid, self->gid);
}

/* As chmod(1) and chown(1) do: a link stands for what it leads to. */
static gboolean
graft_step_attributes_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepAttributes *self = GRAFT_STEP_ATTRIBUTES (step);
  g_auto (GraftStepTarget) target = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GraftNode) node = NULL, changed = NULL;
  GraftNodeInit init;

  if (!graft_step_target_init (&target, set, self->address, cancellable, error)
      || !graft_step_target_find_existing (&target, &path, &node, error))
    return FALSE;
  init = graft_node_to_init (node);
  if (self->sets_mode)
    init.attributes.mode = self->mode & 07777;
  else
    {
      init.attributes.uid = self->uid;
      init.attributes.gid = self->gid;
    }
  changed = graft_node_new (&init);
  return graft_overlay_change (target.overlay, target.part, path, changed, error);
}

static void
graft_step_attributes_finalize (GObject *object)
{
  g_free (GRAFT_STEP_ATTRIBUTES (object)->address);
  G_OBJECT_CLASS (graft_step_attributes_parent_class)->finalize (object);
}

static void
graft_step_attributes_class_init (GraftStepAttributesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_attributes_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_attributes_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_attributes_apply;
}

static void
graft_step_attributes_init (GraftStepAttributes *self)
{
}

GraftStep *
graft_step_chmod_new (guint32 mode, const char *address)
{
  GraftStepAttributes *self = g_object_new (GRAFT_TYPE_STEP_ATTRIBUTES, NULL);

  self->address = g_strdup (address);
  self->sets_mode = TRUE;
  self->mode = mode;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_chown_new (guint32 uid, guint32 gid, const char *address)
{
  GraftStepAttributes *self = g_object_new (GRAFT_TYPE_STEP_ATTRIBUTES, NULL);

  self->address = g_strdup (address);
  self->uid = uid;
  self->gid = gid;
  return GRAFT_STEP (self);
}
