/* test-content.c: what is text, and what bytes look like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-content.h"

#include <string.h>

static gboolean
is_text (const char *text)
{
  return graft_content_is_text ((const guint8 *)text, strlen (text));
}

static void
test_is_text (void)
{
  g_autofree char *latin = g_strdup_printf ("%*s\xe9t\xe9\n", 80, "");

  g_assert_true (is_text (""));
  g_assert_true (is_text ("loop\nsquashfs\r\n\tx\f"));
  g_assert_true (is_text ("\x1b[32mok\x1b[0m"));
  g_assert_true (is_text ("启动 grüße"));
  g_assert_true (is_text (latin));
  g_assert_false (is_text ("\x7f"
                           "ELF\x02\x01\x01\x03"));
  g_assert_false (is_text ("\x1f\x8b\x08\x01\x02\x03\x04\x05\x06\x07\x0e\x0f"));
  g_assert_false (is_text ("\xe9\xe8\xfc\xfd"));
  g_assert_false (graft_content_is_text ((const guint8 *)"a\0b", 3));
}

/* Where the reader stops in the middle of a character, that is no bad byte. */
static void
test_cut_off (void)
{
  const char *text = "é启𝄞";
  const gsize cuts[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  const char *const expected[] = { "", "", "é", "é", "é", "é启", "é启", "é启", "é启", "é启𝄞" };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      gboolean broken = TRUE;
      g_autofree char *shown = graft_content_dup_text ((const guint8 *)text, cuts[i], &broken);

      g_assert_true (graft_content_is_text ((const guint8 *)text, cuts[i]));
      g_assert_cmpstr (shown, ==, expected[i]);
      g_assert_false (broken);
    }
}

static void
test_bad_bytes_are_visible (void)
{
  gboolean broken;
  g_autofree char *text = graft_content_dup_text ((const guint8 *)"a\xff"
                                                                  "b\xe9 c",
                                                  6, &broken);

  g_assert_cmpstr (text, ==,
                   "a\xef\xbf\xbd"
                   "b\xef\xbf\xbd c");
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
test_direction_is_not_turned (void)
{
  const char *text = "a\u202eb\u2066c\u200dd";
  gboolean broken;
  g_autofree char *shown = graft_content_dup_text ((const guint8 *)text, strlen (text), &broken);

  g_assert_cmpstr (shown, ==, "a\ufffdb\ufffdc\u200dd");
}

static void
test_many_lines (void)
{
  g_autofree char *lines = g_strnfill (GRAFT_CONTENT_LINES + 1, '\n');
  const guint8 *data = (const guint8 *)lines;

  g_assert_cmpuint (graft_content_count_shown (data, 0), ==, 0);
  g_assert_cmpuint (graft_content_count_shown (data, GRAFT_CONTENT_LINES), ==, GRAFT_CONTENT_LINES);
  g_assert_cmpuint (graft_content_count_shown (data, GRAFT_CONTENT_LINES + 1), ==,
                    GRAFT_CONTENT_LINES);
  g_assert_cmpuint (graft_content_count_shown ((const guint8 *)"a\nb", 3), ==, 3);
}

static void
test_long_lines (void)
{
  g_autofree char *line = g_strnfill (2 * GRAFT_CONTENT_LINE + 1, 'x');
  g_autofree char *fits = g_strnfill (GRAFT_CONTENT_LINE, 'x');
  g_autofree char *two = g_strconcat (fits, "\n", fits, "\n", NULL);
  gboolean broken;
  g_autofree char *text = graft_content_dup_text ((const guint8 *)line, strlen (line), &broken);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *same = NULL;

  g_assert_true (broken);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, fits);
  g_assert_cmpstr (lines[1], ==, fits);
  g_assert_cmpstr (lines[2], ==, "x");
  same = graft_content_dup_text ((const guint8 *)two, strlen (two), &broken);
  g_assert_false (broken);
  g_assert_cmpstr (same, ==, two);
}

static void
test_hex (void)
{
  g_autofree char *none = graft_content_dup_hex ((const guint8 *)"", 0);
  g_autofree char *two
      = graft_content_dup_hex ((const guint8 *)"\x7f"
                                               "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0~\xff",
                               20);
  g_autofree char *whole = graft_content_dup_hex ((const guint8 *)"0123456789abcdef", 16);

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (
      two, ==,
      "00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|\n"
      "00000010  02 00 7e ff                                       |..~.|");
  g_assert_cmpstr (
      whole, ==, "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|");
}

static GraftContent *
read_content (const void *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "file");
  g_autoptr (GError) error = NULL;
  GraftContent *content = graft_content_read (input, &error);

  g_assert_no_error (error);
  return content;
}

static void
test_read (void)
{
  g_autoptr (GraftContent) empty = read_content ("", 0);
  g_autoptr (GraftContent) text = read_content ("loop\n", 5);
  g_autoptr (GraftContent) binary = read_content ("a\0b", 3);

  g_assert_cmpstr (empty->text, ==, "");
  g_assert_cmpstr (empty->hex, ==, "");
  g_assert_cmpstr (text->text, ==, "loop\n");
  g_assert_cmpuint (text->text_shown, ==, 5);
  g_assert_cmpuint (text->hex_shown, ==, 5);
  g_assert_null (binary->text);
  g_assert_cmpuint (binary->size, ==, 3);
}

static void
test_read_large (void)
{
  const gsize size = GRAFT_CONTENT_TEXT_FILE;
  g_autofree char *data = g_malloc (size + 1);
  g_autoptr (GraftContent) largest = NULL;
  g_autoptr (GraftContent) larger = NULL;

  memset (data, ' ', size + 1);
  largest = read_content (data, size);
  larger = read_content (data, size + 1);
  g_assert_true (largest->broken);
  g_assert_cmpuint (largest->text_shown, ==, GRAFT_CONTENT_TEXT_SHOWN);
  g_assert_cmpuint (largest->hex_shown, ==, GRAFT_CONTENT_HEX_SHOWN);
  g_assert_null (larger->text);
  g_assert_cmpuint (larger->hex_shown, ==, GRAFT_CONTENT_HEX_SHOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content/is-text", test_is_text);
  g_test_add_func ("/content/cut-off", test_cut_off);
  g_test_add_func ("/content/bad-bytes-are-visible", test_bad_bytes_are_visible);
  g_test_add_func ("/content/direction-is-not-turned", test_direction_is_not_turned);
  g_test_add_func ("/content/many-lines", test_many_lines);
  g_test_add_func ("/content/long-lines", test_long_lines);
  g_test_add_func ("/content/hex", test_hex);
  g_test_add_func ("/content/read", test_read);
  g_test_add_func ("/content/read-large", test_read_large);
  return g_test_run ();
}
