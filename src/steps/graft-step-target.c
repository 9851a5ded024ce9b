/* graft-step-target.c: the place in a set that a step works on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-target.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-name.h"
#include "image/graft-path.h"

void
graft_step_target_clear (GraftStepTarget *self)
{
  g_clear_pointer (&self->path, g_free);
}

static gboolean
set_no_files_error (GraftMember *member, GError **error)
{
  g_autofree char *shown = graft_name_escape (graft_member_get_path (member));

  if (graft_member_get_role (member) == GRAFT_ROLE_KERNEL)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s is a kernel: it has no files inside that could be edited"), shown);
  else
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s is a boot entry, not an image: it has no files inside that could be "
                    "edited"),
                 shown);
  return FALSE;
}

static GraftMember *
find_member (GraftBootSet *set, GraftAddress *address, GCancellable *cancellable, GError **error)
{
  GraftMember *member = graft_address_find_member (address, set, cancellable, error);

  if (member == NULL && strcmp (address->path, "/") == 0 && strchr (address->image, ':') != NULL)
    g_prefix_error (error, "%s", _ ("a path in an image starts with “/” (IMAGE:/path): "));
  return member;
}

char *
graft_step_target_dup_shown (const char *address)
{
  g_autoptr (GraftAddress) parsed = graft_address_parse (address, NULL);

  return parsed != NULL ? graft_address_format (parsed->image, parsed->segment, parsed->path)
                        : graft_name_escape (address);
}

gboolean
graft_step_target_init (GraftStepTarget *self, GraftBootSet *set, const char *address,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftAddress) parsed = graft_address_parse (address, error);
  GraftMember *member = parsed != NULL ? find_member (set, parsed, cancellable, error) : NULL;

  if (member == NULL)
    return FALSE;
  if (!graft_member_open (member, cancellable, error))
    return FALSE;
  if (graft_member_get_overlay (member) == NULL)
    return set_no_files_error (member, error);
  if (!graft_address_get_part (graft_member_get_image (member), parsed->segment, &self->part,
                               error))
    return FALSE;
  self->overlay = graft_member_get_overlay (member);
  self->path = g_steal_pointer (&parsed->path);
  return TRUE;
}

gboolean
graft_step_target_set_error (GraftStepTarget *self, GraftErrorCode code, const char *path,
                             const char *what, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);

  g_set_error (error, GRAFT_STEP_ERROR, code, "%s: %s %s",
               graft_image_get_name (graft_overlay_get_image (self->overlay)), shown, what);
  return FALSE;
}

gboolean
graft_step_target_set_kind_error (GraftStepTarget *self, const char *path, GraftNode *node,
                                  GError **error)
{
  static const char *const texts[] = {
    [GRAFT_NODE_REGULAR] = N_ ("is a file already"), [GRAFT_NODE_DIRECTORY] = N_ ("is a folder"),
    [GRAFT_NODE_SYMLINK] = N_ ("is a link already"), [GRAFT_NODE_CHAR_DEVICE] = N_ ("is a device"),
    [GRAFT_NODE_BLOCK_DEVICE] = N_ ("is a device"),  [GRAFT_NODE_FIFO] = N_ ("is a pipe"),
    [GRAFT_NODE_SOCKET] = N_ ("is a socket"),
  };
  g_autofree char *what = g_strdup_printf (_ ("%s: delete it first, if that is meant"),
                                           _ (texts[graft_node_get_node_type (node)]));

  return graft_step_target_set_error (self, GRAFT_ERROR_REFUSED, path, what, error);
}

/* The image's name before an error that names only a path. */
static gboolean
prefix_error (GraftStepTarget *self, GError **error)
{
  g_prefix_error (error, _ ("%s: "),
                  graft_image_get_name (graft_overlay_get_image (self->overlay)));
  return FALSE;
}

static gboolean
find (GraftNode *root, const char *path, GraftPathFlags flags, char **ret_path,
      GraftNode **ret_node, GError **error)
{
  g_autoptr (GError) local = NULL;

  *ret_node = graft_path_find (root, path, flags, ret_path, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
graft_step_target_find (GraftStepTarget *self, const char *path, char **ret_path,
                        GraftNode **ret_node, GError **error)
{
  g_autoptr (GraftNode) root = graft_overlay_dup_part (self->overlay, self->part, error);
  g_autoptr (GraftNode) link = NULL, node = NULL;
  g_autofree char *real = NULL;

  if (root == NULL)
    return FALSE;
  if (!find (root, path, GRAFT_PATH_FOLLOW, &real, &node, error)
      || (node == NULL && !find (root, path, 0, NULL, &link, error)))
    return prefix_error (self, error);
  if (link != NULL)
    return graft_step_target_set_error (
        self, GRAFT_ERROR_REFUSED, path,
        _ ("is a link that leads nowhere: name the place it should lead to, or delete it first"),
        error);
  if (ret_path != NULL)
    *ret_path = node != NULL ? g_steal_pointer (&real) : g_strdup (path);
  *ret_node = g_steal_pointer (&node);
  return TRUE;
}

gboolean
graft_step_target_find_existing (GraftStepTarget *self, char **ret_path, GraftNode **ret_node,
                                 GError **error)
{
  g_autofree char *path = NULL;

  if (!graft_step_target_find (self, self->path, &path, ret_node, error))
    return FALSE;
  if (*ret_node == NULL)
    return graft_step_target_set_error (self, GRAFT_ERROR_NOT_FOUND, self->path,
                                        _ ("does not exist"), error);
  *ret_path = g_steal_pointer (&path);
  return TRUE;
}

gboolean
graft_step_target_get_time (GraftStepTarget *self, gint64 time, gint64 *ret_time, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (time < 0)
    time = graft_overlay_get_newest_time (self->overlay, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return prefix_error (self, error);
    }
  *ret_time = time;
  return TRUE;
}

GPtrArray *
graft_step_target_list_members (GraftBootSet *set, const char *image, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  GraftMember *named = image != NULL ? graft_boot_set_find_member (set, image, error) : NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  if (image != NULL && named == NULL)
    return NULL;
  if (named != NULL)
    g_ptr_array_add (found, named);
  for (guint i = 0; named == NULL && i < members->len; i++)
    if (graft_member_get_role (g_ptr_array_index (members, i)) == GRAFT_ROLE_INITRD)
      g_ptr_array_add (found, g_ptr_array_index (members, i));
  if (found->len > 0)
    return g_steal_pointer (&found);
  g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                       _ ("the set has no initrd: say which image is meant (IMAGE:MODULE)"));
  return NULL;
}
