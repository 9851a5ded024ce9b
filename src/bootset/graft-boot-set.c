/* graft-boot-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-set.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "bootset/graft-set-search.h"
#include "image/graft-image-loader.h"

/* Beside one image: its own folder and one below (pxelinux.cfg). */
#define SIBLING_DEPTH 1

struct _GraftBootSet
{
  GObject parent_instance;

  char *folder;
  GPtrArray *members; /* of GraftMember */
  GHashTable *named;  /* of GraftMember: a boot entry names them; no-ref */
  GraftStore *store;
};

G_DEFINE_TYPE (GraftBootSet, graft_boot_set, G_TYPE_OBJECT)

typedef struct
{
  GraftOverlayState *overlay;
  GraftImage *replacement;
} MemberState;

struct _GraftBootSetState
{
  GArray *members; /* of MemberState, as the set's */
};

static void
graft_boot_set_finalize (GObject *object)
{
  GraftBootSet *self = GRAFT_BOOT_SET (object);

  g_clear_pointer (&self->named, g_hash_table_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  /* After the members, whose edits have their bytes in it. */
  g_clear_object (&self->store);
  g_free (self->folder);
  G_OBJECT_CLASS (graft_boot_set_parent_class)->finalize (object);
}

static void
graft_boot_set_class_init (GraftBootSetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_boot_set_finalize;
}

static void
graft_boot_set_init (GraftBootSet *self)
{
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
  self->named = g_hash_table_new (NULL, NULL);
}

/* An image that cannot be read is a member with its reason; only a cancel ends it. */
static gboolean
add_member (GraftBootSet *self, const GraftCandidate *candidate, GCancellable *cancellable,
            GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, candidate->path, NULL);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (path, &problem);
  g_autoptr (GraftImage) image = NULL;
  GraftRole role = candidate->role;
  GraftMember *member;

  if (input != NULL)
    {
      graft_input_set_name (input, candidate->path);
      if (role != GRAFT_ROLE_BOOT_ENTRY)
        image = graft_image_load (input, cancellable, &problem);
    }
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (image != NULL && !graft_role_from_format (graft_image_get_format (image), &role))
    return TRUE;
  member = graft_member_new (role, candidate->path, input, image, problem);
  g_ptr_array_add (self->members, member);
  if (candidate->named)
    g_hash_table_add (self->named, member);
  return TRUE;
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  GraftMember *left = *(GraftMember *const *)a, *right = *(GraftMember *const *)b;
  int roles = (int)graft_member_get_role (left) - (int)graft_member_get_role (right);

  return roles != 0 ? roles : strcmp (graft_member_get_path (left), graft_member_get_path (right));
}

static gboolean
add_members (GraftBootSet *self, GPtrArray *candidates, const char *asked,
             GCancellable *cancellable, GError **error)
{
  gboolean asked_found = asked == NULL;

  for (guint i = 0; i < candidates->len; i++)
    {
      const GraftCandidate *candidate = g_ptr_array_index (candidates, i);

      asked_found |= g_strcmp0 (candidate->path, asked) == 0;
      if (!add_member (self, candidate, cancellable, error))
        return FALSE;
    }
  if (!asked_found)
    {
      const GraftCandidate candidate = { (char *)asked, GRAFT_ROLE_INITRD, FALSE };

      if (!add_member (self, &candidate, cancellable, error))
        return FALSE;
    }
  g_ptr_array_sort (self->members, compare_members);
  return TRUE;
}

static gboolean
has_images (GraftBootSet *self)
{
  for (guint i = 0; i < self->members->len; i++)
    if (graft_member_get_role (g_ptr_array_index (self->members, i)) != GRAFT_ROLE_BOOT_ENTRY)
      return TRUE;
  return FALSE;
}

GraftBootSet *
graft_boot_set_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftBootSet) self = g_object_new (GRAFT_TYPE_BOOT_SET, NULL);
  g_autoptr (GPtrArray) candidates = NULL;
  g_autofree char *name = NULL;
  struct stat info;
  gboolean is_folder;

  if (stat (path, &info) < 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR,
                   errno == ENOENT ? GRAFT_ERROR_NOT_FOUND : GRAFT_ERROR_IO,
                   _ ("%s cannot be opened: %s"), path, g_strerror (errno));
      return NULL;
    }
  is_folder = S_ISDIR (info.st_mode);
  self->folder = is_folder ? g_strdup (path) : g_path_get_dirname (path);
  name = is_folder ? NULL : g_path_get_basename (path);
  candidates = graft_set_search (self->folder, is_folder ? GRAFT_LIMIT_SET_DEPTH : SIBLING_DEPTH,
                                 cancellable, error);
  if (candidates == NULL || !add_members (self, candidates, name, cancellable, error))
    return NULL;
  if (has_images (self))
    return g_steal_pointer (&self);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
               _ ("%s holds no boot set: no kernel (vmlinuz), no initrd (initrd.img) and no root "
                  "file system (*.squashfs) was found in it"),
               path);
  return NULL;
}

