/* graft-boot-set-open.c: from a folder, or any one image, to a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "bootset/graft-boot-entry.h"
#include "bootset/graft-boot-set-private.h"
#include "bootset/graft-set-copies.h"
#include "bootset/graft-set-family.h"
#include "bootset/graft-set-place.h"
#include "bootset/graft-set-role.h"
#include "bootset/graft-set-search.h"
#include "bootset/graft-tree-info.h"
#include "image/graft-image-loader.h"

static GraftInput *
open_input (GraftBootSet *self, const char *relative, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, relative, NULL);
  g_autofree char *shown = graft_name_escape (relative);
  GraftInput *input = graft_file_input_new (path, error);

  if (input != NULL)
    graft_input_set_name (input, shown);
  return input;
}

/* Whether a configuration is one: a folder pxelinux.cfg may hold other things. */
static gboolean
is_boot_entry (GraftInput *input, const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GPtrArray) entries = graft_boot_entry_read (input, error);

  return entries == NULL || entries->len > 0 || strcmp (name, "default") == 0
         || graft_boot_entry_is_name (NULL, name);
}

/* What a candidate is by its first bytes: of @format, or @problem; @role may be another than it
 * seemed. %FALSE when it has no place in a set. */
static gboolean
recognise (GraftInput *input, const GraftCandidate *candidate, GraftRole *role, const char **format,
           GCancellable *cancellable, GError **problem)
{
  g_autoptr (GraftImage) image = NULL;

  if (*role == GRAFT_ROLE_BOOT_ENTRY)
    return is_boot_entry (input, candidate->path, problem);
  if (*role == GRAFT_ROLE_TREE_INFO)
    {
      g_autofree char *text = graft_tree_info_read (input, problem);

      return TRUE;
    }
  *format = graft_image_probe (input);
  if (*format != NULL)
    return graft_role_from_format (*format, role);
  /* Only to say what it is. */
  image = graft_image_load (input, cancellable, problem);
  return candidate->is_expected || candidate->is_asked || *role != GRAFT_ROLE_INITRD;
}

/* By its first bytes alone it is no initrd yet: anything compressed may look like one. */
static gboolean
must_open (const GraftCandidate *candidate, GraftRole role)
{
  return !candidate->is_expected && (candidate->is_asked || role == GRAFT_ROLE_INITRD);
}

static guint
get_hints (const GraftCandidate *candidate)
{
  return (candidate->is_asked ? GRAFT_HINT_ASKED : 0)
         | (candidate->is_listed ? GRAFT_HINT_LISTED : 0)
         | (candidate->is_started ? GRAFT_HINT_STARTED : 0)
         | (candidate->is_started_whole ? GRAFT_HINT_STARTED_WHOLE : 0)
         | (candidate->is_named_like ? GRAFT_HINT_NAMED_LIKE : 0);
}

static void
add_copies (GraftBootSet *self, GraftMember *member, GPtrArray *paths)
{
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (GraftInput) input = open_input (self, path, NULL);

      if (input != NULL)
        graft_member_add_copy (member, path, input);
    }
}

/* An image that cannot be read is a member with its reason; a file that was asked for and is not
 * even called like one ends it, and so does a cancel. */
static gboolean
add_member (GraftBootSet *self, const GraftCandidate *candidate, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GraftInput) input = open_input (self, candidate->path, &problem);
  g_autoptr (GraftMember) member = NULL;
  GraftRole role = candidate->role;
  const char *format = NULL;
  gboolean belongs = input == NULL
                         ? candidate->is_expected || candidate->is_asked
                         : recognise (input, candidate, &role, &format, cancellable, &problem);

  member = graft_member_new (role, candidate->path, input, format, problem);
  if (belongs && must_open (candidate, role) && problem == NULL
      && !graft_member_open (member, cancellable, &problem))
    belongs = candidate->is_asked;
  if (problem != NULL
      && (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          || (candidate->is_asked && !candidate->is_expected)))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!belongs)
    return TRUE;
  add_copies (self, member, candidate->copies);
  g_hash_table_insert (self->hints, member, GUINT_TO_POINTER (get_hints (candidate)));
  g_ptr_array_add (self->members, g_steal_pointer (&member));
  return TRUE;
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  GraftMember *left = *(GraftMember *const *)a, *right = *(GraftMember *const *)b;
  int roles = (int)graft_member_get_role (left) - (int)graft_member_get_role (right);

  return roles != 0 ? roles : strcmp (graft_member_get_path (left), graft_member_get_path (right));
}

