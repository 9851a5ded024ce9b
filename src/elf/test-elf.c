/* test-elf.c: what graft-elf reads, on objects made by the assembler and the compiler
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "base/graft-error.h"
#include "elf/graft-elf-compact.h"
#include "elf/graft-elf.h"

/* Assembles @text and hands back the object. */
static GBytes *
run_compiler (const char *text, const char *suffix, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graft-elf-XXXXXX", &error);
  g_autofree char *source = g_strdup_printf ("%s/in%s", folder, suffix);
  g_autofree char *target = g_build_filename (folder, "out", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  char *content = NULL;
  gsize length;
  int status;

  g_assert_no_error (error);
  g_file_set_contents (source, text, -1, &error);
  g_assert_no_error (error);
  g_ptr_array_add (argv, (gpointer) "cc");
  for (gsize i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, (gpointer) "-o");
  g_ptr_array_add (argv, target);
  g_ptr_array_add (argv, source);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_file_get_contents (target, &content, &length, &error);
  g_assert_no_error (error);
  g_unlink (source);
  g_unlink (target);
  g_rmdir (folder);
  return g_bytes_new_take (content, length);
}

static GBytes *
assemble (const char *text)
{
  static const char *const arguments[] = { "-c", "-nostdlib", NULL };

  return run_compiler (text, ".s", arguments);
}

static GraftElf *
open_elf (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  GraftElf *elf = graft_elf_new (bytes, "a.o", &error);

  g_assert_no_error (error);
  return elf;
}

static const char module_text[] = ".section .modinfo,\"a\"\n"
                                  ".asciz \"license=GPL\"\n"
                                  ".asciz \"vermagic=6.1.0 SMP\"\n"
                                  ".ascii \"loose end\"\n"
                                  ".section .rodata.str1.1,\"aMS\",@progbits,1\n"
                                  ".asciz \"text\"\n"
                                  ".bss\n"
                                  ".skip 4096\n"
                                  ".text\n"
                                  "init_module:\n"
                                  "nop\n";

static void
test_sections (void)
{
  g_autoptr (GBytes) bytes = assemble (module_text);
  g_autoptr (GraftElf) elf = open_elf (bytes);
  const GraftElfSection *section = graft_elf_find_section (elf, ".modinfo");
  gsize offset = 0;

  g_assert_cmpint (graft_elf_get_elf_type (elf), ==, GRAFT_ELF_RELOCATABLE);
  g_assert_false (graft_elf_is_big_endian (elf) && G_BYTE_ORDER == G_LITTLE_ENDIAN);
  g_assert_cmpuint (graft_elf_get_bits (elf), ==, sizeof (gpointer) * 8);
  g_assert_nonnull (section);
  g_assert_cmpuint (section->length, ==, 12 + 19 + 9);
  g_assert_true (section->data == (const guint8 *)g_bytes_get_data (bytes, NULL) + section->offset);
  g_assert_cmpstr (graft_elf_section_next_string (section, &offset), ==, "license=GPL");
  g_assert_cmpstr (graft_elf_section_next_string (section, &offset), ==, "vermagic=6.1.0 SMP");
  /* The last one has no end within the section. */
  g_assert_null (graft_elf_section_next_string (section, &offset));
  g_assert_null (graft_elf_find_section (elf, ".modinf"));
  section = graft_elf_find_section (elf, ".bss");
  g_assert_nonnull (section);
  g_assert_null (section->data);
  g_assert_cmpuint (section->length, ==, 0);
}

static void
test_code_sections (void)
{
  g_autoptr (GBytes) bytes = assemble (module_text);
  g_autoptr (GraftElf) elf = open_elf (bytes);

  g_assert_true (graft_elf_section_is_code (graft_elf_find_section (elf, ".text")));
  g_assert_true (graft_elf_section_is_code (graft_elf_find_section (elf, ".rodata.str1.1")));
  g_assert_false (graft_elf_section_is_code (graft_elf_find_section (elf, ".modinfo")));
  g_assert_false (graft_elf_section_is_code (graft_elf_find_section (elf, ".symtab")));
  g_assert_false (graft_elf_section_is_code (graft_elf_find_section (elf, ".strtab")));
}

static void
test_machine (void)
{
  g_autoptr (GBytes) bytes = assemble ("nop\n");
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GBytes) other = NULL;
  g_autoptr (GraftElf) elf = NULL;

  g_assert_cmpstr (graft_elf_machine_get_name (62), ==, "x86_64");
  g_assert_cmpstr (graft_elf_machine_get_name (3), ==, "i386");
  g_assert_null (graft_elf_machine_get_name (0xfffe));
  /* e_machine stands at 18 in both classes. */
  copy[18] = 183;
  copy[19] = 0;
  other = g_bytes_new (copy, g_bytes_get_size (bytes));
  elf = open_elf (other);
  g_assert_cmpstr (graft_elf_machine_get_name (graft_elf_get_machine (elf)), ==, "arm64");
}

