/* test-module-stage.c: the private folder for depmod, and what is left of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "base/graft-error.h"
#include "elf/graft-elf.h"
#include "modules/graft-module-stage.h"
#include "modules/graft-private-folder.h"
#include "modules/graft-test-modules.h"

static void
test_private_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("graft-parent-XXXXXX", &error);
  g_autofree char *below = g_build_filename (parent, "a", "b", NULL);
  const GraftPrivatePlace place = { below, 0 };
  GraftPrivateFolder *folder = graft_private_folder_new (&place, 1, "work", &error);
  g_autofree char *path = g_strdup (graft_private_folder_get_path (folder));
  g_autofree char *inner = g_build_filename (path, "x", "y", NULL);
  g_autofree char *file = g_build_filename (inner, "z", NULL);
  g_autofree char *link = g_build_filename (path, "x", "out", NULL);
  g_autofree char *outside = g_build_filename (parent, "outside", NULL);
  struct stat info;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (path, below));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0700);
  g_mkdir_with_parents (inner, 0700);
  g_file_set_contents (file, "z", -1, NULL);
  g_file_set_contents (outside, "stays", -1, NULL);
  g_assert_cmpint (symlink (parent, link), ==, 0);
  graft_private_folder_free (folder);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  /* What a link in it leads to is not removed. */
  g_assert_true (g_file_test (outside, G_FILE_TEST_EXISTS));
  graft_test_remove_folder (parent);
}

/* A folder that a killed process left goes; one that is in use, or just made, or of another
 * purpose stays. */
static void
test_stale_folders (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("graft-parent-XXXXXX", &error);
  g_autofree char *fresh = g_build_filename (parent, "work-fresh", NULL);
  g_autofree char *other = g_build_filename (parent, "other-thing", NULL);
  const GraftPrivatePlace place = { parent, 0 };
  g_autoptr (GraftPrivateFolder) used = graft_private_folder_new (&place, 1, "work", &error);
  g_autoptr (GraftPrivateFolder) second = NULL;

  g_assert_no_error (error);
  g_mkdir (fresh, 0700);
  g_mkdir (other, 0700);
  second = graft_private_folder_new (&place, 1, "work", &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (graft_private_folder_get_path (used), G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_DIR));
  graft_private_folder_remove_stale (parent, "work", 0);
  g_assert_true (g_file_test (graft_private_folder_get_path (used), G_FILE_TEST_IS_DIR));
  g_assert_false (g_file_test (fresh, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_DIR));
  g_clear_pointer (&used, graft_private_folder_free);
  g_clear_pointer (&second, graft_private_folder_free);
  graft_test_remove_folder (parent);
}

/* The next place serves where a folder cannot be made, or has not enough room. */
static void
test_places (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("graft-parent-XXXXXX", &error);
  const GraftPrivatePlace places[]
      = { { "/proc/nowhere", 0 }, { parent, G_MAXUINT64 }, { parent, 1 } };
  g_autoptr (GraftPrivateFolder) folder
      = graft_private_folder_new (places, G_N_ELEMENTS (places), "work", &error);
  g_autoptr (GraftPrivateFolder) none = NULL;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (graft_private_folder_get_path (folder), parent));
  none = graft_private_folder_new (places, 1, "work", &error);
  g_assert_null (none);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_clear_pointer (&folder, graft_private_folder_free);
  graft_test_remove_folder (parent);
}

static char *
read_staged (GraftModuleStage *stage, const char *path, gsize *ret_length)
{
  g_autofree char *file
      = g_build_filename (graft_module_stage_get_path (stage), "lib/modules/6.1.0", path, NULL);
  g_autoptr (GError) error = NULL;
  char *content = NULL;

  g_file_get_contents (file, &content, ret_length, &error);
  g_assert_no_error (error);
  return content;
}

/* What depmod reads is there, the rest is not. */
static void
test_module (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) module = graft_test_module_new ("license=GPL\nalias=fs-x", "one two", "three");
  g_autoptr (GraftModuleStage) stage = graft_module_stage_new ("6.1.0", &error);
  g_autoptr (GBytes) staged = NULL;
  g_autoptr (GraftElf) elf = NULL;
  char *content;
  gsize length;

  g_assert_no_error (error);
  g_assert_true (
      g_str_has_prefix (graft_module_stage_get_path (stage), g_getenv ("XDG_RUNTIME_DIR")));
  g_assert_true (graft_module_stage_add_module (stage, "kernel/fs/x.ko", module, &error));
  content = read_staged (stage, "kernel/fs/x.ko", &length);
  staged = g_bytes_new_take (content, length);
  g_assert_cmpuint (length, <, g_bytes_get_size (module) - 3000);
  elf = graft_elf_new (staged, "x.ko", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graft_elf_find_section (elf, ".modinfo")->length, ==, 12 + 11);
  g_assert_cmpuint (graft_elf_find_section (elf, ".symtab")->length, >, 0);
}

static void
test_not_elf (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new_static ("no module", 9);
  g_autoptr (GraftModuleStage) stage = graft_module_stage_new ("6.1.0", &error);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_no_error (error);
  g_assert_true (graft_module_stage_add_module (stage, "x.ko", text, &error));
  content = read_staged (stage, "x.ko", &length);
  g_assert_cmpmem (content, length, "no module", 9);
  /* Never over what is there. */
  g_assert_false (graft_module_stage_add_bytes (stage, "x.ko", text, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
}

static void
test_indexes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new_static ("text", 4);
  g_autoptr (GraftModuleStage) stage = graft_module_stage_new ("6.1.0", &error);
  g_autofree char *link = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GBytes) content = NULL, linked = NULL;

  g_assert_no_error (error);
  link = g_build_filename (graft_module_stage_get_path (stage), "lib/modules/6.1.0/modules.link",
                           NULL);
  g_assert_true (graft_module_stage_add_bytes (stage, "modules.dep", text, &error));
  g_assert_true (graft_module_stage_add_bytes (stage, "modules.alias", text, &error));
  g_assert_true (graft_module_stage_add_bytes (stage, "kernel/modules.no", text, &error));
  g_assert_true (graft_module_stage_add_bytes (stage, "other", text, &error));
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  names = graft_module_stage_list_indexes (stage, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (names->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (names, 0), ==, "modules.alias");
  g_assert_cmpstr (g_ptr_array_index (names, 1), ==, "modules.dep");
  content = graft_module_stage_read_index (stage, "modules.dep", &error);
  g_assert_true (g_bytes_equal (content, text));
  linked = graft_module_stage_read_index (stage, "modules.link", &error);
  g_assert_null (linked);
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("graft-cache-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_RUNTIME_DIR", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-stage/private-folder", test_private_folder);
  g_test_add_func ("/module-stage/stale-folders", test_stale_folders);
  g_test_add_func ("/module-stage/places", test_places);
  g_test_add_func ("/module-stage/module", test_module);
  g_test_add_func ("/module-stage/not-elf", test_not_elf);
  g_test_add_func ("/module-stage/indexes", test_indexes);
  status = g_test_run ();
  graft_test_remove_folder (cache);
  return status;
}
