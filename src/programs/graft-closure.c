/* graft-closure.c: the list, programs and scripts; what one loader does is graft-closure-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "programs/graft-closure.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-path.h"
#include "programs/graft-closure-private.h"
#include "programs/graft-shebang.h"

/* Where env finds programs: the $PATH that Debian's init and most shells begin with. */
static const char *const program_folders[]
    = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

const char *
graft_library_kind_get_name (GraftLibraryKind self)
{
  static const char *const names[]
      = { "program", "interpreter", "loader", "needed", "variant", "optional" };

  return names[self];
}

const char *
graft_library_status_get_name (GraftLibraryStatus self)
{
  static const char *const names[] = { "found", "copy", "left-out", "conflict", "missing" };

  return names[self];
}

static void
library_free (gpointer data)
{
  GraftLibrary *self = data;

  g_free (self->name);
  g_free (self->target);
  g_free (self->feature);
  g_free (self->reason);
  g_ptr_array_unref (self->needed_by);
  g_free (self);
}

void
graft_closure_free (GraftClosure *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->libraries, g_ptr_array_unref);
  g_clear_pointer (&self->root, graft_program_root_free);
  g_clear_pointer (&self->image, graft_program_root_free);
  g_free (self->interpreter);
  g_free (self);
}

gboolean
graft_closure_is_broken (const GraftClosure *self)
{
  for (guint i = 0; i < self->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (self->libraries, i);

      if (library->kind != GRAFT_LIBRARY_OPTIONAL
          && (library->status == GRAFT_LIBRARY_MISSING
              || library->status == GRAFT_LIBRARY_CONFLICT))
        return TRUE;
    }
  return FALSE;
}

GraftProgramRoot *
closing_get_root (Closing *self, Place place)
{
  return place == IN_IMAGE ? self->closure->image : self->closure->root;
}

static GraftLibrary *
add_library (Closing *self, GraftLibraryKind kind, const char *name, const char *key,
             GError **error)
{
  GraftLibrary *library;

  if (self->closure->libraries->len >= GRAFT_LIMIT_CLOSURE)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s: a program of more than %d files is none"),
                   graft_program_root_get_name (self->closure->root), GRAFT_LIMIT_CLOSURE);
      return NULL;
    }
  library = g_new0 (GraftLibrary, 1);
  library->kind = kind;
  library->name = g_strdup (name);
  library->needed_by = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->closure->libraries, library);
  g_hash_table_insert (self->by_file, g_strdup (key), library);
  return library;
}

GraftLibrary *
closing_add_file (Closing *self, GraftLibraryKind kind, const char *name, Place place,
                  GraftProgramFile *file, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%d:%s", (int)place, file->real_path);
  GraftLibrary *library = g_hash_table_lookup (self->by_file, key);

  if (library != NULL)
    {
      /* What is needed after all is no longer optional. */
      library->kind = MIN (library->kind, kind);
      if (library->status == GRAFT_LIBRARY_LEFT_OUT && kind != GRAFT_LIBRARY_OPTIONAL)
        library->status = GRAFT_LIBRARY_COPIED;
      return library;
    }
  library = add_library (self, kind, name, key, error);
  if (library == NULL)
    return NULL;
  library->file = file;
  library->in_image = place == IN_IMAGE;
  library->status = place == IN_IMAGE || self->closure->image == NULL ? GRAFT_LIBRARY_FOUND
                                                                      : GRAFT_LIBRARY_COPIED;
  return library;
}

GraftLibrary *
closing_add_missing (Closing *self, GraftLibraryKind kind, const char *name, GError **error)
{
  g_autofree char *key = g_strdup_printf ("missing:%s", name);
  GraftLibrary *library = g_hash_table_lookup (self->by_file, key);

  if (library == NULL)
    library = add_library (self, kind, name, key, error);
  if (library != NULL)
    {
      library->kind = MIN (library->kind, kind);
      library->status = GRAFT_LIBRARY_MISSING;
    }
  return library;
}

void
closing_add_user (GraftLibrary *library, const char *path)
{
  if (!g_ptr_array_find_with_equal_func (library->needed_by, path, g_str_equal, NULL))
    g_ptr_array_add (library->needed_by, g_strdup (path));
}

void
closing_set_conflict (GraftLibrary *library, char *reason)
{
  library->status = GRAFT_LIBRARY_CONFLICT;
  if (library->reason == NULL)
    library->reason = reason;
  else
    g_free (reason);
}

/* Whether another file goes there already: of two interpreters each may have its own library of one
 * name. */
