/* test-cpio-read.c: the kernel's cases and the grammar's rules, one test each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cases are those of the kernel's own init/initramfs_test.c; the rules those of its
 * Documentation/driver-api/early-userspace/buffer-format.rst. Each archive is read in one piece, in
 * pieces of every small size that cuts it differently, and written again without an edit.
 */

#include <string.h>

#include "base/graft-error.h"
#include "formats/cpio/graft-cpio-fixture.h"

static void
test_case_extract (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture file
      = { .name = "initramfs_test_extract",
          .data = "one",
          .header
          = { .ino = 1, .mode = 0100777, .uid = 12, .gid = 34, .mtime = 56, .dev_minor = 1 } };
  const GraftCpioFixture folder
      = { .name = "dir",
          .header = { .ino = 2, .mode = 0040700, .uid = 12, .gid = 34, .mtime = 57 } };

  graft_cpio_fixture_add (bytes, &file);
  graft_cpio_fixture_add (bytes, &folder);
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/dir directory 0700 12:34\n"
                                           "/initramfs_test_extract file 0777 12:34 3 \"one\"\n");
  g_assert_cmpuint (graft_cpio_archive_get_n_entries (archive), ==, 2);
  g_assert_null (graft_cpio_archive_get_stop (archive));
}

static void
test_case_fname_overrun (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture open = { .name = "no-zero-here", .name_size = 8 };

  graft_cpio_fixture_add_file (bytes, "before", "x");
  graft_cpio_fixture_add (bytes, &open);
  graft_cpio_fixture_add_file (bytes, "after", "x");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 0, 0);
  graft_cpio_fixture_assert_problem (archive, 1, GRAFT_CPIO_NAME_OPEN);
  graft_cpio_fixture_assert_problem (archive, 2, GRAFT_CPIO_NOT_REACHED);
  g_assert_nonnull (strstr (graft_cpio_archive_get_stop (archive), "no-zero-"));
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/after file 0644 0:0 1 \"x\"\n"
                                           "/before file 0644 0:0 1 \"x\"\n");
}

static void
test_case_data (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_file (bytes, "initramfs_test_data", "one two three");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive,
                                  "/ implicit\n"
                                  "/initramfs_test_data file 0644 0:0 13 \"one two three\"\n");
}

static void
test_case_csum (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  /* 'A' + 'S' + 'D' + 'F' */
  const GraftCpioFixture right
      = { .name = "right", .data = "ASDF", .header = { .crc = TRUE, .check = 0x11e } };
  const GraftCpioFixture ignored
      = { .name = "ignored", .data = "ASDF", .header = { .check = 5555 } };
  const GraftCpioFixture wrong
      = { .name = "wrong", .data = "ASDF", .header = { .crc = TRUE, .check = 5555 } };

  graft_cpio_fixture_add (bytes, &right);
  graft_cpio_fixture_add (bytes, &ignored);
  graft_cpio_fixture_add (bytes, &wrong);
  graft_cpio_fixture_add_file (bytes, "after", "x");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 0, 0);
  graft_cpio_fixture_assert_problem (archive, 1, 0);
  graft_cpio_fixture_assert_problem (archive, 2, GRAFT_CPIO_CHECK_WRONG);
  graft_cpio_fixture_assert_problem (archive, 3, GRAFT_CPIO_NOT_REACHED);
  g_assert_nonnull (strstr (graft_cpio_archive_get_stop (archive), "wrong: its checksum"));
}

static void
test_case_hardlink (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_name (bytes, "initramfs_test_hardlink", 1, 2, NULL);
  graft_cpio_fixture_add_name (bytes, "initramfs_test_hardlink_link", 1, 2, "one");
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive,
                                  "/ implicit\n"
                                  "/initramfs_test_hardlink file 0644 0:0 3 \"one\"\n"
                                  "/initramfs_test_hardlink_link file 0644 0:0 3 \"one\" = "
                                  "/initramfs_test_hardlink\n");
}

static void
test_case_many (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("initramfs_test_many-%u", i);

      graft_cpio_fixture_add_file (bytes, name, name);
    }
  archive = graft_cpio_fixture_read (bytes);
  g_assert_cmpuint (graft_cpio_archive_get_n_entries (archive), ==, 1000);
  g_assert_null (graft_cpio_archive_get_stop (archive));
}

