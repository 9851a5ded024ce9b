/* command-diff.c: two sets or two images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-name.h"
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

static gboolean
compare_images (CliInvocation *self, CliImageDiff *diff, GError **error)
{
  g_autoptr (GraftImage) a = open_image (self, self->arguments[0], error);
  g_autoptr (GraftImage) b = a != NULL ? open_image (self, self->arguments[1], error) : NULL;

  return b != NULL && cli_image_diff_add_images (diff, "", a, b, error);
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
