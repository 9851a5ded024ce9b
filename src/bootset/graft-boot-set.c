/* graft-boot-set.c: the files that boot together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-set.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-file-identity.h"
#include "base/graft-name.h"
#include "bootset/graft-boot-set-private.h"

G_DEFINE_FINAL_TYPE (GraftBootSet, graft_boot_set, G_TYPE_OBJECT)

typedef struct
{
  GraftMember *member;
  GraftOverlayState *overlay; /* NULL where there is no tree */
  GraftImage *replacement;
  GraftInput *text;
} MemberState;

struct _GraftBootSetState
{
  GArray *members; /* of MemberState; more may have been opened in them since */
};

static void
graft_boot_set_finalize (GObject *object)
{
  GraftBootSet *self = GRAFT_BOOT_SET (object);

  g_clear_pointer (&self->distro, graft_cobbler_distro_free);
  g_clear_pointer (&self->missing, g_ptr_array_unref);
  g_clear_pointer (&self->hints, g_hash_table_unref);
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
  self->hints = g_hash_table_new (NULL, NULL);
}

gboolean
graft_boot_set_get_may_grow (GraftBootSet *self)
{
  return self->may_grow;
}

void
graft_boot_set_set_may_grow (GraftBootSet *self, gboolean may_grow)
{
  self->may_grow = may_grow;
}

const char *
graft_boot_set_get_folder (GraftBootSet *self)
{
  return self->folder;
}

GraftCobblerDistro *
graft_boot_set_get_distro (GraftBootSet *self)
{
  return self->distro;
}

GPtrArray *
graft_boot_set_get_members (GraftBootSet *self)
{
  return self->members;
}

static GraftMember *
get_member (GraftBootSet *self, guint i)
{
  return g_ptr_array_index (self->members, i);
}

GPtrArray *
graft_boot_set_list_files (GraftBootSet *self)
{
  GPtrArray *files = g_ptr_array_new ();

  for (guint i = 0; i < self->members->len; i++)
    if (graft_member_get_parent (get_member (self, i)) == NULL)
      g_ptr_array_add (files, get_member (self, i));
  return files;
}

gboolean
graft_boot_set_open_members (GraftBootSet *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = get_member (self, i);
      g_autoptr (GError) local = NULL;

      if (!graft_member_open (member, cancellable, &local) && !graft_member_is_open (member))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

static char *
list_paths (GPtrArray *members)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < members->len; i++)
    {
      g_autofree char *shown
          = graft_name_escape (graft_member_get_path (g_ptr_array_index (members, i)));

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", shown);
    }
  return g_string_free (text, FALSE);
}

/* @path as the members' are: a path that starts with the set's folder is one too. */
static const char *
skip_folder (GraftBootSet *self, const char *path)
{
  gsize length = strlen (self->folder);

  while (g_str_has_prefix (path, "./"))
    path += 2;
  if (strncmp (path, self->folder, length) == 0 && path[length] == '/')
    path += length + 1;
  return path;
}

/* Whether @path is the member's, or that of one of its copies. */
static gboolean
is_called (GraftMember *member, const char *path)
{
  GPtrArray *copies = graft_member_get_copies (member);
  gboolean found = strcmp (graft_member_get_path (member), path) == 0;

  for (guint i = 0; !found && i < copies->len; i++)
    found = strcmp (((GraftMemberCopy *)g_ptr_array_index (copies, i))->path, path) == 0;
  return found;
}

GraftMember *
graft_boot_set_find_member (GraftBootSet *self, const char *path, GError **error)
{
  g_autoptr (GPtrArray) alike = g_ptr_array_new ();
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *list = NULL;

  path = skip_folder (self, path);
  for (guint i = 0; i < self->members->len; i++)
    {
      g_autofree char *name = g_path_get_basename (graft_member_get_path (get_member (self, i)));

      if (is_called (get_member (self, i), path))
        return get_member (self, i);
      if (strcmp (name, path) == 0)
        g_ptr_array_add (alike, get_member (self, i));
    }
  if (alike->len == 1)
    return g_ptr_array_index (alike, 0);
  list = list_paths (alike->len > 0 ? alike : self->members);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
               alike->len > 0 ? _ ("several images of the set are called %s: name one of %s")
                              : _ ("the set has no image %s; it has %s"),
               shown, list);
  return NULL;
}

/* The kernels of the set that have one of @hints, or (0) all. */
static GPtrArray *
list_kernels (GraftBootSet *self, guint hints)
{
  GPtrArray *kernels = g_ptr_array_new ();

  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = get_member (self, i);
      guint has = GPOINTER_TO_UINT (g_hash_table_lookup (self->hints, member));

      if (graft_member_get_role (member) == GRAFT_ROLE_KERNEL && (hints == 0 || (has & hints) != 0))
        g_ptr_array_add (kernels, member);
    }
  return kernels;
}

