/* test-lookup.c: what helpers say of look-ups: honest ones, liars, and those that die
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "helper/graft-lookup-reply.h"
#include "helper/graft-test-package.h"

static void
put_frame (GByteArray *frames, char type, const void *payload, gsize length)
{
  guint8 size[4];

  graft_bytes_put_le32 (size, length);
  g_byte_array_append (frames, (const guint8 *)&type, 1);
  g_byte_array_append (frames, size, sizeof size);
  g_byte_array_append (frames, payload, length);
}

static void
put_number (GByteArray *frames, char type, guint32 value, gsize length)
{
  guint8 bytes[8] = { 0 };

  graft_bytes_put_le32 (bytes, value);
  put_frame (frames, type, bytes, length);
}

/* Frames by a text of words: "H" greeting, "m1name" module of kind 1, "a2" end of an answer of two
 * modules, "z3" end after three answers, "x1text" error of code 1; "?" some other frame. */
static GByteArray *
make_frames (const char *text)
{
  GByteArray *frames = g_byte_array_new ();
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    {
      guint8 number = g_ascii_isdigit (words[i][1]) ? words[i][1] - '0' : 0;

      switch (words[i][0])
        {
        case 'H':
          put_number (frames, 'H', GRAFT_HELPER_VERSION + number, 4);
          break;
        case 'm':
          words[i][1] = number;
          put_frame (frames, 'M', words[i] + 1, strlen (words[i] + 2) + 1);
          break;
        case 'a':
          put_number (frames, 'A', number, 4);
          break;
        case 'z':
          put_number (frames, 'Z', number, 8);
          break;
        case 'x':
          {
            g_autofree char *payload = g_strconcat ("nnnn", words[i] + 2, NULL);

            graft_bytes_put_le32 ((guint8 *)payload, number);
            put_frame (frames, 'X', payload, strlen (words[i] + 2) + 4);
          }
          break;
        default:
          put_frame (frames, '?', "", 0);
          break;
        }
    }
  return frames;
}

