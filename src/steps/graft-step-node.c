/* graft-step-node.c: --mknod TYPE[:MAJOR:MINOR]:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_NODE (graft_step_node_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepNode, graft_step_node, GRAFT, STEP_NODE, GraftStep)

struct _GraftStepNode
{
  GraftStep parent_instance;

  GraftNodeType type;
  guint32 major;
  guint32 minor;
  guint32 mode;
  char *address;
  gint64 time;
};

G_DEFINE_FINAL_TYPE (GraftStepNode, graft_step_node, GRAFT_TYPE_STEP)

/* As in all that --json prints; in the order of @types. */
static const char *const type_names[] = { "block-device", "char-device", "fifo", NULL };
static const GraftNodeType types[]
    = { GRAFT_NODE_BLOCK_DEVICE, GRAFT_NODE_CHAR_DEVICE, GRAFT_NODE_FIFO };

static char *
graft_step_node_dup_label (GraftStep *step)
{
  GraftStepNode *self = GRAFT_STEP_NODE (step);
  g_autofree char *shown = graft_step_target_dup_shown (self->address);

  if (self->type == GRAFT_NODE_FIFO)
    return g_strdup_printf (_ ("Make the pipe %s"), shown);
  return g_strdup_printf (_ ("Make the device %s (%u:%u)"), shown, self->major, self->minor);
}

static gboolean
graft_step_node_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepNode *self = GRAFT_STEP_NODE (step);
  GraftNodeInit init = { .type = self->type,
                         .attributes.mode = self->mode & 07777,
                         .rdev_major = self->major,
                         .rdev_minor = self->minor };
  g_auto (GraftStepTarget) target = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GraftNode) there = NULL, node = NULL;

  if (!graft_step_target_init (&target, set, self->address, cancellable, error)
      || !graft_step_target_find (&target, target.path, &path, &there, error))
    return FALSE;
  if (there != NULL)
    return graft_step_target_set_kind_error (&target, path, there, error);
  if (!graft_step_target_get_time (&target, self->time, &init.attributes.mtime, error))
    return FALSE;
  node = graft_node_new (&init);
  return graft_overlay_put (target.overlay, target.part, path, node, error);
}

static void
graft_step_node_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepNode *self = GRAFT_STEP_NODE (step);

  graft_step_writer_add_text (writer, "step", "mknod");
  graft_step_writer_add_text (writer, "type", graft_node_type_get_name (self->type));
  graft_step_writer_add_int (writer, "major", self->major);
  graft_step_writer_add_int (writer, "minor", self->minor);
  graft_step_writer_add_int (writer, "mode", self->mode & 07777);
  graft_step_writer_add_text (writer, "address", self->address);
  graft_step_writer_add_optional_int (writer, "time", self->time);
}

static void
graft_step_node_finalize (GObject *object)
{
  g_free (GRAFT_STEP_NODE (object)->address);
  G_OBJECT_CLASS (graft_step_node_parent_class)->finalize (object);
}

static void
graft_step_node_class_init (GraftStepNodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_node_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_node_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_node_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_node_write;
}

static void
graft_step_node_init (GraftStepNode *self)
{
}

GraftStep *
graft_step_make_node_new (GraftNodeType type, guint32 major, guint32 minor, guint32 mode,
                          const char *address, gint64 time)
{
  GraftStepNode *self;

  g_return_val_if_fail (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE
                            || type == GRAFT_NODE_FIFO,
                        NULL);
  self = g_object_new (GRAFT_TYPE_STEP_NODE, NULL);
  self->type = type;
  self->major = type != GRAFT_NODE_FIFO ? major : 0;
  self->minor = type != GRAFT_NODE_FIFO ? minor : 0;
  self->mode = mode;
  self->address = g_strdup (address);
  self->time = time;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_make_node_read (GraftStepReader *reader)
{
  guint type = graft_step_reader_get_choice (reader, "type", type_names);

  /* MINORBITS of include/linux/kdev_t.h: a device number has 12 and 20 bits. */
  return graft_step_make_node_new (
      types[type], graft_step_reader_get_int (reader, "major", 0xfff),
      graft_step_reader_get_int (reader, "minor", 0xfffff),
      graft_step_reader_get_int (reader, "mode", 07777),
      graft_step_reader_get_text (reader, "address"),
      graft_step_reader_get_optional_int (reader, "time", G_MAXUINT32));
}
