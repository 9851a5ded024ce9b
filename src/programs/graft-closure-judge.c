/* graft-closure-judge.c: whether what was found will do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "base/graft-name.h"
#include "programs/graft-closure-private.h"

/* Symbols with which the parts of one glibc know each other; they change without notice. */
#define PRIVATE_VERSION "GLIBC_PRIVATE"

/* The highest "PREFIX_1.2.3" that @elf has, of the same prefix as @version: for the message. */
static const char *
find_highest (const GraftElfProgram *elf, const char *version)
{
  const char *bar = strrchr (version, '_');
  gsize length = bar != NULL ? (gsize)(bar - version) + 1 : 0;
  const char *highest = NULL;

  for (guint i = 0; length > 0 && i < elf->versions->len; i++)
    {
      const char *each = g_ptr_array_index (elf->versions, i);

      if (strncmp (each, version, length) == 0 && g_ascii_isdigit (each[length])
          && (highest == NULL || strverscmp (each, highest) > 0))
        highest = each;
    }
  return highest;
}

static void
set_version_conflict (GraftLibrary *library, const GraftElfProgram *elf, const LoadedObject *user,
                      const char *version)
{
  const char *highest = find_highest (elf, version);
  g_autofree char *path = graft_name_escape (library->file->path);
  g_autofree char *needer = graft_name_escape (user->library->file->path);
  g_autofree char *wanted = graft_name_escape (version);
  g_autofree char *has = highest != NULL ? graft_name_escape (highest) : NULL;

  closing_set_conflict (library,
                        has != NULL ? g_strdup_printf (_ ("%s needs %s, and %s goes only up to %s"),
                                                       needer, wanted, path, has)
                                    : g_strdup_printf (_ ("%s needs %s, which %s does not have"),
                                                       needer, wanted, path));
}

/* Two parts of glibc, one of the image and one that came: only the same build will do. */
static gboolean
check_private (Process *self, LoadedObject *user, LoadedObject *provider, GError **error)
{
  Closing *closing = self->closing;
  GraftLibrary *library = provider->library;
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftInput) mine = NULL, theirs = NULL;
  g_auto (GraftFound) found = { 0 };
  GraftProgramFile *file;
  gboolean equal = FALSE;

  if (user->library->in_image == library->in_image || closing->closure->image == NULL)
    return TRUE;
  /* What the root has in the place of the image's. */
  if (provider->is_loader)
    file = graft_program_root_find_file (closing->closure->root, library->name, &local);
  else if (!graft_search_find (&self->searches[IN_ROOT], library->name, &user->users[IN_ROOT],
                               &found, error))
    return FALSE;
  else
    file = found.file;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (library->in_image && file != NULL)
    {
      mine = graft_node_open (file->node, error);
      theirs = mine != NULL ? graft_node_open (library->file->node, error) : NULL;
      if (theirs == NULL || !graft_input_equal (mine, theirs, &equal, closing->cancellable, error))
        return FALSE;
    }
  if (!equal)
    {
      g_autofree char *path = graft_name_escape (library->file->path);
      g_autofree char *needer = graft_name_escape (user->library->file->path);

      closing_set_conflict (library, g_strdup_printf (_ ("%s is a part of another build of glibc "
                                                         "than %s; they do not work together"),
                                                      needer, path));
    }
  return TRUE;
}

static gboolean
check_versions (Process *self, LoadedObject *user, GError **error)
{
  const GraftElfProgram *elf = user->users[IN_ROOT].elf;

  for (guint i = 0; i < elf->version_needs->len; i++)
    {
      const GraftElfVersionNeed *need = g_ptr_array_index (elf->version_needs, i);
      LoadedObject *provider = process_find_loaded (self, need->library);
      const GraftElfProgram *has = provider != NULL ? provider->users[IN_ROOT].elf : NULL;

      /* Of a library without versions the loader takes what there is (match_symbol() of
       * elf/dl-version.c), and says so. */
      if (has == NULL || has->versions == NULL)
        continue;
      if (!graft_elf_program_has_version (has, need->version))
        {
          if (!need->weak)
            set_version_conflict (provider->library, has, user, need->version);
        }
      else if (strcmp (need->version, PRIVATE_VERSION) == 0
               && !check_private (self, user, provider, error))
        return FALSE;
    }
  return TRUE;
}

/* "FATAL: kernel too old": elf/dl-load.c, open_verify(), and the start of each program, until
 * glibc 2.37. */
static void
check_kernel (const LoadedObject *object, const char *kernel)
{
  const GraftElfProgram *elf = object->users[IN_ROOT].elf;
  guint runs[3] = { 0, 0, 0 };
  g_autofree char *shown = NULL, *release = NULL;

  if (!elf->has_kernel || sscanf (kernel, "%u.%u.%u", &runs[0], &runs[1], &runs[2]) < 2)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    if (runs[i] > elf->kernel[i])
      return;
    else if (runs[i] < elf->kernel[i])
      break;
    else if (i == 2)
      return;
  shown = graft_name_escape (object->library->file->path);
  release = graft_name_escape (kernel);
  closing_set_conflict (object->library,
                        g_strdup_printf (_ ("%s needs the kernel %u.%u.%u or a later one, not %s"),
                                         shown, elf->kernel[0], elf->kernel[1], elf->kernel[2],
                                         release));
}

gboolean
process_judge (Process *self, GError **error)
{
  gboolean glibc
      = self->loaders[IN_ROOT] != NULL && self->loaders[IN_ROOT]->kind == GRAFT_LOADER_GLIBC;

  for (guint i = 0; i < self->objects->len; i++)
    {
      LoadedObject *object = g_ptr_array_index (self->objects, i);

      if (self->closing->options.kernel != NULL)
        check_kernel (object, self->closing->options.kernel);
      if (glibc && !check_versions (self, object, error))
        return FALSE;
    }
  return TRUE;
}
