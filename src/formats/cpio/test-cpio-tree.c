/* test-cpio-tree.c: what becomes of paths, types and records that are cut or too large
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "formats/cpio/graft-cpio-fixture.h"

static void
test_paths (void)
{
  static const char *const odd[]
      = { "../up", "a/../b", "a//b", "a/./b", "file/", "..", "a/..", "x/" };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autofree char *component = g_strnfill (256, 'n');

  graft_cpio_fixture_add_folder (bytes, ".");
  graft_cpio_fixture_add_file (bytes, "/absolute", "1");
  graft_cpio_fixture_add_file (bytes, "./dotted", "2");
  graft_cpio_fixture_add_folder (bytes, "folder/");
  graft_cpio_fixture_add_file (bytes, "with\nline", "3");
  graft_cpio_fixture_add_file (bytes, ".hidden", "4");
  graft_cpio_fixture_add_file (bytes, "...", "5");
  graft_cpio_fixture_add_file (bytes, component, "6");
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    graft_cpio_fixture_add_file (bytes, odd[i], "odd");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ directory 0755 0:0\n"
                                           "/... file 0644 0:0 1 \"5\"\n"
                                           "/.hidden file 0644 0:0 1 \"4\"\n"
                                           "/absolute file 0644 0:0 1 \"1\"\n"
                                           "/dotted file 0644 0:0 1 \"2\"\n"
                                           "/folder directory 0755 0:0\n"
                                           "/with\nline file 0644 0:0 1 \"3\"\n");
  for (guint i = 0; i < G_N_ELEMENTS (odd) + 1; i++)
    graft_cpio_fixture_assert_problem (archive, 7 + i, GRAFT_CPIO_PATH_ODD);
}

static void
test_implicit_folders (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_file (bytes, "a-b/x", "1");
  graft_cpio_fixture_add_file (bytes, "a/b/c", "2");
  graft_cpio_fixture_add_folder (bytes, "a/b");
  graft_cpio_fixture_add_file (bytes, "a/b/d", "3");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a implicit\n"
                                           "/a/b directory 0755 0:0\n"
                                           "/a/b/c file 0644 0:0 1 \"2\"\n"
                                           "/a/b/d file 0644 0:0 1 \"3\"\n"
                                           "/a-b implicit\n"
                                           "/a-b/x file 0644 0:0 1 \"1\"\n");
  graft_cpio_fixture_assert_problem (archive, 1, GRAFT_CPIO_PARENT_LATE);
  graft_cpio_fixture_assert_problem (archive, 3, 0);
}

static void
test_duplicates (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_file (bytes, "a", "first");
  graft_cpio_fixture_add_link (bytes, "./a", "second");
  graft_cpio_fixture_add_file (bytes, "/a", "third");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 5 \"third\"\n");
  g_assert_true (graft_cpio_fixture_get_record (archive, 0)->shadowed);
  g_assert_true (graft_cpio_fixture_get_record (archive, 1)->shadowed);
  g_assert_false (graft_cpio_fixture_get_record (archive, 2)->shadowed);
}

static void
test_through_links (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_folder (bytes, "usr");
  graft_cpio_fixture_add_folder (bytes, "usr/lib");
  graft_cpio_fixture_add_link (bytes, "lib", "usr/lib");
  graft_cpio_fixture_add_link (bytes, "abs", "/lib");
  graft_cpio_fixture_add_link (bytes, "usr/up", "../lib");
  graft_cpio_fixture_add_link (bytes, "loop", "loop");
  graft_cpio_fixture_add_file (bytes, "lib/a", "1");
  graft_cpio_fixture_add_file (bytes, "abs/b", "2");
  graft_cpio_fixture_add_file (bytes, "usr/up/c", "3");
  graft_cpio_fixture_add_file (bytes, "loop/d", "4");
  graft_cpio_fixture_add_file (bytes, "lib/a/e", "5");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/abs symlink 0777 0:0 -> /lib\n"
                                           "/lib symlink 0777 0:0 -> usr/lib\n"
                                           "/loop symlink 0777 0:0 -> loop\n"
                                           "/usr directory 0755 0:0\n"
                                           "/usr/lib directory 0755 0:0\n"
                                           "/usr/lib/a file 0644 0:0 1 \"1\"\n"
                                           "/usr/lib/b file 0644 0:0 1 \"2\"\n"
                                           "/usr/lib/c file 0644 0:0 1 \"3\"\n"
                                           "/usr/up symlink 0777 0:0 -> ../lib\n");
  graft_cpio_fixture_assert_problem (archive, 9, GRAFT_CPIO_PARENT_NO_FOLDER);
  graft_cpio_fixture_assert_problem (archive, 10, GRAFT_CPIO_PARENT_NO_FOLDER);
}

static void
test_types (void)
{
  static const guint32 modes[] = { 0010600, 0020620, 0060640, 0140700, 0104755, 0150000 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      const GraftCpioFixture record
          = { .name = name, .header = { .mode = modes[i], .rdev_major = 5, .rdev_minor = 1 } };

      graft_cpio_fixture_add (bytes, &record);
    }
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/0 fifo 0600 0:0\n"
                                           "/1 char-device 0620 0:0 5,1\n"
                                           "/2 block-device 0640 0:0 5,1\n"
                                           "/3 socket 0700 0:0\n"
                                           "/4 file 4755 0:0 0 \"\"\n");
  graft_cpio_fixture_assert_problem (archive, 5, GRAFT_CPIO_TYPE_UNKNOWN);
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize second, end;

  graft_cpio_fixture_add_file (bytes, "a", "data");
  second = graft_cpio_fixture_add_file (bytes, "second", "more data");
  end = bytes->len;
  for (gsize cut = 1; cut < end; cut++)
    {
      g_autoptr (GByteArray) part = g_byte_array_new ();
      g_autoptr (GraftCpioArchive) archive = NULL;
      g_autoptr (GError) error = NULL;

      g_byte_array_append (part, bytes->data, cut);
      archive = graft_cpio_fixture_scan (part, GRAFT_CPIO_SCAN_STREAM, cut, &error);
      /* Between records, and where only the last zeros are missing, nothing is. */
      if (cut == second || cut > end - 4)
        {
          g_assert_no_error (error);
          g_assert_cmpuint (graft_cpio_archive_get_size (archive), ==, cut);
          continue;
        }
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      if (cut > second + 130)
        g_assert_nonnull (strstr (error->message, "second"));
    }
}

/* Sizes that no file has: an error, not memory. */
static void
test_huge_numbers (void)
{
  static const guint fields[] = { 6, 11 };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GraftCpioArchive) archive = NULL;
      g_autoptr (GError) error = NULL;

      graft_cpio_fixture_add_file (bytes, "a", "data");
      memcpy (bytes->data + 6 + fields[i] * 8, "ffffffff", 8);
      graft_cpio_fixture_add_zeros (bytes, 8192);
      archive = graft_cpio_fixture_scan (bytes, GRAFT_CPIO_SCAN_STREAM, 100, &error);
      g_assert_null (archive);
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree/paths", test_paths);
  g_test_add_func ("/tree/implicit-folders", test_implicit_folders);
  g_test_add_func ("/tree/duplicates", test_duplicates);
  g_test_add_func ("/tree/through-links", test_through_links);
  g_test_add_func ("/tree/types", test_types);
  g_test_add_func ("/tree/truncated", test_truncated);
  g_test_add_func ("/tree/huge-numbers", test_huge_numbers);
  return g_test_run ();
}
