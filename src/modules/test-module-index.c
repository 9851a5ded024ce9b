/* test-module-index.c: the indexes are what depmod makes of the same tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "base/graft-error.h"
#include "image/graft-directory.h"
#include "modules/graft-module-index-names.h"
#include "modules/graft-module-index.h"
#include "modules/graft-test-modules.h"

#define RELEASE "6.1.0-9-test"

/* The folder in which stages are made. */
static char *cache;

static void
add_module (GraftNode **root, const char *path, const char *command, const char *infos,
            const char *exports, const char *imports)
{
  g_autoptr (GBytes) module = graft_test_module_new (infos, exports, imports);
  g_autoptr (GBytes) content
      = command != NULL ? graft_test_filter_module (command, module) : g_bytes_ref (module);

  graft_test_tree_add (root, path, content);
}

/* A release folder of five modules and the kernel's own lists; @suffix and @command: how the
 * modules are compressed. */
static GraftNode *
make_tree (const char *suffix, const char *command)
{
  static const struct
  {
    const char *path;
    const char *infos;
    const char *exports;
    const char *imports;
  } modules[] = {
    { "/kernel/lib/base.ko", "alias=fs-base", "base_one base_two", NULL },
    { "/kernel/fs/a-b.ko", "alias=pci:v00001AF4d*\nsoftdep=pre: base", "middle", "base_one" },
    { "/kernel/fs/top.ko", "alias=fs-top\nalias=pci:v00001AF4d*", NULL, "middle base_two" },
    { "/updates/late.ko", "alias=char-major-10-200\nalias=devname:net/tun", NULL, "base_two" },
    { "/kernel/alone.ko", "license=GPL", NULL, NULL },
  };
  GraftNode *root = graft_test_tree_new ();

  for (guint i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      g_autofree char *path = g_strconcat (modules[i].path, suffix, NULL);

      add_module (&root, path, command, modules[i].infos, modules[i].exports, modules[i].imports);
    }
  graft_test_tree_add_text (&root, "/modules.order",
                            "kernel/fs/top.ko\nkernel/lib/base.ko\nkernel/fs/a-b.ko\n"
                            "kernel/alone.ko\nupdates/late.ko\n");
  graft_test_tree_add_text (&root, "/modules.builtin", "kernel/drivers/tty/n_null.ko\n");
  return root;
}

/* What depmod itself makes of @root, written to disk, with @config in a file of its own. */
static GHashTable *
run_depmod (GraftNode *root, const char *config)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_dir_make_tmp ("graft-depmod-XXXXXX", &error);
  g_autofree char *folder = g_build_filename (base, "lib/modules/" RELEASE, NULL);
  g_autofree char *settings = g_build_filename (base, "depmod.d", NULL);
  g_autofree char *setting = g_build_filename (settings, "a.conf", NULL);
  const char *program
      = g_file_test ("/usr/sbin/depmod", G_FILE_TEST_EXISTS) ? "/usr/sbin/depmod" : "/sbin/depmod";
  const char *const argv[] = { program, "-b", base, "-C", settings, RELEASE, NULL };
  GHashTable *files
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_autoptr (GDir) directory = NULL;
  const char *name;
  int status = 0;

  g_assert_no_error (error);
  g_mkdir_with_parents (folder, 0755);
  g_mkdir (settings, 0755);
  graft_test_tree_write (root, folder);
  g_file_set_contents (setting, config, -1, &error);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  directory = g_dir_open (folder, 0, &error);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GraftNode) input = graft_node_get_child (root, name, NULL);
      char *content = NULL;
      gsize length;

      if (!g_str_has_prefix (name, "modules.") || input != NULL)
        continue;
      g_file_get_contents (path, &content, &length, &error);
      g_assert_no_error (error);
      g_hash_table_insert (files, g_strdup (name), g_bytes_new_take (content, length));
    }
  graft_test_remove_folder (base);
  return files;
}

static GPtrArray *
build (GraftNode *root, GraftNode *image_root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModuleFolder) folder = graft_module_folder_new (root, "/modules", RELEASE);
  GPtrArray *files = graft_module_index_build (folder, RELEASE, image_root, NULL, NULL, &error);

  g_assert_no_error (error);
  return files;
}

static void
assert_equal (GPtrArray *files, GHashTable *wanted)
{
  const char *before = "";

  g_assert_cmpuint (files->len, ==, g_hash_table_size (wanted));
  g_assert_cmpuint (files->len, >=, 9);
  for (guint i = 0; i < files->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (files, i);
      GBytes *other = g_hash_table_lookup (wanted, file->name);

      g_test_message ("%s", file->name);
      g_assert_nonnull (other);
      g_assert_true (g_bytes_equal (file->content, other));
      g_assert_cmpstr (before, <, file->name);
      before = file->name;
    }
}