static gboolean
is_taken (Closing *self, const char *target)
{
  for (guint i = 0; i < self->closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (self->closure->libraries, i);

      if (g_strcmp0 (library->target, target) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
closing_set_target (Closing *self, GraftLibrary *library, const char *path, GError **error)
{
  GraftProgramRoot *image = self->closure->image;
  g_autoptr (GError) local = NULL;
  g_autofree char *target = NULL, *shown = NULL;
  g_autoptr (GraftNode) there = NULL;

  if (library->target != NULL)
    return TRUE;
  target = graft_program_root_resolve (image, path, error);
  if (target == NULL)
    return FALSE;
  there = graft_path_find (graft_program_root_get_node (image), target, 0, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  shown = graft_name_escape (target);
  if (there != NULL || is_taken (self, target))
    closing_set_conflict (library, g_strdup_printf (_ ("%s stands there in the image already, and "
                                                       "will not do; it is not overwritten"),
                                                    shown));
  library->target = g_steal_pointer (&target);
  return TRUE;
}

static gboolean add_program (Closing *self, GraftLibrary *library, guint depth, GError **error);

/* A program at @path, where the image has it, else where it comes from; *@ret_library stays NULL
 * when nobody has. */
static gboolean
find_program (Closing *self, const char *path, GraftLibrary **ret_library, GError **error)
{
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    {
      GraftProgramRoot *root = closing_get_root (self, place);
      g_autoptr (GError) local = NULL;
      GraftProgramFile *file
          = root != NULL ? graft_program_root_find_file (root, path, &local) : NULL;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (file == NULL)
        continue;
      *ret_library = closing_add_file (self, GRAFT_LIBRARY_INTERPRETER, path, place, file, error);
      return *ret_library != NULL
             && ((*ret_library)->status != GRAFT_LIBRARY_COPIED
                 || closing_set_target (self, *ret_library, path, error));
    }
  return TRUE;
}

/* The same for what env would find: the image's, wherever it is, goes before the root's. */
static gboolean
find_by_name (Closing *self, const char *name, GraftLibrary **ret_library, GError **error)
{
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    for (guint i = 0; i < G_N_ELEMENTS (program_folders); i++)
      {
        GraftProgramRoot *root = closing_get_root (self, place);
        g_autofree char *path = graft_path_join (program_folders[i], name);
        g_autoptr (GError) local = NULL;

        if (root != NULL && graft_program_root_find_file (root, path, &local) != NULL)
          return find_program (self, path, ret_library, error);
        if (local != NULL)
          {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
          }
      }
  return TRUE;
}

/* @name: a path, or with @by_env a name for env to find. */
static gboolean
add_interpreter (Closing *self, GraftLibrary *script, const char *name, gboolean by_env,
                 guint depth, GError **error)
{
  GraftLibrary *library = NULL;
  gboolean is_new;
  guint n_libraries = self->closure->libraries->len;
  g_autofree char *path = *name == '/' || by_env ? g_strdup (name) : g_strconcat ("/", name, NULL);

  if (by_env && strchr (name, '/') == NULL ? !find_by_name (self, name, &library, error)
                                           : !find_program (self, path, &library, error))
    return FALSE;
  is_new = self->closure->libraries->len > n_libraries;
  if (library == NULL)
    library = closing_add_missing (self, GRAFT_LIBRARY_INTERPRETER, path, error);
  if (library == NULL)
    return FALSE;
  closing_add_user (library, script->file->path);
  return !is_new || library->file == NULL || add_program (self, library, depth, error);
}

static gboolean
add_script (Closing *self, GraftLibrary *library, guint depth, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (library->file->node, error);
  g_autofree char *shown = graft_name_escape (library->file->path);
  g_autoptr (GraftShebang) shebang = NULL;
  char text[GRAFT_SHEBANG_SIZE];
  gssize length;

  length = input != NULL ? graft_input_read_some (input, 0, text, sizeof text, error) : -1;
  if (length < 0)
    return FALSE;
  shebang = graft_shebang_parse (text, length);
  if (shebang == NULL)
    {
      char *reason = library->file->problem != NULL
                         ? g_strdup (library->file->problem)
                         : g_strdup_printf (_ ("%s is neither an ELF program nor a script that "
                                               "says with “#!” who runs it"),
                                            shown);

      closing_set_conflict (library, reason);
      return TRUE;
    }
  if (depth > GRAFT_LIMIT_INTERPRETERS)
    {
      closing_set_conflict (library,
                            g_strdup_printf (_ ("%s is a script that scripts run which scripts "
                                                "run; the kernel gives up at %d of them"),
                                             shown, GRAFT_LIMIT_INTERPRETERS));
      return TRUE;
    }
  if (depth == 0 && self->closure->interpreter == NULL)
    self->closure->interpreter = g_strdup (shebang->interpreter);
  return add_interpreter (self, library, shebang->interpreter, FALSE, depth + 1, error)
         && (shebang->program == NULL
             || add_interpreter (self, library, shebang->program, TRUE, depth + 1, error));
}

static gboolean
add_program (Closing *self, GraftLibrary *library, guint depth, GError **error)
{
  if (library->file->elf == NULL)
    return add_script (self, library, depth, error);
  if (depth == 0)
    self->closure->interpreter = g_strdup (library->file->elf->interpreter);
  return closing_add_process (self, library, error);
}

/* A processor that runs the programs of @machine as well: 64-bit ones those of their forerunners.
 */
static gboolean
runs (guint16 processor, guint16 machine)
{
  static const guint16 forerunners[][2] = { { 62, 3 }, { 183, 40 }, { 21, 20 }, { 43, 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (forerunners); i++)
    if (processor == forerunners[i][0] && machine == forerunners[i][1])
      return TRUE;
  return processor == machine;
}

/* For which processor the image is: by the first of the programs that each has some of. */
static gboolean
check_machine (Closing *self, GraftLibrary *library, GError **error)
{
  static const char *const known[]
      = { "/bin/sh",        "/bin/busybox",     "/sbin/init",
          "/init",          "/usr/bin/env",     "/bin/kmod",
          "/sbin/modprobe", "/usr/bin/udevadm", "/lib/systemd/systemd" };
  const GraftElfProgram *elf = library->file->elf;

  for (guint i = 0; elf != NULL && i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GError) local = NULL;
      GraftProgramFile *file
          = graft_program_root_find_file (self->closure->image, known[i], &local);
      const char *mine = graft_elf_machine_get_name (elf->machine), *theirs;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (file == NULL || file->elf == NULL)
        continue;
      theirs = graft_elf_machine_get_name (file->elf->machine);
      if (!runs (file->elf->machine, elf->machine))
        closing_set_conflict (library, g_strdup_printf (_ ("it is for another processor (%s) than "
                                                           "the image's programs (%s)"),
                                                        mine != NULL ? mine : _ ("unknown"),
                                                        theirs != NULL ? theirs : _ ("unknown")));
      break;
    }
  return TRUE;
}

/* The program may take the place of another; a library, of none. */
static gboolean
place_program (Closing *self, GraftLibrary *library, const char *path, GError **error)
{
  const GraftElfProgram *elf = library->file->elf;
  g_autofree char *target = NULL;

  if (elf != NULL && elf->soname != NULL && !elf->is_pie)
    return closing_set_target (self, library, path, error) && check_machine (self, library, error);
  target
      = graft_path_resolve_parent (graft_program_root_get_node (self->closure->image), path, NULL);
  library->target = target != NULL ? g_steal_pointer (&target)
                                   : graft_program_root_resolve (self->closure->image, path, error);
  return library->target != NULL && check_machine (self, library, error);
}

static gboolean
close_over (Closing *self, const char *path, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  const char *name = graft_program_root_get_name (self->closure->root);
  g_autoptr (GError) local = NULL;
  GraftProgramFile *file = graft_program_root_find_file (self->closure->root, path, &local);
  GraftLibrary *library;

  if (local != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "), name);
      return FALSE;
    }
  if (file == NULL)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
                   _ ("%s has no file %s; give the path of a program in it"), name, shown);
      return FALSE;
    }
  library = closing_add_file (self, GRAFT_LIBRARY_PROGRAM, path, IN_ROOT, file, error);
  if (library == NULL
      || (self->closure->image != NULL
          && !place_program (self, library,
                             self->options.target != NULL ? self->options.target : path, error)))
    return FALSE;
  if (!add_program (self, library, 0, error))
    return FALSE;
  if (file->elf == NULL && self->closure->interpreter == NULL)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED, library->reason);
      return FALSE;
    }
  return TRUE;
}

GraftClosure *
graft_closure_new (GraftNode *root, const char *root_name, GraftNode *image, const char *image_name,
                   const char *path, const GraftClosureOptions *options, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GraftClosure) closure = g_new0 (GraftClosure, 1);
  g_autoptr (GHashTable) by_file = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *absolute = *path == '/' ? g_strdup (path) : g_strconcat ("/", path, NULL);
  Closing self = { .closure = closure, .by_file = by_file, .cancellable = cancellable };

  if (options != NULL)
    self.options = *options;
  closure->root = graft_program_root_new (root, root_name);
  if (image != NULL)
    closure->image = graft_program_root_new (image, image_name);
  closure->libraries = g_ptr_array_new_with_free_func (library_free);
  return close_over (&self, absolute, error) ? g_steal_pointer (&closure) : NULL;
}
