/* test-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-path.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"

static const char *const text = "d 0755 /usr/lib/modules\n"
                                "f 0644 /usr/lib/modules/list a\n"
                                "f 0644 /usr/lib/file b\n"
                                "l /lib usr/lib\n"
                                "l /abs /usr/lib\n"
                                "l /up ../../../usr\n"
                                "l /usr/lib/back ../../lib/file\n"
                                "l /round round2\n"
                                "l /round2 /round\n"
                                "l /dangling nowhere/file\n"
                                "l /empty \n";

typedef struct
{
  GraftImage *image;
  GraftNode *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->image = graft_fake_image_new ("squashfs", "root", text);
  fixture->root = graft_image_dup_root (fixture->image, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  graft_node_unref (fixture->root);
  g_object_unref (fixture->image);
}

static const struct
{
  const char *path;
  GraftPathFlags flags;
  const char *real; /* NULL: not found */
  GraftErrorCode code;
} lookups[] = {
  { "", 0, "/", 0 },
  { "/", GRAFT_PATH_FOLLOW, "/", 0 },
  { "/usr/lib/file", 0, "/usr/lib/file", 0 },
  { "usr//./lib/file/", 0, "/usr/lib/file", 0 },
  { "/lib/modules/list", 0, "/usr/lib/modules/list", 0 },
  { "/lib", 0, "/lib", 0 },
  { "/lib", GRAFT_PATH_FOLLOW, "/usr/lib", 0 },
  { "/lib/file", GRAFT_PATH_NO_FOLLOW, NULL, GRAFT_ERROR_INVALID },
  { "/abs/file", 0, "/usr/lib/file", 0 },
  { "/up/lib", 0, "/usr/lib", 0 },
  { "/lib/back", 0, "/usr/lib/back", 0 },
  { "/lib/back", GRAFT_PATH_FOLLOW, "/usr/lib/file", 0 },
  { "/lib/../lib/file", 0, "/usr/lib/file", 0 },
  { "/../../lib/file", 0, "/usr/lib/file", 0 },
  { "/lib/modules/..", 0, "/usr/lib", 0 },
  { "/round", GRAFT_PATH_FOLLOW, NULL, GRAFT_ERROR_INVALID },
  { "/round/x", 0, NULL, GRAFT_ERROR_INVALID },
  { "/round", 0, "/round", 0 },
  { "/dangling", 0, "/dangling", 0 },
  { "/dangling", GRAFT_PATH_FOLLOW, NULL, GRAFT_ERROR_NOT_FOUND },
  { "/empty", GRAFT_PATH_FOLLOW, NULL, GRAFT_ERROR_NOT_FOUND },
  { "/lib/file/x", 0, NULL, GRAFT_ERROR_INVALID },
  { "/lib/missing", 0, NULL, GRAFT_ERROR_NOT_FOUND },
};

static void
test_lookup (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (lookups); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *real = NULL;
      g_autoptr (GraftNode) node
          = graft_path_lookup (fixture->root, lookups[i].path, lookups[i].flags, &real, &error);

      g_test_message ("%s", lookups[i].path);
      g_assert_cmpstr (real, ==, lookups[i].real);
      if (lookups[i].real != NULL)
        g_assert_nonnull (node);
      else
        g_assert_error (error, GRAFT_IMAGE_ERROR, (gint)lookups[i].code);
    }
}

