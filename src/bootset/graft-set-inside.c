/* graft-set-inside.c: images inside of the set's images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-inside.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "bootset/graft-boot-set-private.h"
#include "bootset/graft-set-role.h"
#include "image/graft-directory.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"

/* Folders and files that an image has, which is there to hold one file. */
#define FEW_ENTRIES 16

static GraftMember *set_error (GraftMember *parent, const char *path, GraftErrorCode code,
                               GError **error, const char *format, ...) G_GNUC_PRINTF (5, 6);

/* Always returns %NULL. */
static GraftMember *
set_error (GraftMember *parent, const char *path, GraftErrorCode code, GError **error,
           const char *format, ...)
{
  g_autofree char *address = graft_address_format (graft_member_get_path (parent), 0, path);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GRAFT_STEP_ERROR, code, _ ("%s: %s"), address, text);
  return NULL;
}

/* The child of @parent at @path (without links), %NULL for none. */
static GraftMember *
find_child (GraftMember *parent, int part, const char *path)
{
  GPtrArray *children = graft_member_get_children (parent);

  for (guint i = 0; i < children->len; i++)
    {
      GraftMember *child = g_ptr_array_index (children, i);

      if (graft_member_get_inner_part (child) == part
          && strcmp (graft_member_get_inner_path (child), path) == 0)
        return child;
    }
  return NULL;
}

/* Behind @parent and all that is in it already. */
static void
add_child (GraftBootSet *self, GraftMember *parent, GraftMember *child)
{
  guint place = 0;

  g_ptr_array_find (self->members, parent, &place);
  for (place++; place < self->members->len; place++)
    if (graft_member_get_depth (g_ptr_array_index (self->members, place))
        <= graft_member_get_depth (parent))
      break;
  g_ptr_array_insert (self->members, place, child);
}

/* The image at @path, which has the bytes @node; %FALSE when it is none that could be edited. */
static GraftMember *
open_child (GraftBootSet *self, GraftMember *parent, guint segment, int part, const char *path,
            GraftNode *node, GError **error)
{
  g_autoptr (GraftInput) input = NULL;
  GraftMember *child;
  GraftRole role = GRAFT_ROLE_ROOT;
  const char *format;

  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return set_error (parent, path, GRAFT_ERROR_INVALID, error, _ ("is a %s, not an image"),
                      graft_node_type_get_name (graft_node_get_node_type (node)));
  if (graft_member_get_depth (parent) >= GRAFT_LIMIT_NESTING || strstr (path, ":/") != NULL)
    return set_error (parent, path, GRAFT_ERROR_TOO_LARGE, error,
                      _ ("lies too deep: at most %d images inside of each other are opened"),
                      GRAFT_LIMIT_NESTING);
  input = graft_node_open (node, error);
  if (input == NULL)
    return NULL;
  format = graft_image_probe (input);
  if (format == NULL || strcmp (format, "kernel") == 0 || !graft_role_from_format (format, &role))
    return set_error (parent, path, GRAFT_ERROR_INVALID, error,
                      _ ("is no image with files inside"));
  child = graft_member_new_inside (parent, segment, part, path, node, input, role, format);
  add_child (self, parent, child);
  return child;
}

GraftMember *
graft_boot_set_open_inside (GraftBootSet *self, GraftMember *parent, guint segment,
                            const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autofree char *real = NULL;
  GraftMember *child;
  int part = -1;

  if (!graft_member_open (parent, cancellable, error))
    return NULL;
  if (graft_member_get_overlay (parent) == NULL)
    return set_error (parent, path, GRAFT_ERROR_NOT_FOUND, error,
                      _ ("cannot be there: a %s has no files inside"),
                      graft_role_get_name (graft_member_get_role (parent)));
  if (!graft_address_get_part (graft_member_get_image (parent), segment, &part, error))
    return NULL;
  root = graft_overlay_dup_part (graft_member_get_overlay (parent), part, error);
  if (root == NULL)
    return NULL;
  node = graft_path_lookup (root, path, GRAFT_PATH_FOLLOW, &real, error);
  if (node == NULL)
    {
      g_autofree char *shown = graft_name_escape (graft_member_get_path (parent));

      g_prefix_error (error, _ ("%s: "), shown);
      return NULL;
    }
  child = find_child (parent, part, real);
  return child != NULL ? child : open_child (self, parent, segment, part, real, node, error);
}

/* The only file of an image that has few entries, as its path; %NULL where there are more. */
static gboolean
find_only_file (const char *path, GraftNode *node, gpointer data, GError **error)
{
  GPtrArray *found = data;

  if (graft_node_is_directory (node) && found->len < FEW_ENTRIES)
    {
      g_autoptr (GraftDirectory) listed = graft_node_list (node, NULL);

      return listed != NULL && graft_directory_get_n_entries (listed) <= FEW_ENTRIES;
    }
  g_ptr_array_add (found, g_strdup (path));
  return found->len == 1 && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR;
}

/* What may be the image of a root in an image: paths. */
static GPtrArray *
list_places (GraftNode *root)
{
  /* As Fedora's and CentOS's live and installation images have it (dracut's dmsquash-live), new and
   * old. */
  static const char *const known[]
      = { "/LiveOS/rootfs.img", "/LiveOS/ext3fs.img", "/LiveOS/squashfs.img" };
  GPtrArray *places = g_ptr_array_new_with_free_func (g_free);

  if (graft_path_walk (root, "/", find_only_file, places, NULL, NULL) && places->len == 1)
    return places;
  g_ptr_array_set_size (places, 0);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_ptr_array_add (places, g_strdup (known[i]));
  return places;
}

/* Whether what @node holds is a root by its first bytes: not just anything compressed. */
static gboolean
is_root (GraftNode *node)
{
  g_autoptr (GraftInput) input
      = graft_node_get_node_type (node) == GRAFT_NODE_REGULAR ? graft_node_open (node, NULL) : NULL;
  const char *format = input != NULL ? graft_image_probe (input) : NULL;

  return g_strcmp0 (format, "squashfs") == 0 || g_strcmp0 (format, "ext4") == 0;
}

GPtrArray *
graft_set_inside_list (GraftNode *root)
{
  g_autoptr (GPtrArray) places = list_places (root);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < places->len; i++)
    {
      g_autofree char *real = NULL;
      g_autoptr (GraftNode) node
          = graft_path_find (root, g_ptr_array_index (places, i), GRAFT_PATH_FOLLOW, &real, NULL);

      if (node != NULL && is_root (node)
          && !g_ptr_array_find_with_equal_func (paths, real, g_str_equal, NULL))
        g_ptr_array_add (paths, g_steal_pointer (&real));
    }
  return paths;
}

static void
find_in (GraftBootSet *self, GraftMember *parent)
{
  g_autoptr (GraftNode) root = graft_overlay_dup_root (graft_member_get_overlay (parent), NULL);
  g_autoptr (GPtrArray) paths = root != NULL ? graft_set_inside_list (root) : NULL;

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (GraftNode) node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

      if (node != NULL && find_child (parent, -1, path) == NULL)
        (void)!open_child (self, parent, 0, -1, path, node, NULL);
    }
}

gboolean
graft_boot_set_find_inside (GraftBootSet *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);

  /* What is found is looked into in its turn: it follows. */
  for (guint i = 0; i < self->members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (self->members, i);

      if (graft_member_get_role (member) != GRAFT_ROLE_ROOT
          || graft_member_get_depth (member) >= GRAFT_LIMIT_NESTING)
        continue;
      if (graft_member_open (member, cancellable, NULL)
          && graft_member_get_overlay (member) != NULL)
        find_in (self, member);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  return TRUE;
}
