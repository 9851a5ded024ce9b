/* test-module-folder.c: release folders, the modules in them, the state of a layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "modules/graft-layer-state.h"
#include "modules/graft-module-folder.h"
#include "modules/graft-test-modules.h"

static GraftModuleFolder *
find_one (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (folders->len, ==, 1);
  return graft_module_folder_ref (g_ptr_array_index (folders, 0));
}

static void
test_name_from_file (void)
{
  static const char *const cases[][2] = {
    { "loop.ko", "loop" },
    { "virtio-net.ko.xz", "virtio_net" },
    { "snd-hda-intel.ko.gz", "snd_hda_intel" },
    { "x_tables.ko.zst", "x_tables" },
    { "a.b.ko", "a" },
    { "loop.ko.bz2", NULL },
    { "loop.ko.lz4", NULL },
    { "loop.kob", NULL },
    { "loop", NULL },
    { ".ko", NULL },
    { "", NULL },
    { "ko", NULL },
    { "modules.dep", NULL },
    { "README.gz", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = graft_module_name_from_file (cases[i][0]);

      g_assert_cmpstr (name, ==, cases[i][1]);
    }
}

static void
test_find (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GPtrArray) none = graft_module_folders_find (root, &error);
  g_autoptr (GPtrArray) folders = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/modules.dep", "");
  graft_test_tree_add_text (&root, "/lib/modules/5.4.0/kernel/a.ko", "");
  /* Neither a module nor an index. */
  graft_test_tree_add_text (&root, "/lib/modules/4.19.0/build/a.ko", "");
  graft_test_tree_add_text (&root, "/lib/modules/4.19.0/README", "");
  graft_test_tree_add_text (&root, "/lib/modules/stray.ko", "");
  graft_test_tree_add_text (&root, "/usr/lib/modules/6.2.0/modules.order", "");
  folders = graft_module_folders_find (root, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (folders->len, ==, 3);
  g_assert_cmpstr (graft_module_folder_get_name (g_ptr_array_index (folders, 0)), ==, "5.4.0");
  g_assert_cmpstr (graft_module_folder_get_path (g_ptr_array_index (folders, 0)), ==,
                   "/lib/modules/5.4.0");
  g_assert_cmpstr (graft_module_folder_get_name (g_ptr_array_index (folders, 1)), ==, "6.1.0");
  g_assert_cmpstr (graft_module_folder_get_path (g_ptr_array_index (folders, 2)), ==,
                   "/usr/lib/modules/6.2.0");
}

/* lib is a link in merged images, and may be an absolute one: it leads inside the image. */
static void
test_find_through_links (void)
{
  static const char *const targets[] = { "usr/lib", "/usr/lib" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (GraftNode) root = graft_test_tree_new ();
      g_autoptr (GraftModuleFolder) folder = NULL;

      graft_test_tree_add_text (&root, "/usr/lib/modules/6.1.0/kernel/a.ko", "");
      graft_test_tree_add_link (&root, "/lib", targets[i]);
      /* A second name of the same folder is not a second folder; one that leads nowhere is none. */
      graft_test_tree_add_link (&root, "/usr/lib/modules/0-current", "6.1.0");
      graft_test_tree_add_link (&root, "/usr/lib/modules/0-gone", "../../nowhere");
      folder = find_one (root);
      g_assert_cmpstr (graft_module_folder_get_path (folder), ==, "/usr/lib/modules/6.1.0");
      g_assert_cmpstr (graft_module_folder_get_name (folder), ==, "6.1.0");
    }
}