static GraftMember *
set_kernel_error (GraftBootSet *self, GError **error)
{
  g_autoptr (GPtrArray) kernels = list_kernels (self, 0);
  g_autofree char *list = list_paths (kernels);
  g_autofree char *folder = graft_name_escape (self->folder);

  if (kernels->len > 0)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s has more than one kernel (%s), and no boot entry says which one is "
                    "started: give the kernel itself instead of the folder"),
                 folder, list);
  else if (self->missing->len > 0)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("%s has no kernel: a boot entry starts %s, which is not there"), folder,
                 (char *)g_ptr_array_index (self->missing, 0));
  else
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("%s has no kernel: put the vmlinuz that boots these images beside them"),
                 folder);
  return NULL;
}

GraftMember *
graft_boot_set_get_kernel (GraftBootSet *self, GError **error)
{
  static const guint hints[] = { 0,
                                 GRAFT_HINT_ASKED,
                                 GRAFT_HINT_LISTED,
                                 GRAFT_HINT_STARTED_WHOLE,
                                 GRAFT_HINT_STARTED,
                                 GRAFT_HINT_NAMED_LIKE };

  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    {
      g_autoptr (GPtrArray) kernels = list_kernels (self, hints[i]);

      if (kernels->len == 1)
        return g_ptr_array_index (kernels, 0);
    }
  return set_kernel_error (self, error);
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
    if (graft_member_is_changed (get_member (self, i)))
      return TRUE;
  return FALSE;
}

static void
clear_member_state (gpointer data)
{
  MemberState *state = data;

  g_clear_pointer (&state->overlay, graft_overlay_state_unref);
  g_clear_object (&state->replacement);
  g_clear_object (&state->text);
  g_clear_object (&state->member);
}

GraftBootSetState *
graft_boot_set_dup_state (GraftBootSet *self)
{
  GraftBootSetState *state = g_new0 (GraftBootSetState, 1);

  state->members = g_array_new (FALSE, TRUE, sizeof (MemberState));
  g_array_set_clear_func (state->members, clear_member_state);
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftOverlay *overlay = graft_member_peek_overlay (get_member (self, i));
      MemberState one = { .overlay = overlay != NULL ? graft_overlay_dup_state (overlay) : NULL };

      one.member = g_object_ref (get_member (self, i));
      g_set_object (&one.replacement, graft_member_get_replacement (get_member (self, i)));
      g_set_object (&one.text, graft_member_get_text (get_member (self, i)));
      g_array_append_val (state->members, one);
    }
  return state;
}

/* A member that was opened inside of another since then had no edits. */
static const MemberState *
find_state (GraftBootSetState *state, GraftMember *member)
{
  static const MemberState none = { NULL, NULL, NULL, NULL };

  for (guint i = 0; i < state->members->len; i++)
    if (g_array_index (state->members, MemberState, i).member == member)
      return &g_array_index (state->members, MemberState, i);
  return &none;
}

void
graft_boot_set_set_state (GraftBootSet *self, GraftBootSetState *state)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = get_member (self, i);
      const MemberState *one = find_state (state, member);
      GraftOverlay *overlay = graft_member_peek_overlay (member);

      /* Opened since then: it had no edits. */
      if (overlay != NULL && one->overlay == NULL)
        graft_overlay_reset (overlay);
      else if (overlay != NULL)
        graft_overlay_set_state (overlay, one->overlay);
      graft_member_set_replacement (member, one->replacement);
      graft_member_set_text (member, one->text);
    }
}

gboolean
graft_boot_set_is_in_state (GraftBootSet *self, GraftBootSetState *state)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = get_member (self, i);
      GraftOverlay *overlay = graft_member_peek_overlay (member);
      const MemberState *one = find_state (state, member);

      if (graft_member_get_replacement (member) != one->replacement
          || graft_member_get_text (member) != one->text)
        return FALSE;
      if (overlay != NULL && !graft_overlay_is_in_state (overlay, one->overlay))
        return FALSE;
    }
  return TRUE;
}

void
graft_boot_set_state_free (GraftBootSetState *self)
{
  g_array_unref (self->members);
  g_free (self);
}

/* Another file was put under the member's name: what was read is still whole, but it is not what a
 * user sees there. One that is gone has left its bytes. */
static gboolean
check_not_replaced (GraftBootSet *self, const char *relative, GraftInput *input, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, relative, NULL);
  struct stat opened, now;
  guint64 offset;
  int fd;

  if (!graft_input_get_file (input, &fd, &offset) || fstat (fd, &opened) < 0
      || stat (path, &now) < 0)
    return TRUE;
  if (graft_file_is_same (fd, &opened, &now))
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED,
               _ ("%s was replaced on disk while it was open; open it again"),
               graft_input_get_name (input));
  return FALSE;
}

static gboolean
check_file (GraftBootSet *self, const char *path, GraftInput *input, GError **error)
{
  return input == NULL
         || (graft_input_check_unchanged (input, error)
             && check_not_replaced (self, path, input, error));
}

gboolean
graft_boot_set_check_unchanged (GraftBootSet *self, GError **error)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = get_member (self, i);
      GPtrArray *copies = graft_member_get_copies (member);

      if (!check_file (self, graft_member_get_path (member), graft_member_get_input (member),
                       error))
        return FALSE;
      for (guint k = 0; k < copies->len; k++)
        {
          const GraftMemberCopy *copy = g_ptr_array_index (copies, k);

          if (!check_file (self, copy->path, copy->input, error))
            return FALSE;
        }
    }
  return TRUE;
}
