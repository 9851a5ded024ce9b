/* test-boot-entry-edit.c: options of the kernels that a syslinux configuration starts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "bootset/graft-boot-entry-edit.h"
#include "bootset/graft-boot-entry.h"

#define LIVE "DEFAULT live\nLABEL live\n  KERNEL vmlinuz\n  INITRD initrd.img\n"

static void
test_edits (void)
{
  static const struct
  {
    const char *before, *word;
    GraftBootOptionAction action;
    const char *after;
  } cases[] = {
    { LIVE "  APPEND boot=live quiet\n", "debug", GRAFT_BOOT_OPTION_SET,
      LIVE "  APPEND boot=live quiet debug\n" },
    { LIVE "  APPEND boot=live debug  quiet", "debug", GRAFT_BOOT_OPTION_SET,
      LIVE "  APPEND boot=live debug  quiet" },
    { LIVE "  append a=1 b a=2 \r\n# end", "a=3", GRAFT_BOOT_OPTION_SET,
      LIVE "  append a=3 b \r\n# end" },
    { LIVE "  append console=tty0\n", "console=ttyS0", GRAFT_BOOT_OPTION_ADD,
      LIVE "  append console=tty0 console=ttyS0\n" },
    { LIVE "  append fetch=tftp://x/y boot=live fetch\n", "fetch", GRAFT_BOOT_OPTION_DROP,
      LIVE "  append boot=live\n" },
    { LIVE "  append a=1 a=2 b\n", "a=2", GRAFT_BOOT_OPTION_DROP, LIVE "  append a=1 b\n" },
    { LIVE "  append a=\"b c\" d\n", "b", GRAFT_BOOT_OPTION_DROP, LIVE "  append a=\"b c\" d\n" },
    { LIVE "  APPEND -\n", "debug", GRAFT_BOOT_OPTION_SET, LIVE "  APPEND debug\n" },
    { LIVE, "debug", GRAFT_BOOT_OPTION_SET,
      "DEFAULT live\nLABEL live\n  KERNEL vmlinuz\n  APPEND debug\n  INITRD initrd.img\n" },
    { LIVE, "debug", GRAFT_BOOT_OPTION_DROP, LIVE },
    { "APPEND a\nLABEL x\nKERNEL k\nINITRD i\nLABEL y\nKERNEL k\nINITRD i\nAPPEND b\n", "debug",
      GRAFT_BOOT_OPTION_SET,
      "APPEND a debug\nLABEL x\nKERNEL k\nINITRD i\nLABEL y\nKERNEL k\nINITRD i\nAPPEND b "
      "debug\n" },
    { "APPEND initrd=i a\nLABEL x\nLINUX k\n", "debug", GRAFT_BOOT_OPTION_SET,
      "APPEND initrd=i a debug\nLABEL x\nLINUX k\n" },
    { LIVE "  APPEND a\nLABEL disk\n  LOCALBOOT 0\nLABEL test\n  KERNEL memtest\n  APPEND x\n",
      "debug", GRAFT_BOOT_OPTION_SET,
      LIVE
      "  APPEND a debug\nLABEL disk\n  LOCALBOOT 0\nLABEL test\n  KERNEL memtest\n  APPEND x\n" },
    { "DEFAULT vmlinuz initrd=i quiet\n", "debug", GRAFT_BOOT_OPTION_SET,
      "DEFAULT vmlinuz initrd=i quiet debug\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (cases[i].before, strlen (cases[i].before));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) edited
          = graft_boot_entry_edit_option (text, NULL, cases[i].word, cases[i].action, &error);
      g_autofree char *got = NULL;

      g_assert_no_error (error);
      got = g_strndup (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited));
      g_assert_cmpstr (got, ==, cases[i].after);
    }
}

static void
test_label (void)
{
  static const char before[] = "LABEL one\nKERNEL k\nLABEL two\nKERNEL k\n";
  g_autoptr (GBytes) text = g_bytes_new_static (before, strlen (before));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) edited
      = graft_boot_entry_edit_option (text, "two", "debug", GRAFT_BOOT_OPTION_SET, &error);
  g_autofree char *got = NULL;

  g_assert_no_error (error);
  got = g_strndup (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited));
  g_assert_cmpstr (got, ==, "LABEL one\nKERNEL k\nLABEL two\nKERNEL k\nAPPEND debug\n");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *label, *word;
    GraftErrorCode code;
    const char *message;
  } cases[] = {
    { NULL, "", GRAFT_ERROR_INVALID, "“” is no option" },
    { NULL, "a b", GRAFT_ERROR_INVALID, "“a b” is no option" },
    { NULL, "-a", GRAFT_ERROR_INVALID, "“-a” is no option" },
    { NULL, "a\n", GRAFT_ERROR_INVALID, "“a\\n” is no option" },
    { "no", "a", GRAFT_ERROR_NOT_FOUND, "no entry “no” that starts a kernel" },
    { NULL, "a", GRAFT_ERROR_NOT_FOUND, "no entry starts a kernel with an initrd" },
  };
  static const char before[] = "LABEL no-initrd\nKERNEL k\n";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (before, strlen (before));
      g_autoptr (GError) error = NULL;

      g_assert_null (graft_boot_entry_edit_option (text, cases[i].label, cases[i].word,
                                                   GRAFT_BOOT_OPTION_SET, &error));
      g_assert_error (error, GRAFT_STEP_ERROR, (int)cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, cases[i].message));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/boot-entry-edit/edits", test_edits);
  g_test_add_func ("/boot-entry-edit/label", test_label);
  g_test_add_func ("/boot-entry-edit/refused", test_refused);
  return g_test_run ();
}
