/* graft-program-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/add-program/graft-program-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "formats/kernel/graft-kernel.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "steps/graft-step-folders.h"
#include "steps/graft-step-target.h"

/* Where private programs go, each in a folder of its name. */
#define PRIVATE_FOLDER "/usr/lib/bootgraft"
#define SHELL "/bin/sh"

static void
planned_file_free (gpointer data)
{
  GraftPlannedFile *self = data;

  g_free (self->path);
  graft_node_unref (self->node);
  g_free (self);
}

void
graft_program_plan_free (GraftProgramPlan *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->set);
  g_free (self->image);
  g_clear_pointer (&self->closure, graft_closure_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->planned_state, graft_boot_set_state_free);
  g_free (self);
}

/* The release of the kernel that the set boots; NULL where that cannot be told. */
static char *
dup_kernel_release (GraftBootSet *set)
{
  GraftMember *member = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = member != NULL ? graft_member_get_current_image (member) : NULL;

  return GRAFT_IS_KERNEL (image) ? g_strdup (graft_kernel_get_release (GRAFT_KERNEL (image)))
                                 : NULL;
}

/* The set's only initrd. */
static char *
find_initrd (GraftBootSet *set, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  const char *found = NULL;

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (graft_member_get_role (member) != GRAFT_ROLE_INITRD)
        continue;
      if (found != NULL)
        {
          g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                               _ ("The set has more than one initrd: say which image the program "
                                  "is for (FILE:IMAGE)"));
          return NULL;
        }
      found = graft_member_get_path (member);
    }
  if (found == NULL)
    g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                         _ ("The set has no initrd: say which image the program is for "
                            "(FILE:IMAGE)"));
  return found != NULL ? graft_address_format (found, 0, "/") : NULL;
}

/* Owner 0:0 and a plain mode, as everything that is copied in; its own time, so that the same
 * program gives the same bytes. */
static GraftNode *
import_file (GraftNode *node, gboolean runs, GError **error)
{
  g_autoptr (GraftInput) content = graft_node_open (node, error);
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = content };

  if (content == NULL)
    return NULL;
  init.attributes.mode = runs || (attributes->mode & 0111) != 0 ? 0755 : 0644;
  init.attributes.mtime = CLAMP (attributes->mtime, 0, G_MAXUINT32);
  return graft_node_new (&init);
}

static gboolean
add_file (GraftProgramPlan *self, GraftNode *image, const char *path, GraftNode *node,
          GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) there = graft_path_find (image, path, 0, NULL, &local);
  GraftPlannedFile *file;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  file = g_new0 (GraftPlannedFile, 1);
  file->path = g_strdup (path);
  file->node = graft_node_ref (node);
  file->replaces = there != NULL;
  g_ptr_array_add (self->files, file);
  return TRUE;
}

static gboolean
is_program (const GraftLibrary *library)
{
  return library->kind == GRAFT_LIBRARY_PROGRAM || library->kind == GRAFT_LIBRARY_INTERPRETER
         || library->kind == GRAFT_LIBRARY_LOADER;
}

static gboolean
add_copied (GraftProgramPlan *self, GraftNode *image, GError **error)
{
  for (guint i = 0; i < self->closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (self->closure->libraries, i);
      g_autoptr (GraftNode) node = NULL;

      if (library->status != GRAFT_LIBRARY_COPIED)
        continue;
      node = import_file (library->file->node, is_program (library), error);
      if (node == NULL || !add_file (self, image, library->target, node, error))
        return FALSE;
    }
  return TRUE;
}

static GraftNode *
new_script (const char *folder, const char *loader, const char *name, gint64 mtime)
{
  g_autofree char *loader_path = graft_path_join (folder, loader);
  g_autofree char *program_path = graft_path_join (folder, name);
  g_autofree char *quoted_folder = g_shell_quote (folder);
  g_autofree char *quoted_loader = g_shell_quote (loader_path);
  g_autofree char *quoted_program = g_shell_quote (program_path);
  g_autofree char *text = g_strdup_printf ("#!" SHELL "\nexec %s --library-path %s %s \"$@\"\n",
                                           quoted_loader, quoted_folder, quoted_program);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GraftInput) content = graft_memory_input_new (bytes, name);
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0755, .mtime = mtime },
    .content = content,
  };

  return graft_node_new (&init);
}

