/* command-diff.c: two sets or two images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "bootset/graft-set-inside.h"
#include "bootset/graft-set-role.h"
#include "cli/cli-image-diff.h"
#include "cli/cli-json.h"
#include "cli/cli-open.h"
#include "image/graft-image-loader.h"

static GraftImage *
open_image (CliInvocation *self, const char *path, GError **error)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, error);

  return input != NULL ? graft_image_load (input, self->cancellable, error) : NULL;
}

/* An image that is a file of its own, or lies in such. */
typedef struct
{
  const char *path; /* as CliChange.image */
  GraftImage *image;
  GraftNode *root;
  GPtrArray *inside;
} Level;

static void
level_clear (Level *self)
{
  g_clear_pointer (&self->inside, g_ptr_array_unref);
  g_clear_pointer (&self->root, graft_node_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Level, level_clear)

/* Whether the file at @path, of both images of the path @image, was found to be the same. */
static gboolean
is_same (CliImageDiff *diff, const char *image, const char *path)
{
  for (guint i = 0; i < diff->changes->len; i++)
    {
      const CliChange *change = g_ptr_array_index (diff->changes, i);

      if (strcmp (change->image, image) == 0 && g_strcmp0 (change->path, path) == 0)
        return FALSE;
    }
  return TRUE;
}

/* A set looks into no others by itself. */
static gboolean
is_root (GraftImage *image)
{
  GraftRole role;

  return graft_role_from_format (graft_image_get_format (image), &role) && role == GRAFT_ROLE_ROOT;
}

static gboolean compare_levels (CliInvocation *self, CliImageDiff *diff, const char *path,
                                GraftImage *a, GraftImage *b, guint depth, GError **error);

/* The images at @from of @a and at @to of @b. */
static gboolean
compare_inside (CliInvocation *self, CliImageDiff *diff, Level *a, const char *from, Level *b,
                const char *to, guint depth, GError **error)
{
  g_autofree char *path
      = *a->path != '\0' ? graft_address_format (a->path, 0, from) : g_strdup (from);
  g_autoptr (GraftImage) old = NULL;
  g_autoptr (GraftImage) new = NULL;

  if (strcmp (from, to) == 0 && is_same (diff, a->path, from))
    return TRUE;
  old = graft_image_load_inside (a->image, a->root, from, self->cancellable, error);
  new = old != NULL ? graft_image_load_inside (b->image, b->root, to, self->cancellable, error)
                    : NULL;
  return new != NULL &&compare_levels (self, diff, path, old, new, depth + 1, error);
}

/* Two images, and the images of roots in them: those at the same path; where each has one alone,
 * those two. */
static gboolean
compare_levels (CliInvocation *self, CliImageDiff *diff, const char *path, GraftImage *a,
                GraftImage *b, guint depth, GError **error)
{
  g_auto (Level) old = { .path = path, .image = a };
  g_auto (Level) new = { .path = path, .image = b };

  if (!cli_image_diff_add_images (diff, path, a, b, error))
    return FALSE;
  if (!is_root (a) || !is_root (b) || depth >= GRAFT_LIMIT_NESTING)
    return TRUE;
  old.root = graft_image_dup_root (a, error);
  new.root = old.root != NULL ? graft_image_dup_root (b, error) : NULL;
  if (new.root == NULL)
    return FALSE;
  old.inside = graft_set_inside_list (old.root);
  new.inside = graft_set_inside_list (new.root);
  if (old.inside->len == 1 && new.inside->len == 1)
    return compare_inside (self, diff, &old, g_ptr_array_index (old.inside, 0), &new,
                           g_ptr_array_index (new.inside, 0), depth, error);
  for (guint i = 0; i < old.inside->len; i++)
    {
      const char *inner = g_ptr_array_index (old.inside, i);

      if (g_ptr_array_find_with_equal_func (new.inside, inner, g_str_equal, NULL)
          && !compare_inside (self, diff, &old, inner, &new, inner, depth, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
compare_images (CliInvocation *self, CliImageDiff *diff, GError **error)
{
  g_autoptr (GraftImage) a = open_image (self, self->arguments[0], error);
  g_autoptr (GraftImage) b = a != NULL ? open_image (self, self->arguments[1], error) : NULL;

  return b != NULL && compare_levels (self, diff, "", a, b, 1, error);
}

/* Files for files, images inside of others for such. */
static gboolean
is_alike (GraftMember *a, GraftMember *b)
{
  return graft_member_get_role (a) == graft_member_get_role (b)
         && graft_member_get_depth (a) == graft_member_get_depth (b);
}

/* The one that stands for @member in the other set: by path, else the only one of its role. */
static GraftMember *
find_counterpart (GraftBootSet *other, GraftMember *member)
{
  GPtrArray *members = graft_boot_set_get_members (other);
  GraftMember *only = NULL;
  guint count = 0;

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *candidate = g_ptr_array_index (members, i);

      if (g_str_equal (graft_member_get_path (candidate), graft_member_get_path (member)))
        return candidate;
      if (is_alike (candidate, member))
        {
          only = candidate;
          count++;
        }
    }
  return count == 1 ? only : NULL;
}

static guint
count_alike (GraftBootSet *set, GraftMember *member)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  guint count = 0;

  for (guint i = 0; i < members->len; i++)
    count += is_alike (g_ptr_array_index (members, i), member);
  return count;
}

/* Members of different names are taken for one another only where each set has one of the role. */
static GraftMember *
match (GraftBootSet *set, GraftBootSet *other, GraftMember *member)
{
  GraftMember *found = find_counterpart (other, member);

  if (found != NULL && !g_str_equal (graft_member_get_path (found), graft_member_get_path (member))
      && count_alike (set, member) != 1)
    return NULL;
  return found;
}

static gboolean
compare_sets (CliInvocation *self, CliImageDiff *diff, GError **error)
{
  g_autoptr (GraftBootSet) a = cli_open_set (self, self->arguments[0], error);
  g_autoptr (GraftBootSet) b = a != NULL ? cli_open_set (self, self->arguments[1], error) : NULL;
  GPtrArray *members;

  if (b == NULL || !cli_open_members (self, a, error) || !cli_open_members (self, b, error))
    return FALSE;
  members = graft_boot_set_get_members (a);
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GraftMember *other = match (a, b, member);

      if (other == NULL)
        cli_image_diff_add_lone (diff, graft_member_get_path (member), CLI_CHANGE_REMOVED);
      else if (!cli_image_diff_add_members (diff, member, other, error))
        return FALSE;
    }
  members = graft_boot_set_get_members (b);
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (match (b, a, member) == NULL)
        cli_image_diff_add_lone (diff, graft_member_get_path (member), CLI_CHANGE_ADDED);
    }
  return TRUE;
}

gboolean
command_diff (CliInvocation *self, GError **error)
{
  gboolean json = FALSE, folder_a, folder_b;
  g_autoptr (CliImageDiff) diff = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the changes as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  if (!cli_parse (self, entries, NULL, NULL, 2, 2, error))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    if (!g_file_test (self->arguments[i], G_FILE_TEST_EXISTS))
      {
        g_set_error (error, CLI_ERROR, 0, _ ("%s cannot be opened: %s"), self->arguments[i],
                     g_strerror (ENOENT));
        return FALSE;
      }
  folder_a = g_file_test (self->arguments[0], G_FILE_TEST_IS_DIR);
  folder_b = g_file_test (self->arguments[1], G_FILE_TEST_IS_DIR);
  if (folder_a != folder_b)
    return cli_usage_error (self, error,
                            _ ("Two folders or two images can be compared, not one "
                               "with the other"));
  diff = cli_image_diff_new (self->cancellable);
  if (folder_a ? !compare_sets (self, diff, error) : !compare_images (self, diff, error))
    return FALSE;
  if (json)
    cli_image_diff_print_json (diff);
  else
    cli_image_diff_print (diff);
  self->found_errors = diff->changes->len > 0;
  return TRUE;
}
