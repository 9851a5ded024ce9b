/* test-modprobe-text.c: lines of modprobe.d, and what an edit leaves of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "modprobe/graft-modprobe-edit.h"
#include "modprobe/graft-modprobe-text.h"
#include "modprobe/graft-module-list.h"

/* "command(number) subject|rest" of each line, in one text. */
static char *
describe (const char *text)
{
  g_autoptr (GPtrArray) lines = graft_modprobe_text_parse (text, strlen (text));
  GString *all = g_string_new (NULL);
  gsize offset = 0;

  for (guint i = 0; i < lines->len; i++)
    {
      const GraftModprobeLine *line = g_ptr_array_index (lines, i);

      g_assert_cmpuint (line->offset, ==, offset);
      offset += line->length;
      for (guint c = 0; line->rest != NULL && line->rest[c] != '\0'; c++)
        g_assert_cmpint (text[line->rest_offsets[c]], ==, line->rest[c]);
      if (line->command == GRAFT_MODPROBE_NOTHING)
        continue;
      g_string_append_printf (all, "%s(%u)%s|%s;",
                              line->command == GRAFT_MODPROBE_IGNORED
                                  ? "ignored"
                                  : graft_modprobe_command_get_name (line->command),
                              line->number, line->subject != NULL ? line->subject : "",
                              line->rest != NULL ? line->rest : "");
    }
  g_assert_cmpuint (offset, ==, strlen (text));
  return g_string_free (all, FALSE);
}

static void
test_lines (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "\n  \n# options a b=1\n\t#x\n", "" },
    { "options loop max_loop=5", "options(1)loop|max_loop=5;" },
    { "options  loop\tmax_loop=5  x \n", "options(1)loop|max_loop=5  x ;" },
    { "options loop \\\n  max_loop=5 \\\n x=1\nblacklist b\n",
      "options(1)loop|max_loop=5  x=1;blacklist(4)b|;" },
    { "# comment \\\nblacklist a\nblacklist b\n", "blacklist(3)b|;" },
    { "bla\\cklist a\n", "blacklist(1)a|;" },
    { "blacklist a\\", "blacklist(1)a|;" },
    { "install a /bin/true \\\\\nremove a x\n", "install(1)a|/bin/true \\;remove(2)a|x;" },
    { "alias pci:v* e1000\nsoftdep a pre: b post: c\n",
      "alias(1)pci:v*|e1000;softdep(2)a|pre: b post: c;" },
    { "options loop\nalias a\nblacklist\nsomething else\n",
      "ignored(1)loop|;ignored(2)a|;ignored(3)|;ignored(4)|;" },
    { "blacklist a\r\n", "blacklist(1)a\r|;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *described = describe (cases[i][0]);

      g_assert_cmpstr (described, ==, cases[i][1]);
    }
}

static void
test_parameters (void)
{
  const char *text = " a  b=1 c=\"x y\"z \"d=p q\" e= ", *key;
  static const char *const wanted[] = { "a", "b=1", "c=\"x y\"z", "\"d=p q\"", "e=" };
  gsize key_length, length;

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *found = NULL;

      g_assert_true (graft_modprobe_next_parameter (&text, &key, &key_length, &length));
      found = g_strndup (key, length);
      g_assert_cmpstr (found, ==, wanted[i]);
    }
  g_assert_false (graft_modprobe_next_parameter (&text, &key, &key_length, &length));
  g_assert_true (graft_modprobe_is_same_name ("virtio-net", "virtio_net"));
  g_assert_false (graft_modprobe_is_same_name ("virtio-net", "virtio-ne"));
}

