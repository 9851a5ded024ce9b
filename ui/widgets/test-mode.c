/* test-mode.c: permission bits as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-mode.h"

static void
test_words (void)
{
  const struct
  {
    guint32 mode;
    const char *octal;
    const char *text;
  } cases[] = {
    { 0755, "0755", "rwxr-xr-x" },  { 0644, "0644", "rw-r--r--" },  { 0, "0000", "---------" },
    { 04755, "4755", "rwsr-xr-x" }, { 02755, "2755", "rwxr-sr-x" }, { 01777, "1777", "rwxrwxrwt" },
    { 07000, "7000", "--S--S--T" }, { 07777, "7777", "rwsrwsrwt" }, { 0421, "0421", "r---w---x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *octal = graft_mode_dup_octal (cases[i].mode);
      g_autofree char *text = graft_mode_dup_text (cases[i].mode);

      g_assert_cmpstr (octal, ==, cases[i].octal);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_both_ways (void)
{
  for (guint32 mode = 0; mode <= GRAFT_MODE_ALL; mode++)
    {
      g_autofree char *octal = graft_mode_dup_octal (mode);
      g_autofree char *text = graft_mode_dup_text (mode);
      guint32 read = 1U << 31;

      g_assert_true (graft_mode_parse (octal, &read));
      g_assert_cmphex (read, ==, mode);
      read = 1U << 31;
      g_assert_true (graft_mode_parse (text, &read));
      g_assert_cmphex (read, ==, mode);
    }
}

static void
test_type_is_left_out (void)
{
  g_autofree char *octal = graft_mode_dup_octal (0100644);
  g_autofree char *text = graft_mode_dup_text (0100644);

  g_assert_cmpstr (octal, ==, "0644");
  g_assert_cmpstr (text, ==, "rw-r--r--");
}

static void
test_neither (void)
{
  const char *const bad[] = { "",          " ",          "8",         "10000",      "0644x",
                              "-1",        "rwx",        "rwxr-xr-",  "rwxr-xr-xx", "rwxr-xr-s",
                              "xwrr-xr-x", "rwxr-xr-x+", "rwtr-xr-x", "0x1ff",      "٠٦٤٤" };
  guint32 mode = 1U << 31;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (graft_mode_parse (bad[i], &mode));
  g_assert_cmphex (mode, ==, 1U << 31);
  g_assert_true (graft_mode_parse (" 644\n", &mode));
  g_assert_cmphex (mode, ==, 0644);
  g_assert_true (graft_mode_parse ("0000755", &mode));
  g_assert_cmphex (mode, ==, 0755);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mode/words", test_words);
  g_test_add_func ("/mode/both-ways", test_both_ways);
  g_test_add_func ("/mode/type-is-left-out", test_type_is_left_out);
  g_test_add_func ("/mode/neither", test_neither);
  return g_test_run ();
}
