/* graft-closure-process.c: what one loader does for one program
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Breadth first, as _dl_map_object_deps() of glibc's elf/dl-deps.c and load_deps() of musl's
 * ldso/dynlink.c do it: which library comes first under a name decides what all later ones get.
 */

#include "programs/graft-closure-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

#define CACHE_PATH "/etc/ld.so.cache"
#define VARIANTS "glibc-hwcaps"

static void
object_free (gpointer data)
{
  LoadedObject *self = data;

  g_ptr_array_unref (self->names);
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    g_free (self->origins[place]);
  g_free (self);
}

static void
process_clear (Process *self)
{
  g_clear_pointer (&self->objects, g_ptr_array_unref);
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    {
      g_clear_pointer (&self->loaders[place], graft_loader_free);
      g_clear_pointer (&self->searches[place].folders, g_ptr_array_unref);
    }
  g_free (self->library_folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Process, process_clear)

static const GraftLoader *
get_loader (const Process *self)
{
  return self->loaders[IN_ROOT];
}

LoadedObject *
process_find_loaded (Process *self, const char *name)
{
  for (guint i = 0; i < self->objects->len; i++)
    {
      LoadedObject *object = g_ptr_array_index (self->objects, i);
      const char *soname = object->users[IN_ROOT].elf->soname;

      if (object->is_variant)
        continue;
      if (g_ptr_array_find_with_equal_func (object->names, name, g_str_equal, NULL))
        return object;
      /* musl knows libraries by the names of their files alone. */
      if (get_loader (self)->kind == GRAFT_LOADER_GLIBC && soname != NULL
          && strcmp (soname, name) == 0)
        return object;
    }
  return NULL;
}

/* The library that is already there by another name: the same file. */
static LoadedObject *
find_same_file (Process *self, const GraftLibrary *library)
{
  for (guint i = 0; i < self->objects->len; i++)
    {
      LoadedObject *object = g_ptr_array_index (self->objects, i);

      if (object->library == library
          || (object->library->in_image == library->in_image
              && graft_node_is_same_file (object->library->file->node, library->file->node)))
        return object;
    }
  return NULL;
}

static LoadedObject *
add_object (Process *self, GraftLibrary *library, LoadedObject *loaded_by)
{
  LoadedObject *object = g_new0 (LoadedObject, 1);
  const char *in_image = library->in_image ? library->file->path : library->target;
  const char *in_root = library->in_image ? NULL : library->file->path;

  object->library = library;
  object->names = g_ptr_array_new_with_free_func (g_free);
  if (in_image != NULL)
    object->origins[IN_IMAGE] = g_path_get_dirname (in_image);
  if (in_root != NULL)
    object->origins[IN_ROOT] = g_path_get_dirname (in_root);
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    {
      object->users[place].elf = library->file->elf;
      object->users[place].origin = object->origins[place];
      object->users[place].loaded_by = loaded_by != NULL ? &loaded_by->users[place] : NULL;
    }
  g_ptr_array_add (self->objects, object);
  return object;
}

/* Where a name is found. A folder that only the configuration names does not count where there is
 * no cache: glibc's loader would not look there. */
static gboolean
find_in (Process *self, Place place, const char *name, const LoadedObject *user,
         GraftFound *ret_found, GError **error)
{
  GraftFound found = { 0 };
  g_autoptr (GError) local = NULL;

  if (self->searches[place].root == NULL)
    return TRUE;
  if (!graft_search_find (&self->searches[place], name, &user->users[place], &found, error))
    return FALSE;
  if (found.by_cache
      && graft_program_root_find_file (self->searches[place].root, CACHE_PATH, &local) == NULL
      && local == NULL)
    {
      g_autofree char *shown = graft_name_escape (found.file->path);

      found.reason
          = g_strdup_printf (_ ("%s lies in a folder that only /etc/ld.so.conf names, and there "
                                "is no /etc/ld.so.cache, by which the loader would find it"),
                             shown);
      found.file = NULL;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      graft_found_clear (&found);
      return FALSE;
    }
  *ret_found = found;
  return TRUE;
}

/* Where in the image a library goes that it does not have: the image's own folder of libraries. One
 * that is asked for by a path has to be at that path, and one whose user does not look into the
 * system's folders where that looks. */
static char *
dup_target (Process *self, const char *name, const LoadedObject *user, GraftProgramFile *file)
{
  if (strchr (name, '/') != NULL)
    {
      char *path = graft_search_expand (&self->searches[IN_IMAGE], name, user->origins[IN_IMAGE]);

      if (path != NULL && *path == '/')
        return path;
      g_free (path);
      return g_strdup (file->path);
    }
  if (user->users[IN_ROOT].elf->no_default_folders)
    return g_strdup (file->path);
  return graft_path_join (self->library_folder, name);
}

/* The same library for better processors, from the folders beside it (ld.so(8), "glibc-hwcaps"). */
static gboolean
add_variants (Process *self, Place place, const char *name, LoadedObject *object, GError **error)
{
  GraftProgramRoot *root = self->searches[place].root;
  g_autofree char *folder = g_path_get_dirname (object->library->file->path);
  g_autofree char *variants = graft_path_join (folder, VARIANTS);
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftDirectory) directory = NULL;
  g_autoptr (GError) local = NULL;

  node = graft_path_find (graft_program_root_get_node (root), variants, GRAFT_PATH_FOLLOW, NULL,
                          &local);
  if (node != NULL && graft_node_is_directory (node))
    directory = graft_node_list (node, &local);
  for (guint i = 0; directory != NULL && i < graft_directory_get_n_entries (directory); i++)
    {
      const char *processor = graft_directory_get_entry (directory, i)->name;
      g_autofree char *path = g_strdup_printf ("%s/%s/%s", variants, processor, name);
      GraftProgramFile *file = graft_program_root_find_file (root, path, &local);
      guint n_libraries = self->closing->closure->libraries->len;
      GraftLibrary *library;

      if (local != NULL)
        break;
      if (file == NULL || file->elf == NULL
          || !graft_search_is_same_machine (self->main->users[IN_ROOT].elf, file->elf))
        continue;
      library = closing_add_file (self->closing, GRAFT_LIBRARY_VARIANT, name, place, file, error);
      if (library == NULL)
        return FALSE;
      if (self->closing->closure->libraries->len == n_libraries)
        continue;
      if (library->status == GRAFT_LIBRARY_COPIED)
        {
          g_autofree char *beside = g_path_get_dirname (object->library->target);
          g_autofree char *target
              = g_strdup_printf ("%s/" VARIANTS "/%s/%s", beside, processor, name);

          if (!closing_set_target (self->closing, library, target, error))
            return FALSE;
        }
      closing_add_user (library, object->library->file->path);
      add_object (self, library, object)->is_variant = TRUE;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
take_found (Process *self, Place place, GraftLibraryKind kind, const char *name, LoadedObject *user,
            GraftProgramFile *file, GError **error)
{
  GraftLibrary *library = closing_add_file (self->closing, kind, name, place, file, error);
  LoadedObject *object;

  if (library == NULL)
    return FALSE;
  closing_add_user (library, user->library->file->path);
  if (library->status == GRAFT_LIBRARY_COPIED && library->target == NULL)
    {
      g_autofree char *target = dup_target (self, name, user, file);

      if (!closing_set_target (self->closing, library, target, error))
        return FALSE;
    }
  object = find_same_file (self, library);
  if (object != NULL)
    {
      g_ptr_array_add (object->names, g_strdup (name));
      return TRUE;
    }
  object = add_object (self, library, user);
  g_ptr_array_add (object->names, g_strdup (name));
  return !self->closing->options.variants || strchr (name, '/') != NULL
         || get_loader (self)->kind != GRAFT_LOADER_GLIBC
         || add_variants (self, place, name, object, error);
}

/* Nobody has it, or what there is will not do. */
static gboolean
take_missing (Process *self, GraftLibraryKind kind, const char *name, LoadedObject *user,
              const GraftFound *found, GError **error)
{
  GraftLibrary *library = closing_add_missing (self->closing, kind, name, error);

  if (library == NULL)
    return FALSE;
  closing_add_user (library, user->library->file->path);
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    if (found[place].passed != NULL)
      {
        closing_set_conflict (library, g_strdup (found[place].reason));
        return TRUE;
      }
    else if (found[place].reason != NULL && library->reason == NULL)
      library->reason = g_strdup (found[place].reason);
  return TRUE;
}

static gboolean
add_needed (Process *self, GraftLibraryKind kind, const char *name, LoadedObject *user,
            GError **error)
{
  LoadedObject *loaded = process_find_loaded (self, name);
  g_auto (GraftFound) in_image = { 0 };
  g_auto (GraftFound) in_root = { 0 };
  gboolean from_image = user->library->in_image;

  if (loaded == NULL && graft_loader_is_itself (get_loader (self), name))
    for (guint i = 0; i < self->objects->len && loaded == NULL; i++)
      if (((LoadedObject *)g_ptr_array_index (self->objects, i))->is_loader)
        loaded = g_ptr_array_index (self->objects, i);
  if (loaded != NULL)
    {
      loaded->library->kind = MIN (loaded->library->kind, kind);
      closing_add_user (loaded->library, user->library->file->path);
      return TRUE;
    }
  if (!find_in (self, IN_IMAGE, name, user, &in_image, error))
    return FALSE;
  if (in_image.file != NULL)
    return take_found (self, IN_IMAGE, kind, name, user, in_image.file, error);
  /* What the image's loader stumbles over hides all that would come behind it. */
  if (!in_image.fatal && !find_in (self, IN_ROOT, name, user, &in_root, error))
    return FALSE;
  if (in_root.file != NULL && (!from_image || strchr (name, '/') == NULL))
    return take_found (self, IN_ROOT, kind, name, user, in_root.file, error);
  return take_missing (self, kind, name, user, (const GraftFound[]){ in_image, in_root }, error);
}

/* One that may be opened later: named, and taken along only if that is asked for. */
static gboolean
add_optional (Process *self, const OptionalLibrary *optional, LoadedObject *user, GError **error)
{
  const char *name = optional->names[0];
  GraftFound found[N_PLACES] = { { 0 }, { 0 } };
  Place place = IN_IMAGE;
  GraftLibrary *library;
  gboolean is_new, good = TRUE;
  guint n_libraries = self->closing->closure->libraries->len;

  for (guint i = 0; optional->names[i] != NULL && found[place].file == NULL; i++)
    {
      if (process_find_loaded (self, optional->names[i]) != NULL)
        return TRUE;
      for (place = IN_IMAGE; good && place < N_PLACES; place++)
        {
          graft_found_clear (&found[place]);
          good = find_in (self, place, optional->names[i], user, &found[place], error);
          if (found[place].file != NULL)
            break;
        }
      place = MIN (place, IN_ROOT);
      if (found[place].file != NULL)
        name = optional->names[i];
    }
  for (Place each = IN_IMAGE; each < N_PLACES; each++)
    graft_found_clear (&found[each]);
  if (!good)
    return FALSE;
  if (found[place].file != NULL && self->closing->options.optional)
    good = take_found (self, place, GRAFT_LIBRARY_OPTIONAL, name, user, found[place].file, error);
  library = !good ? NULL
            : found[place].file != NULL
                ? closing_add_file (self->closing, GRAFT_LIBRARY_OPTIONAL, name, place,
                                    found[place].file, error)
                : closing_add_missing (self->closing, GRAFT_LIBRARY_OPTIONAL, name, error);
  if (library == NULL)
    return FALSE;
  is_new = self->closing->closure->libraries->len > n_libraries;
  closing_add_user (library, user->library->file->path);
  if (library->feature == NULL)
    library->feature = g_strdup (optional->feature);
  if (is_new && library->status == GRAFT_LIBRARY_COPIED && !self->closing->options.optional)
    library->status = GRAFT_LIBRARY_LEFT_OUT;
  return TRUE;
}

static gboolean
add_needs_of (Process *self, LoadedObject *object, GError **error)
{
  const GraftElfProgram *elf = object->users[IN_ROOT].elf;
  g_autoptr (GPtrArray) optional = closing_list_optional (elf);

  if (g_cancellable_set_error_if_cancelled (self->closing->cancellable, error))
    return FALSE;
  for (guint i = 0; i < elf->filters->len; i++)
    if (!add_needed (self, GRAFT_LIBRARY_NEEDED, g_ptr_array_index (elf->filters, i), object,
                     error))
      return FALSE;
  for (guint i = 0; i < elf->needed->len; i++)
    if (!add_needed (self, GRAFT_LIBRARY_NEEDED, g_ptr_array_index (elf->needed, i), object, error))
      return FALSE;
  for (guint i = 0; i < optional->len; i++)
    if (!add_optional (self, g_ptr_array_index (optional, i), object, error))
      return FALSE;
  return TRUE;
}

/* The loader that the program asks for: the image's, else that of the root. *@ret_files gets both,
 * where there are any. */
static gboolean
find_loaders (Closing *closing, const char *path, GraftProgramFile **ret_files, GError **error)
{
  for (Place place = IN_IMAGE; path != NULL && place < N_PLACES; place++)
    {
      g_autoptr (GError) local = NULL;
      GraftProgramRoot *root = closing_get_root (closing, place);

      if (root != NULL)
        ret_files[place] = graft_program_root_find_file (root, path, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
add_loader (Process *self, const char *path, GraftProgramFile **files, GError **error)
{
  Place place = files[IN_IMAGE] != NULL ? IN_IMAGE : IN_ROOT;
  GraftProgramFile *file = files[place];
  GraftLibrary *library;
  LoadedObject *object;
  g_autofree char *name = g_path_get_basename (path), *shown = NULL;

  library = file != NULL
                ? closing_add_file (self->closing, GRAFT_LIBRARY_LOADER, path, place, file, error)
                : closing_add_missing (self->closing, GRAFT_LIBRARY_LOADER, path, error);
  if (library == NULL)
    return FALSE;
  closing_add_user (library, self->main->library->file->path);
  if (file == NULL)
    return TRUE;
  shown = graft_name_escape (path);
  if (file->elf == NULL)
    closing_set_conflict (library, g_strdup_printf (_ ("%s is not an ELF file"), shown));
  else if (!graft_search_is_same_machine (self->main->users[IN_ROOT].elf, file->elf))
    closing_set_conflict (library, g_strdup_printf (_ ("%s is for another processor"), shown));
  if (library->status == GRAFT_LIBRARY_COPIED
      && !closing_set_target (self->closing, library, path, error))
    return FALSE;
  if (file->elf == NULL)
    return TRUE;
  object = add_object (self, library, NULL);
  object->is_loader = TRUE;
  g_ptr_array_add (object->names, g_strdup (name));
  g_ptr_array_add (object->names, g_strdup (path));
  return TRUE;
}

/* Where the image's own libraries are: beside its libc; without one, in the first of the loader's
 * folders, of which musl's is the first that is there. */
static gboolean
find_library_folder (Process *self, GError **error)
{
  const GraftSearch *search = &self->searches[IN_IMAGE];
  const GraftSearchFolder *first;
  g_auto (GraftFound) libc = { 0 };
  g_autoptr (GError) local = NULL;

  if (search->root == NULL || search->folders->len == 0)
    return TRUE;
  first = g_ptr_array_index (search->folders, 0);
  if (get_loader (self)->kind == GRAFT_LOADER_GLIBC)
    {
      if (!graft_search_find (search, "libc.so.6", &self->main->users[IN_IMAGE], &libc, error))
        return FALSE;
      if (libc.file != NULL)
        self->library_folder = g_path_get_dirname (libc.file->real_path);
      else
        self->library_folder = g_strdup (g_ptr_array_index (self->loaders[IN_IMAGE]->folders, 0));
      return TRUE;
    }
  for (guint i = 0; i < search->folders->len && self->library_folder == NULL; i++)
    {
      const GraftSearchFolder *folder = g_ptr_array_index (search->folders, i);
      g_autoptr (GraftNode) node = graft_path_find (graft_program_root_get_node (search->root),
                                                    folder->path, GRAFT_PATH_FOLLOW, NULL, &local);

      if (node != NULL && graft_node_is_directory (node))
        self->library_folder = g_strdup (folder->path);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  if (self->library_folder == NULL)
    self->library_folder = g_strdup (first->path);
  return TRUE;
}

static gboolean
prepare (Process *self, const GraftElfProgram *elf, GraftProgramFile **files, GError **error)
{
  for (Place place = IN_IMAGE; place < N_PLACES; place++)
    {
      GraftProgramRoot *root = closing_get_root (self->closing, place);
      GraftSearch *search = &self->searches[place];
      /* In the image the loader will be its own, or the one that comes along. */
      GraftProgramFile *file = files[place] != NULL ? files[place] : files[IN_ROOT];

      self->loaders[place] = graft_loader_new (elf->interpreter, file, elf, error);
      if (self->loaders[place] == NULL)
        return FALSE;
      search->loader = self->loaders[place];
      search->wanted = elf;
      search->platform = self->closing->options.platform;
      search->root = root;
      search->folders = root != NULL ? graft_loader_list_folders (search->loader, root, error)
                                     : g_ptr_array_new ();
      if (search->folders == NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
closing_add_process (Closing *closing, GraftLibrary *library, GError **error)
{
  const GraftElfProgram *elf = library->file->elf;
  const Place own = library->in_image ? IN_IMAGE : IN_ROOT;
  GraftProgramFile *files[N_PLACES] = { NULL, NULL };
  g_auto (Process) self = {
    .closing = closing,
    .objects = g_ptr_array_new_with_free_func (object_free),
  };

  self.main = add_object (&self, library, NULL);
  /* The kernel tells a program where it really stands, whatever link it was started by. */
  g_free (self.main->origins[own]);
  self.main->origins[own] = g_path_get_dirname (library->file->real_path);
  self.main->users[own].origin = self.main->origins[own];
  /* A static program asks for nothing; one at any address (static-pie) has a dynamic section. */
  if (elf->interpreter == NULL && elf->needed->len == 0 && elf->filters->len == 0)
    return process_judge (&self, error);
  if (!find_loaders (closing, elf->interpreter, files, error) || !prepare (&self, elf, files, error)
      || !find_library_folder (&self, error)
      || (elf->interpreter != NULL && !add_loader (&self, elf->interpreter, files, error)))
    return FALSE;
  for (guint i = 0; i < self.objects->len; i++)
    {
      LoadedObject *object = g_ptr_array_index (self.objects, i);

      if (!object->is_loader && !add_needs_of (&self, object, error))
        return FALSE;
    }
  return process_judge (&self, error);
}
