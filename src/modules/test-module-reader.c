/* test-module-reader.c: which compressed modules an image's own modprobe reads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "modules/graft-module-reader.h"
#include "modules/graft-test-modules.h"

static void
compile (const char *folder, const char *source, const char *target, const char *const *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "in.c", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  int status = 0;

  g_file_set_contents (path, source, -1, &error);
  g_assert_no_error (error);
  g_ptr_array_add (argv, (gpointer) "cc");
  for (gsize i = 0; options[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)options[i]);
  g_ptr_array_add (argv, (gpointer) "-o");
  g_ptr_array_add (argv, (gpointer)target);
  g_ptr_array_add (argv, path);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (folder, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* An ELF file of @source that is linked to libraries of the names @needed (separated by blanks). */
static GBytes *
make_elf (const char *source, const char *needed)
{
  static const char *const program[]
      = { "-shared", "-nostdlib", "-Wl,--no-as-needed", "@libraries", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graft-reader-XXXXXX", &error);
  g_autofree char *result = g_build_filename (folder, "result", NULL);
  g_autofree char *list = g_build_filename (folder, "libraries", NULL);
  g_auto (GStrv) names = g_strsplit (needed, " ", -1);
  g_autofree char *files = NULL;
  char *content = NULL;
  gsize length;

  g_assert_no_error (error);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *soname = g_strconcat ("-Wl,-soname,", names[i], NULL);
      const char *const options[] = { "-shared", "-nostdlib", soname, NULL };

      compile (folder, "", names[i], options);
    }
  files = g_strjoinv ("\n", names);
  g_file_set_contents (list, files, -1, &error);
  compile (folder, source, "result", program);
  g_file_get_contents (result, &content, &length, &error);
  g_assert_no_error (error);
  graft_test_remove_folder (folder);
  return g_bytes_new_take (content, length);
}

static void
add_elf (GraftNode **root, const char *path, const char *source, const char *needed)
{
  g_autoptr (GBytes) elf = make_elf (source, needed);

  graft_test_tree_add (root, path, elf);
}

/* @wanted: "gzip xz zstd", as far as they are read. */
static void
assert_reads (GraftNode *root, const char *program, const char *wanted)
{
  static const GraftCompression compressions[]
      = { GRAFT_COMPRESSION_GZIP, GRAFT_COMPRESSION_XZ, GRAFT_COMPRESSION_ZSTD };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModuleReader) reader = graft_module_reader_find (root, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (compressions); i++)
    if (graft_module_reader_can_read (reader, compressions[i]))
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                              graft_compression_get_name (compressions[i]));
  g_assert_cmpstr (reader->program, ==, program);
  g_assert_cmpstr (text->str, ==, wanted);
  g_assert_true (graft_module_reader_can_read (reader, GRAFT_COMPRESSION_NONE));
  g_assert_false (graft_module_reader_can_read (reader, GRAFT_COMPRESSION_BZIP2));
  g_assert_false (graft_module_reader_can_read (reader, GRAFT_COMPRESSION_LZ4_FRAME));
}

static void
test_nothing (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  assert_reads (root, NULL, "");
  graft_test_tree_add_text (&root, "/sbin/modprobe", "#!/bin/sh\n# liblzma.so.5 +XZ\n");
  assert_reads (root, "/sbin/modprobe", "");
}

/* Debian's kmod has most of libkmod in itself. A library counts when the image has it. */
static void
test_needed (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  graft_test_tree_add_link (&root, "/bin", "usr/bin");
  graft_test_tree_add_link (&root, "/lib", "usr/lib");
  graft_test_tree_add_link (&root, "/sbin/modprobe", "/bin/kmod");
  add_elf (&root, "/usr/bin/kmod", "", "libzstd.so.1 liblzma.so.5 libother.so.1");
  assert_reads (root, "/usr/bin/kmod", "");
  graft_test_tree_add_link (&root, "/usr/lib/x86_64-linux-gnu/liblzma.so.5", "liblzma.so.5.4.1");
  graft_test_tree_add_text (&root, "/usr/lib/libz.so.1", "");
  assert_reads (root, "/usr/bin/kmod", "");
  graft_test_tree_add_text (&root, "/usr/lib/x86_64-linux-gnu/liblzma.so.5.4.1", "");
  assert_reads (root, "/usr/bin/kmod", "xz");
  graft_test_tree_add_text (&root, "/lib64/libzstd.so.1", "");
  assert_reads (root, "/usr/bin/kmod", "xz zstd");
}