static char *
get_text (GPtrArray *files, const char *name)
{
  for (guint i = 0; i < files->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (files, i);

      if (strcmp (file->name, name) == 0)
        return g_strndup (g_bytes_get_data (file->content, NULL), g_bytes_get_size (file->content));
    }
  g_assert_not_reached ();
}

static void
assert_no_stage_left (void)
{
  g_autoptr (GDir) directory = g_dir_open (cache, 0, NULL);

  g_assert_nonnull (directory);
  g_assert_null (g_dir_read_name (directory));
}

static void
test_equals_depmod (gconstpointer data)
{
  static const char *const kinds[][2]
      = { { "", NULL }, { ".xz", "xz --check=crc32 -c" }, { ".zst", "zstd -q -c" } };
  const char *const *kind = kinds[GPOINTER_TO_UINT (data)];
  g_autoptr (GraftNode) root = make_tree (kind[0], kind[1]);
  g_autoptr (GPtrArray) files = build (root, NULL);
  g_autoptr (GHashTable) wanted = run_depmod (root, "");

  assert_equal (files, wanted);
  assert_no_stage_left ();
}

/* As with the unpacked twin, but for the names in modules.dep and modules.dep.bin, which are those
 * of a depmod that reads the files under another ending of the same length. */
static void
test_gzip (void)
{
  g_autoptr (GraftNode) root = make_tree (".gz", "gzip -c");
  g_autoptr (GraftNode) plain = make_tree ("", NULL);
  g_autoptr (GraftNode) other = make_tree (".xz", "xz --check=crc32 -c");
  g_autoptr (GPtrArray) files = build (root, NULL);
  g_autoptr (GPtrArray) twin = build (plain, NULL);
  g_autoptr (GPtrArray) third = build (other, NULL);

  g_assert_cmpuint (files->len, ==, twin->len);
  for (guint i = 0; i < files->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (files, i);
      const GraftIndexFile *unpacked = g_ptr_array_index (twin, i);
      const GraftIndexFile *xz = g_ptr_array_index (third, i);

      g_test_message ("%s", file->name);
      g_assert_cmpstr (file->name, ==, unpacked->name);
      if (strcmp (file->name, "modules.dep") == 0)
        {
          g_autofree char *text = get_text (files, "modules.dep");
          g_autofree char *other_text = get_text (twin, "modules.dep");
          g_autoptr (GString) changed = g_string_new (other_text);

          g_string_replace (changed, ".ko", ".ko.gz", 0);
          g_assert_cmpstr (text, ==, changed->str);
          g_assert_nonnull (strstr (text, "kernel/fs/a-b.ko.gz: kernel/lib/base.ko.gz\n"));
        }
      else if (strcmp (file->name, "modules.dep.bin") == 0)
        {
          gsize length;
          const char *bytes = g_bytes_get_data (file->content, &length);
          const char *xz_bytes = g_bytes_get_data (xz->content, NULL);
          guint changes = 0;

          g_assert_cmpuint (length, ==, g_bytes_get_size (xz->content));
          for (gsize at = 0; at < length; at++)
            if (bytes[at] != xz_bytes[at])
              {
                g_assert_true (at > 4 && memcmp (xz_bytes + at - 4, ".ko.", 4) == 0
                               && xz_bytes[at] == 'x' && bytes[at] == 'g');
                changes++;
              }
          /* Five modules, and what they need: a-b needs base, top both, late base. */
          g_assert_cmpuint (changes, ==, 5 + 4);
        }
      else
        g_assert_true (g_bytes_equal (file->content, unpacked->content));
    }
}

/* Only what was .gz is named .gz again. */
static void
test_gzip_beside_xz (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *text = NULL;

  add_module (&root, "/kernel/base.ko.xz", "xz --check=crc32 -c", "license=GPL", "base", NULL);
  add_module (&root, "/kernel/user.ko.gz", "gzip -c", "license=GPL", NULL, "base");
  files = build (root, NULL);
  text = get_text (files, "modules.dep");
  g_assert_cmpstr (text, ==, "kernel/base.ko.xz:\nkernel/user.ko.gz: kernel/base.ko.xz\n");
}

/* The image's configuration decides which of two modules of a name counts; "external" would reach
 * out of the image. */
