/* graft-step-make.c: --mkdir IMAGE:/path, --symlink TARGET:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-path.h"
#include "steps/graft-step-json.h"
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

G_DEFINE_FINAL_TYPE (GraftStepMake, graft_step_make, GRAFT_TYPE_STEP)

static char *
graft_step_make_dup_label (GraftStep *step)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (step);
  g_autofree char *shown = graft_step_target_dup_shown (self->address);
  g_autofree char *shown_target = self->target != NULL ? graft_name_escape (self->target) : NULL;

  if (self->target == NULL)
    return g_strdup_printf (_ ("Make the folder %s"), shown);
  return g_strdup_printf (_ ("Make the link %s to %s"), shown, shown_target);
}

static gboolean
put (GraftStepMake *self, GraftStepTarget *target, const char *path, GError **error)
{
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755 };
  g_autoptr (GraftNode) node = NULL;

  if (!graft_step_target_get_time (target, self->time, &init.attributes.mtime, error))
    return FALSE;
  if (self->target != NULL)
    {
      init.type = GRAFT_NODE_SYMLINK;
      init.attributes.mode = 0777;
      init.target = self->target;
      init.size = strlen (self->target);
    }
  node = graft_node_new (&init);
  return graft_overlay_put (target->overlay, target->part, path, node, error);
}

/* As mkdir -p: what is a folder already is left as it is. @ret_made (optional): whether it was
 * not. */
static gboolean
make_folder (GraftStepMake *self, GraftStepTarget *target, const char *path, gboolean *ret_made,
             GError **error)
{
  g_autoptr (GraftNode) there = NULL;

  if (!graft_step_target_find (target, path, NULL, &there, error))
    return FALSE;
  if (ret_made != NULL)
    *ret_made = there == NULL;
  if (there == NULL)
    return put (self, target, path, error);
  return graft_node_is_directory (there)
         || graft_step_target_set_kind_error (target, path, there, error);
}

static gboolean
make_folders (GraftStepMake *self, GraftStepTarget *target, GraftStepReport *report, GError **error)
{
  g_autofree char *path = graft_path_normalize (target->path);
  g_autofree char *shown = NULL;
  gboolean made = FALSE;

  if (path == NULL)
    return graft_step_target_set_error (target, GRAFT_ERROR_INVALID, target->path,
                                        _ ("has a component “..”"), error);
  for (const char *slash = strchr (path + 1, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *above = g_strndup (path, slash - path);

      if (!make_folder (self, target, above, NULL, error))
        return FALSE;
    }
  if (!make_folder (self, target, path, &made, error))
    return FALSE;
  if (made)
    return TRUE;
  /* Who asked for it may have meant another place. */
  shown = graft_step_target_dup_shown (self->address);
  g_ptr_array_add (report->notes,
                   g_strdup_printf (_ ("%s is a folder already, and stays as it is"), shown));
  return TRUE;
}

/* As ln -s, but a link that is there is made anew; never something in a folder that is there. */
static gboolean
make_link (GraftStepMake *self, GraftStepTarget *target, GError **error)
{
  g_autoptr (GraftNode) root = NULL, there = NULL;

  if (*self->target == '\0' || strlen (self->target) >= GRAFT_LIMIT_PATH)
    return graft_step_target_set_error (target, GRAFT_ERROR_INVALID, target->path,
                                        _ ("cannot be made: a link's target has 1 to 4095 bytes"),
                                        error);
  root = graft_overlay_dup_part (target->overlay, target->part, error);
  if (root == NULL)
    return FALSE;
  /* An error is found again by what follows. */
  there = graft_path_find (root, target->path, 0, NULL, NULL);
  if (there != NULL && graft_node_get_node_type (there) != GRAFT_NODE_SYMLINK)
    return graft_step_target_set_kind_error (target, target->path, there, error);
  return put (self, target, target->path, error);
}

static gboolean
graft_step_make_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (step);
  g_auto (GraftStepTarget) target = { 0 };

  if (!graft_step_target_init (&target, set, self->address, cancellable, error))
    return FALSE;
  return self->target != NULL ? make_link (self, &target, error)
                              : make_folders (self, &target, report, error);
}

static void
graft_step_make_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepMake *self = GRAFT_STEP_MAKE (step);

  graft_step_writer_add_text (writer, "step", self->target != NULL ? "symlink" : "mkdir");
  if (self->target != NULL)
    graft_step_writer_add_text (writer, "target", self->target);
  graft_step_writer_add_text (writer, "address", self->address);
  graft_step_writer_add_optional_int (writer, "time", self->time);
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
  GRAFT_STEP_CLASS (klass)->write = graft_step_make_write;
}

static void
graft_step_make_init (GraftStepMake *self)
{
}

static GraftStep *
new_make (const char *target, const char *address, gint64 time)
{
  GraftStepMake *self = g_object_new (GRAFT_TYPE_STEP_MAKE, NULL);

  self->address = g_strdup (address);
  self->target = g_strdup (target);
  self->time = time;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_mkdir_new (const char *address, gint64 time)
{
  return new_make (NULL, address, time);
}

GraftStep *
graft_step_symlink_new (const char *target, const char *address, gint64 time)
{
  return new_make (target, address, time);
}

GraftStep *
graft_step_mkdir_read (GraftStepReader *reader)
{
  return graft_step_mkdir_new (graft_step_reader_get_text (reader, "address"),
                               graft_step_reader_get_optional_int (reader, "time", G_MAXUINT32));
}

GraftStep *
graft_step_symlink_read (GraftStepReader *reader)
{
  return graft_step_symlink_new (graft_step_reader_get_text (reader, "target"),
                                 graft_step_reader_get_text (reader, "address"),
                                 graft_step_reader_get_optional_int (reader, "time", G_MAXUINT32));
}
