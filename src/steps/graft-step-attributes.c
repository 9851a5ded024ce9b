/* graft-step-attributes.c: --chmod MODE:IMAGE:/path, --chown UID:GID:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_ATTRIBUTES (graft_step_attributes_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepAttributes, graft_step_attributes, GRAFT, STEP_ATTRIBUTES, GraftStep)

struct _GraftStepAttributes
{
  GraftStep parent_instance;

  char **addresses;
  gint64 mode; /* of each -1 to leave it */
  gint64 uid;
  gint64 gid;
};

G_DEFINE_FINAL_TYPE (GraftStepAttributes, graft_step_attributes, GRAFT_TYPE_STEP)

static char *
graft_step_attributes_dup_label (GraftStep *step)
{
  GraftStepAttributes *self = GRAFT_STEP_ATTRIBUTES (step);
  guint count = g_strv_length (self->addresses);
  g_autofree char *shown = count == 1 ? graft_step_target_dup_shown (self->addresses[0]) : NULL;

  if (count != 1)
    return g_strdup_printf (
        ngettext ("Set mode and owner of %u entry", "Set mode and owner of %u entries", count),
        count);
  if (self->mode >= 0 && self->uid < 0 && self->gid < 0)
    return g_strdup_printf (_ ("Set the mode of %s to %04o"), shown, (guint)self->mode);
  if (self->mode < 0 && self->uid >= 0 && self->gid >= 0)
    return g_strdup_printf (_ ("Set the owner of %s to %u:%u"), shown, (guint)self->uid,
                            (guint)self->gid);
  return g_strdup_printf (_ ("Set mode and owner of %s"), shown);
}

/* As chmod(1) and chown(1) do: a link stands for what it leads to. */
static gboolean
change (GraftStepAttributes *self, GraftBootSet *set, const char *address,
        GCancellable *cancellable, GError **error)
{
  g_auto (GraftStepTarget) target = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GraftNode) node = NULL, changed = NULL;
  GraftNodeInit init;

  if (!graft_step_target_init (&target, set, address, cancellable, error)
      || !graft_step_target_find_existing (&target, &path, &node, error))
    return FALSE;
  init = graft_node_to_init (node);
  if (self->mode >= 0)
    init.attributes.mode = self->mode & 07777;
  if (self->uid >= 0)
    init.attributes.uid = self->uid;
  if (self->gid >= 0)
    init.attributes.gid = self->gid;
  changed = graft_node_new (&init);
  return graft_overlay_change (target.overlay, target.part, path, changed, error);
}

static gboolean
graft_step_attributes_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepAttributes *self = GRAFT_STEP_ATTRIBUTES (step);

  for (guint i = 0; self->addresses[i] != NULL; i++)
    if (!change (self, set, self->addresses[i], cancellable, error))
      return FALSE;
  return TRUE;
}

static void
graft_step_attributes_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepAttributes *self = GRAFT_STEP_ATTRIBUTES (step);

  graft_step_writer_add_text (writer, "step", "set-attributes");
  graft_step_writer_add_texts (writer, "addresses", (const char *const *)self->addresses);
  graft_step_writer_add_optional_int (writer, "mode", self->mode);
  graft_step_writer_add_optional_int (writer, "uid", self->uid);
  graft_step_writer_add_optional_int (writer, "gid", self->gid);
}

static void
graft_step_attributes_finalize (GObject *object)
{
  g_strfreev (GRAFT_STEP_ATTRIBUTES (object)->addresses);
  G_OBJECT_CLASS (graft_step_attributes_parent_class)->finalize (object);
}

static void
graft_step_attributes_class_init (GraftStepAttributesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_attributes_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_attributes_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_attributes_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_attributes_write;
}

static void
graft_step_attributes_init (GraftStepAttributes *self)
{
}

GraftStep *
graft_step_set_attributes_new (const char *const *addresses, gint64 mode, gint64 uid, gint64 gid)
{
  GraftStepAttributes *self = g_object_new (GRAFT_TYPE_STEP_ATTRIBUTES, NULL);

  self->addresses = g_strdupv ((char **)addresses);
  self->mode = mode;
  self->uid = uid;
  self->gid = gid;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_chmod_new (guint32 mode, const char *address)
{
  const char *const addresses[] = { address, NULL };

  return graft_step_set_attributes_new (addresses, mode, -1, -1);
}

GraftStep *
graft_step_chown_new (guint32 uid, guint32 gid, const char *address)
{
  const char *const addresses[] = { address, NULL };

  return graft_step_set_attributes_new (addresses, -1, uid, gid);
}

GraftStep *
graft_step_set_attributes_read (GraftStepReader *reader)
{
  const char *const *addresses = graft_step_reader_get_texts (reader, "addresses");
  gint64 mode = graft_step_reader_get_optional_int (reader, "mode", 07777);
  gint64 uid = graft_step_reader_get_optional_int (reader, "uid", G_MAXUINT32 - 1);
  gint64 gid = graft_step_reader_get_optional_int (reader, "gid", G_MAXUINT32 - 1);

  return graft_step_set_attributes_new (addresses, mode, uid, gid);
}