static void
test_case_fname_pad (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture padded
      = { .name = "padded_fname", .name_size = 4096 - 110, .data = "this file data is aligned" };

  graft_cpio_fixture_add (bytes, &padded);
  graft_cpio_fixture_add_trailer (bytes);
  g_assert_cmpmem (bytes->data + 4096, 4, "this", 4);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 0, 0);
  graft_cpio_fixture_assert_tree (archive,
                                  "/ implicit\n"
                                  "/padded_fname file 0644 0:0 25 \"this file data is aligned\"\n");
}

static void
test_case_fname_path_max (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture most = { .name = "fits", .name_size = 4096, .data = "x" };
  const GraftCpioFixture more = { .name = "does-not-fit", .name_size = 4097, .data = "y" };

  graft_cpio_fixture_add (bytes, &most);
  graft_cpio_fixture_add (bytes, &more);
  graft_cpio_fixture_add_file (bytes, "after", "z");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 0, 0);
  graft_cpio_fixture_assert_problem (archive, 1, GRAFT_CPIO_NAME_TOO_LONG);
  graft_cpio_fixture_assert_problem (archive, 2, 0);
  g_assert_null (graft_cpio_archive_get_stop (archive));
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/after file 0644 0:0 1 \"z\"\n"
                                           "/fits file 0644 0:0 1 \"x\"\n");
}

static void
test_case_hdr_hex (void)
{
  for (guint upper = 0; upper < 2; upper++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GraftCpioArchive) archive = NULL;
      gsize at;

      graft_cpio_fixture_add_file (bytes, "before", "x");
      at = graft_cpio_fixture_add_file (bytes, "prefixed", "y");
      memcpy (bytes->data + at + 6, upper ? "0X000123" : "0x000123", 8);
      graft_cpio_fixture_add_file (bytes, "after", "z");
      graft_cpio_fixture_add_trailer (bytes);
      archive = graft_cpio_fixture_read (bytes);
      graft_cpio_fixture_assert_problem (archive, 0, 0);
      graft_cpio_fixture_assert_problem (archive, 1, GRAFT_CPIO_NUMBER_PREFIXED);
      graft_cpio_fixture_assert_problem (archive, 2, GRAFT_CPIO_NOT_REACHED);
      g_assert_cmphex (graft_cpio_fixture_get_record (archive, 1)->header.ino, ==, 0x123);
      g_assert_nonnull (strstr (graft_cpio_archive_get_stop (archive), "prefixed"));
    }
}

static void
test_rule_1_zeros_between (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_zeros (bytes, 8);
  graft_cpio_fixture_add_file (bytes, "a", "x");
  graft_cpio_fixture_add_zeros (bytes, 1024);
  graft_cpio_fixture_add_file (bytes, "b", "y");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_zeros (bytes, 77);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 1 \"x\"\n"
                                           "/b file 0644 0:0 1 \"y\"\n");
}

static void
test_rule_2_two_archives (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL, first = NULL;
  g_autoptr (GError) error = NULL;

  graft_cpio_fixture_add_file (bytes, "a", "x");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_zeros (bytes, -bytes->len & 511);
  graft_cpio_fixture_add_file (bytes, "b", "y");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 1 \"x\"\n"
                                           "/b file 0644 0:0 1 \"y\"\n");
  /* Lying uncompressed among others, an archive ends with its trailer and its fill. */
  first = graft_cpio_fixture_scan (bytes, GRAFT_CPIO_SCAN_STORED, bytes->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graft_cpio_archive_get_size (first), ==, 512);
  graft_cpio_fixture_assert_tree (first, "/ implicit\n"
                                         "/a file 0644 0:0 1 \"x\"\n");
}