static void
test_through_libkmod (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  add_elf (&root, "/usr/sbin/modprobe", "", "libkmod.so.2");
  graft_test_tree_add_text (&root, "/usr/lib64/libz.so.1", "");
  graft_test_tree_add_text (&root, "/usr/lib64/liblzma.so.5", "");
  assert_reads (root, "/usr/sbin/modprobe", "");
  graft_test_tree_add_link (&root, "/usr/lib64/libkmod.so.2", "/usr/lib64/libkmod.so.2.4.0");
  add_elf (&root, "/usr/lib64/libkmod.so.2.4.0", "", "libz.so.1 libzstd.so.1");
  assert_reads (root, "/usr/sbin/modprobe", "gzip");
}

/* kmod 34 loads them when it needs them, and says so in notes. */
static void
test_dlopen_notes (void)
{
  static const char source[]
      = "struct note { unsigned name, desc, type; char owner[4]; char json[96]; };\n"
        "__attribute__ ((used, section (\".note.dlopen\"), aligned (4)))\n"
        "static const struct note first = { 4, 96, 0x407c0c0a, \"FDO\",\n"
        "  \"[{\\\"feature\\\":\\\"xz\\\",\\\"soname\\\":[\\\"liblzma.so.5\\\"]}]\" };\n"
        "__attribute__ ((used, section (\".note.dlopen\"), aligned (4)))\n"
        "static const struct note second = { 4, 96, 0x407c0c0a, \"FDO\",\n"
        "  \"[{\\\"soname\\\":[\\\"libzstd.so.1\\\"]},{\\\"soname\\\":[\\\"libz.so.1\\\"]}]\" };\n";
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  add_elf (&root, "/usr/bin/modprobe", "", "libkmod.so.2");
  add_elf (&root, "/usr/lib/x86_64-linux-gnu/libkmod.so.2", source, "libc.so.6");
  graft_test_tree_add_text (&root, "/usr/lib/x86_64-linux-gnu/liblzma.so.5", "");
  assert_reads (root, "/usr/bin/modprobe", "xz");
  graft_test_tree_add_text (&root, "/usr/lib/x86_64-linux-gnu/libz.so.1", "");
  graft_test_tree_add_text (&root, "/usr/lib/x86_64-linux-gnu/libzstd.so.1", "");
  assert_reads (root, "/usr/bin/modprobe", "gzip xz zstd");
}

static void
test_busybox (void)
{
  static const char *const cases[][2] = {
    { "no gzip/bzip2/xz magic", "gzip xz" },
    { "no gzip/xz magic", "gzip xz" },
    { "no gzip/bzip2 magic", "gzip" },
    { "no gzip magic", "gzip" },
    { "unxz", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *source = g_strdup_printf (
          "const char *const texts[] = { \"BusyBox v1.35.0\", \"%s\" };", cases[i][0]);
      g_autoptr (GraftNode) root = graft_test_tree_new ();
      g_autoptr (GraftModuleReader) reader = NULL;

      add_elf (&root, "/bin/busybox", source, "libc.so.6");
      graft_test_tree_add_link (&root, "/sbin/modprobe", "../bin/busybox");
      graft_test_tree_add_text (&root, "/lib/libzstd.so.1", "");
      assert_reads (root, "/bin/busybox", cases[i][1]);
      reader = graft_module_reader_find (root, NULL);
      g_assert_true (reader->is_busybox);
    }
}

static void
test_static (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GBytes) elf = graft_test_module_new ("text=+ZSTD +XZ -ZLIB", NULL, NULL);

  graft_test_tree_add (&root, "/sbin/modprobe", elf);
  assert_reads (root, "/sbin/modprobe", "xz zstd");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-reader/nothing", test_nothing);
  g_test_add_func ("/module-reader/needed", test_needed);
  g_test_add_func ("/module-reader/through-libkmod", test_through_libkmod);
  g_test_add_func ("/module-reader/dlopen-notes", test_dlopen_notes);
  g_test_add_func ("/module-reader/busybox", test_busybox);
  g_test_add_func ("/module-reader/static", test_static);
  return g_test_run ();
}