/* The folder with the program, its loader and all libraries; *@ret_loader is the loader's name. */
static GraftNode *
new_private_folder (GraftProgramPlan *self, const char *name, gint64 mtime, gboolean optional,
                    char **ret_loader, GError **error)
{
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) directory = NULL;
  GraftNodeInit init
      = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755, .mtime = mtime } };

  for (guint i = 0; i < self->closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (self->closure->libraries, i);
      g_autofree char *base = g_path_get_basename (library->name);
      g_autoptr (GraftNode) node = NULL;

      if (library->status != GRAFT_LIBRARY_FOUND || library->kind == GRAFT_LIBRARY_VARIANT
          || (library->kind == GRAFT_LIBRARY_OPTIONAL && !optional))
        continue;
      node = import_file (library->file->node, is_program (library), error);
      if (node == NULL)
        return NULL;
      graft_directory_builder_add (builder, library->kind == GRAFT_LIBRARY_PROGRAM ? name : base,
                                   node);
      if (library->kind == GRAFT_LIBRARY_LOADER && *ret_loader == NULL)
        *ret_loader = g_steal_pointer (&base);
    }
  directory = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.children = directory;
  return graft_node_new (&init);
}

/* @target: of the script, where the program would be. */
static gboolean
add_private (GraftProgramPlan *self, GraftNode *image, const char *target, gboolean optional,
             GError **error)
{
  const GraftLibrary *program = g_ptr_array_index (self->closure->libraries, 0);
  gint64 mtime = CLAMP (graft_node_get_attributes (program->file->node)->mtime, 0, G_MAXUINT32);
  g_autofree char *name = g_path_get_basename (target);
  g_autofree char *folder = g_strconcat (PRIVATE_FOLDER "/", name, NULL), *loader = NULL;
  g_autoptr (GraftNode) shell = graft_path_find (image, SHELL, GRAFT_PATH_FOLLOW, NULL, NULL);
  g_autoptr (GraftNode) files = NULL, script = NULL;

  if (program->file->elf == NULL || program->file->elf->interpreter == NULL)
    {
      g_autofree char *shown = graft_name_escape (program->file->path);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s asks for no loader, so it cannot have one of its own: add it as it is"),
                   shown);
      return FALSE;
    }
  if (shell == NULL)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                   _ ("%s has no %s, which the script that starts a private program needs"),
                   self->image, SHELL);
      return FALSE;
    }
  files = new_private_folder (self, name, mtime, optional, &loader, error);
  if (files == NULL)
    return FALSE;
  script = new_script (folder, loader, name, mtime);
  return add_file (self, image, folder, files, error)
         && add_file (self, image, target, script, error);
}

static void
add_notes (GraftProgramPlan *self)
{
  for (guint i = 0; i < self->closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (self->closure->libraries, i);
      g_autofree char *name = graft_name_escape (library->name);
      g_autofree char *user = NULL;

      if (library->kind != GRAFT_LIBRARY_OPTIONAL
          || (library->status != GRAFT_LIBRARY_LEFT_OUT
              && library->status != GRAFT_LIBRARY_MISSING))
        continue;
      user = graft_name_escape (g_ptr_array_index (library->needed_by, 0));
      g_ptr_array_add (
          self->notes,
          g_strdup_printf (_ ("%s: %s may open %s, which the image does not have; it starts "
                              "without it"),
                           self->image, user, name));
    }
}

/* Where the program goes: what the address says, below it when that is a folder. */
static char *
dup_place (GraftNode *image, const char *path, const char *program, GError **error)
{
  g_autofree char *name = g_path_get_basename (program);
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) there = NULL;

  if (strcmp (path, "/") == 0)
    return g_strdup (program);
  there = graft_path_find (image, path, GRAFT_PATH_FOLLOW, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return there != NULL && graft_node_is_directory (there) ? graft_path_join (path, name)
                                                          : g_strdup (path);
}

/* Without the image: whether the program is complete where it comes from. */
static gboolean
make_private (GraftProgramPlan *self, const GraftProgramWish *wish, GraftNode *image,
              const GraftClosureOptions *options, GCancellable *cancellable, GError **error)
{
  const GraftLibrary *program = g_ptr_array_index (self->closure->libraries, 0);
  g_autofree char *target = g_strdup (program->target);
  GraftClosure *alone;

  /* A processor or a kernel that does not fit is not helped by other libraries. */
  if (program->status == GRAFT_LIBRARY_CONFLICT)
    return TRUE;
  alone = graft_closure_new (wish->root, wish->root_name, NULL, NULL, wish->path, options,
                             cancellable, error);
  if (alone == NULL)
    return FALSE;
  graft_closure_free (self->closure);
  self->closure = alone;
  return graft_closure_is_broken (alone)
         || add_private (self, image, target, wish->optional, error);
}