const char *
graft_boot_set_get_folder (GraftBootSet *self)
{
  return self->folder;
}

GPtrArray *
graft_boot_set_get_members (GraftBootSet *self)
{
  return self->members;
}

static char *
list_members (GPtrArray *members)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < members->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            graft_member_get_path (g_ptr_array_index (members, i)));
  return g_string_free (text, FALSE);
}

GraftMember *
graft_boot_set_find_member (GraftBootSet *self, const char *path, GError **error)
{
  g_autoptr (GPtrArray) same_name = g_ptr_array_new ();
  g_autofree char *list = NULL;
  g_autofree char *shown = NULL;

  while (g_str_has_prefix (path, "./"))
    path += 2;
  if (g_str_has_prefix (path, self->folder) && path[strlen (self->folder)] == '/')
    path += strlen (self->folder) + 1;
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (self->members, i);
      g_autofree char *name = g_path_get_basename (graft_member_get_path (member));

      if (strcmp (graft_member_get_path (member), path) == 0)
        return member;
      if (strcmp (name, path) == 0)
        g_ptr_array_add (same_name, member);
    }
  if (same_name->len == 1)
    return g_ptr_array_index (same_name, 0);
  shown = graft_name_escape (path);
  list = list_members (same_name->len > 0 ? same_name : self->members);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
               same_name->len > 0 ? _ ("several images are called “%s”: name one of %s")
                                  : _ ("the set has no image “%s”; it has %s"),
               shown, list);
  return NULL;
}

/* The kernels of the set; where boot entries name some of them, only those. */
static GPtrArray *
find_kernels (GraftBootSet *self)
{
  GPtrArray *kernels = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (self->members, i);

      if (graft_member_get_role (member) == GRAFT_ROLE_KERNEL)
        g_ptr_array_add (g_hash_table_contains (self->named, member) ? kernels : others, member);
    }
  if (kernels->len == 0)
    for (guint i = 0; i < others->len; i++)
      g_ptr_array_add (kernels, g_ptr_array_index (others, i));
  return kernels;
}

GraftMember *
graft_boot_set_get_kernel (GraftBootSet *self, GError **error)
{
  g_autoptr (GPtrArray) kernels = find_kernels (self);
  g_autofree char *list = NULL;

  if (kernels->len == 1)
    return g_ptr_array_index (kernels, 0);
  if (kernels->len == 0)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                   _ ("%s holds no kernel (vmlinuz) beside the images"), self->folder);
      return NULL;
    }
  list = list_members (kernels);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
               _ ("the set has several kernels (%s): leave only one of them in its folder"), list);
  return NULL;
}

GraftStore *
graft_boot_set_get_store (GraftBootSet *self, GError **error)
{
  if (self->store == NULL)
    self->store = graft_store_new (NULL, error);
  return self->store;
}

gboolean
graft_boot_set_is_changed (GraftBootSet *self)
{
  for (guint i = 0; i < self->members->len; i++)
    if (graft_member_is_changed (g_ptr_array_index (self->members, i)))
      return TRUE;
  return FALSE;
}

static void
clear_member_state (gpointer data)
{
  MemberState *state = data;

  g_clear_pointer (&state->overlay, graft_overlay_state_unref);
  g_clear_object (&state->replacement);
}

GraftBootSetState *
graft_boot_set_dup_state (GraftBootSet *self)
{
  GraftBootSetState *state = g_new0 (GraftBootSetState, 1);

  state->members = g_array_new (FALSE, TRUE, sizeof (MemberState));
  g_array_set_clear_func (state->members, clear_member_state);
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (self->members, i);
      GraftOverlay *overlay = graft_member_get_overlay (member);
      MemberState one = { 0 };

      one.overlay = overlay != NULL ? graft_overlay_dup_state (overlay) : NULL;
      g_set_object (&one.replacement, graft_member_get_replacement (member));
      g_array_append_val (state->members, one);
    }
  return state;
}

void
graft_boot_set_set_state (GraftBootSet *self, GraftBootSetState *state)
{
  for (guint i = 0; i < self->members->len && i < state->members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (self->members, i);
      const MemberState *one = &g_array_index (state->members, MemberState, i);

      if (one->overlay != NULL)
        graft_overlay_set_state (graft_member_get_overlay (member), one->overlay);
      graft_member_set_replacement (member, one->replacement);
    }
}

void
graft_boot_set_state_free (GraftBootSetState *self)
{
  g_array_unref (self->members);
  g_free (self);
}

gboolean
graft_boot_set_check_unchanged (GraftBootSet *self, GError **error)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftInput *input = graft_member_get_input (g_ptr_array_index (self->members, i));

      if (input != NULL && !graft_input_check_unchanged (input, error))
        return FALSE;
    }
  return TRUE;
}