static void
test_message (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_path_lookup (fixture->root, "/lib/a\nb/c", 0, NULL, &error));
  g_assert_cmpstr (error->message, ==, "/usr/lib/a\\nb does not exist");
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) found = graft_path_find (fixture->root, "/lib/file", 0, NULL, &error);

  g_assert_nonnull (found);
  g_assert_null (graft_path_find (fixture->root, "/lib/missing", 0, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (graft_path_find (fixture->root, "/lib/file/below", 0, NULL, &error));
  g_assert_no_error (error);
}

/* More folders below each other than the cap allows. */
static void
test_depth (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) line = g_string_new ("f 0644 ");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;

  for (guint i = 0; i <= GRAFT_LIMIT_DEPTH; i++)
    g_string_append (line, "/d");
  image = graft_fake_image_new ("squashfs", "deep", line->str);
  root = graft_image_dup_root (image, NULL);
  g_assert_null (graft_path_lookup (root, line->str + strlen ("f 0644 "), 0, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (graft_path_find (root, line->str + strlen ("f 0644 "), 0, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
}

static void
test_resolve_parent (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *real; /* NULL: an error */
  } cases[] = {
    { "/lib/new", "/usr/lib/new" },
    { "lib/new//", "/usr/lib/new" },
    { "new", "/new" },
    { "/lib", "/lib" },
    { "/missing/new", NULL },
    { "/lib/file/new", NULL },
    { "/", NULL },
    { "/lib/..", NULL },
    { "/lib/.", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *real = graft_path_resolve_parent (fixture->root, cases[i].path, &error);

      g_assert_cmpstr (real, ==, cases[i].real);
      g_assert_true ((error == NULL) == (real != NULL));
    }
}

static void
test_normalize_and_join (void)
{
  g_autofree char *clean = graft_path_normalize ("/a//./b/");
  g_autofree char *empty = graft_path_normalize ("");
  g_autofree char *top = graft_path_join ("/", "a");
  g_autofree char *below = graft_path_join ("/a", "b");

  g_assert_cmpstr (clean, ==, "/a/b");
  g_assert_cmpstr (empty, ==, "/");
  g_assert_null (graft_path_normalize ("/a/../b"));
  g_assert_cmpstr (top, ==, "/a");
  g_assert_cmpstr (below, ==, "/a/b");
}

static gboolean
collect (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_string_append_printf (data, "%s ", path);
  return TRUE;
}

static gboolean
stop (const char *path, GraftNode *node, gpointer data, GError **error)
{
  if (strcmp (path, "/usr/lib") != 0)
    return TRUE;
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED, "enough");
  return FALSE;
}

static void
test_walk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) paths = g_string_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_true (graft_path_walk (fixture->root, "/", collect, paths, NULL, &error));
  g_assert_cmpstr (paths->str, ==,
                   "/ /abs /dangling /empty /lib /round /round2 /up /usr /usr/lib /usr/lib/back "
                   "/usr/lib/file /usr/lib/modules /usr/lib/modules/list ");
  g_assert_false (graft_path_walk (fixture->root, "/", stop, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (graft_path_walk (fixture->root, "/", collect, paths, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static GraftNode *
new_file (void)
{
  const GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0600 };

  return graft_node_new (&init);
}

/* The folders on the way are new, all else is the source's. */
static void
test_with (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ();
  g_autoptr (GraftNode) root = graft_path_with (fixture->root, "/usr/lib/new", file, FALSE, &error);
  g_autoptr (GraftNode) found = NULL, old_modules = NULL, modules = NULL, old_lib = NULL;
  g_autoptr (GraftNode) lib = NULL;

  g_assert_no_error (error);
  found = graft_path_lookup (root, "/usr/lib/new", 0, NULL, &error);
  g_assert_true (found == file);
  g_assert_null (graft_path_find (fixture->root, "/usr/lib/new", 0, NULL, &error));
  old_modules = graft_path_lookup (fixture->root, "/usr/lib/modules", 0, NULL, &error);
  modules = graft_path_lookup (root, "/usr/lib/modules", 0, NULL, &error);
  g_assert_true (modules == old_modules);
  old_lib = graft_path_lookup (fixture->root, "/usr/lib", 0, NULL, &error);
  lib = graft_path_lookup (root, "/usr/lib", 0, NULL, &error);
  g_assert_false (lib == old_lib);
  g_assert_true (graft_node_get_origin (lib) == old_lib);
  g_assert_null (graft_node_get_content_origin (lib));
}

static void
test_with_same (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) file = graft_path_lookup (fixture->root, "/usr/lib/file", 0, NULL, NULL);
  g_autoptr (GraftNode) root = graft_path_with (fixture->root, "/usr/lib/file", file, FALSE, NULL);

  g_assert_true (root == fixture->root);
}

static void
test_with_removed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root
      = graft_path_with (fixture->root, "/usr/lib/modules", NULL, FALSE, &error);
  g_autoptr (GraftNode) same = NULL;

  g_assert_no_error (error);
  g_assert_null (graft_path_find (root, "/usr/lib/modules", 0, NULL, &error));
  g_assert_no_error (error);
  /* What was not there is not missed, and nothing is new: so "unchanged" stays a pointer test. */
  same = graft_path_with (fixture->root, "/usr/lib/missing", NULL, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (same == fixture->root);
}

static void
test_with_parents (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ();
  g_autoptr (GraftNode) root = NULL, parent = NULL, found = NULL;

  g_assert_null (graft_path_with (fixture->root, "/opt/x/file", file, FALSE, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  root = graft_path_with (fixture->root, "/opt/x/file", file, TRUE, &error);
  g_assert_no_error (error);
  parent = graft_path_lookup (root, "/opt/x", 0, NULL, &error);
  g_assert_true (graft_node_is_implicit (parent));
  found = graft_path_lookup (root, "/opt/x/file", 0, NULL, &error);
  g_assert_true (found == file);
}

static void
test_with_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ();

  g_assert_null (graft_path_with (fixture->root, "/usr/lib/file/below", file, TRUE, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "file"));
  g_clear_error (&error);
  g_assert_null (graft_path_with (fixture->root, "/a/../b", file, TRUE, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (graft_path_with (fixture->root, "/", file, FALSE, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (graft_path_with (fixture->root, "/", NULL, FALSE, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/path/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("lookup", test_lookup);
  ADD ("message", test_message);
  ADD ("find", test_find);
  g_test_add_func ("/path/depth", test_depth);
  ADD ("resolve-parent", test_resolve_parent);
  g_test_add_func ("/path/normalize-and-join", test_normalize_and_join);
  ADD ("walk", test_walk);
  ADD ("with", test_with);
  ADD ("with-same", test_with_same);
  ADD ("with-removed", test_with_removed);
  ADD ("with-parents", test_with_parents);
  ADD ("with-refused", test_with_refused);
  return g_test_run ();
}
