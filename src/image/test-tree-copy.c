/* test-tree-copy.c: trees as the content of new images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "image/graft-tree-copy.h"

static const char *const text = "f 0644 /usr/file a\n"
                                "h /usr/twin /usr/file\n"
                                "h /other/triplet /usr/file\n"
                                "f 0600 /usr/lone b\n"
                                "l /usr/link lone\n"
                                "c 0600 /usr/console 5 1\n";

static GraftNode *
find (GraftNode *root, const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &error);

  g_assert_no_error (error);
  return node;
}

/* The same entries, contents and links, whether of the whole or of a folder. */
static void
test_copy (void)
{
  static const char *const paths[] = { "/", "/usr" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", text);
      g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
      g_autoptr (GraftNode) tree = find (root, paths[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftNode) copy = graft_tree_copy (tree, FALSE, NULL, &error);
      g_autofree char *wanted = graft_fake_image_dump (tree);
      g_autofree char *got = NULL;
      g_autoptr (GraftNode) first = NULL, second = NULL;

      g_assert_no_error (error);
      got = graft_fake_image_dump (copy);
      g_assert_cmpstr (wanted, ==, got);
      first = find (copy, i == 0 ? "/usr/file" : "/file");
      second = find (copy, i == 0 ? "/usr/twin" : "/twin");
      g_assert_true (first == second);
      /* Names that are not in it do not count. */
      g_assert_cmpuint (graft_node_get_nlink (first), ==, i == 0 ? 3 : 2);
    }
}

static gboolean
check_owner (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_assert_cmpuint (graft_node_get_attributes (node)->uid, ==, 0);
  g_assert_cmpuint (graft_node_get_attributes (node)->gid, ==, 0);
  return TRUE;
}

static void
test_own (void)
{
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", text);
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GraftNode) file = find (root, "/usr/lone");
  g_autoptr (GraftNode) changed = NULL, edited = NULL, copy = NULL;
  g_autoptr (GError) error = NULL;
  GraftNodeInit init = graft_node_to_init (file);

  init.attributes.uid = 1000;
  init.attributes.gid = 70000;
  changed = graft_node_new (&init);
  edited = graft_path_with (root, "/usr/lone", changed, TRUE, &error);
  g_assert_no_error (error);
  copy = graft_tree_copy (edited, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graft_path_walk (copy, "/", check_owner, NULL, NULL, &error));
  g_clear_pointer (&copy, graft_node_unref);
  copy = graft_tree_copy (edited, FALSE, NULL, &error);
  g_clear_pointer (&file, graft_node_unref);
  file = find (copy, "/usr/lone");
  g_assert_cmpuint (graft_node_get_attributes (file)->gid, ==, 70000);
}

/* What the empty image has itself stays, unless the tree has it. */
static void
test_fill (void)
{
  g_autoptr (GraftImage) empty
      = graft_fake_image_new ("squashfs", "empty", "d 0700 /lost+found\nf 0644 /usr old\n");
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", text);
  g_autoptr (GraftNode) tree = graft_image_dup_part (image, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_tree_fill (empty, tree, &error);
  g_autoptr (GraftNode) kept = NULL, file = NULL;

  g_assert_no_error (error);
  kept = find (root, "/lost+found");
  file = find (root, "/usr/lone");
  g_assert_cmpuint (graft_node_get_attributes (kept)->mode, ==, 0700);
  g_assert_cmpuint (graft_node_get_size (file), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree-copy/copy", test_copy);
  g_test_add_func ("/tree-copy/own", test_own);
  g_test_add_func ("/tree-copy/fill", test_fill);
  return g_test_run ();
}
