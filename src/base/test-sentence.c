/* test-sentence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-sentence.h"

static void
test_numbers (void)
{
  /* Two in one call keep apart. */
  g_autofree char *text = g_strdup_printf ("%s %s", GRAFT_NUMBER (0), GRAFT_NUMBER (G_MAXUINT64));

  g_assert_cmpstr (text, ==, "0 18446744073709551615");
}

static void
test_subject (void)
{
  static const struct
  {
    const char *sentence, *subject, *whole;
  } cases[] = {
    { "%s is a folder", "/etc", "/etc is a folder" },
    { "无法打开 %s：它已损坏", "a", "无法打开 a：它已损坏" },
    { "gone: %s", "", "gone: " },
    /* The name of a file is no format. */
    { "%s does not exist", "%s%n", "%s%n does not exist" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *whole = graft_sentence_about (cases[i].sentence, cases[i].subject);

      g_assert_cmpstr (whole, ==, cases[i].whole);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sentence/numbers", test_numbers);
  g_test_add_func ("/sentence/subject", test_subject);
  return g_test_run ();
}
