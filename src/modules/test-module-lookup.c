/* test-module-lookup.c: libkmod's answers, and what comes of indexes that break it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-lookup.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/graft-error.h"
#include "helper/graft-helper-process.h"
#include "modules/graft-module-diff.h"
#include "modules/graft-module-index.h"
#include "modules/graft-test-modules.h"

#define RELEASE "6.1.0-9-test"

static void
add_module (GraftNode **root, const char *path, const char *infos, const char *exports,
            const char *imports)
{
  g_autoptr (GBytes) module = graft_test_module_new (infos, exports, imports);

  graft_test_tree_add (root, path, module);
}

/* Adds the indexes that depmod makes. */
static void
add_indexes (GraftNode **root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModuleFolder) folder = graft_module_folder_new (*root, "/modules", RELEASE);
  g_autoptr (GPtrArray) files
      = graft_module_index_build (folder, RELEASE, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < files->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (files, i);
      g_autofree char *path = g_strconcat ("/", file->name, NULL);

      graft_test_tree_add (root, path, file->content);
    }
}

static GraftNode *
make_tree (void)
{
  static const char built_in[] = "n_null.alias=tty-ldisc-27\0n_null.alias=fs-top\0";
  GraftNode *root = graft_test_tree_new ();
  g_autoptr (GBytes) modinfo = g_bytes_new_static (built_in, sizeof built_in - 1);

  add_module (&root, "/kernel/lib/base.ko", "alias=fs-base", "base_one base_two", NULL);
  add_module (&root, "/kernel/fs/a-b.ko", "alias=pci:v00001AF4d*\nsoftdep=pre: base post: alone",
              "middle", "base_one");
  add_module (&root, "/kernel/fs/top.ko", "alias=fs-top\nalias=pci:v00001AF4d00001000*", NULL,
              "middle base_two");
  add_module (&root, "/updates/late.ko", "alias=acpi*:x[0-9a]y:*\nalias=base", NULL, "base_two");
  add_module (&root, "/kernel/alone.ko", "license=GPL", NULL, NULL);
  graft_test_tree_add_text (&root, "/modules.builtin", "kernel/drivers/tty/n_null.ko\n");
  graft_test_tree_add (&root, "/modules.builtin.modinfo", modinfo);
  add_indexes (&root);
  return root;
}

static gint
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The answer about @text: "1top 2n_null" (the kinds of GraftFoundKind); that about an alias is
 * sorted. */
static char *
ask (GraftModuleLookup *lookup, GraftLookupQuestion question, const char *text, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) answers = NULL;
  GPtrArray *answer;

  g_ptr_array_add (texts, (gpointer)text);
  answers = question == GRAFT_LOOKUP_ALIASES
                ? graft_module_lookup_aliases (lookup, texts, NULL, error)
                : graft_module_lookup_dependencies (lookup, texts, NULL, error);
  if (answers == NULL)
    return NULL;
  g_assert_cmpuint (answers->len, ==, 1);
  answer = g_ptr_array_index (answers, 0);
  for (guint i = 0; i < answer->len; i++)
    {
      const GraftFound *found = g_ptr_array_index (answer, i);

      g_ptr_array_add (words, g_strdup_printf ("%d%s", found->kind, found->name));
    }
  if (question == GRAFT_LOOKUP_ALIASES)
    g_ptr_array_sort (words, compare_words);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" ", (char **)words->pdata);
}

static GraftModuleLookup *
open_lookup (GraftNode *root)
{
  g_autoptr (GraftModuleFolder) folder = graft_module_folder_new (root, "/modules", RELEASE);

  return graft_module_lookup_new (folder, RELEASE);
}

static void
test_answers (void)
{
  static const struct
  {
    GraftLookupQuestion question;
    const char *text;
    const char *answer;
  } cases[] = {
    { GRAFT_LOOKUP_ALIASES, "fs-base", "1base" },
    { GRAFT_LOOKUP_ALIASES, "pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00", "1a_b 1top" },
    { GRAFT_LOOKUP_ALIASES, "pci:v00001AF4d00001000sv*sd*bc*sc*i*", "1a_b 1top" },
    { GRAFT_LOOKUP_ALIASES, "pci:v00001AF4d00001001sv*sd*bc*sc*i*", "1a_b" },
    { GRAFT_LOOKUP_ALIASES, "tty-ldisc-27", "2n_null" },
    /* modprobe would not look at the built-in one. */
    { GRAFT_LOOKUP_ALIASES, "fs-top", "1top 2n_null" },
    { GRAFT_LOOKUP_ALIASES, "acpi_bus:xay:z", "1late" },
    /* A name is no alias of its own; and one module's name can be an alias of another. */
    { GRAFT_LOOKUP_ALIASES, "top", "" },
    { GRAFT_LOOKUP_ALIASES, "base", "1late" },
    { GRAFT_LOOKUP_ALIASES, "unbalanced]", "" },
    { GRAFT_LOOKUP_ALIASES, "", "" },
    { GRAFT_LOOKUP_DEPENDENCIES, "top", "1top 3base 3a_b" },
    { GRAFT_LOOKUP_DEPENDENCIES, "a-b", "1a_b 3base 4base 5alone" },
    { GRAFT_LOOKUP_DEPENDENCIES, "alone", "1alone" },
    { GRAFT_LOOKUP_DEPENDENCIES, "n_null", "2n_null" },
    { GRAFT_LOOKUP_DEPENDENCIES, "fs-base", "" },
    { GRAFT_LOOKUP_DEPENDENCIES, "nothing", "" },
    { GRAFT_LOOKUP_DEPENDENCIES, "", "" },
  };
  g_autoptr (GraftNode) root = make_tree ();
  g_autoptr (GraftModuleLookup) lookup = open_lookup (root);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = ask (lookup, cases[i].question, cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (answer, ==, cases[i].answer);
    }
}