static void
test_image_config (void)
{
  static const char config[] = "search updates extra built-in\n";
  static const char other_config[] = "# order\nsearch built-in \\\n  extra\nexternal * /usr/lib\n";
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftNode) image = graft_test_tree_new ();
  g_autoptr (GPtrArray) first = NULL, second = NULL, masked = NULL, doubled = NULL;
  g_autoptr (GHashTable) wanted = NULL, wanted_doubled = NULL;
  g_autofree char *first_text = NULL, *second_text = NULL, *masked_text = NULL;

  add_module (&root, "/kernel/x.ko", NULL, "alias=a:1", NULL, NULL);
  add_module (&root, "/extra/x.ko", NULL, "alias=a:2", NULL, NULL);
  graft_test_tree_add_text (&root, "/modules.order", "kernel/x.ko\nextra/x.ko\n");
  graft_test_tree_add_text (&image, "/usr/lib/depmod.d/dist.conf", config);
  graft_test_tree_add_link (&image, "/lib", "usr/lib");
  first = build (root, image);
  wanted = run_depmod (root, config);
  assert_equal (first, wanted);
  first_text = get_text (first, "modules.dep");
  g_assert_cmpstr (first_text, ==, "extra/x.ko:\n");
  /* A file of the same name in etc hides that one. */
  graft_test_tree_add_text (&image, "/etc/depmod.d/dist.conf", other_config);
  second = build (root, image);
  second_text = get_text (second, "modules.dep");
  g_assert_cmpstr (second_text, ==, "kernel/x.ko:\n");
  /* Two backslashes are one, and the line ends there. */
  graft_test_tree_add_text (&image, "/etc/depmod.d/dist.conf",
                            "search built-in extra updates\\\\\nsearch extra built-in\n");
  doubled = build (root, image);
  wanted_doubled = run_depmod (root, "search built-in extra updates\\\\\nsearch extra built-in\n");
  assert_equal (doubled, wanted_doubled);
  /* A link to nothing hides it as well; the order is depmod's own then. */
  graft_test_tree_add_link (&image, "/etc/depmod.d/dist.conf", "/dev/null");
  graft_test_tree_add_text (&image, "/usr/lib/depmod.d/readme.txt", config);
  masked = build (root, image);
  g_clear_pointer (&wanted, g_hash_table_unref);
  wanted = run_depmod (root, "");
  assert_equal (masked, wanted);
}

/* Without a modules.order the order is that of the paths, not the file system's. */
static void
test_without_order (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftNode) ordered = NULL;
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GHashTable) wanted = NULL;
  g_autofree char *text = NULL;
  const char *first, *last;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/kernel/m%02u.ko", (i * 7) % 20);

      add_module (&root, path, NULL, "alias=same", NULL, NULL);
      g_string_append_printf (order, "kernel/m%02u.ko\n", i);
    }
  files = build (root, NULL);
  text = get_text (files, "modules.alias");
  first = strstr (text, "alias same m00");
  last = strstr (text, "alias same m19");
  g_assert_true (first != NULL && last != NULL && first < last);
  ordered = graft_node_ref (root);
  graft_test_tree_add_text (&ordered, "/modules.order", order->str);
  wanted = run_depmod (ordered, "");
  assert_equal (files, wanted);
}

/* Of two modules of a name in the same top folder it is always the first by path. */
static void
test_same_name (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *text = NULL;

  add_module (&root, "/kernel/b/x.ko", NULL, "license=GPL", NULL, NULL);
  add_module (&root, "/kernel/a/x.ko.xz", "xz -c", "license=GPL", NULL, NULL);
  add_module (&root, "/kernel/a/x.ko", NULL, "license=GPL", NULL, NULL);
  add_module (&root, "/kernel/build/y.ko", NULL, "license=GPL", NULL, NULL);
  files = build (root, NULL);
  text = get_text (files, "modules.dep");
  g_assert_cmpstr (text, ==, "kernel/a/x.ko:\n");
}

/* depmod lists what it cannot read; so is it here. */
static void
test_damaged_module (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GHashTable) wanted = NULL;

  add_module (&root, "/kernel/good.ko", NULL, "alias=fs-good", "good", NULL);
  graft_test_tree_add_text (&root, "/kernel/bad.ko", "this is no module");
  graft_test_tree_add_text (&root, "/kernel/cut.ko.xz",
                            "\xfd"
                            "7zXZ");
  graft_test_tree_add_text (&root, "/modules.order",
                            "kernel/good.ko\nkernel/bad.ko\nkernel/cut.ko\n");
  files = build (root, NULL);
  wanted = run_depmod (root, "");
  assert_equal (files, wanted);
}

static void
assert_error (GraftNode *root, const char *release, GCancellable *cancellable, GQuark domain,
              int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModuleFolder) folder = graft_module_folder_new (root, "/modules", RELEASE);

  g_assert_null (graft_module_index_build (folder, release, NULL, NULL, cancellable, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, domain, code);
  assert_no_stage_left ();
}

