/* test-frame-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-frame-parser.h"

#include <string.h>
#include <sys/stat.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "helper/graft-helper-protocol.h"

/* What came out, as text. */
static gboolean
hear_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  g_string_append_printf (data, "[%s %o %u:%u %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT, entry->path,
                          entry->mode, entry->uid, entry->gid, entry->mtime, entry->size);
  if (entry->target != NULL)
    g_string_append_printf (data, " -> %s", entry->target);
  if (entry->hard_link != NULL)
    g_string_append_printf (data, " = %s", entry->hard_link);
  if (entry->rdev_major != 0)
    g_string_append_printf (data, " %u,%u", entry->rdev_major, entry->rdev_minor);
  g_string_append (data, entry->control ? " control]" : "]");
  return TRUE;
}

static gboolean
hear_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  g_string_append_len (data, (const char *)bytes, length);
  return TRUE;
}

static const GraftHelperStreamFuncs funcs = { hear_entry, hear_content };

static void
put_u32 (GByteArray *frames, guint32 value)
{
  guint8 bytes[4];

  graft_bytes_put_le32 (bytes, value);
  g_byte_array_append (frames, bytes, sizeof bytes);
}

static void
put_u64 (GByteArray *frames, guint64 value)
{
  guint8 bytes[8];

  graft_bytes_put_le64 (bytes, value);
  g_byte_array_append (frames, bytes, sizeof bytes);
}

static void
put_header (GByteArray *frames, char type, guint32 length)
{
  g_byte_array_append (frames, (const guint8 *)&type, 1);
  put_u32 (frames, length);
}

static void
put_hello (GByteArray *frames)
{
  put_header (frames, 'H', 4);
  put_u32 (frames, GRAFT_HELPER_VERSION);
}

static void
put_entry (GByteArray *frames, guint32 mode, guint64 size, const char *path, const char *target,
           const char *hard_link)
{
  const char *strings[] = { path, target, hard_link };
  gsize length = GRAFT_HELPER_ENTRY_FIXED;

  for (guint i = 0; i < 3; i++)
    length += strings[i] != NULL ? strlen (strings[i]) : 0;
  put_header (frames, 'E', length);
  put_u32 (frames, mode);
  put_u32 (frames, 12);
  put_u32 (frames, 34);
  put_u32 (frames, S_ISCHR (mode) ? 5 : 0);
  put_u32 (frames, S_ISCHR (mode) ? 1 : 0);
  put_u32 (frames, 0);
  put_u64 (frames, -7);
  put_u64 (frames, size);
  put_u64 (frames, 100);
  for (guint i = 0; i < 3; i++)
    put_u32 (frames, strings[i] != NULL ? strlen (strings[i]) : 0);
  for (guint i = 0; i < 3; i++)
    if (strings[i] != NULL)
      g_byte_array_append (frames, (const guint8 *)strings[i], strlen (strings[i]));
}

static void
put_content (GByteArray *frames, const char *text)
{
  put_header (frames, 'C', strlen (text));
  g_byte_array_append (frames, (const guint8 *)text, strlen (text));
}

static void
put_end (GByteArray *frames, guint64 n_entries)
{
  put_header (frames, 'Z', 8);
  put_u64 (frames, n_entries);
}

static GByteArray *
start_frames (void)
{
  GByteArray *frames = g_byte_array_new ();

  put_hello (frames);
  return frames;
}

/* Feeds @frames in pieces of @step. Returns what was heard, or NULL with @error. */
static char *
parse (GByteArray *frames, gsize step, gboolean *ret_complete, GError **error)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (GraftFrameParser) parser = graft_frame_parser_new ("test.deb", 1 << 20, &funcs, heard);

  for (gsize done = 0; done < frames->len; done += step)
    {
      /* Memory of its own, so that a sanitizer sees what reads past it. */
      gsize count = MIN (step, frames->len - done);
      g_autofree guint8 *piece = g_memdup2 (frames->data + done, count);

      if (!graft_frame_parser_feed (parser, piece, count, error))
        return NULL;
    }
  *ret_complete = graft_frame_parser_is_complete (parser);
  return g_strdup (heard->str);
}