static void
test_not_elf (void)
{
  static const char *const texts[]
      = { "", "\177", "\177ELF", "<html>............................" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new (texts[i], strlen (texts[i]));

      g_assert_null (graft_elf_new (bytes, "x.ko", &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED);
      g_assert_cmpstr (error->message, ==, "x.ko is not an ELF file");
    }
}

/* Cut at each length: an error each time, and no read past the end. */
static void
test_truncated (void)
{
  g_autoptr (GBytes) bytes = assemble (module_text);
  gsize size = g_bytes_get_size (bytes);

  for (gsize length = 16; length < size; length++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
      g_autoptr (GBytes) cut = g_bytes_new_static (copy, length);

      g_assert_null (graft_elf_new (cut, "x.ko", &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      g_assert_nonnull (strstr (error->message, "x.ko is a damaged ELF file"));
    }
}

/* Each byte of the headers set to values that hurt: any result will do, but no read outside. */
static void
test_flipped (void)
{
  static const guint8 values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
  g_autoptr (GBytes) bytes = assemble (module_text);
  gsize size = g_bytes_get_size (bytes);
  g_autoptr (GBytes) compact = NULL;
  guint opened = 0;

  for (gsize at = 0; at < size; at++)
    for (guint i = 0; i < G_N_ELEMENTS (values); i++)
      {
        g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
        g_autoptr (GBytes) flipped = g_bytes_new_static (copy, size);
        g_autoptr (GraftElf) elf = NULL;
        g_autoptr (GPtrArray) notes = NULL, needed = NULL;

        copy[at] = values[i];
        elf = graft_elf_new (flipped, "x.ko", NULL);
        if (elf == NULL)
          continue;
        opened++;
        for (guint j = 0; j < graft_elf_get_n_sections (elf); j++)
          {
            const GraftElfSection *section = graft_elf_get_section (elf, j);
            gsize offset = 0;

            while (graft_elf_section_next_string (section, &offset) != NULL)
              g_assert_cmpuint (offset, <=, section->length);
          }
        g_clear_pointer (&compact, g_bytes_unref);
        compact = graft_elf_compact (elf);
        notes = graft_elf_list_notes (elf, "GNU", 1);
        needed = graft_elf_list_needed (elf, NULL);
      }
  g_assert_cmpuint (opened, >, 0);
}

static void
test_notes (void)
{
  g_autoptr (GBytes) bytes = assemble (".section .note.dlopen,\"a\",%note\n"
                                       ".align 4\n"
                                       ".long 4, 3, 0x407c0c0a\n"
                                       ".asciz \"FDO\"\n"
                                       ".ascii \"one\\0\"\n"
                                       ".long 4, 4, 7\n"
                                       ".asciz \"FDO\"\n"
                                       ".ascii \"skip\"\n"
                                       ".long 4, 4, 0x407c0c0a\n"
                                       ".asciz \"XYZ\"\n"
                                       ".ascii \"skip\"\n"
                                       ".section .note.other,\"a\",%note\n"
                                       ".align 4\n"
                                       ".long 4, 4, 0x407c0c0a\n"
                                       ".asciz \"FDO\"\n"
                                       ".ascii \"two!\"\n");
  g_autoptr (GraftElf) elf = open_elf (bytes);
  g_autoptr (GPtrArray) notes = graft_elf_list_notes (elf, "FDO", 0x407c0c0a);

  g_assert_cmpuint (notes->len, ==, 2);
  g_assert_cmpmem (g_bytes_get_data (g_ptr_array_index (notes, 0), NULL),
                   g_bytes_get_size (g_ptr_array_index (notes, 0)), "one", 3);
  g_assert_cmpmem (g_bytes_get_data (g_ptr_array_index (notes, 1), NULL),
                   g_bytes_get_size (g_ptr_array_index (notes, 1)), "two!", 4);
}

static void
test_needed (void)
{
  static const char *const library[] = { "-shared", "-fPIC", "-Wl,--no-as-needed", "-lm", NULL };
  static const char *const fixed[] = { "-static", "-nostdlib", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = run_compiler ("int answer;", ".c", library);
  g_autoptr (GraftElf) elf = open_elf (bytes);
  g_autoptr (GPtrArray) needed = graft_elf_list_needed (elf, &error);
  g_autoptr (GBytes) static_bytes = run_compiler (".globl _start\n_start: nop\n", ".s", fixed);
  g_autoptr (GraftElf) static_elf = open_elf (static_bytes);
  g_autoptr (GPtrArray) nothing = graft_elf_list_needed (static_elf, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (needed->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (needed, 0), ==, "libm.so.6");
  g_assert_cmpstr (g_ptr_array_index (needed, 1), ==, "libc.so.6");
  g_assert_cmpint (graft_elf_get_elf_type (elf), ==, GRAFT_ELF_SHARED);
  g_assert_cmpuint (nothing->len, ==, 0);
  g_assert_cmpint (graft_elf_get_elf_type (static_elf), ==, GRAFT_ELF_EXECUTABLE);
}

/* Sections keep number and name; those of code are empty, the others as they were. */
static void
test_compact (void)
{
  static const char text[] = ".section .modinfo,\"a\"\n.asciz \"license=GPL\"\n"
                             ".section .rodata\n.fill 5000, 1, 7\n"
                             ".text\n.globl init_module\ninit_module: .fill 3000, 1, 0\n"
                             ".data\n.quad other\n.bss\n.skip 64\n";
  g_autoptr (GBytes) bytes = assemble (text);
  g_autoptr (GraftElf) elf = open_elf (bytes);
  g_autoptr (GBytes) small_bytes = graft_elf_compact (elf);
  g_autoptr (GraftElf) small = open_elf (small_bytes);
  guint kept = 0;

  g_assert_cmpuint (g_bytes_get_size (small_bytes), <, g_bytes_get_size (bytes) - 8000);
  g_assert_cmpuint (graft_elf_get_n_sections (small), ==, graft_elf_get_n_sections (elf));
  g_assert_cmpuint (graft_elf_get_machine (small), ==, graft_elf_get_machine (elf));
  for (guint i = 0; i < graft_elf_get_n_sections (elf); i++)
    {
      const GraftElfSection *section = graft_elf_get_section (elf, i);
      const GraftElfSection *copy = graft_elf_get_section (small, i);

      g_assert_cmpstr (copy->name, ==, section->name);
      g_assert_cmpuint (copy->flags, ==, section->flags);
      if (section->data == NULL || graft_elf_section_is_code (section))
        {
          g_assert_null (copy->data);
          continue;
        }
      kept++;
      g_assert_cmpuint (copy->type, ==, section->type);
      g_assert_cmpmem (copy->data, copy->length, section->data, section->length);
    }
  g_assert_cmpuint (kept, >=, 4);
}

static void
test_compact_refused (void)
{
  static const char *const library[] = { "-shared", "-fPIC", NULL };
  g_autoptr (GBytes) bytes = run_compiler ("int answer;", ".c", library);
  g_autoptr (GraftElf) elf = open_elf (bytes);

  g_assert_null (graft_elf_compact (elf));
}

/* The name of a needed library stands where no name is. */
static void
test_needed_damaged (void)
{
  static const char *const library[] = { "-shared", "-fPIC", "-Wl,--no-as-needed", "-lm", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = run_compiler ("int answer;", ".c", library);
  g_autoptr (GraftElf) whole = open_elf (bytes);
  const GraftElfSection *dynamic = graft_elf_find_section (whole, ".dynamic");
  const gsize word = sizeof (gpointer);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GraftElf) elf = NULL;
  gsize at = dynamic->offset;

  /* DT_NEEDED, 1, in the machine's own order and width. */
  while (copy[at] != 1 && copy[at + word - 1] != 1)
    at += 2 * word;
  g_assert_cmpuint (at, <, dynamic->offset + dynamic->length);
  memset (copy + at + word, 0x7f, word);
  damaged = g_bytes_new (copy, g_bytes_get_size (bytes));
  elf = open_elf (damaged);
  g_assert_null (graft_elf_list_needed (elf, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_cmpstr (
      error->message, ==,
      "a.o is a damaged ELF file: the name of a needed library lies outside its string "
      "table");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/elf/sections", test_sections);
  g_test_add_func ("/elf/code-sections", test_code_sections);
  g_test_add_func ("/elf/machine", test_machine);
  g_test_add_func ("/elf/not-elf", test_not_elf);
  g_test_add_func ("/elf/truncated", test_truncated);
  g_test_add_func ("/elf/flipped", test_flipped);
  g_test_add_func ("/elf/notes", test_notes);
  g_test_add_func ("/elf/needed", test_needed);
  g_test_add_func ("/elf/needed-damaged", test_needed_damaged);
  g_test_add_func ("/elf/compact", test_compact);
  g_test_add_func ("/elf/compact-refused", test_compact_refused);
  return g_test_run ();
}