static void
test_errors (void)
{
  static const char *const releases[] = { "", "..", "6.1/../..", "6.1 x", "/etc", "-b" };
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  add_module (&root, "/kernel/a.ko", NULL, "license=GPL", NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (releases); i++)
    assert_error (root, releases[i], NULL, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
  g_cancellable_cancel (cancellable);
  assert_error (root, RELEASE, cancellable, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A folder named ".." can only come out of a harmful image. */
static void
test_leaving_path (void)
{
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) inner = NULL, outer = NULL;
  g_autoptr (GraftNode) file_root = graft_test_tree_new ();
  g_autoptr (GraftNode) root = NULL, up = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755 } };
  g_autoptr (GraftNode) file = NULL;

  add_module (&file_root, "/evil.ko", NULL, "license=GPL", NULL, NULL);
  file = graft_node_get_child (file_root, "evil.ko", NULL);
  builder = graft_directory_builder_new ();
  graft_directory_builder_add (builder, "evil.ko", file);
  inner = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.children = inner;
  up = graft_node_new (&init);
  builder = graft_directory_builder_new ();
  graft_directory_builder_add (builder, "..", up);
  outer = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.children = outer;
  root = graft_node_new (&init);
  assert_error (root, RELEASE, NULL, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
}

static void
test_deps (void)
{
  static const char text[] = "kernel/a.ko: kernel/b.ko kernel/c.ko\nkernel/b.ko:\n\nkernel/c.ko: \n"
                             "kernel/d.ko:kernel/a.ko";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GraftModuleDeps) deps = graft_module_deps_new (bytes, &error);
  const char *const *list;

  g_assert_no_error (error);
  list = graft_module_deps_get (deps, "kernel/a.ko");
  g_assert_cmpstr (list[0], ==, "kernel/b.ko");
  g_assert_cmpstr (list[1], ==, "kernel/c.ko");
  g_assert_null (list[2]);
  g_assert_null (graft_module_deps_get (deps, "kernel/b.ko")[0]);
  g_assert_null (graft_module_deps_get (deps, "kernel/c.ko")[0]);
  g_assert_cmpstr (graft_module_deps_get (deps, "kernel/d.ko")[0], ==, "kernel/a.ko");
  g_assert_null (graft_module_deps_get (deps, "a"));
}

static void
test_deps_damaged (void)
{
  static const char text[] = "kernel/a.ko:\nkernel/b.ko\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GraftModuleDeps) nothing = NULL;

  g_assert_null (graft_module_deps_new (bytes, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "line 2"));
  nothing = graft_module_deps_new (empty, NULL);
  g_assert_nonnull (nothing);
}

/* What no depmod writes: another magic, another version, a root that is not there. */
static void
test_unknown_index (void)
{
  static const char *const forms[]
      = { "", "\xb0\x07\xf4\x58\0\2\0\1\0\0\0\0", "\xb0\x07\xf4\x57\0\3\0\1\0\0\0\0",
          "\xb0\x07\xf4\x57\0\2\0\1\x20\0\1\0" };
  g_autoptr (GHashTable) paths = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (paths, (gpointer) "kernel/a.ko.xz");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_static (forms[i], i == 0 ? 0 : 12);
      g_autoptr (GError) error = NULL;

      g_assert_null (
          graft_module_index_rename ("modules.dep.bin", content, paths, ".xz", ".zz", &error));
      g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, "modules.dep.bin"));
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  cache = g_dir_make_tmp ("graft-cache-XXXXXX", &error);
  g_setenv ("XDG_RUNTIME_DIR", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/module-index/equals-depmod", GUINT_TO_POINTER (0), test_equals_depmod);
  g_test_add_data_func ("/module-index/equals-depmod-xz", GUINT_TO_POINTER (1), test_equals_depmod);
  g_test_add_data_func ("/module-index/equals-depmod-zstd", GUINT_TO_POINTER (2),
                        test_equals_depmod);
  g_test_add_func ("/module-index/gzip", test_gzip);
  g_test_add_func ("/module-index/gzip-beside-xz", test_gzip_beside_xz);
  g_test_add_func ("/module-index/image-config", test_image_config);
  g_test_add_func ("/module-index/without-order", test_without_order);
  g_test_add_func ("/module-index/same-name", test_same_name);
  g_test_add_func ("/module-index/damaged-module", test_damaged_module);
  g_test_add_func ("/module-index/errors", test_errors);
  g_test_add_func ("/module-index/leaving-path", test_leaving_path);
  g_test_add_func ("/module-index/deps", test_deps);
  g_test_add_func ("/module-index/deps-damaged", test_deps_damaged);
  g_test_add_func ("/module-index/unknown-index", test_unknown_index);
  status = g_test_run ();
  graft_test_remove_folder (cache);
  g_free (cache);
  return status;
}