static void
test_good (void)
{
  g_autoptr (GByteArray) frames = start_frames ();
  static const gsize steps[] = { 1, 2, 3, 7, 64, 1000000 };

  put_entry (frames, S_IFDIR | 0755, 0, "./", NULL, NULL);
  put_entry (frames, S_IFREG | 04644, 11, "./file", NULL, NULL);
  put_content (frames, "hello ");
  put_content (frames, "world");
  put_entry (frames, S_IFREG | 0644, 0, "empty", NULL, NULL);
  put_entry (frames, S_IFLNK | 0777, 0, "link", "../away", NULL);
  put_entry (frames, S_IFREG | 0644, 0, "other", NULL, "./file");
  put_entry (frames, S_IFCHR | 0600, 0, "dev", NULL, NULL);
  put_end (frames, 6);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean complete = FALSE;
      g_autofree char *heard = parse (frames, steps[i], &complete, &error);

      g_assert_no_error (error);
      g_assert_true (complete);
      g_assert_cmpstr (heard, ==,
                       "[./ 40755 12:34 -7 0][./file 104644 12:34 -7 11]hello world"
                       "[empty 100644 12:34 -7 0][link 120777 12:34 -7 0 -> ../away]"
                       "[other 100644 12:34 -7 0 = ./file][dev 20600 12:34 -7 0 5,1]");
    }
}