static void
test_find_linked_folder (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftModuleFolder) folder = NULL;

  graft_test_tree_add_text (&root, "/opt/modules/kernel/a.ko", "");
  graft_test_tree_add_link (&root, "/lib/modules/6.1.0", "/opt/modules");
  folder = find_one (root);
  g_assert_cmpstr (graft_module_folder_get_path (folder), ==, "/opt/modules");
  g_assert_cmpstr (graft_module_folder_get_name (folder), ==, "6.1.0");
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GPtrArray) modules = NULL, again = NULL;
  const GraftModule *module;

  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/updates/z-z.ko.xz", "");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/kernel/fs/b.ko", "");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/kernel/fs/a.ko.zst", "");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/top.ko.gz", "");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/kernel/fs/notes.txt", "");
  graft_test_tree_add_link (&root, "/lib/modules/6.1.0/kernel/link.ko", "fs/b.ko");
  graft_test_tree_add_link (&root, "/lib/modules/6.1.0/build", "/usr/src/linux");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/source/c.ko", "");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/kernel/source/d.ko", "");
  folder = find_one (root);
  modules = graft_module_folder_list (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (modules->len, ==, 5);
  module = g_ptr_array_index (modules, 0);
  g_assert_cmpstr (module->path, ==, "kernel/fs/a.ko.zst");
  g_assert_cmpstr (module->name, ==, "a");
  g_assert_cmpint (module->compression, ==, GRAFT_COMPRESSION_ZSTD);
  module = g_ptr_array_index (modules, 1);
  g_assert_cmpstr (module->path, ==, "kernel/fs/b.ko");
  g_assert_cmpint (module->compression, ==, GRAFT_COMPRESSION_NONE);
  module = g_ptr_array_index (modules, 2);
  g_assert_cmpstr (module->path, ==, "kernel/source/d.ko");
  module = g_ptr_array_index (modules, 3);
  g_assert_cmpstr (module->path, ==, "top.ko.gz");
  module = g_ptr_array_index (modules, 4);
  g_assert_cmpstr (module->name, ==, "z_z");
  again = graft_module_folder_list (folder, &error);
  g_assert_true (again == modules);
}

static void
test_lookup (void)
{
  static const char *const paths[]
      = { "/weak-updates/w-w.ko", "/kernel/w_w.ko", "/extra/w-w.ko", "/updates/w-w.ko" };
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  /* Each one is preferred to those before it. */
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *path = g_strconcat ("/lib/modules/6.1.0", paths[i], NULL);
      g_autoptr (GraftModuleFolder) folder = NULL;
      const GraftModule *module;

      graft_test_tree_add_text (&root, path, "");
      folder = find_one (root);
      module = graft_module_folder_lookup (folder, "w-w");
      g_assert_nonnull (module);
      g_assert_cmpstr (module->path, ==, paths[i] + 1);
      g_assert_true (graft_module_folder_lookup (folder, "w_w") == module);
      g_assert_null (graft_module_folder_lookup (folder, "w"));
    }
}

static void
test_builtin (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftModuleFolder) folder = NULL;

  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/modules.builtin",
                            "kernel/fs/ext4/ext4.ko\nkernel/drivers/virtio-pci.ko\n\nrubbish\n");
  folder = find_one (root);
  g_assert_true (graft_module_folder_is_builtin (folder, "ext4"));
  g_assert_true (graft_module_folder_is_builtin (folder, "virtio_pci"));
  g_assert_true (graft_module_folder_is_builtin (folder, "virtio-pci"));
  g_assert_false (graft_module_folder_is_builtin (folder, "rubbish"));
  g_assert_false (graft_module_folder_is_builtin (folder, "kernel"));
  g_assert_null (graft_module_folder_lookup (folder, "ext4"));
}

static void
add_module (GraftNode **root, const char *path, const char *infos)
{
  g_autoptr (GBytes) module = graft_test_module_new (infos, NULL, NULL);

  graft_test_tree_add (root, path, module);
}

static void
assert_releases (GraftModuleFolder *folder, gboolean all, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) releases = NULL;
  g_autofree char *joined = NULL;

  g_assert_true (graft_module_folder_read_releases (folder, all, &releases, NULL, &error));
  g_assert_no_error (error);
  joined = g_strjoinv (" ", releases);
  g_assert_cmpstr (joined, ==, wanted);
}

