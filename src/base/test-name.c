/* test-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-name.h"

static const struct
{
  const char *name;
  const char *shown;
} cases[] = {
  { "modules", "modules" },
  { "two words", "two words" },
  { "a\nb", "a\\nb" },
  { "\033[31m", "\\x1b[31m" },
  { "\xff\xfe", "\\xff\\xfe" },
  { "a\xe2\x80\xae"
    "b",
    "a\\u202eb" },
  { "内核", "内核" },
  { "back\\slash", "back\\\\slash" },
  { "\xc2\x85", "\\u0085" },
};

static void
test_escape (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = graft_name_escape (cases[i].name);
      g_autofree char *back = graft_name_unescape (shown);

      g_assert_cmpstr (shown, ==, cases[i].shown);
      g_assert_cmpstr (back, ==, cases[i].name);
    }
}

static void
test_nonsense (void)
{
  static const char *const texts[] = { "\\q", "\\x0", "\\x00", "\\xzz", "\\u12", "\\" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (graft_name_unescape (texts[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name/escape", test_escape);
  g_test_add_func ("/name/nonsense", test_nonsense);
  return g_test_run ();
}
