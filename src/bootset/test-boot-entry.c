/* test-boot-entry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-entry.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

static char *
join (GPtrArray *names)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", (char *)g_ptr_array_index (names, i));
  return g_string_free (text, FALSE);
}

/* "label|kernel|initrds|roots" of each entry, one a line. */
static char *
show (const char *text)
{
  g_autoptr (GPtrArray) entries = graft_boot_entry_parse (text);
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      GraftBootEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *initrds = join (entry->initrds);
      g_autoptr (GPtrArray) roots = graft_boot_entry_list_roots (entry);
      g_autofree char *root_names = join (roots);

      g_string_append_printf (lines, "%s|%s|%s|%s\n", entry->label != NULL ? entry->label : "-",
                              entry->kernel != NULL ? entry->kernel : "-", initrds, root_names);
    }
  return g_string_free (lines, FALSE);
}

static const struct
{
  const char *text;
  const char *shown;
} cases[] = {
  /* As a Clonezilla server has it. */
  { "SERIAL 0 115200\nDEFAULT Clonezilla-live\nPROMPT 0\n\nLABEL Clonezilla-live\n"
    "  KERNEL vmlinuz\n  APPEND initrd=initrd.img boot=live fetch=tftp://10.0.2.2/fs.squashfs\n",
    "Clonezilla-live|vmlinuz|initrd.img|tftp://10.0.2.2/fs.squashfs\n" },
  /* Case does not matter, nor do tabs and line ends of DOS. */
  { "label a\r\n\tkernel\t/boot/vmlinuz\r\n\tinitrd /boot/u.img,/boot/i.img\r\n",
    "a|/boot/vmlinuz|/boot/u.img,/boot/i.img|\n" },
  { "LABEL a\nLINUX v\nLABEL b\nLOCALBOOT 0\n", "a|v||\nb|-||\n" },
  /* INITRD and initrd= both count. */
  { "LABEL a\nLINUX v\nINITRD one\nAPPEND quiet initrd=two,three root=live:/x.img\n",
    "a|v|one,two,three|/x.img\n" },
  /* An APPEND before the first label holds where there is none; "-" says there is none. */
  { "APPEND initrd=all\nLABEL a\nKERNEL v\nLABEL b\nKERNEL w\nAPPEND initrd=own\n"
    "LABEL c\nKERNEL x\nAPPEND -\n",
    "a|v|all|\nb|w|own|\nc|x||\n" },
  /* DEFAULT may be a command line. */
  { "DEFAULT vmlinuz initrd=i quiet\n", "-|vmlinuz|i|\n" },
  { "DEFAULT a quiet\nLABEL a\nKERNEL v\n", "a|v||\n" },
  { "# LABEL a\nnonsense\n\nKERNEL v\n", "" },
  { "LABEL a\nKERNEL old\nKERNEL new\n", "a|new||\n" },
  { "LABEL\nKERNEL\nAPPEND\n", "|||\n" },
  { "", "" },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = show (cases[i].text);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_append (void)
{
  g_autoptr (GPtrArray) entries
      = graft_boot_entry_parse ("LABEL a\nKERNEL v\nAPPEND  boot=live  quiet \n");
  GraftBootEntry *entry = g_ptr_array_index (entries, 0);

  g_assert_cmpstr (entry->append, ==, "boot=live  quiet");
}

static void
test_names (void)
{
  g_assert_true (graft_boot_entry_is_name ("pxelinux.cfg", "default"));
  g_assert_true (graft_boot_entry_is_name ("pxelinux.cfg", "01-52-54-00-12-34-56"));
  g_assert_true (graft_boot_entry_is_name ("isolinux", "isolinux.cfg"));
  g_assert_true (graft_boot_entry_is_name ("", "extlinux.conf"));
  g_assert_false (graft_boot_entry_is_name ("", "default"));
}

static GraftInput *
input_of (GBytes *bytes)
{
  return graft_memory_input_new (bytes, "default");
}

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) binary = g_bytes_new_static ("LABEL a\n\0KERNEL v\n", 18);
  g_autoptr (GBytes) large
      = g_bytes_new_take (g_malloc0 (GRAFT_LIMIT_TEXT + 1), GRAFT_LIMIT_TEXT + 1);
  g_autoptr (GraftInput) binary_input = input_of (binary), large_input = input_of (large);

  g_assert_null (graft_boot_entry_read (binary_input, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_cmpstr (error->message, ==,
                   "default is not a boot configuration: it has a NUL at byte 8, which no text "
                   "has");
  g_clear_error (&error);
  g_assert_null (graft_boot_entry_read (large_input, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE);
}

/* A million lines are read in time, and end somewhere. */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) entries = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 500000; i++)
    g_string_append (text, "LABEL a\nKERNEL v\n");
  entries = graft_boot_entry_parse (text->str);
  g_assert_cmpuint (entries->len, ==, 10000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/boot-entry/parse", test_parse);
  g_test_add_func ("/boot-entry/append", test_append);
  g_test_add_func ("/boot-entry/names", test_names);
  g_test_add_func ("/boot-entry/read", test_read);
  g_test_add_func ("/boot-entry/many", test_many);
  return g_test_run ();
}