static void
test_rule_4_alignment (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  /* Every remainder of name and data. */
  for (guint name = 1; name <= 5; name++)
    for (guint data = 0; data <= 4; data++)
      {
        g_autofree char *text = g_strdup_printf ("%.*s%u", name, "nnnnn", data);

        graft_cpio_fixture_add_file (bytes, text, &"dddd"[4 - data]);
      }
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  g_assert_cmpuint (graft_cpio_archive_get_n_entries (archive), ==, 25);
  g_assert_null (graft_cpio_archive_get_stop (archive));

  /* A record on an odd place: the kernel says "broken padding"; what follows is kept. */
  g_byte_array_set_size (bytes, 0);
  graft_cpio_fixture_add_file (bytes, "a", "x");
  graft_cpio_fixture_add_zeros (bytes, 2);
  graft_cpio_fixture_add_file (bytes, "b", "y");
  g_clear_object (&archive);
  archive = graft_cpio_fixture_read (bytes);
  g_assert_cmpuint (graft_cpio_archive_get_n_entries (archive), ==, 1);
  g_assert_nonnull (strstr (graft_cpio_archive_get_stop (archive), "multiple of 4"));
  g_assert_cmpuint (graft_cpio_archive_get_readable_size (archive), <,
                    graft_cpio_archive_get_size (archive));
}

static void
test_rule_5_no_trailer (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_file (bytes, "a", "x");
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 1 \"x\"\n");
  g_assert_null (graft_cpio_archive_get_stop (archive));
}

static void
test_rule_6_trailer_with_data (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture trailer = { .data = "data" };

  graft_cpio_fixture_add_name (bytes, "a", 1, 2, "x");
  graft_cpio_fixture_add (bytes, &trailer);
  graft_cpio_fixture_add_name (bytes, "b", 1, 2, NULL);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 1,
                                     GRAFT_CPIO_TYPE_UNKNOWN | GRAFT_CPIO_DATA_MISPLACED);
  /* It did not end anything, so the names are still links. */
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 1 \"x\"\n"
                                           "/b file 0644 0:0 1 \"x\" = /a\n");
}

static void
test_rule_7_magic (void)
{
  static const char *const magics[] = { "070707", "070700", "\x1f\x8b\x08" };

  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GraftCpioArchive) archive = NULL;
      gsize at;

      graft_cpio_fixture_add_file (bytes, "a", "x");
      at = graft_cpio_fixture_add_file (bytes, "b", "y");
      memcpy (bytes->data + at, magics[i], strlen (magics[i]));
      archive = graft_cpio_fixture_read (bytes);
      g_assert_cmpuint (graft_cpio_archive_get_n_entries (archive), ==, 1);
      g_assert_cmpuint (graft_cpio_archive_get_readable_size (archive), ==, at);
      g_assert_nonnull (graft_cpio_archive_get_stop (archive));
      if (i == 0)
        g_assert_nonnull (strstr (graft_cpio_archive_get_stop (archive), "odc"));
    }
}

static void
test_rule_8_digits (void)
{
  /* Any digit that is none, in any field. */
  for (guint field = 0; field < 13; field++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GraftCpioArchive) archive = NULL;
      gsize at;

      graft_cpio_fixture_add_file (bytes, "a", "x");
      at = graft_cpio_fixture_add_file (bytes, "b", "y");
      bytes->data[at + 6 + field * 8 + field % 8] = field % 2 == 0 ? ' ' : 'g';
      archive = graft_cpio_fixture_read (bytes);
      g_assert_cmpuint (graft_cpio_archive_get_n_entries (archive), ==, 1);
      g_assert_nonnull (strstr (graft_cpio_archive_get_stop (archive), "no number"));
    }
}

static void
test_rule_9_data_on_folder (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture folder = { .name = "d", .data = "data", .header = { .mode = 0040755 } };
  const GraftCpioFixture device = { .name = "c", .data = "data", .header = { .mode = 0020600 } };

  graft_cpio_fixture_add (bytes, &folder);
  graft_cpio_fixture_add (bytes, &device);
  graft_cpio_fixture_add_file (bytes, "after", "x");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 0, GRAFT_CPIO_DATA_MISPLACED);
  graft_cpio_fixture_assert_problem (archive, 1, GRAFT_CPIO_DATA_MISPLACED);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/after file 0644 0:0 1 \"x\"\n");
}

static void
test_rule_10_links (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autofree char *long_target = g_strnfill (4097, 't');

  graft_cpio_fixture_add_link (bytes, "good", "usr/lib");
  graft_cpio_fixture_add_link (bytes, "empty", NULL);
  graft_cpio_fixture_add_link (bytes, "long", long_target);
  long_target[4096] = '\0';
  graft_cpio_fixture_add_link (bytes, "longest", long_target);
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_problem (archive, 0, 0);
  graft_cpio_fixture_assert_problem (archive, 1, GRAFT_CPIO_LINK_EMPTY);
  graft_cpio_fixture_assert_problem (archive, 2, GRAFT_CPIO_LINK_TOO_LONG);
  graft_cpio_fixture_assert_problem (archive, 3, 0);
}

