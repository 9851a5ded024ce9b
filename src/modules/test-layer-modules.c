/* test-layer-modules.c: the modules of a layer with their releases, and held against new ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-error.h"
#include "modules/graft-layer-modules.h"
#include "modules/graft-test-modules.h"

static void
add_module (GraftNode **root, const char *path, const char *infos)
{
  g_autoptr (GBytes) module = graft_test_module_new (infos, NULL, NULL);

  graft_test_tree_add (root, path, module);
}

/* "FOLDER: NAME RELEASE, …;" for each folder. */
static char *
gather_as_text (GraftNode *root, gboolean all)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) gathered = graft_layer_modules_gather (root, all, NULL, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < gathered->len; i++)
    {
      const GraftLayerModules *modules = g_ptr_array_index (gathered, i);
      g_autoptr (GPtrArray) list = graft_module_folder_list (modules->folder, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (list->len, ==, modules->releases->len);
      g_string_append_printf (text, "%s:", graft_module_folder_get_path (modules->folder));
      for (guint j = 0; j < list->len; j++)
        {
          const char *release = g_ptr_array_index (modules->releases, j);

          g_string_append_printf (text, " %s %s,",
                                  ((const GraftModule *)g_ptr_array_index (list, j))->name,
                                  release != NULL ? release : "-");
        }
      g_string_append (text, ";");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_none (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autofree char *text = gather_as_text (root, FALSE);

  g_assert_cmpstr (text, ==, "");
}

static void
test_releases (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autofree char *text = NULL;

  add_module (&root, "/lib/modules/one/kernel/a.ko", "vermagic=6.1.0 SMP");
  add_module (&root, "/lib/modules/one/kernel/b-c.ko", "vermagic=6.1.0 SMP");
  /* A folder whose modules do not agree is read module by module. */
  add_module (&root, "/lib/modules/two/kernel/a.ko", "vermagic=6.1.0 SMP");
  add_module (&root, "/lib/modules/two/kernel/b.ko", "vermagic=6.2.0 SMP");
  add_module (&root, "/lib/modules/two/kernel/c.ko", "license=GPL");
  text = gather_as_text (root, FALSE);
  g_assert_cmpstr (text, ==,
                   "/lib/modules/one: a 6.1.0, b_c 6.1.0,;"
                   "/lib/modules/two: a 6.1.0, b 6.2.0, c -,;");
}

/* What a sample takes to be of the others' release is read when all are to be read. */
static void
test_all (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autofree char *sampled = NULL, *all = NULL;

  add_module (&root, "/lib/modules/one/kernel/a.ko", "vermagic=6.1.0 SMP");
  add_module (&root, "/lib/modules/one/kernel/b.ko", "license=GPL");
  sampled = gather_as_text (root, FALSE);
  g_assert_cmpstr (sampled, ==, "/lib/modules/one: a 6.1.0, b 6.1.0,;");
  all = gather_as_text (root, TRUE);
  g_assert_cmpstr (all, ==, "/lib/modules/one: a 6.1.0, b -,;");
}

static void
test_damaged (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GPtrArray) gathered = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_tree_add_text (&root, "/lib/modules/one/kernel/a.ko", "no module");
  gathered = graft_layer_modules_gather (root, TRUE, NULL, &error);
  g_assert_null (gathered);
  g_assert_nonnull (error);
}

static void
test_compare (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autoptr (GraftModuleFolder) new_folder = NULL;
  g_autoptr (GPtrArray) without_new = NULL, with_new = NULL;
  g_autoptr (GError) error = NULL;
  const GraftFolderComparison *comparison;

  graft_test_tree_add_text (&root, "/lib/modules/one/kernel/a.ko", "");
  graft_test_tree_add_text (&root, "/lib/modules/two/kernel/a.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/a.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/fresh.ko", "");
  new_folder = graft_module_folder_new (new_root, "/new", "3.0");
  without_new = graft_layer_modules_compare (root, new_folder, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (without_new->len, ==, 2);
  comparison = g_ptr_array_index (without_new, 1);
  g_assert_cmpstr (graft_module_folder_get_name (comparison->old_folder), ==, "two");
  g_assert_true (comparison->new_folder == new_folder);
  g_assert_cmpuint (comparison->differences->len, ==, 1);
  with_new = graft_layer_modules_compare (root, new_folder, TRUE, NULL, &error);
  g_assert_no_error (error);
  comparison = g_ptr_array_index (with_new, 0);
  g_assert_cmpuint (comparison->differences->len, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layer-modules/none", test_none);
  g_test_add_func ("/layer-modules/releases", test_releases);
  g_test_add_func ("/layer-modules/all", test_all);
  g_test_add_func ("/layer-modules/damaged", test_damaged);
  g_test_add_func ("/layer-modules/compare", test_compare);
  return g_test_run ();
}
