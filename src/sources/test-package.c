/* test-package.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-package.h"

#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "helper/graft-test-package.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "sources/graft-package-control.h"
#include "sources/graft-package-tree.h"

static GraftStore *
open_store (GraftTestFolder *folder)
{
  g_autofree char *path = graft_test_folder_build (folder, "store");
  g_autoptr (GError) error = NULL;
  GraftStore *store = graft_store_new (path, &error);

  g_assert_no_error (error);
  return store;
}

static GraftInput *
open_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftInput *input = graft_file_input_new (path, &error);

  g_assert_no_error (error);
  return input;
}

static void
test_tree (void)
{
  static const char *const compressions[] = { "none", "gzip", "xz", "zstd" };

  for (guint i = 0; i < G_N_ELEMENTS (compressions); i++)
    {
      g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
      g_autoptr (GraftStore) store = open_store (folder);
      g_autofree char *path = graft_test_package_new (
          folder,
          "mkdir -p boot lib/modules/6.1/kernel; printf kernel >boot/vmlinuz-6.1;"
          "printf ko >lib/modules/6.1/kernel/a.ko; ln boot/vmlinuz-6.1 boot/same;"
          "ln -s /usr/src lib/modules/6.1/build; chmod 4750 lib/modules/6.1/kernel/a.ko;"
          "head -c 100000 /dev/zero | tr '\\0' x >large; : >empty",
          NULL, compressions[i]);
      g_autoptr (GraftInput) input = open_file (path);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GraftNode) kernel = NULL;
      g_autoptr (GraftNode) same = NULL;
      g_autoptr (GraftNode) large = NULL;
      g_autofree char *dump = NULL;

      g_assert_true (graft_package_probe (input));
      root = graft_package_open (input, store, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      dump = graft_fake_image_dump (root);
      g_assert_nonnull (strstr (dump, "directory 0755 0:0 /boot\n"));
      g_assert_nonnull (strstr (dump, "file 0644 0:0 /boot/same kernel\n"));
      g_assert_nonnull (strstr (dump, "file 0644 0:0 /boot/vmlinuz-6.1 kernel\n"));
      g_assert_nonnull (strstr (dump, "file 0644 0:0 /empty \n"));
      g_assert_nonnull (strstr (dump, "file 4750 0:0 /lib/modules/6.1/kernel/a.ko ko\n"));
      g_assert_nonnull (strstr (dump, "symlink 0777 0:0 /lib/modules/6.1/build /usr/src\n"));
      g_assert_null (strstr (dump, "control"));
      kernel = graft_path_lookup (root, "boot/vmlinuz-6.1", 0, NULL, &error);
      same = graft_path_lookup (root, "boot/same", 0, NULL, &error);
      large = graft_path_lookup (root, "large", 0, NULL, &error);
      g_assert_true (kernel == same);
      g_assert_cmpuint (graft_node_get_nlink (kernel), ==, 2);
      g_assert_cmpuint (graft_node_get_size (large), ==, 100000);
    }
}

/* The contents are in the store: the package may go. */
static void
test_package_goes (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path
      = graft_test_package_new (folder, "head -c 100000 /dev/zero | tr '\\0' x >large", NULL, "xz");
  g_autoptr (GraftInput) input = open_file (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_package_open (input, store, NULL, NULL, NULL, NULL, &error);
  g_autoptr (GraftNode) large = NULL;
  g_autoptr (GraftInput) content = NULL;
  guint8 last;

  g_assert_no_error (error);
  graft_test_folder_run (folder, ": >test.deb");
  large = graft_path_lookup (root, "large", 0, NULL, &error);
  content = graft_node_open (large, &error);
  g_assert_true (graft_input_read_at (content, 99999, &last, 1, &error));
  g_assert_cmpuint (last, ==, 'x');
}

/* A package that is no file of its own but lies in another. */
static void
test_inside_other_input (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_package_new (folder, "printf hi >file", NULL, "xz");
  g_autofree char *outer_path = graft_test_folder_build (folder, "outer");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) plain = open_file (path);
  g_autoptr (GBytes) bytes = graft_input_read_all (plain, &error);
  g_autoptr (GraftInput) memory = graft_memory_input_new (bytes, "in memory");
  g_autoptr (GraftInput) outer = NULL;
  g_autoptr (GraftInput) slice = NULL;

  graft_test_folder_run (folder, "{ head -c 777 /dev/zero; cat test.deb; echo more; } >outer");
  outer = open_file (outer_path);
  slice = graft_slice_input_new (outer, 777, g_bytes_get_size (bytes), "slice", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraftNode) root
          = graft_package_open (i == 0 ? memory : slice, store, NULL, NULL, NULL, NULL, &error);
      g_autofree char *dump = NULL;

      g_assert_no_error (error);
      dump = graft_fake_image_dump (root);
      g_assert_nonnull (strstr (dump, "/file hi\n"));
    }
}