/* Cut anywhere, it is not complete, and that is all. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) frames = start_frames ();
  gsize whole;

  put_entry (frames, S_IFREG | 0644, 3, "file", NULL, NULL);
  put_content (frames, "abc");
  put_end (frames, 1);
  whole = frames->len;
  for (gsize length = 0; length < whole; length++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;
      gboolean complete = TRUE;

      frames->len = length;
      heard = parse (frames, 5, &complete, &error);
      g_assert_no_error (error);
      g_assert_false (complete);
    }
}

static void
assert_refused (GByteArray *frames, int code, const char *text)
{
  static const gsize steps[] = { 1, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean complete;

      g_assert_null (parse (frames, steps[i], &complete, &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, code);
      if (strstr (error->message, text) == NULL)
        g_error ("“%s” does not say “%s”", error->message, text);
    }
  g_byte_array_unref (frames);
}

static void
test_order (void)
{
  GByteArray *frames = g_byte_array_new ();

  put_entry (frames, S_IFREG | 0644, 0, "file", NULL, NULL);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "no greeting");

  frames = start_frames ();
  put_hello (frames);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "a second greeting");

  frames = start_frames ();
  put_content (frames, "content of nothing");
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "does not fit its entry");

  frames = start_frames ();
  put_entry (frames, S_IFREG | 0644, 5, "file", NULL, NULL);
  put_content (frames, "abc");
  put_entry (frames, S_IFREG | 0644, 0, "next", NULL, NULL);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "an entry that is not complete");

  frames = start_frames ();
  put_entry (frames, S_IFREG | 0644, 5, "file", NULL, NULL);
  put_end (frames, 1);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "an entry that is not complete");

  frames = start_frames ();
  put_end (frames, 0);
  put_entry (frames, S_IFREG | 0644, 0, "late", NULL, NULL);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "something after the end");

  frames = start_frames ();
  put_end (frames, 1);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "does not fit what came before");
}

static void
test_sizes (void)
{
  GByteArray *frames = start_frames ();

  put_entry (frames, S_IFREG | 0644, 2, "file", NULL, NULL);
  put_content (frames, "abc");
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "does not fit its entry");

  frames = start_frames ();
  put_entry (frames, S_IFREG | 0644, 2, "file", NULL, NULL);
  put_content (frames, "");
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "does not fit its entry");

  frames = start_frames ();
  put_entry (frames, S_IFREG | 0644, 1 << 20, "file", NULL, NULL);
  put_header (frames, 'C', GRAFT_HELPER_CONTENT_MAX + 1);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "does not fit its entry");

  frames = start_frames ();
  put_header (frames, 'E', GRAFT_HELPER_ENTRY_FIXED - 1);
  for (guint i = 0; i < 20; i++)
    put_u32 (frames, 0);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "too short");

  frames = start_frames ();
  put_header (frames, 'E', 0xffffffff);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "unknown kind");

  frames = start_frames ();
  put_header (frames, 'X', 4 + GRAFT_HELPER_ERROR_TEXT_MAX + 1);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "too long");

  frames = start_frames ();
  put_header (frames, 'X', 2);
  put_u32 (frames, 0);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "without a code");

  frames = start_frames ();
  put_header (frames, '?', 0);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "unknown kind");

  frames = g_byte_array_new ();
  put_header (frames, 'H', 5);
  put_u64 (frames, 0);
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "wrong length");
}

/* The lengths of an entry's strings, which must add up to the frame's. */
static void
test_strings (void)
{
  static const guint32 lengths[][3] = {
    { 5, 0, 0 }, { 3, 0, 0 },    { 0xffffffff, 0, 5 }, { 4, 0xfffffffc, 0 }, { 0, 0, 4 },
    { 2, 2, 0 }, { 4097, 0, 0 }, { 4, 1, 0xffffffff }, { 0x80000000, 0, 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      GByteArray *frames = start_frames ();
      gsize start = frames->len + GRAFT_HELPER_FRAME_HEADER + 48;

      put_entry (frames, S_IFREG | 0644, 0, "file", NULL, NULL);
      for (guint j = 0; j < 3; j++)
        graft_bytes_put_le32 (frames->data + start + 4 * j, lengths[i][j]);
      assert_refused (frames, GRAFT_ERROR_CORRUPTED, "nonsense");
    }
}

static void
test_contradictions (void)
{
  static const struct
  {
    guint32 mode;
    guint64 size;
    const char *path;
    const char *target;
    const char *hard_link;
  } cases[] = {
    { 0644, 0, "no type", NULL, NULL },
    { S_IFSOCK | 0644, 0, "socket", NULL, NULL },
    { S_IFREG | 0x100000, 0, "mode", NULL, NULL },
    { S_IFREG | 0644, 0, "", NULL, NULL },
    { S_IFREG | 0644, 0, "file", "target", NULL },
    { S_IFLNK | 0777, 0, "link", NULL, NULL },
    { S_IFDIR | 0755, 1, "folder", NULL, NULL },
    { S_IFREG | 0644, 1, "linked", NULL, "other" },
    { S_IFDIR | 0755, 0, "linked", NULL, "other" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GByteArray *frames = start_frames ();

      put_entry (frames, cases[i].mode, cases[i].size, cases[i].path, cases[i].target,
                 cases[i].hard_link);
      assert_refused (frames, GRAFT_ERROR_CORRUPTED, "contradicts itself");
    }
}

static void
test_nul_in_name (void)
{
  GByteArray *frames = start_frames ();

  put_entry (frames, S_IFREG | 0644, 0, "file", NULL, NULL);
  frames->data[frames->len - 2] = '\0';
  assert_refused (frames, GRAFT_ERROR_CORRUPTED, "do not fit");
}

static void
test_version (void)
{
  GByteArray *frames = g_byte_array_new ();

  put_header (frames, 'H', 4);
  put_u32 (frames, GRAFT_HELPER_VERSION + 1);
  assert_refused (frames, GRAFT_ERROR_UNSUPPORTED, "another version");
}

static void
test_caps (void)
{
  GByteArray *frames = start_frames ();

  put_entry (frames, S_IFREG | 0644, GRAFT_LIMIT_IMPORT + 1, "huge\n", NULL, NULL);
  assert_refused (frames, GRAFT_ERROR_TOO_LARGE,
                  "holds more bytes than Bootgraft takes in; the limit was met at huge\\n");

  frames = start_frames ();
  put_entry (frames, S_IFREG | 0644, G_MAXUINT64, "huger", NULL, NULL);
  assert_refused (frames, GRAFT_ERROR_TOO_LARGE, "holds more bytes");

  /* The archive has 1 MiB. */
  frames = start_frames ();
  put_entry (frames, S_IFREG | 0644, G_GUINT64_CONSTANT (2) << 30, "bomb", NULL, NULL);
  assert_refused (frames, GRAFT_ERROR_TOO_LARGE, "more bytes for its size");
}

static gboolean
ignore_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  return TRUE;
}

static void
test_names_cap (void)
{
  static const GraftHelperStreamFuncs ignore = { ignore_entry, hear_content };
  g_autoptr (GByteArray) hello = start_frames ();
  g_autoptr (GByteArray) entry = g_byte_array_new ();
  g_autofree char *name = g_strnfill (4000, 'n');
  g_autoptr (GraftFrameParser) parser = graft_frame_parser_new ("test.deb", 1 << 20, &ignore, NULL);
  g_autoptr (GError) error = NULL;
  guint64 n_entries = 0;

  put_entry (entry, S_IFREG | 0644, 0, name, NULL, NULL);
  g_assert_true (graft_frame_parser_feed (parser, hello->data, hello->len, &error));
  while (n_entries < GRAFT_LIMIT_ENTRIES
         && graft_frame_parser_feed (parser, entry->data, entry->len, &error))
    n_entries++;
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "more and longer names"));
  g_assert_cmpuint (n_entries, ==, GRAFT_LIMIT_IMPORT_NAMES / (4000 + GRAFT_HELPER_ENTRY_FIXED));
}

