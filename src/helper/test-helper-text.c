/* test-helper-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "helper/graft-helper-text.h"

/* Each in English, and in Chinese by the catalogue of this build. */
static const struct
{
  const char *text, *chinese;
} cases[] = {
  { "system calls", "系统调用" },
  { "it could not be confined (system calls)", "无法限制它的权限（系统调用）" },
  { "the path usr/… is too long", "路径 usr/… 过长" },
  /* A file may be named like one of the texts. */
  { "the owner of no memory is out of range", "no memory 的属主超出范围" },
  { "the link %s has no target", "链接 %s 没有目标" },
  /* What others say stays: libarchive's, and almost one of ours. */
  { "Truncated tar archive", "Truncated tar archive" },
  { "system calls!", "system calls!" },
  { "the link a has no", "the link a has no" },
  { "", "" },
};

static void
test_english (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = graft_helper_text_translate (cases[i].text);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_chinese (void)
{
  g_assert_nonnull (setlocale (LC_ALL, "C.UTF-8"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = graft_helper_text_translate (cases[i].text);

      g_assert_cmpstr (text, ==, cases[i].chinese);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("BOOTGRAFT_LOCALES"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_test_add_func ("/helper-text/english", test_english);
  g_test_add_func ("/helper-text/chinese", test_chinese);
  return g_test_run ();
}
