/* test-tree-check.c: two trees compared, and each way in which they can differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "image/graft-tree-check.h"

#define SAME "f 0644 /a one\nh /twin /a\nl /link a\nc 0600 /console 5 1\nf 0644 /folder/b two\n"

/* What check_content() is given. */
typedef struct
{
  GraftTreeCheck *check;
  guint n_contents; /* how often it was asked */
} Asked;

static char *
dup_address (gpointer data, GraftNode *found)
{
  return g_strdup ("result");
}

static gboolean
check_content (gpointer data, GraftNode *node, GraftNode *found, GError **error)
{
  Asked *asked = data;
  g_autoptr (GraftInput) wanted = graft_node_open (node, error);
  g_autoptr (GraftInput) got = wanted != NULL ? graft_node_open (found, error) : NULL;
  gboolean equal = FALSE;

  asked->n_contents++;
  if (got == NULL || !graft_input_equal (wanted, got, &equal, NULL, error))
    return FALSE;
  return equal || graft_tree_check_fail (asked->check, found, error, "has another content");
}

static gboolean
is_same_time (gpointer data, const GraftAttributes *wanted, const GraftAttributes *got)
{
  return wanted->mtime / 10 == got->mtime / 10;
}

static const GraftTreeCheckFuncs plain = {
  .dup_address = dup_address,
  .check_content = check_content,
};

static void
assert_differs (const GraftTreeCheckFuncs *funcs, GraftNode *wanted, GraftNode *found,
                const char *text)
{
  Asked asked = { 0 };
  g_autoptr (GraftTreeCheck) check = graft_tree_check_new (funcs, &asked, NULL);
  g_autoptr (GError) error = NULL;

  asked.check = check;
  g_assert_false (graft_tree_check_run (check, wanted, found, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
  g_assert_true (g_str_has_prefix (error->message, "result: "));
  g_assert_cmpstr (error->message + strlen ("result: "), ==, text);
}

/* Two images of text, and the trees in them. */
typedef struct
{
  GraftImage *images[2];
  GraftNode *roots[2];
} Pair;

static void
pair_clear (Pair *self)
{
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&self->roots[i], graft_node_unref);
      g_clear_object (&self->images[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
pair_init (Pair *self, const char *wanted, const char *found)
{
  self->images[0] = graft_fake_image_new ("squashfs", "wanted", wanted);
  self->images[1] = graft_fake_image_new ("squashfs", "result", found);
  for (guint i = 0; i < 2; i++)
    self->roots[i] = graft_image_dup_part (self->images[i], 0);
}

/* Each file once, with as many names as it has. */
static void
test_same (void)
{
  g_auto (Pair) pair = { 0 };
  Asked asked = { 0 };
  g_autoptr (GraftTreeCheck) check = graft_tree_check_new (&plain, &asked, NULL);
  g_autoptr (GError) error = NULL;

  pair_init (&pair, SAME, SAME);
  g_assert_true (graft_tree_check_run (check, pair.roots[0], pair.roots[1], &error));
  g_assert_no_error (error);
  g_assert_cmpuint (graft_tree_check_get_n_files (check), ==, 6);
  g_assert_cmpuint (asked.n_contents, ==, 2);
  for (guint i = 0; i < graft_tree_check_get_n_files (check); i++)
    {
      const GraftTreeChecked *file = graft_tree_check_get_file (check, i);
      guint n_names = graft_node_get_nlink (file->node);

      /* A folder has ".", and the one ".." of what is in the root. */
      if (graft_node_is_directory (file->node))
        n_names = file->found == pair.roots[1] ? 3 : 2;
      g_assert_cmpuint (file->n_names, ==, n_names);
    }
}

static void
test_differences (void)
{
  static const struct
  {
    const char *wanted, *found, *text;
  } cases[] = {
    { "f 0644 /a\n", "p 0644 /a\n", "is a fifo instead of a file" },
    { "f 0644 /a\n", "f 4755 /a\n", "has mode 4755 instead of 0644" },
    { "f 0644 /a\n", "f 0644 /b\n", "lacks a" },
    { "f 0644 /a\nf 0644 /b\n", "f 0644 /b\nf 0644 /a\n",
      "has time 1002.000000000 instead of 1001.000000000" },
    { "l /a to\n", "l /a elsewhere\n", "is a link to somewhere else" },
    { "c 0600 /a 5 1\n", "c 0600 /a 5 2\n", "is another device" },
    { "c 0600 /a 5 1\n", "c 0600 /a 4 1\n", "is another device" },
    { "f 0644 /a\n", "f 0644 /a\nf 0644 /b\n", "has 2 entries instead of 1" },
    { "f 0644 /a one\n", "f 0644 /a two\n", "has another content" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Pair) pair = { 0 };

      pair_init (&pair, cases[i].wanted, cases[i].found);
      assert_differs (&plain, pair.roots[0], pair.roots[1], cases[i].text);
    }
}

/* What lines of text cannot say: the tree that was wanted is edited. */
static void
test_owner_and_links (void)
{
  /* Another name has the time of the first. */
  static const GraftTreeCheckFuncs timeless = { dup_address, is_same_time, NULL, check_content };
  g_auto (Pair) pair = { 0 }, linked = { 0 };
  g_autoptr (GraftNode) file = NULL, changed = NULL, owned = NULL, twins = NULL;
  g_autoptr (GError) error = NULL;
  GraftNodeInit init;

  pair_init (&pair, "f 0644 /a\nf 0644 /b\n", "f 0644 /a\nf 0644 /b\n");
  file = graft_path_lookup (pair.roots[0], "/a", GRAFT_PATH_NO_FOLLOW, NULL, &error);
  g_assert_no_error (error);
  init = graft_node_to_init (file);
  init.attributes.uid = 7;
  changed = graft_node_new (&init);
  owned = graft_path_with (pair.roots[0], "/a", changed, TRUE, &error);
  g_assert_no_error (error);
  assert_differs (&plain, owned, pair.roots[1], "belongs to 0:0 instead of 7:0");
  twins = graft_path_with (pair.roots[0], "/b", file, TRUE, &error);
  g_assert_no_error (error);
  assert_differs (&timeless, twins, pair.roots[1], "is no longer linked with its other names");
  pair_init (&linked, "f 0644 /a\nf 0644 /b\n", "f 0644 /a\nh /b /a\n");
  assert_differs (&timeless, linked.roots[0], linked.roots[1],
                  "is linked with a file that it was not linked with");
}

static void
test_cancelled (void)
{
  g_auto (Pair) pair = { 0 };
  Asked asked = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftTreeCheck) check = graft_tree_check_new (&plain, &asked, cancellable);
  g_autoptr (GError) error = NULL;

  pair_init (&pair, SAME, SAME);
  g_cancellable_cancel (cancellable);
  g_assert_false (graft_tree_check_run (check, pair.roots[0], pair.roots[1], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (asked.n_contents, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree-check/same", test_same);
  g_test_add_func ("/tree-check/differences", test_differences);
  g_test_add_func ("/tree-check/owner-and-links", test_owner_and_links);
  g_test_add_func ("/tree-check/cancelled", test_cancelled);
  return g_test_run ();
}