/* The folder's name does not matter; a damaged module does not spoil what the others say. */
static void
test_releases (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftModuleFolder) folder = NULL, named = NULL, mixed = NULL, empty = NULL;
  g_autoptr (GBytes) module = graft_test_module_new ("vermagic=6.1.0-9-test SMP", NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (GStrv) untouched = NULL;

  empty = graft_module_folder_new (root, "/modules-new", NULL);
  assert_releases (empty, TRUE, "");
  g_assert_cmpstr (graft_module_folder_get_name (empty), ==, "modules-new");
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *path = g_strdup_printf ("/kernel/m%02u.ko", i);

      graft_test_tree_add (&root, path, module);
    }
  graft_test_tree_add_text (&root, "/kernel/m00.ko", "damaged");
  folder = graft_module_folder_new (root, "/modules-new", NULL);
  assert_releases (folder, FALSE, "6.1.0-9-test");
  g_assert_cmpstr (graft_module_folder_get_name (folder), ==, "6.1.0-9-test");
  named = graft_module_folder_new (root, "/modules-new", "5.5.5");
  g_assert_cmpstr (graft_module_folder_get_name (named), ==, "5.5.5");
  /* The sample takes every second or third module; this one is left out of it. */
  add_module (&root, "/kernel/m01.ko", "vermagic=6.0.0 SMP");
  mixed = graft_module_folder_new (root, "/modules-new", NULL);
  assert_releases (mixed, FALSE, "6.1.0-9-test");
  assert_releases (mixed, TRUE, "6.0.0 6.1.0-9-test");
  g_cancellable_cancel (cancellable);
  g_assert_false (graft_module_folder_read_releases (mixed, TRUE, &untouched, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (untouched);
}

static void
assert_state (GraftNode *root, const char *release, const char *state, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) releases = NULL;
  g_autofree char *joined = NULL;
  GraftLayerState found;

  g_assert_true (graft_layer_state_find (root, release, &found, &releases, &error));
  g_assert_no_error (error);
  joined = g_strjoinv (" ", releases);
  g_assert_cmpstr (graft_layer_state_get_name (found), ==, state);
  g_assert_cmpstr (joined, ==, wanted);
}

static void
test_layer_state (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  assert_state (root, "6.1.0", "none", "");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/modules.dep", "");
  assert_state (root, "6.1.0", "match", "6.1.0");
  assert_state (root, "6.1", "differs", "6.1.0");
  assert_state (root, NULL, "differs", "6.1.0");
  /* The same release in a second place is still one. */
  graft_test_tree_add_text (&root, "/usr/lib/modules/6.1.0/modules.dep", "");
  assert_state (root, "6.1.0", "match", "6.1.0");
  graft_test_tree_add_text (&root, "/lib/modules/5.4.0/modules.dep", "");
  assert_state (root, "6.1.0", "several", "5.4.0 6.1.0");
  assert_state (root, "6.2.0", "differs", "5.4.0 6.1.0");
}

static void
assert_arch (GraftNode *root, const char *release, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  const char *arch = "untouched";

  g_assert_true (graft_layer_state_find_arch (root, release, &arch, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (arch, ==, wanted);
}

/* e_machine stands at byte 18. */
static GBytes *
make_module_for (guint8 machine)
{
  g_autoptr (GBytes) module = graft_test_module_new ("vermagic=6.1.0 SMP", NULL, NULL);
  g_autoptr (GByteArray) bytes = g_bytes_unref_to_array (g_steal_pointer (&module));

  bytes->data[18] = machine;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Of the kernel's own folder; a damaged module says nothing, another one does. */
static void
test_layer_arch (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GBytes) x86 = make_module_for (62), arm64 = make_module_for (183);
  g_autoptr (GBytes) packed = graft_test_filter_module ("xz -c", arm64);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const char *untouched = "untouched";

  assert_arch (root, "6.1.0", NULL);
  graft_test_tree_add (&root, "/lib/modules/6.1.0/kernel/b.ko.xz", packed);
  graft_test_tree_add (&root, "/lib/modules/5.4.0/kernel/b.ko", x86);
  assert_arch (root, "6.1.0", "arm64");
  assert_arch (root, "5.4.0", "x86_64");
  assert_arch (root, NULL, "x86_64");
  graft_test_tree_add_text (&root, "/lib/modules/6.1.0/kernel/a.ko", "damaged");
  assert_arch (root, "6.1.0", "arm64");
  g_cancellable_cancel (cancellable);
  g_assert_false (graft_layer_state_find_arch (root, "6.1.0", &untouched, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (untouched, ==, "untouched");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-folder/name-from-file", test_name_from_file);
  g_test_add_func ("/module-folder/find", test_find);
  g_test_add_func ("/module-folder/find-through-links", test_find_through_links);
  g_test_add_func ("/module-folder/find-linked-folder", test_find_linked_folder);
  g_test_add_func ("/module-folder/list", test_list);
  g_test_add_func ("/module-folder/lookup", test_lookup);
  g_test_add_func ("/module-folder/builtin", test_builtin);
  g_test_add_func ("/module-folder/releases", test_releases);
  g_test_add_func ("/module-folder/layer-state", test_layer_state);
  g_test_add_func ("/module-folder/layer-arch", test_layer_arch);
  return g_test_run ();
}