static void
test_rule_11_links (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  /* Data on several names: the last counts. Equal numbers with nlink 1 are no links. */
  graft_cpio_fixture_add_name (bytes, "a", 1, 3, "first");
  graft_cpio_fixture_add_name (bytes, "b", 1, 3, "second");
  graft_cpio_fixture_add_name (bytes, "c", 1, 3, NULL);
  graft_cpio_fixture_add_name (bytes, "d", 1, 1, "alone");
  graft_cpio_fixture_add_name (bytes, "e", 0, 2, "zero");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 6 \"second\"\n"
                                           "/b file 0644 0:0 6 \"second\" = /a\n"
                                           "/c file 0644 0:0 6 \"second\" = /a\n"
                                           "/d file 0644 0:0 5 \"alone\"\n"
                                           "/e file 0644 0:0 4 \"zero\"\n");
}

static void
test_rule_12_trailer_resets (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;

  graft_cpio_fixture_add_name (bytes, "a", 1, 2, "one");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_name (bytes, "b", 1, 2, "two");
  graft_cpio_fixture_add_trailer (bytes);
  archive = graft_cpio_fixture_read (bytes);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/a file 0644 0:0 3 \"one\"\n"
                                           "/b file 0644 0:0 3 \"two\"\n");
}

static void
test_rule_13_sum (void)
{
  guint8 bytes[300];

  memset (bytes, 0xff, sizeof bytes);
  g_assert_cmpuint (graft_cpio_sum (0, bytes, sizeof bytes), ==, 300 * 255);
  g_assert_cmpuint (graft_cpio_sum (G_MAXUINT32, bytes, 1), ==, 254);
}

static void
test_rule_14_padded_names (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  const GraftCpioFixture link
      = { .name = "l", .name_size = 100, .data = "to", .header = { .mode = 0120777 } };
  const GraftCpioFixture trailer = { .name_size = 20 };

  graft_cpio_fixture_add (bytes, &link);
  graft_cpio_fixture_add (bytes, &trailer);
  archive = graft_cpio_fixture_read (bytes);
  g_assert_true (graft_cpio_fixture_get_record (archive, 1)->trailer);
  graft_cpio_fixture_assert_tree (archive, "/ implicit\n"
                                           "/l symlink 0777 0:0 -> to\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/case/extract", test_case_extract);
  g_test_add_func ("/case/fname-overrun", test_case_fname_overrun);
  g_test_add_func ("/case/data", test_case_data);
  g_test_add_func ("/case/csum", test_case_csum);
  g_test_add_func ("/case/hardlink", test_case_hardlink);
  g_test_add_func ("/case/many", test_case_many);
  g_test_add_func ("/case/fname-pad", test_case_fname_pad);
  g_test_add_func ("/case/fname-path-max", test_case_fname_path_max);
  g_test_add_func ("/case/hdr-hex", test_case_hdr_hex);
  g_test_add_func ("/rule/1-zeros-between", test_rule_1_zeros_between);
  g_test_add_func ("/rule/2-two-archives", test_rule_2_two_archives);
  g_test_add_func ("/rule/4-alignment", test_rule_4_alignment);
  g_test_add_func ("/rule/5-no-trailer", test_rule_5_no_trailer);
  g_test_add_func ("/rule/6-trailer-with-data", test_rule_6_trailer_with_data);
  g_test_add_func ("/rule/7-magic", test_rule_7_magic);
  g_test_add_func ("/rule/8-digits", test_rule_8_digits);
  g_test_add_func ("/rule/9-data-on-folder", test_rule_9_data_on_folder);
  g_test_add_func ("/rule/10-links", test_rule_10_links);
  g_test_add_func ("/rule/11-links", test_rule_11_links);
  g_test_add_func ("/rule/12-trailer-resets", test_rule_12_trailer_resets);
  g_test_add_func ("/rule/13-sum", test_rule_13_sum);
  g_test_add_func ("/rule/14-padded-names", test_rule_14_padded_names);
  return g_test_run ();
}
