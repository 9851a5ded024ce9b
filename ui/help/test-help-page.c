/* test-help-page.c: the pages of the user guide, in English and translated
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "help/graft-help-page.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#define HEAD "<page id=\"x\"><title>T</title><desc>D</desc>"

static void
check (const char *body, GraftHelpKind kind, const char *text)
{
  g_autofree char *xml = g_strconcat (HEAD, body, "</page>", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftHelpPage) page = graft_help_page_parse (xml, strlen (xml), &error);
  const GraftHelpBlock *block;

  g_assert_no_error (error);
  g_assert_cmpstr (page->name, ==, "x");
  g_assert_cmpstr (page->title, ==, "T");
  g_assert_cmpstr (page->summary, ==, "D");
  g_assert_cmpuint (page->blocks->len, ==, 1);
  block = g_ptr_array_index (page->blocks, 0);
  g_assert_cmpint (block->kind, ==, kind);
  g_assert_cmpstr (block->text, ==, text);
}

static void
test_blocks (void)
{
  check ("<p>a\n   b  c</p>", GRAFT_HELP_TEXT, "a b c");
  check ("<title>later</title>", GRAFT_HELP_TITLE, "later");
  check ("<item>an <code>initrd.img</code>, by <key>F1</key></item>", GRAFT_HELP_ITEM,
         "an <tt>initrd.img</tt>, by <b>F1</b>");
  check ("<note>press <gui>_Close</gui>.</note>", GRAFT_HELP_NOTE, "press <b>Close</b>.");
  check ("<p><gui>no modules for %s</gui></p>", GRAFT_HELP_TEXT, "<b>no modules for …</b>");
  check ("<screen>a \\\n    b</screen>", GRAFT_HELP_SCREEN, "a \\\n    b");
  check ("<see page=\"plan\"/>", GRAFT_HELP_SEE, "plan");
}

static void
test_steps_are_counted (void)
{
  const char *xml = HEAD "<step>a</step><step>b</step><p>c</p><step>d</step></page>";
  const guint numbers[] = { 1, 2, 0, 1 };
  g_autoptr (GraftHelpPage) page = graft_help_page_parse (xml, strlen (xml), NULL);

  g_assert_cmpuint (page->blocks->len, ==, G_N_ELEMENTS (numbers));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpuint (((GraftHelpBlock *)g_ptr_array_index (page->blocks, i))->number, ==,
                      numbers[i]);
}

static void
test_no_page (void)
{
  const char *const bad[] = { "",
                              "<page/>",
                              "<page id=\"x\"/>",
                              "<page id=\"x\"><title>T</title></page>",
                              "<other id=\"x\"/>",
                              "<page id=\"x\" more=\"y\"><title>T</title><desc>D</desc></page>",
                              HEAD "<p>a</page>",
                              HEAD "<p><p>a</p></p></page>",
                              HEAD "<table/></page>",
                              HEAD "<p>a <see page=\"x\"/></p></page>",
                              HEAD "<p>a <gui>b <code>c</code></gui></p></page>",
                              HEAD "<see/></page>",
                              HEAD "<p>" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (graft_help_page_parse (bad[i], strlen (bad[i]), &error));
      g_assert_nonnull (error);
    }
}

static void
test_quote (void)
{
  const char *const cases[][2] = { { "Swap kernel…", "Swap kernel…" },
                                   { "Choose a _folder…", "Choose a folder…" },
                                   { "选择文件夹(_F)…", "选择文件夹…" },
                                   { "%s needs %s more, %u of %.1f", "… needs … more, … of …" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = graft_help_quote (cases[i][0]);

      g_assert_cmpstr (shown, ==, cases[i][1]);
    }
}

/* Of what is well-formed only what is shown remains. */
static char *
dup_plain (const char *markup)
{
  g_autoptr (GRegex) tags = g_regex_new ("</?(b|tt)>", 0, 0, NULL);
  char *plain = g_regex_replace_literal (tags, markup, -1, 0, "", 0, NULL);

  g_assert_null (strchr (plain, '<'));
  return plain;
}

static gboolean
is_chinese (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

static void
check_page (const char *folder, const char *name, gboolean chinese)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *xml = NULL, *file = NULL;
  g_autoptr (GraftHelpPage) page = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &xml, &length, NULL));
  page = graft_help_page_parse (xml, length, &error);
  g_assert_no_error (error);
  file = g_strconcat (page->name, ".page", NULL);
  g_assert_cmpstr (file, ==, name);
  g_assert_cmpint (is_chinese (page->title), ==, chinese);
  g_assert_cmpint (is_chinese (page->summary), ==, chinese);
  for (guint i = 0; i < page->blocks->len; i++)
    {
      const GraftHelpBlock *block = g_ptr_array_index (page->blocks, i);
      g_autofree char *plain = NULL;

      if (block->kind == GRAFT_HELP_SCREEN || block->kind == GRAFT_HELP_SEE)
        continue;
      plain = dup_plain (block->text);
      if (is_chinese (plain) != chinese)
        g_error ("%s, block %u: “%s”", name, i, plain);
    }
}

static void
check_pages (gboolean chinese)
{
  const char *folder = g_getenv ("BOOTGRAFT_HELP");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".page"))
      {
        check_page (folder, name, chinese);
        n++;
      }
  g_assert_cmpuint (n, >=, 10);
}

static void
test_pages (void)
{
  check_pages (FALSE);
}

static void
test_pages_in_chinese (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("LANGUAGE", "zh_CN", TRUE);
      g_assert_nonnull (setlocale (LC_ALL, "C.UTF-8"));
      bindtextdomain (GRAFT_HELP_DOMAIN, g_getenv ("BOOTGRAFT_HELP_LOCALES"));
      bind_textdomain_codeset (GRAFT_HELP_DOMAIN, "UTF-8");
      check_pages (TRUE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/help-page/blocks", test_blocks);
  g_test_add_func ("/help-page/steps-are-counted", test_steps_are_counted);
  g_test_add_func ("/help-page/no-page", test_no_page);
  g_test_add_func ("/help-page/quote", test_quote);
  g_test_add_func ("/help-page/pages", test_pages);
  g_test_add_func ("/help-page/pages-in-chinese", test_pages_in_chinese);
  return g_test_run ();
}