static gboolean
refuse (const GraftPackageControl *control, gpointer data, GError **error)
{
  g_assert_cmpstr (control->package, ==, "linux-image-6.1.0-9-test");
  g_assert_cmpstr (control->version, ==, "6.1.9-1");
  g_assert_cmpstr (control->architecture, ==, "amd64");
  g_assert_cmpstr (control->depends, ==, "kmod, linux-base (>= 4)");
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED, "not this one");
  return FALSE;
}

static void
test_accept (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_package_new (folder, "printf hi >file",
                                                  "Depends: kmod, linux-base (>= 4)\n", "gzip");
  g_autoptr (GraftInput) input = open_file (path);
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_package_open (input, store, refuse, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "not this one");
}

static void
test_no_control (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_package_new (folder, "printf hi >file", NULL, "gzip");
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder, "ar d test.deb control.tar.gz");
  input = open_file (path);
  g_assert_null (graft_package_open (input, store, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "no control file"));
}

/* Of 16 MiB and one byte, and small in the package. */
static void
test_large_control (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_package_new (folder, "printf hi >file", NULL, "gzip");
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder,
                         "head -c 16777217 /dev/zero >control; tar -cf control.tar ./control;"
                         "gzip -f control.tar; ar r test.deb control.tar.gz");
  input = open_file (path);
  g_assert_null (graft_package_open (input, store, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "test.deb: its control file is too large"));
}

static void
test_damaged (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path
      = graft_test_package_new (folder, "head -c 100000 /dev/urandom >file", NULL, "xz");
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder, "truncate -s -50000 test.deb");
  input = open_file (path);
  g_assert_null (graft_package_open (input, store, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "test.deb is damaged: "));
}

