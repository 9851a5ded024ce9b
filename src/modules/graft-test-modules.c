/* graft-test-modules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-test-modules.h"

#include <glib/gstdio.h>
#include <string.h>

#include "image/graft-path.h"

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static GBytes *
assemble (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graft-module-XXXXXX", &error);
  g_autofree char *source = g_build_filename (folder, "in.s", NULL);
  g_autofree char *target = g_build_filename (folder, "out.ko", NULL);
  const char *const argv[] = { "as", "-o", target, source, NULL };
  char *content = NULL;
  gsize length;

  g_assert_no_error (error);
  g_file_set_contents (source, text, -1, &error);
  g_assert_no_error (error);
  run (argv);
  g_file_get_contents (target, &content, &length, &error);
  g_assert_no_error (error);
  g_unlink (source);
  g_unlink (target);
  g_rmdir (folder);
  return g_bytes_new_take (content, length);
}

static void
append_exports (GString *text, const char *exports)
{
  g_auto (GStrv) names = g_strsplit (exports, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text,
                            ".section __ksymtab_strings,\"a\"\n"
                            "__kstrtab_%s: .asciz \"%s\"\n"
                            ".section __ksymtab,\"a\"\n"
                            ".globl __ksymtab_%s\n"
                            "__ksymtab_%s: .quad %s\n"
                            ".text\n"
                            ".globl %s\n"
                            "%s: nop\n",
                            names[i], names[i], names[i], names[i], names[i], names[i], names[i]);
}

GBytes *
graft_test_module_new (const char *infos, const char *exports, const char *imports)
{
  g_autoptr (GString) text = g_string_new (".text\ninit_module: nop\n"
                                           ".section .rodata\n.fill 3000, 1, 7\n");
  g_auto (GStrv) strings = infos != NULL ? g_strsplit (infos, "\n", -1) : NULL;
  g_auto (GStrv) needs = imports != NULL ? g_strsplit (imports, " ", -1) : NULL;

  if (strings != NULL)
    g_string_append (text, ".section .modinfo,\"a\"\n");
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    g_string_append_printf (text, ".asciz \"%s\"\n", strings[i]);
  if (exports != NULL)
    append_exports (text, exports);
  for (guint i = 0; needs != NULL && needs[i] != NULL; i++)
    g_string_append_printf (text, ".data\n.quad %s\n", needs[i]);
  return assemble (text->str);
}

GBytes *
graft_test_filter_module (const char *command, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  g_autoptr (GSubprocess) process
      = g_subprocess_newv ((const char *const *)argv,
                           G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  GBytes *result = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, bytes, NULL, &result, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return result;
}

GraftNode *
graft_test_tree_new (void)
{
  const GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755 } };

  return graft_node_new (&init);
}

static void
add_node (GraftNode **root, const char *path, const GraftNodeInit *init)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) node = graft_node_new (init);
  GraftNode *changed = graft_path_with (*root, path, node, TRUE, &error);

  g_assert_no_error (error);
  graft_node_unref (*root);
  *root = changed;
}

void
graft_test_tree_add (GraftNode **root, const char *path, GBytes *content)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (content, path);
  const GraftNodeInit init
      = { .type = GRAFT_NODE_REGULAR, .attributes = { .mode = 0644 }, .content = input };

  add_node (root, path, &init);
}

void
graft_test_tree_add_text (GraftNode **root, const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  graft_test_tree_add (root, path, bytes);
}

void
graft_test_tree_add_link (GraftNode **root, const char *path, const char *target)
{
  const GraftNodeInit init
      = { .type = GRAFT_NODE_SYMLINK, .attributes = { .mode = 0777 }, .target = target };

  add_node (root, path, &init);
}

void
graft_test_tree_add_folder (GraftNode **root, const char *path)
{
  const GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755 } };

  add_node (root, path, &init);
}

static gboolean
write_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_autofree char *target = g_strconcat (data, path, NULL);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (graft_node_is_directory (node))
    return g_mkdir_with_parents (target, 0755) == 0;
  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return TRUE;
  input = graft_node_open (node, error);
  bytes = input != NULL ? graft_input_read_all (input, error) : NULL;
  return bytes != NULL
         && g_file_set_contents (target, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                 error);
}

void
graft_test_tree_write (GraftNode *root, const char *folder)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_path_walk (root, "/", write_entry, (gpointer)folder, NULL, &error));
  g_assert_no_error (error);
}

void
graft_test_remove_folder (const char *folder)
{
  const char *const argv[] = { "rm", "-r", folder, NULL };

  run (argv);
}
