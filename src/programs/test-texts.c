/* test-texts.c: the first line of a script, and ld.so.conf
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "image/graft-fake-tree.h"
#include "programs/graft-ld-conf.h"
#include "programs/graft-shebang.h"

static void
assert_shebang (const char *text, const char *interpreter, const char *argument,
                const char *program)
{
  g_autoptr (GraftShebang) shebang = graft_shebang_parse (text, strlen (text));

  if (interpreter == NULL)
    {
      g_assert_null (shebang);
      return;
    }
  g_assert_nonnull (shebang);
  g_assert_cmpstr (shebang->interpreter, ==, interpreter);
  g_assert_cmpstr (shebang->argument, ==, argument);
  g_assert_cmpstr (shebang->program, ==, program);
}

static void
test_shebang (void)
{
  assert_shebang ("#!/bin/sh\n", "/bin/sh", NULL, NULL);
  assert_shebang ("#! \t/bin/sh  -e x \t\nmore\n", "/bin/sh", "-e x", NULL);
  assert_shebang ("#!/bin/sh", "/bin/sh", NULL, NULL);
  assert_shebang ("#!/usr/bin/env python3\n", "/usr/bin/env", "python3", "python3");
  /* All behind env is one argument: the name of one program, with a blank in it. */
  assert_shebang ("#!/usr/bin/env python3 -u\n", "/usr/bin/env", "python3 -u", NULL);
  assert_shebang ("#!/usr/bin/env -S A=b python3 -u\n", "/usr/bin/env", "-S A=b python3 -u",
                  "python3");
  assert_shebang ("#!/usr/bin/env -S\n", "/usr/bin/env", "-S", NULL);
  assert_shebang ("#!\n", NULL, NULL, NULL);
  assert_shebang ("#!   ", NULL, NULL, NULL);
  assert_shebang ("#", NULL, NULL, NULL);
  assert_shebang ("", NULL, NULL, NULL);
  assert_shebang ("/bin/sh\n", NULL, NULL, NULL);
}

/* A path that goes on behind what the kernel looks at is not run; an argument may. */
static void
test_shebang_of_a_long_line (void)
{
  g_autofree char *name = g_strnfill (300, 'x');
  g_autofree char *path = g_strconcat ("#!/bin/", name, "\n", NULL);
  g_autofree char *argument = g_strconcat ("#!/bin/sh ", name, "\n", NULL);
  g_autoptr (GraftShebang) cut = graft_shebang_parse (path, strlen (path));
  g_autoptr (GraftShebang) whole = graft_shebang_parse (argument, strlen (argument));

  g_assert_null (cut);
  g_assert_nonnull (whole);
  g_assert_cmpstr (whole->interpreter, ==, "/bin/sh");
}

static void
assert_folders (const char *text, const char *expected)
{
  g_auto (GStrv) lines = g_strsplit (text, "|", -1);
  g_autoptr (GraftFakeTree) tree = graft_fake_tree_new (lines, 1);
  g_autoptr (GraftProgramRoot) root
      = graft_program_root_new (graft_fake_tree_get_root (tree), "root");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = graft_ld_conf_list_folders (root, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (folders, NULL);
  found = g_strjoinv (" ", (char **)folders->pdata);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_ld_conf (void)
{
  assert_folders ("f 0644 /etc/hosts x", "");
  assert_folders (
      "f 0644 /etc/ld.so.conf /a\\n  /b/  # text\\n#/c\\nhwcap 1 x\\n/d=libc6\\nrel\\n/a\\n",
      "/a /b /d");
  /* A line has a file's folders where it stands; relative to the file; hidden files do not match.
   */
  assert_folders ("f 0644 /etc/ld.so.conf include conf.d/*.conf\\n/last\\n"
                  "|f 0644 /etc/conf.d/b.conf /b\\n|f 0644 /etc/conf.d/a.conf /a\\n"
                  "|f 0644 /etc/conf.d/.c.conf /c\\n|f 0644 /etc/conf.d/d.txt /d\\n",
                  "/a /b /last");
  /* Round in circles, to what is not there, to a folder. */
  assert_folders ("f 0644 /etc/ld.so.conf include /etc/ld.so.conf /nowhere /etc\\n/a\\n", "/a");
  assert_folders ("f 0644 /etc/ld.so.conf include /e?c/[x-z]/*\\n"
                  "|f 0644 /etc/y/1 /one\\n|f 0644 /etc/y/2 /two\\n|f 0644 /etc/a/3 /three\\n",
                  "/one /two");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/programs/shebang", test_shebang);
  g_test_add_func ("/programs/shebang-of-a-long-line", test_shebang_of_a_long_line);
  g_test_add_func ("/programs/ld-conf", test_ld_conf);
  return g_test_run ();
}
