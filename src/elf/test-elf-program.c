/* test-elf-program.c: what a loader reads, of programs and libraries made by the compiler
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "base/graft-error.h"
#include "elf/graft-elf-program.h"

static const char note_text[]
    = "__asm__ (\".pushsection .note.dlopen,\\\"a\\\",%note\\n.balign 4\\n\"\n"
      "  \".long 4, 3, 0x407c0c0a\\n.asciz \\\"FDO\\\"\\n.ascii \\\"[1]\\\"\\n.balign "
      "4\\n.popsection\");\n"
      "int of_new (void) { return 1; }\n";

/* Compiles @text, with the words of @options, and hands back the file. */
static GBytes *
compile (const char *text, const char *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graft-elf-program-XXXXXX", &error);
  g_autofree char *source = g_build_filename (folder, "in.c", NULL);
  g_autofree char *script = g_build_filename (folder, "in.map", NULL);
  g_autofree char *target = g_build_filename (folder, "out", NULL);
  g_autofree char *command
      = g_strdup_printf ("cc -w -o %s %s -I%s %s", target, source, folder, options);
  g_autofree char *whole = NULL;
  GString *filled = g_string_new (command);
  char *content = NULL;
  gsize length;
  int status;

  g_assert_no_error (error);
  g_file_set_contents (source, text, -1, &error);
  g_assert_no_error (error);
  g_file_set_contents (script, "V_1.0 { local: *; }; V_2.0 { global: of_new; } V_1.0;\n", -1,
                       &error);
  g_assert_no_error (error);
  g_string_replace (filled, "MAP", script, 0);
  whole = g_string_free (filled, FALSE);
  g_spawn_command_line_sync (whole, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_file_get_contents (target, &content, &length, &error);
  g_assert_no_error (error);
  g_unlink (source);
  g_unlink (script);
  g_unlink (target);
  g_rmdir (folder);
  return g_bytes_new_take (content, length);
}

static GBytes *
compile_library (void)
{
  return compile (note_text,
                  "-shared -fPIC -nostdlib -Wl,-soname,libnew.so.1 -Wl,--version-script=MAP "
                  "-Wl,-F,libreal.so.1 -Wl,-z,nodefaultlib");
}

static GraftElfProgram *
read_program (GBytes *bytes, GError **error)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "prog");

  return graft_elf_program_read (input, error);
}

static void
test_library (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = compile_library ();
  g_autoptr (GraftElfProgram) program = read_program (bytes, &error);
  gsize length;

  g_assert_no_error (error);
  g_assert_cmpstr (program->soname, ==, "libnew.so.1");
  g_assert_null (program->interpreter);
  g_assert_true (program->is_dynamic);
  g_assert_false (program->is_pie);
  g_assert_true (program->no_default_folders);
  g_assert_cmpuint (program->filters->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (program->filters, 0), ==, "libreal.so.1");
  g_assert_true (graft_elf_program_has_version (program, "V_1.0"));
  g_assert_true (graft_elf_program_has_version (program, "V_2.0"));
  g_assert_false (graft_elf_program_has_version (program, "V_3.0"));
  g_assert_cmpuint (program->dlopen_notes->len, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (g_ptr_array_index (program->dlopen_notes, 0), &length), length,
                   "[1]", 3);
}

static gboolean
needs_version (const GraftElfProgram *program, const char *library, const char *prefix)
{
  for (guint i = 0; i < program->version_needs->len; i++)
    {
      const GraftElfVersionNeed *need = g_ptr_array_index (program->version_needs, i);

      if (strcmp (need->library, library) == 0 && g_str_has_prefix (need->version, prefix))
        return TRUE;
    }
  return FALSE;
}

static void
test_program (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) new_tags = compile ("#include <stdio.h>\nint main () { puts (\"\"); }\n",
                                         "-pie -fPIE -Wl,--enable-new-dtags,-rpath,/a:/b");
  g_autoptr (GBytes) old_tags
      = compile ("int main () { }\n", "-no-pie -Wl,--disable-new-dtags,-rpath,/c");
  g_autoptr (GraftElfProgram) program = read_program (new_tags, &error);
  g_autoptr (GraftElfProgram) old = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (program->interpreter);
  g_assert_true (program->is_pie);
  g_assert_cmpint (program->elf_type, ==, GRAFT_ELF_SHARED);
  g_assert_cmpstr (program->runpath, ==, "/a:/b");
  g_assert_null (program->rpath);
  g_assert_cmpstr (g_ptr_array_index (program->needed, 0), ==, "libc.so.6");
  g_assert_true (needs_version (program, "libc.so.6", "GLIBC_2."));
  g_assert_true (program->has_kernel);
  g_assert_cmpuint (program->kernel[0], >=, 2);
  old = read_program (old_tags, &error);
  g_assert_no_error (error);
  g_assert_cmpint (old->elf_type, ==, GRAFT_ELF_EXECUTABLE);
  g_assert_cmpstr (old->rpath, ==, "/c");
  g_assert_null (old->runpath);
}

static void
test_static (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = compile ("int main () { }\n", "-static -no-pie");
  g_autoptr (GraftElfProgram) program = read_program (bytes, &error);

  g_assert_no_error (error);
  g_assert_false (program->is_dynamic);
  g_assert_null (program->interpreter);
  g_assert_cmpuint (program->needed->len, ==, 0);
}

/* Cut short anywhere it is an error or read without what is not there; never more is read. */
static void
test_cut_short (void)
{
  g_autoptr (GBytes) bytes = compile_library ();
  guint n_refused = 0;

  for (gsize length = 0; length < g_bytes_get_size (bytes); length += 41)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, length);
      g_autoptr (GraftElfProgram) program = read_program (part, &error);

      g_assert_true ((program == NULL) == (error != NULL));
      if (program == NULL)
        n_refused++;
      if (error != NULL && length >= 4)
        g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      if (error != NULL && length < 4)
        g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
    }
  g_assert_cmpuint (n_refused, >, 0);
}

/* @offset of a 64-bit header's 16 bits, changed. */
static void
assert_refused (GBytes *bytes, gsize offset, guint16 value, GraftErrorCode code, const char *says)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 *changed = g_memdup2 (data, length);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GraftElfProgram) program = NULL;

  changed[offset] = value & 0xff;
  changed[offset + 1] = value >> 8;
  again = g_bytes_new_take (changed, length);
  program = read_program (again, &error);
  g_assert_null (program);
  g_assert_error (error, GRAFT_IMAGE_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) bytes = compile_library ();

  assert_refused (bytes, 0, 0, GRAFT_ERROR_UNSUPPORTED, "not an ELF file");
  assert_refused (bytes, 4, 7, GRAFT_ERROR_CORRUPTED, "neither of 32 nor of 64 bits");
  assert_refused (bytes, 54, 8, GRAFT_ERROR_CORRUPTED, "too small");
  assert_refused (bytes, 56, 0xffff, GRAFT_ERROR_CORRUPTED, "past its end");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/elf-program/library", test_library);
  g_test_add_func ("/elf-program/program", test_program);
  g_test_add_func ("/elf-program/static", test_static);
  g_test_add_func ("/elf-program/cut-short", test_cut_short);
  g_test_add_func ("/elf-program/damaged", test_damaged);
  return g_test_run ();
}