static gboolean
pass_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  return TRUE;
}

/* As many entries as are taken in, and one more. */
static void
test_entries_cap (void)
{
  static const GraftHelperStreamFuncs passing = { pass_entry, hear_content };
  g_autoptr (GraftFrameParser) parser
      = graft_frame_parser_new ("test.deb", 1 << 20, &passing, NULL);
  g_autoptr (GByteArray) hello = start_frames ();
  g_autoptr (GByteArray) entry = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  put_entry (entry, S_IFREG | 0644, 0, "a", NULL, NULL);
  g_assert_true (graft_frame_parser_feed (parser, hello->data, hello->len, &error));
  for (guint i = 0; i < GRAFT_LIMIT_ENTRIES; i++)
    g_assert_true (graft_frame_parser_feed (parser, entry->data, entry->len, &error));
  g_assert_false (graft_frame_parser_feed (parser, entry->data, entry->len, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "test.deb holds more entries than"));
}

static void
test_error_frames (void)
{
  static const struct
  {
    guint32 helper_code;
    int code;
    const char *text;
  } cases[] = {
    { GRAFT_HELPER_ERROR_CORRUPTED, GRAFT_ERROR_CORRUPTED,
      "test.deb is damaged: why\\n; get the file again" },
    { GRAFT_HELPER_ERROR_UNSUPPORTED, GRAFT_ERROR_UNSUPPORTED, "test.deb cannot be read: why" },
    { GRAFT_HELPER_ERROR_MEMORY, GRAFT_ERROR_TOO_LARGE, "more than 512.0\302\240MiB of memory" },
    { GRAFT_HELPER_ERROR_READ, GRAFT_ERROR_IO, "test.deb cannot be read: why" },
    { GRAFT_HELPER_ERROR_CONFINEMENT, GRAFT_ERROR_UNSUPPORTED, "could not be confined" },
    { 99, GRAFT_ERROR_CORRUPTED, "an error of an unknown kind" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GByteArray *frames = start_frames ();

      put_header (frames, 'X', 8);
      put_u32 (frames, cases[i].helper_code);
      g_byte_array_append (frames, (const guint8 *)"why\n", 4);
      assert_refused (frames, cases[i].code, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-parser/good", test_good);
  g_test_add_func ("/frame-parser/cut", test_cut);
  g_test_add_func ("/frame-parser/order", test_order);
  g_test_add_func ("/frame-parser/sizes", test_sizes);
  g_test_add_func ("/frame-parser/strings", test_strings);
  g_test_add_func ("/frame-parser/contradictions", test_contradictions);
  g_test_add_func ("/frame-parser/nul-in-name", test_nul_in_name);
  g_test_add_func ("/frame-parser/version", test_version);
  g_test_add_func ("/frame-parser/caps", test_caps);
  g_test_add_func ("/frame-parser/names-cap", test_names_cap);
  g_test_add_func ("/frame-parser/entries-cap", test_entries_cap);
  g_test_add_func ("/frame-parser/error-frames", test_error_frames);
  return g_test_run ();
}