static void
test_cancel (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_package_new (folder, "printf hi >file", NULL, "gzip");
  g_autoptr (GraftInput) input = open_file (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (graft_package_open (input, store, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
note_progress (double fraction, const char *what, gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (fraction, >=, *last);
  *last = fraction;
}

static void
test_progress (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_package_new (
      folder, "for i in 1 2 3 4 5; do head -c 500000 /dev/urandom >file$i; done", NULL, "gzip");
  g_autoptr (GraftInput) input = open_file (path);
  double last = 0;
  g_autoptr (GraftProgress) progress = graft_progress_new (note_progress, &last);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root
      = graft_package_open (input, store, NULL, NULL, progress, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (last, >, 0.5);
  g_assert_cmpfloat (last, <=, 1);
}

static void
test_probe (void)
{
  static const char *const others[] = { "", "!<arch>\n", "!<arch>\ndebug.o/  ", "\x1f\x8b" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (others[i], strlen (others[i]));
      g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "other");

      g_assert_false (graft_package_probe (input));
    }
}

/* The tree's rules, on entries as a hostile package may have them. */
static gboolean
add (GraftPackageTree *tree, guint32 mode, const char *path, const char *extra, GError **error)
{
  const GraftHelperEntry entry = {
    .path = path,
    .mode = mode,
    .target = S_ISLNK (mode) ? extra : NULL,
    .hard_link = S_ISREG (mode) ? extra : NULL,
  };

  return graft_package_tree_add (tree, &entry, error);
}

static void
test_outside (void)
{
  static const char *const paths[]
      = { "..", "../file", "./../file", "a/../../file", "a/..", "/../file", "a/../b" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
      g_autoptr (GError) error = NULL;
      g_autofree char *expected
          = g_strdup_printf ("test.deb: the entry %s leads out of the package", paths[i]);

      g_assert_false (add (tree, S_IFREG | 0644, paths[i], NULL, &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
      g_assert_true (g_str_has_prefix (error->message, expected));
      g_clear_error (&error);
      g_assert_true (add (tree, S_IFREG | 0644, "file", NULL, &error));
      g_assert_false (add (tree, S_IFREG | 0644, "link", paths[i], &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
    }
}

static void
test_inside (void)
{
  static const char *const paths[] = { "/a/b/c", "a//b/c", "./a/./b/c", "a/b/c/", "..a/b..c/..." };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GraftNode) node = NULL;
      g_autoptr (GraftNode) parent = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (add (tree, S_IFREG | 0644, paths[i], NULL, &error));
      g_assert_no_error (error);
      root = graft_package_tree_build (tree);
      node = graft_path_lookup (root, paths[i], 0, NULL, &error);
      g_assert_nonnull (node);
      parent = graft_path_lookup (root, i < 4 ? "a" : "..a", 0, NULL, &error);
      g_assert_true (graft_node_is_implicit (parent));
      g_assert_cmphex (graft_node_get_attributes (parent)->mode, ==, 0755);
    }
}

static void
test_below_link (void)
{
  g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
  g_autoptr (GError) error = NULL;

  g_assert_true (add (tree, S_IFLNK | 0777, "lib", "/etc", &error));
  g_assert_false (add (tree, S_IFREG | 0644, "lib/passwd", NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==,
                   "test.deb: the entry lib/passwd lies below a link; nothing is taken in");
  g_clear_error (&error);
  g_assert_true (add (tree, S_IFREG | 0644, "file", NULL, &error));
  g_assert_false (add (tree, S_IFREG | 0644, "file/below", NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
}

static void
test_twice (void)
{
  g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
  g_autoptr (GraftNode) root = NULL;
  g_autofree char *dump = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (add (tree, S_IFDIR | 0700, "a", NULL, &error));
  g_assert_true (add (tree, S_IFREG | 0600, "a/file", NULL, &error));
  g_assert_true (add (tree, S_IFDIR | 0755, "./a/", NULL, &error));
  g_assert_true (add (tree, S_IFREG | 0640, "a/file", NULL, &error));
  g_assert_true (add (tree, S_IFDIR | 0750, ".", NULL, &error));
  g_assert_true (add (tree, S_IFREG | 0600, "was-file", NULL, &error));
  g_assert_true (add (tree, S_IFLNK | 0777, "was-file", "a", &error));
  root = graft_package_tree_build (tree);
  dump = graft_fake_image_dump (root);
  g_assert_cmpstr (dump, ==,
                   "directory 0750 0:0 /\n"
                   "directory 0755 0:0 /a\n"
                   "file 0640 0:0 /a/file \n"
                   "symlink 0777 0:0 /was-file a\n");
  /* A folder does not become something else, with all that is in it. */
  g_assert_false (add (tree, S_IFREG | 0644, "a", NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_false (add (tree, S_IFLNK | 0644, "./", "a", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

static void
test_hard_links (void)
{
  g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (add (tree, S_IFDIR | 0755, "a", NULL, &error));
  g_assert_false (add (tree, S_IFREG | 0644, "link", "none", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_false (add (tree, S_IFREG | 0644, "link", "a", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_true (add (tree, S_IFREG | 0600, "a/one", NULL, &error));
  g_assert_true (add (tree, S_IFREG | 0644, "two", "./a/one", &error));
  /* Its own name again. */
  g_assert_true (add (tree, S_IFREG | 0644, "two", "two", &error));
  root = graft_package_tree_build (tree);
  other = graft_path_lookup (root, "two", 0, NULL, &error);
  g_assert_cmpuint (graft_node_get_nlink (other), ==, 2);
  g_assert_cmphex (graft_node_get_attributes (other)->mode, ==, 0600);
}

static void
test_deep_and_long (void)
{
  g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autofree char *name = g_strnfill (256, 'n');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (deep, "d/");
  g_assert_false (add (tree, S_IFREG | 0644, deep->str, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (add (tree, S_IFREG | 0644, name, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
}

static void
test_control_text (void)
{
  g_autoptr (GraftPackageControl) control = graft_package_control_new (
      "Source: linux\npackage:  a \nDepends: one,\n two,\n\tthree\nDescription: x\n Package: no\n"
      "\nPackage: second paragraph\n");
  g_autoptr (GraftPackageControl) empty = graft_package_control_new (" starts with a blank\nno");

  g_assert_cmpstr (control->package, ==, "a");
  g_assert_cmpstr (control->depends, ==, "one, two, three");
  g_assert_null (control->version);
  g_assert_null (empty->package);
}

static void
test_unknown_type (void)
{
  g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("test.deb");
  g_autoptr (GError) error = NULL;

  g_assert_false (add (tree, S_IFMT | 0644, "what", NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "test.deb: the entry what is of no known type"));
}

/* A field of a million lines once took hours: all that was collected was copied for each. */
static void
test_long_control (void)
{
  g_autoptr (GString) text = g_string_new ("Package: a\nDepends: one,\n");
  g_autoptr (GraftPackageControl) control = NULL;
  gint64 begin;

  for (guint i = 0; i < 1000000; i++)
    g_string_append (text, " b,\n");
  begin = g_get_monotonic_time ();
  control = graft_package_control_new (text->str);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (strlen (control->depends), ==, strlen ("one,") + 3 * 1000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/package/tree", test_tree);
  g_test_add_func ("/package/package-goes", test_package_goes);
  g_test_add_func ("/package/inside-other-input", test_inside_other_input);
  g_test_add_func ("/package/accept", test_accept);
  g_test_add_func ("/package/no-control", test_no_control);
  g_test_add_func ("/package/large-control", test_large_control);
  g_test_add_func ("/package/damaged", test_damaged);
  g_test_add_func ("/package/cancel", test_cancel);
  g_test_add_func ("/package/progress", test_progress);
  g_test_add_func ("/package/probe", test_probe);
  g_test_add_func ("/package/outside", test_outside);
  g_test_add_func ("/package/inside", test_inside);
  g_test_add_func ("/package/below-link", test_below_link);
  g_test_add_func ("/package/twice", test_twice);
  g_test_add_func ("/package/hard-links", test_hard_links);
  g_test_add_func ("/package/deep-and-long", test_deep_and_long);
  g_test_add_func ("/package/unknown-type", test_unknown_type);
  g_test_add_func ("/package/control-text", test_control_text);
  g_test_add_func ("/package/long-control", test_long_control);
  return g_test_run ();
}