/* "1name 2name; ; 3name" */
static char *
as_text (GPtrArray *answers)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < answers->len; i++)
    {
      GPtrArray *answer = g_ptr_array_index (answers, i);

      g_string_append (text, i > 0 ? ";" : "");
      for (guint j = 0; j < answer->len; j++)
        {
          const GraftFound *found = g_ptr_array_index (answer, j);

          g_string_append_printf (text, " %d%s", found->kind, found->name);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_honest (void)
{
  static const struct
  {
    GraftLookupQuestion question;
    guint n_texts;
    const char *frames;
    const char *text;
  } cases[] = {
    { GRAFT_LOOKUP_ALIASES, 0, "H z0", "" },
    { GRAFT_LOOKUP_ALIASES, 3, "H m1ext4 m1ext4 m2ext2 a3 a0 m2xfs a1 z3",
      " 1ext4 1ext4 2ext2;; 2xfs" },
    { GRAFT_LOOKUP_DEPENDENCIES, 2, "H m1a m3b m3c m4d m5e m5f a6 m2g a1 z2",
      " 1a 3b 3c 4d 5e 5f; 2g" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) frames = make_frames (cases[i].frames);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) answers = graft_lookup_reply_parse (
          "1.0", cases[i].question, cases[i].n_texts, frames->data, frames->len, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = as_text (answers);
      g_assert_cmpstr (text, ==, cases[i].text);
      /* Any part of it ends too early, and that is all that is wrong with it. */
      for (guint length = 0; length < frames->len; length++)
        {
          g_autofree guint8 *part = g_memdup2 (frames->data, length);

          g_assert_null (graft_lookup_reply_parse ("1.0", cases[i].question, cases[i].n_texts, part,
                                                   length, &error));
          g_assert_no_error (error);
        }
    }
}

static void
assert_refused (GraftLookupQuestion question, guint n_texts, const guint8 *bytes, gsize length,
                int code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_lookup_reply_parse ("1.0", question, n_texts, bytes, length, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  if (strstr (error->message, message) == NULL)
    g_error ("“%s” does not say “%s”", error->message, message);
}

static void
test_lies (void)
{
  static const struct
  {
    GraftLookupQuestion question;
    const char *frames; /* of a reply to one text */
    int code;
    const char *message;
  } cases[] = {
    { GRAFT_LOOKUP_ALIASES, "a0 z1", GRAFT_ERROR_CORRUPTED, "no greeting" },
    { GRAFT_LOOKUP_ALIASES, "x1text", GRAFT_ERROR_CORRUPTED, "no greeting" },
    { GRAFT_LOOKUP_ALIASES, "H H", GRAFT_ERROR_CORRUPTED, "a second greeting" },
    { GRAFT_LOOKUP_ALIASES, "H1", GRAFT_ERROR_UNSUPPORTED, "of another version (2, needed is 1)" },
    { GRAFT_LOOKUP_ALIASES, "H ?", GRAFT_ERROR_CORRUPTED, "a frame of an unknown kind" },
    { GRAFT_LOOKUP_ALIASES, "H m1", GRAFT_ERROR_CORRUPTED, "without a fitting name" },
    { GRAFT_LOOKUP_ALIASES, "H m1../a", GRAFT_ERROR_CORRUPTED, "without a fitting name" },
    { GRAFT_LOOKUP_ALIASES, "H m0a", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_ALIASES, "H m3a", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_ALIASES, "H m2a m1b", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_DEPENDENCIES, "H m3a", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_DEPENDENCIES, "H m1a m1b", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_DEPENDENCIES, "H m1a m4b m3c", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_DEPENDENCIES, "H m1a m6b", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_ALIASES, "H a0 m1a", GRAFT_ERROR_CORRUPTED, "that was not asked for" },
    { GRAFT_LOOKUP_ALIASES, "H m1a a2", GRAFT_ERROR_CORRUPTED, "does not fit its modules" },
    { GRAFT_LOOKUP_ALIASES, "H a0 a0", GRAFT_ERROR_CORRUPTED, "more answers than questions" },
    { GRAFT_LOOKUP_ALIASES, "H z0", GRAFT_ERROR_CORRUPTED, "an end that does not fit" },
    { GRAFT_LOOKUP_ALIASES, "H z1", GRAFT_ERROR_CORRUPTED, "an end that does not fit" },
    { GRAFT_LOOKUP_ALIASES, "H a0 z2", GRAFT_ERROR_CORRUPTED, "an end that does not fit" },
    { GRAFT_LOOKUP_ALIASES, "H a0 z1 a0", GRAFT_ERROR_CORRUPTED, "something after the end" },
    { GRAFT_LOOKUP_ALIASES, "H x1no\033index", GRAFT_ERROR_CORRUPTED,
      "The module indexes that depmod made for 1.0 cannot be read (no\\x1bindex)" },
    { GRAFT_LOOKUP_ALIASES, "H x3none", GRAFT_ERROR_TOO_LARGE, "too much memory (none)" },
    { GRAFT_LOOKUP_ALIASES, "H x4closed", GRAFT_ERROR_IO, "what to look for: closed" },
    { GRAFT_LOOKUP_ALIASES, "H x5seccomp", GRAFT_ERROR_REFUSED, "are not looked up: seccomp" },
    { GRAFT_LOOKUP_ALIASES, "H x9what", GRAFT_ERROR_CORRUPTED, "an error of an unknown kind" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) frames = make_frames (cases[i].frames);

      assert_refused (cases[i].question, 1, frames->data, frames->len, cases[i].code,
                      cases[i].message);
    }
}

/* What make_frames() has no words for. */
static void
test_malformed (void)
{
  g_autofree char *long_name = g_strnfill (GRAFT_LIMIT_NAME + 2, '\001');
  static const struct
  {
    char type;
    const char *payload;
    gsize length;
    const char *message;
  } cases[] = {
    { 'M', "", 0, "without a fitting name" },
    { 'M', "\001a\000b", 4, "without a fitting name" },
    { 'A', "\000\000\000", 3, "does not fit its modules" },
    { 'Z', "\001\000\000\000", 4, "an end that does not fit" },
    { 'X', "\001\000", 2, "an error without a code" },
  };
  g_autoptr (GByteArray) huge = make_frames ("H");
  g_autoptr (GByteArray) named = make_frames ("H");
  g_autoptr (GByteArray) tail = make_frames ("H a0 z1");
  g_autoptr (GByteArray) greeting = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) frames = make_frames ("H");

      put_frame (frames, cases[i].type, cases[i].payload, cases[i].length);
      assert_refused (GRAFT_LOOKUP_ALIASES, 1, frames->data, frames->len, GRAFT_ERROR_CORRUPTED,
                      cases[i].message);
    }
  put_frame (greeting, 'H', "\001\000\000", 3);
  assert_refused (GRAFT_LOOKUP_ALIASES, 1, greeting->data, greeting->len, GRAFT_ERROR_CORRUPTED,
                  "a greeting of the wrong length");
  put_frame (named, 'M', long_name, GRAFT_LIMIT_NAME + 2);
  assert_refused (GRAFT_LOOKUP_ALIASES, 1, named->data, named->len, GRAFT_ERROR_CORRUPTED,
                  "without a fitting name");
  /* A length is not believed before its bytes are there. */
  g_byte_array_append (huge, (const guint8 *)"M\377\377\377\377", 5);
  assert_refused (GRAFT_LOOKUP_ALIASES, 1, huge->data, huge->len, GRAFT_ERROR_CORRUPTED,
                  "a frame that is too long");
  g_byte_array_append (tail, (const guint8 *)"!", 1);
  assert_refused (GRAFT_LOOKUP_ALIASES, 1, tail->data, tail->len, GRAFT_ERROR_CORRUPTED,
                  "something after the end");
}

/* Asks a stand-in for the program that does what @script says. */
static GPtrArray *
ask (const char *script, GPtrArray *texts, GError **error)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "helper");
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\n", script);
  GPtrArray *answers;

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_setenv ("BOOTGRAFT_HELPER", path, TRUE);
  answers = graft_helper_lookup (graft_test_folder_get_path (folder), "lib", "6.1.0-9",
                                 GRAFT_LOOKUP_ALIASES, texts, NULL, error);
  g_unsetenv ("BOOTGRAFT_HELPER");
  return answers;
}