static guint
count_images (GraftBootSet *self)
{
  guint n_images = 0;

  for (guint i = 0; i < self->members->len; i++)
    n_images += !graft_role_is_text (graft_member_get_role (g_ptr_array_index (self->members, i)));
  return n_images;
}

/* Opens one image, the cheapest that can be read; the reason of the first when none can. */
static gboolean
open_cheapest (GraftBootSet *self, GCancellable *cancellable, GError **error)
{
  static const GraftRole order[] = { GRAFT_ROLE_ROOT, GRAFT_ROLE_KERNEL, GRAFT_ROLE_INITRD };
  GraftMember *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; j < self->members->len; j++)
      {
        GraftMember *member = g_ptr_array_index (self->members, j);
        g_autoptr (GError) local = NULL;

        if (graft_member_get_role (member) != order[i])
          continue;
        if (graft_member_open (member, cancellable, &local))
          return TRUE;
        if (!graft_member_is_open (member))
          {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
          }
      }
  for (guint i = 0; first == NULL && i < self->members->len; i++)
    if (graft_member_get_problem (g_ptr_array_index (self->members, i)) != NULL)
      first = g_ptr_array_index (self->members, i);
  return graft_member_open (first, NULL, error);
}

static gboolean
set_nothing_error (GraftBootSet *self, guint n_files, GError **error)
{
  g_autofree char *shown = graft_name_escape (self->folder);

  if (self->missing->len > 0)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("%s has a boot entry, but not what it starts: %s"), shown,
                 (char *)g_ptr_array_index (self->missing, 0));
  else
    g_set_error (
        error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
        /* TRANSLATORS: the number of files, then how many folders deep they were looked for */
        g_dngettext (GETTEXT_PACKAGE,
                     "%s has nothing of a boot set: among its %u file, looked through up to %d "
                     "folders deep, none is a kernel (vmlinuz), an initrd (initrd.img) or a root "
                     "image (filesystem.squashfs) by its name or content",
                     "%s has nothing of a boot set: among its %u files, looked through up to %d "
                     "folders deep, none is a kernel (vmlinuz), an initrd (initrd.img) or a root "
                     "image (filesystem.squashfs) by its name or content",
                     n_files),
        shown, n_files, GRAFT_LIMIT_SET_DEPTH);
  return FALSE;
}

static gboolean
fill (GraftBootSet *self, const GraftSetPlace *place, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSetSearch) search = graft_set_search (place->folder, place->depth, place->asked,
                                                        place->names, cancellable, error);

  if (search == NULL
      || !graft_set_copies_join (self->folder, search->candidates, cancellable, error))
    return FALSE;
  self->missing = g_ptr_array_ref (search->missing);
  graft_set_family_reduce (search->candidates);
  for (guint i = 0; i < search->candidates->len; i++)
    if (!add_member (self, g_ptr_array_index (search->candidates, i), cancellable, error))
      return FALSE;
  g_ptr_array_sort (self->members, compare_members);
  if (count_images (self) == 0)
    return set_nothing_error (self, search->n_files, error);
  return open_cheapest (self, cancellable, error)
         && graft_boot_set_find_inside (self, cancellable, error);
}

GraftBootSet *
graft_boot_set_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GraftBootSet) self = g_object_new (GRAFT_TYPE_BOOT_SET, NULL);
  g_autoptr (GraftSetPlace) place = graft_set_place_find (path, error);

  if (place == NULL)
    return NULL;
  self->folder = g_strdup (place->folder);
  self->distro = g_steal_pointer (&place->distro);
  return fill (self, place, cancellable, error) ? g_steal_pointer (&self) : NULL;
}

char *
graft_boot_set_find_folder (const char *path)
{
  g_autoptr (GraftSetPlace) place = graft_set_place_find (path, NULL);

  return place != NULL ? g_strdup (place->folder) : g_path_get_dirname (path);
}