/* Longer than libkmod's own buffers. */
static void
test_long_alias (void)
{
  g_autoptr (GraftNode) root = make_tree ();
  g_autoptr (GraftModuleLookup) lookup = open_lookup (root);
  static const gsize lengths[] = { 4094, 4095, 4096, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *tail = g_strnfill (lengths[i] - strlen ("pci:v00001AF4d"), '0');
      g_autofree char *alias = g_strconcat ("pci:v00001AF4d", tail, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = ask (lookup, GRAFT_LOOKUP_ALIASES, alias, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (answer, ==, "");
    }
}

static void
test_missing_index (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftModuleLookup) lookup = NULL;
  g_autoptr (GError) error = NULL;

  graft_test_tree_add_text (&root, "/kernel/a.ko", "");
  lookup = open_lookup (root);
  g_assert_null (ask (lookup, GRAFT_LOOKUP_ALIASES, "fs-base", &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "modules.dep.bin is missing"));
}

/* Asks everything of indexes of which @name is @content. */
static char *
ask_damaged (GraftNode *good, const char *name, const guint8 *content, gsize length, GError **error)
{
  g_autoptr (GraftNode) root = graft_node_ref (good);
  g_autofree char *path = g_strconcat ("/", name, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (content, length);
  g_autoptr (GraftModuleLookup) lookup = NULL;
  g_autofree char *first = NULL;

  graft_test_tree_add (&root, path, bytes);
  lookup = open_lookup (root);
  first = ask (lookup, GRAFT_LOOKUP_ALIASES, "pci:v00001AF4d00001000sv*sd*bc*sc*i*", error);
  return first != NULL ? ask (lookup, GRAFT_LOOKUP_DEPENDENCIES, "top", error) : NULL;
}

static GBytes *
read_index (GraftNode *root, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) node = graft_node_get_child (root, name, &error);
  g_autoptr (GraftInput) input = graft_node_open (node, &error);

  g_assert_no_error (error);
  return graft_input_read_all (input, &error);
}

/* Cut and flipped anywhere: an answer, which may be wrong, or a message; and this process goes on.
 */
static void
test_damaged (gconstpointer name)
{
  g_autoptr (GraftNode) root = make_tree ();
  g_autoptr (GBytes) good = read_index (root, name);
  gsize length;
  const guint8 *data = g_bytes_get_data (good, &length);
  guint n_errors = 0;

  for (gsize at = 0; at < length; at += 1 + length / 24)
    {
      g_autofree guint8 *flipped = g_memdup2 (data, length);
      g_autoptr (GError) cut_error = NULL, flip_error = NULL;
      g_autofree char *cut = ask_damaged (root, name, data, at, &cut_error);
      g_autofree char *flip = NULL;

      flipped[at] ^= 0xff;
      flip = ask_damaged (root, name, flipped, length, &flip_error);
      g_assert_true ((cut != NULL) != (cut_error != NULL));
      g_assert_true ((flip != NULL) != (flip_error != NULL));
      n_errors += (cut_error != NULL) + (flip_error != NULL);
      if (at > 0)
        continue;
      /* Without its magic number it is no index at all. */
      g_assert_error (flip_error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      g_assert_nonnull (
          strstr (flip_error->message, "The module indexes that depmod made for " RELEASE));
    }
  g_test_message ("%u errors", n_errors);
  g_assert_cmpuint (n_errors, >, 0);
}

/* An index whose root is its own child: libkmod goes down until its stack is used up. The format:
 * kmod's libkmod/libkmod-index.c. */
static void
test_endless (void)
{
  static const guint8 endless[] = { 0xb0, 0x07, 0xf4, 0x57, 0x00, 0x02, 0x00, 0x01, 0x20,
                                    0x00, 0x00, 0x0c, '*',  '*',  0x20, 0x00, 0x00, 0x0c };
  g_autoptr (GraftNode) root = make_tree ();
  g_autoptr (GError) error = NULL;

  g_assert_null (ask_damaged (root, "modules.alias.bin", endless, sizeof endless, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (
      strstr (error->message, "The helper that looks modules of " RELEASE " up crashed"));
}

/* Every file that the helper opened while it answered, by strace; NULL when there is no strace or
 * it may not look. */
static char *
trace_opens (GraftModuleLookup *lookup)
{
  g_autofree char *folder = g_dir_make_tmp ("graft-trace-XXXXXX", NULL);
  g_autofree char *script = g_build_filename (folder, "helper", NULL);
  g_autofree char *log = g_build_filename (folder, "log", NULL);
  g_autofree char *program = g_find_program_in_path ("strace");
  g_autofree char *helper = graft_helper_find_program (NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\nexec strace -qq -o %s -e trace=open,openat,"
                                           "landlock_create_ruleset %s \"$@\"\n",
                                           log, helper);
  g_autofree char *opens = NULL;
  g_autofree char *answer = NULL;

  g_assert_true (g_file_set_contents_full (script, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_setenv ("BOOTGRAFT_HELPER", script, TRUE);
  answer = program != NULL ? ask (lookup, GRAFT_LOOKUP_ALIASES, "fs-base", NULL) : NULL;
  g_unsetenv ("BOOTGRAFT_HELPER");
  if (answer != NULL)
    g_assert_cmpstr (answer, ==, "1base");
  g_file_get_contents (log, &opens, NULL, NULL);
  graft_test_remove_folder (folder);
  return answer != NULL ? g_steal_pointer (&opens) : NULL;
}

/* The host's settings say nothing about an image. */
static void
test_host_stays_out (void)
{
  g_autoptr (GraftNode) root = make_tree ();
  g_autoptr (GraftModuleLookup) lookup = open_lookup (root);
  g_autofree char *opens = trace_opens (lookup);
  g_autofree char *strace = g_find_program_in_path ("strace");
  gboolean has_landlock;
  const char *at;

  g_assert_nonnull (strace);
  /* The helper makes itself undumpable: then only root's strace can read the names. */
  if (opens == NULL || strstr (opens, "modules.dep.bin") == NULL)
    {
      g_test_skip ("strace may not look");
      return;
    }
  g_assert_null (strstr (opens, "modprobe.d"));
  g_assert_null (strstr (opens, "/sys/"));
  /* libkmod wants this one whatever it is told. */
  at = strstr (opens, "\"/proc/cmdline\"");
  g_assert_nonnull (at);
  has_landlock = strstr (opens, "LANDLOCK_CREATE_RULESET_VERSION) = -1") == NULL;
  for (; has_landlock && at != NULL; at = strstr (at + 1, "\"/proc/cmdline\""))
    {
      g_autofree char *line = g_strndup (at, strcspn (at, "\n"));

      g_assert_nonnull (strstr (line, "= -1 EACCES"));
    }
}

/* The same successors as by reading all modules of the new tree. */
static void
test_diff (void)
{
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = make_tree ();
  g_autoptr (GraftModuleFolder) old_folder = NULL;
  g_autoptr (GraftModuleFolder) new_folder = graft_module_folder_new (new_root, "/new", RELEASE);
  g_autoptr (GraftModuleLookup) lookup = open_lookup (new_root);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  add_module (&old_root, "/kernel/alone.ko", "license=GPL", NULL, NULL);
  add_module (&old_root, "/kernel/bracket.ko", "alias=acpi*:x[0-9a]y:*", NULL, NULL);
  add_module (&old_root, "/kernel/disc.ko", "alias=tty-ldisc-27", NULL, NULL);
  add_module (&old_root, "/kernel/gone.ko", "alias=fs-gone", NULL, NULL);
  add_module (&old_root, "/kernel/silent.ko", NULL, NULL, NULL);
  /* a_b's pattern is too wide to say that it is meant for this device. */
  add_module (&old_root, "/kernel/virtio.ko", "alias=pci:v00001AF4d00001000sv*sd*bc*sc*i*", NULL,
              NULL);
  add_module (&old_root, "/kernel/wide.ko", "alias=pci:v00001AF4d00001001sv*sd*bc*sc*i*", NULL,
              NULL);
  old_folder = graft_module_folder_new (old_root, "/old", "1.0");
  list = graft_module_diff_with_lookup (old_folder, new_folder, lookup, FALSE, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (list, i);

      g_string_append_printf (text, "%s %s %s\n", difference->name,
                              graft_module_change_get_name (difference->change),
                              difference->new_module != NULL ? difference->new_module->name : "-");
    }
  g_assert_cmpstr (text->str, ==,
                   "alone same alone\n"
                   "bracket renamed late\n"
                   "disc builtin -\n"
                   "gone gone -\n"
                   "silent gone -\n"
                   "virtio renamed top\n"
                   "wide gone -\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-lookup/answers", test_answers);
  g_test_add_func ("/module-lookup/long-alias", test_long_alias);
  g_test_add_func ("/module-lookup/missing-index", test_missing_index);
  g_test_add_data_func ("/module-lookup/damaged-dep", "modules.dep.bin", test_damaged);
  g_test_add_data_func ("/module-lookup/damaged-alias", "modules.alias.bin", test_damaged);
  g_test_add_data_func ("/module-lookup/damaged-builtin", "modules.builtin.bin", test_damaged);
  g_test_add_func ("/module-lookup/endless", test_endless);
  g_test_add_func ("/module-lookup/host-stays-out", test_host_stays_out);
  g_test_add_func ("/module-lookup/diff", test_diff);
  return g_test_run ();
}