#define HELLO "printf 'H\\004\\000\\000\\000\\001\\000\\000\\000';"
#define ANSWER "printf 'M\\003\\000\\000\\000\\001fsA\\004\\000\\000\\000\\001\\000\\000\\000';"
#define END "printf 'Z\\010\\000\\000\\000\\001\\000\\000\\000\\000\\000\\000\\000';"

static void
test_processes (void)
{
  static const struct
  {
    const char *script;
    int code;
    const char *message;
  } cases[] = {
    { "exit 0", GRAFT_ERROR_IO,
      "The helper that looks modules of 6.1.0-9 up ended before it was done (status 0)" },
    { HELLO ANSWER END "exit 3", GRAFT_ERROR_IO, "ended before it was done (status 3)" },
    { HELLO ANSWER "echo lost its way >&2; exit 1", GRAFT_ERROR_IO, "(status 1): lost its way" },
    { HELLO ANSWER "kill -ABRT $$", GRAFT_ERROR_CORRUPTED,
      "The helper that looks modules of 6.1.0-9 up crashed (Aborted)" },
    { HELLO ANSWER END "kill -SEGV $$", GRAFT_ERROR_CORRUPTED, "crashed (Segmentation fault)" },
    { HELLO "kill -KILL $$", GRAFT_ERROR_IO, "was stopped from outside (Killed)" },
    { "yes", GRAFT_ERROR_TOO_LARGE, "more than 67108864 bytes were asked for or answered" },
    { HELLO ANSWER ANSWER END, GRAFT_ERROR_CORRUPTED, "answered with nonsense" },
  };
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_ptr_array_add (texts, (gpointer) "fs-base");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) local = NULL;

      g_assert_null (ask (cases[i].script, texts, &local));
      g_assert_error (local, GRAFT_IMAGE_ERROR, cases[i].code);
      if (strstr (local->message, cases[i].message) == NULL)
        g_error ("“%s” does not say “%s”", local->message, cases[i].message);
    }
  /* Their frames are right as far as they go. */
  answers = ask (HELLO ANSWER END, texts, &error);
  g_assert_no_error (error);
  text = as_text (answers);
  g_assert_cmpstr (text, ==, " 1fs");
}

/* The texts come to the helper each ended by NUL, and so do its arguments. */
static void
test_question (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (texts, (gpointer) "fs-base");
  g_ptr_array_add (texts, (gpointer) "");
  g_ptr_array_add (texts, (gpointer) "two\nlines");
  g_assert_null (ask ("echo \"$1 $3 $4 $#\" >&2; tr '\\000' '|' >&2; exit 1", texts, &error));
  g_assert_nonnull (strstr (error->message, "lookup lib aliases 4\\nfs-base||two\\nlines|"));
}

static void
test_too_much (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autofree char *text = g_strnfill (GRAFT_LIMIT_LOOKUP / 2, 'a');
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (texts, text);
  g_ptr_array_add (texts, text);
  g_assert_null (ask ("exit 0", texts, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lookup/honest", test_honest);
  g_test_add_func ("/lookup/lies", test_lies);
  g_test_add_func ("/lookup/malformed", test_malformed);
  g_test_add_func ("/lookup/processes", test_processes);
  g_test_add_func ("/lookup/question", test_question);
  g_test_add_func ("/lookup/too-much", test_too_much);
  return g_test_run ();
}
