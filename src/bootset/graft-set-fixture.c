/* graft-set-fixture.c: folders of boot sets, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
graft_set_fixture_set_up (GraftSetFixture *self, gconstpointer data)
{
  self->top = g_dir_make_tmp ("bootgraft-set-XXXXXX", NULL);
  self->folder = g_build_filename (self->top, "tftp", NULL);
  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
}

void
graft_set_fixture_tear_down (GraftSetFixture *self, gconstpointer data)
{
  graft_set_fixture_remove (self->top);
  g_free (self->folder);
  g_free (self->top);
}

void
graft_set_fixture_remove (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      graft_set_fixture_remove (below);
    }
  g_remove (path);
}

void
graft_set_fixture_add_bytes (GraftSetFixture *self, const char *path, const void *data,
                             gsize length)
{
  g_autofree char *full = g_build_filename (self->folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, data, length, NULL));
}

void
graft_set_fixture_add (GraftSetFixture *self, const char *path, const char *content)
{
  graft_set_fixture_add_bytes (self, path, content, strlen (content));
}

void
graft_set_fixture_add_link (GraftSetFixture *self, const char *path, const char *target)
{
  g_autofree char *full = g_build_filename (self->folder, path, NULL);

  g_assert_cmpint (symlink (target, full), ==, 0);
}

GraftBootSet *
graft_set_fixture_open (GraftSetFixture *self, const char *asked)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->folder, asked, NULL);
  GraftBootSet *set = graft_boot_set_open (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graft_boot_set_get_folder (set), ==, self->folder);
  return set;
}

void
graft_set_fixture_assert_members (GraftSetFixture *self, const char *asked, const char *expected)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (self, asked);
  GPtrArray *members = graft_boot_set_get_members (set);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      g_string_append_printf (
          text, "%s%s %s\n", graft_member_get_problem (member) != NULL ? "!" : "",
          graft_role_get_name (graft_member_get_role (member)), graft_member_get_path (member));
    }
  g_assert_cmpstr (text->str, ==, expected);
}
