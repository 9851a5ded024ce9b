/* graft-add-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/add-program/graft-add-program.h"

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "sources/graft-host-folder.h"
#include "steps/graft-step-json.h"

#define GRAFT_TYPE_ADD_PROGRAM (graft_add_program_get_type ())
G_DECLARE_FINAL_TYPE (GraftAddProgram, graft_add_program, GRAFT, ADD_PROGRAM, GraftStep)

struct _GraftAddProgram
{
  GraftStep parent_instance;

  char *root;               /* NULL: this machine's */
  GraftStepSource *program; /* the file alone: libraries are taken as they are then */
  char *address;            /* NULL: the only initrd */
  gboolean is_private;
  GraftProgramPlan *plan; /* NULL: none was made, or it was applied */
};

G_DEFINE_FINAL_TYPE (GraftAddProgram, graft_add_program, GRAFT_TYPE_STEP)

static char *
graft_add_program_dup_label (GraftStep *step)
{
  GraftAddProgram *self = GRAFT_ADD_PROGRAM (step);
  g_autofree char *name = g_path_get_basename (self->program->path);
  g_autofree char *shown = graft_name_escape (name);

  return g_strdup_printf (_ ("Add %s with its libraries"), shown);
}

static GraftProgramPlan *
make_plan (GraftAddProgram *self, GraftBootSet *set, GCancellable *cancellable, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  const char *folder = self->root != NULL ? self->root : "/";
  g_autofree char *path = self->root != NULL ? g_strdup (self->program->path)
                                             : g_canonicalize_filename (self->program->path, NULL);
  g_autoptr (GraftNode) root = NULL;
  GraftProgramWish wish = {
    .root_name = folder,
    .path = path,
    .address = self->address,
    .is_private = self->is_private,
  };

  if (store == NULL)
    return NULL;
  root = graft_host_folder_open (folder, store, error);
  if (root == NULL)
    return NULL;
  wish.root = root;
  return graft_program_plan_new (set, &wish, cancellable, error);
}

/* Whether the program is what was taken in before. */
static gboolean
accept (GraftAddProgram *self, GraftProgramPlan *plan, GCancellable *cancellable, GError **error)
{
  const GraftLibrary *program = g_ptr_array_index (plan->closure->libraries, 0);
  g_autoptr (GraftInput) content = graft_node_open (program->file->node, error);
  g_autofree char *digest
      = content != NULL ? graft_input_digest (content, cancellable, error) : NULL;

  return digest != NULL && graft_step_source_accept (self->program, digest, error);
}

static gboolean
graft_add_program_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftAddProgram *self = GRAFT_ADD_PROGRAM (step);
  g_autoptr (GraftProgramPlan) plan = g_steal_pointer (&self->plan);

  if (plan != NULL && !graft_program_plan_fits (plan, set))
    g_clear_pointer (&plan, graft_program_plan_free);
  if (plan == NULL)
    plan = make_plan (self, set, cancellable, error);
  if (plan == NULL || !accept (self, plan, cancellable, error)
      || !graft_program_plan_apply (plan, error))
    return FALSE;
  for (guint i = 0; i < plan->notes->len; i++)
    g_ptr_array_add (report->notes, g_strdup (g_ptr_array_index (plan->notes, i)));
  return TRUE;
}

static const char *const places[] = { "image", "private", NULL };

static void
graft_add_program_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftAddProgram *self = GRAFT_ADD_PROGRAM (step);

  graft_step_writer_add_text (writer, "step", "add-program");
  graft_step_writer_add_source (writer, "from", self->program);
  if (self->root != NULL)
    graft_step_writer_add_text (writer, "root", self->root);
  if (self->address != NULL)
    graft_step_writer_add_text (writer, "to", self->address);
  graft_step_writer_add_text (writer, "libraries", places[self->is_private]);
}

static void
graft_add_program_finalize (GObject *object)
{
  GraftAddProgram *self = GRAFT_ADD_PROGRAM (object);

  g_free (self->root);
  graft_step_source_free (self->program);
  g_free (self->address);
  g_clear_pointer (&self->plan, graft_program_plan_free);
  G_OBJECT_CLASS (graft_add_program_parent_class)->finalize (object);
}

static void
graft_add_program_class_init (GraftAddProgramClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_add_program_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_add_program_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_add_program_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_add_program_write;
}

static void
graft_add_program_init (GraftAddProgram *self)
{
}

GraftStep *
graft_step_add_program_new (const char *root, const char *program, const char *address,
                            gboolean is_private)
{
  GraftAddProgram *self = g_object_new (GRAFT_TYPE_ADD_PROGRAM, NULL);

  self->root = g_strdup (root);
  self->program = graft_step_source_new (program, NULL);
  self->address = g_strdup (address);
  self->is_private = is_private;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_add_program_new_planned (const char *root, const char *program, const char *address,
                                    gboolean is_private, GraftProgramPlan *plan)
{
  GraftStep *step = graft_step_add_program_new (root, program, address, is_private);

  GRAFT_ADD_PROGRAM (step)->plan = plan;
  return step;
}

GraftStep *
graft_step_add_program_read (GraftStepReader *reader)
{
  g_autoptr (GraftStepSource) program = graft_step_reader_dup_source (reader, "from");
  const char *root = graft_step_reader_get_optional_text (reader, "root");
  const char *address = graft_step_reader_get_optional_text (reader, "to");
  gboolean is_private = graft_step_reader_get_choice (reader, "libraries", places);
  GraftStep *step;

  if (program == NULL)
    {
      graft_step_reader_fail (reader, "from", _ ("is missing"));
      return NULL;
    }
  step = graft_step_add_program_new (root, program->path, address, is_private);
  graft_step_source_free (GRAFT_ADD_PROGRAM (step)->program);
  GRAFT_ADD_PROGRAM (step)->program = g_steal_pointer (&program);
  return step;
}