static void
assert_text (GBytes *bytes, const char *wanted)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_options (void)
{
  static const struct
  {
    const char *before, *key, *value, *after;
  } cases[] = {
    { "", "max_loop", "5", "options loop max_loop=5\n" },
    { "# mine", "max_loop", "5", "# mine\noptions loop max_loop=5\n" },
    { "# mine \\\n", "max_loop", "5", "# mine \\\n\noptions loop max_loop=5\n" },
    { "options loop max_loop=8 # eight\n", "max_loop", "5", "options loop max_loop=5 # eight\n" },
    { "options loop max-loop=8\n", "max_loop", "5", "options loop max-loop=5\n" },
    { "options loop max_loop\n", "max_loop", "5", "options loop max_loop=5\n" },
    { "options loop max_loop=8\noptions loop max_loop=9 a=1\n", "max_loop", "5",
      "options loop max_loop=8\noptions loop max_loop=5 a=1\n" },
    { "options loop a=1 \noptions other b=2\n", "max_loop", "5",
      "options loop a=1 max_loop=5 \noptions other b=2\n" },
    { "options loop \\\n  a=\"1 2\" \\\n  max_loop=8\n", "max_loop", "5",
      "options loop \\\n  a=\"1 2\" \\\n  max_loop=5\n" },
    { "options loop a=1\n", "name", "two words", "options loop a=1 name=\"two words\"\n" },
    { "options loop a=1\n", "a", "", "options loop a=\n" },
    { "options loop max_loop=8\n", "max_loop", NULL, "" },
    { "options loop max_loop=8 a=1\n", "max_loop", NULL, "options loop a=1\n" },
    { "options loop a=1 max_loop=8\n", "max_loop", NULL, "options loop a=1\n" },
    { "options loop a=1 max_loop=8 b=2\n", "max_loop", NULL, "options loop a=1 b=2\n" },
    { "x\noptions loop max_loop=1 max_loop=2\noptions loop max_loop=3 a=1 max_loop=4\ny",
      "max_loop", NULL, "x\noptions loop a=1\ny" },
    { "options loop a=1\n", "max_loop", NULL, "options loop a=1\n" },
    { "options loop max_loop=1  max_loop=2 b=3\n", "max_loop", NULL, "options loop b=3\n" },
    { "options loop max_loop=1 \\\n max_loop=2 b=3\n", "max_loop", NULL, "options loop b=3\n" },
    { "options loop a=1 max_loop=1 max_loop=2 b=3\n", "max_loop", NULL, "options loop a=1 b=3\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (cases[i].before, strlen (cases[i].before));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) edited
          = graft_modprobe_edit_set_option (text, "loop", cases[i].key, cases[i].value, &error);

      g_assert_no_error (error);
      assert_text (edited, cases[i].after);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *module, *key, *value;
  } cases[] = {
    { "", "a", "1" },     { "a b", "a", "1" },       { "../a", "a", "1" }, { "#a", "a", "1" },
    { "a\nb", "a", "1" }, { "-a", "a", "1" },        { "a", "", "1" },     { "a", "b c", "1" },
    { "a", "b=c", "1" },  { "a", "b", "say \"x\"" }, { "a", "b", "1\n2" }, { "a", "b", "c\\" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static ("", 0);
      g_autoptr (GError) error = NULL;

      g_assert_null (graft_modprobe_edit_set_option (text, cases[i].module, cases[i].key,
                                                     cases[i].value, &error));
      g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
    }
}

static void
test_open_quote (void)
{
  static const char before[] = "options loop a=1\n\noptions loop b=\"x\n";
  g_autoptr (GBytes) text = g_bytes_new_static (before, strlen (before));
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_modprobe_edit_set_option (text, "loop", "c", "1", &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "in line 3 the options of loop "));
}

static void
test_blacklist (void)
{
  static const struct
  {
    const char *before;
    gboolean on;
    const char *after;
  } cases[] = {
    { "", TRUE, "blacklist virtio-net\n" },
    { "options a b=1", TRUE, "options a b=1\nblacklist virtio-net\n" },
    { " blacklist virtio_net # old\n", TRUE, " blacklist virtio_net # old\n" },
    { "# why\nblacklist virtio_net\nblacklist a\nblacklist virtio-net", FALSE,
      "# why\nblacklist a\n" },
    { "blacklist a\n", FALSE, "blacklist a\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (cases[i].before, strlen (cases[i].before));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) edited
          = graft_modprobe_edit_set_blacklisted (text, "virtio-net", cases[i].on, &error);

      g_assert_no_error (error);
      assert_text (edited, cases[i].after);
    }
}

static void
test_list (void)
{
  static const struct
  {
    const char *before, *name, *options, *place, *after;
  } cases[] = {
    { "", "loop", NULL, NULL, "loop\n" },
    { "# List\nsquashfs", "loop", "max_loop=5", NULL, "# List\nsquashfs\nloop max_loop=5\n" },
    { "# List\nsquashfs\nvirtio_net\n", "virtio-pci", NULL, "virtio-net",
      "# List\nsquashfs\nvirtio-pci\nvirtio_net\n" },
    { "a\nvirtio_pci x=1 # once\nb\n", "virtio-pci", NULL, NULL, "a\nb\nvirtio-pci\n" },
    { "a\n; b\n  c  d=1 \n", "c", NULL, "a", "c\na\n; b\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (cases[i].before, strlen (cases[i].before));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) edited
          = graft_module_list_add (text, cases[i].name, cases[i].options, cases[i].place, &error);
      g_autoptr (GBytes) without = NULL;

      g_assert_no_error (error);
      assert_text (edited, cases[i].after);
      without = graft_module_list_remove (edited, cases[i].name);
      g_assert_null (strstr (g_bytes_get_data (without, NULL), cases[i].name));
    }
}

static void
test_list_refused (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("a\n", 2);
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_module_list_add (text, "b", NULL, "c", &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (graft_module_list_add (text, "b c", NULL, NULL, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (graft_module_list_add (text, "b", "x=1\ny", NULL, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modprobe-text/lines", test_lines);
  g_test_add_func ("/modprobe-text/parameters", test_parameters);
  g_test_add_func ("/modprobe-text/options", test_options);
  g_test_add_func ("/modprobe-text/refused", test_refused);
  g_test_add_func ("/modprobe-text/open-quote", test_open_quote);
  g_test_add_func ("/modprobe-text/blacklist", test_blacklist);
  g_test_add_func ("/modprobe-text/list", test_list);
  g_test_add_func ("/modprobe-text/list-refused", test_list_refused);
  return g_test_run ();
}
