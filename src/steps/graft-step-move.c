/* graft-step-move.c: --move IMAGE:/FROM:/TO
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_MOVE (graft_step_move_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepMove, graft_step_move, GRAFT, STEP_MOVE, GraftStep)

struct _GraftStepMove
{
  GraftStep parent_instance;

  char *from;
  char *to;
};

G_DEFINE_FINAL_TYPE (GraftStepMove, graft_step_move, GRAFT_TYPE_STEP)

/* In the same folder it is another name; else the whole path tells. */
static char *
graft_step_move_dup_label (GraftStep *step)
{
  GraftStepMove *self = GRAFT_STEP_MOVE (step);
  g_autofree char *from = graft_step_target_dup_shown (self->from), *shown = NULL;
  g_autofree char *folder = g_path_get_dirname (self->from);
  g_autofree char *new_folder = g_path_get_dirname (self->to);
  g_autoptr (GraftAddress) to = graft_address_parse (self->to, NULL);
  const char *path = to != NULL ? to->path : self->to;
  g_autofree char *name = g_path_get_basename (path);
  gboolean same = strcmp (folder, new_folder) == 0;

  shown = graft_name_escape (same ? name : path);
  return g_strdup_printf (same ? _ ("Rename %s to %s") : _ ("Move %s to %s"), from, shown);
}

static gboolean
graft_step_move_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepMove *self = GRAFT_STEP_MOVE (step);
  g_auto (GraftStepTarget) from = { 0 }, to = { 0 };

  if (!graft_step_target_init (&from, set, self->from, cancellable, error)
      || !graft_step_target_init (&to, set, self->to, cancellable, error))
    return FALSE;
  if (from.overlay != to.overlay || from.part != to.part)
    return graft_step_target_set_error (
        &from, GRAFT_ERROR_INVALID, from.path,
        _ ("can be moved only within its image, and within one segment where one is named"), error);
  return graft_overlay_move (from.overlay, from.part, from.path, to.path, error);
}

static void
graft_step_move_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepMove *self = GRAFT_STEP_MOVE (step);

  graft_step_writer_add_text (writer, "step", "move");
  graft_step_writer_add_text (writer, "from", self->from);
  graft_step_writer_add_text (writer, "to", self->to);
}

static void
graft_step_move_finalize (GObject *object)
{
  GraftStepMove *self = GRAFT_STEP_MOVE (object);

  g_free (self->from);
  g_free (self->to);
  G_OBJECT_CLASS (graft_step_move_parent_class)->finalize (object);
}

static void
graft_step_move_class_init (GraftStepMoveClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_move_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_move_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_move_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_move_write;
}

static void
graft_step_move_init (GraftStepMove *self)
{
}

GraftStep *
graft_step_move_new (const char *from, const char *to)
{
  GraftStepMove *self = g_object_new (GRAFT_TYPE_STEP_MOVE, NULL);

  self->from = g_strdup (from);
  self->to = g_strdup (to);
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_move_read (GraftStepReader *reader)
{
  return graft_step_move_new (graft_step_reader_get_text (reader, "from"),
                              graft_step_reader_get_text (reader, "to"));
}