GraftProgramPlan *
graft_program_plan_new (GraftBootSet *set, const GraftProgramWish *wish, GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GraftProgramPlan) self = g_new0 (GraftProgramPlan, 1);
  g_auto (GraftStepTarget) target = { 0 };
  g_autofree char *address
      = wish->address != NULL ? g_strdup (wish->address) : find_initrd (set, error);
  g_autofree char *kernel = dup_kernel_release (set), *place = NULL;
  g_autoptr (GraftNode) image = NULL;
  GraftClosureOptions options
      = { .variants = wish->variants, .optional = wish->optional, .kernel = kernel };

  if (address == NULL || !graft_step_target_init (&target, set, address, cancellable, error))
    return NULL;
  self->set = g_object_ref (set);
  self->overlay = target.overlay;
  self->part = target.part;
  self->image = g_strdup (graft_image_get_name (graft_overlay_get_image (target.overlay)));
  self->is_private = wish->is_private;
  self->files = g_ptr_array_new_with_free_func (planned_file_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  image = graft_overlay_dup_root (self->overlay, error);
  place = image != NULL ? dup_place (image, target.path, wish->path, error) : NULL;
  if (place == NULL)
    return NULL;
  options.target = place;
  self->closure = graft_closure_new (wish->root, wish->root_name, image, self->image, wish->path,
                                     &options, cancellable, error);
  if (self->closure == NULL)
    return NULL;
  if (wish->is_private)
    {
      if (!make_private (self, wish, image, &options, cancellable, error))
        return NULL;
    }
  else if (!graft_closure_is_broken (self->closure) && !add_copied (self, image, error))
    return NULL;
  add_notes (self);
  self->planned_state = graft_boot_set_dup_state (set);
  return g_steal_pointer (&self);
}

gboolean
graft_program_plan_fits (GraftProgramPlan *self, GraftBootSet *set)
{
  return self->set == set && graft_boot_set_is_in_state (set, self->planned_state);
}

/* What is wrong with it first, as a sentence. */
static char *
dup_problem (const GraftClosure *closure)
{
  for (guint i = 0; i < closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (closure->libraries, i);
      g_autofree char *name = graft_name_escape (library->name), *user = NULL;

      if (library->kind == GRAFT_LIBRARY_OPTIONAL
          || (library->status != GRAFT_LIBRARY_MISSING
              && library->status != GRAFT_LIBRARY_CONFLICT))
        continue;
      if (library->reason != NULL)
        return g_strdup (library->reason);
      user = library->needed_by->len > 0
                 ? graft_name_escape (g_ptr_array_index (library->needed_by, 0))
                 : g_strdup ("");
      return g_strdup_printf (_ ("%s, which %s needs, is nowhere"), name, user);
    }
  return NULL;
}

static gboolean
set_broken (GraftProgramPlan *self, GError **error)
{
  const GraftLibrary *program = g_ptr_array_index (self->closure->libraries, 0);
  g_autofree char *shown = graft_name_escape (program->file->path);
  g_autofree char *problem = dup_problem (self->closure);

  if (self->is_private || program->status == GRAFT_LIBRARY_CONFLICT)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                 _ ("%s cannot be added to %s: %s; take it from another system"), shown,
                 self->image, problem);
  else
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                 _ ("%s cannot be added to %s: %s; take it from another system, or give it "
                    "libraries of its own (--add-program-private)"),
                 shown, self->image, problem);
  return FALSE;
}

gboolean
graft_program_plan_apply (GraftProgramPlan *self, GError **error)
{
  if (graft_closure_is_broken (self->closure) || self->files->len == 0)
    return set_broken (self, error);
  for (guint i = 0; i < self->files->len; i++)
    {
      const GraftPlannedFile *file = g_ptr_array_index (self->files, i);
      g_autofree char *folder = g_path_get_dirname (file->path);

      if (!graft_step_make_folders (self->overlay, self->part, folder,
                                    graft_node_get_attributes (file->node)->mtime, error)
          || !graft_overlay_put (self->overlay, self->part, file->path, file->node, error))
        return FALSE;
    }
  return TRUE;
}
