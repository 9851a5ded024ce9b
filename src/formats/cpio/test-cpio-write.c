/* test-cpio-write.c: edits of an archive: what is not touched stays byte for byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "coders/graft-tool-fixture.h"
#include "formats/cpio/graft-cpio-fixture.h"
#include "image/graft-path.h"

static GraftCpioArchive *
scan (GByteArray *bytes)
{
  g_autoptr (GError) error = NULL;
  GraftCpioArchive *archive
      = graft_cpio_fixture_scan (bytes, GRAFT_CPIO_SCAN_STREAM, bytes->len, &error);

  g_assert_no_error (error);
  return archive;
}

static void
edit (GraftNode **root, const char *path, GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  GraftNode *edited = graft_path_with (*root, path, node, TRUE, &error);

  g_assert_no_error (error);
  graft_node_unref (*root);
  *root = edited;
}

static GraftNode *
find (GraftNode *root, const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &error);

  g_assert_no_error (error);
  return node;
}

/* @node with another mode. */
static GraftNode *
with_mode (GraftNode *node, guint32 mode)
{
  GraftNodeInit init = graft_node_to_init (node);

  init.attributes.mode = mode;
  return graft_node_new (&init);
}

/* Writes the tree, reads the result, and makes sure that it is that tree, for GNU cpio as well. */
static GByteArray *
rewrite (GraftCpioArchive *archive, GraftNode *root, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = graft_cpio_fixture_write (archive, root, &error);
  g_autoptr (GBytes) second = NULL, listing = NULL;
  g_autoptr (GraftCpioArchive) result = NULL;
  g_autoptr (GraftNode) result_root = NULL;
  g_autofree char *dump = NULL;
  GByteArray *bytes = g_byte_array_new ();

  g_assert_no_error (error);
  second = graft_cpio_fixture_write (archive, root, &error);
  g_assert_true (g_bytes_equal (first, second));
  g_byte_array_append (bytes, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  result = scan (bytes);
  g_assert_null (graft_cpio_archive_get_stop (result));
  result_root = graft_cpio_archive_dup_root (result);
  dump = graft_cpio_fixture_dump (result_root);
  g_assert_cmpstr (dump, ==, wanted);
  listing = graft_tool_run ("cpio -it --quiet >/dev/null", first);
  return bytes;
}

/* d, d/a "one", d/b "two", l -> d/a, trailer, zeros to 512. */
static GByteArray *
make_simple (void)
{
  GByteArray *bytes = g_byte_array_new ();

  graft_cpio_fixture_add_folder (bytes, "d");
  graft_cpio_fixture_add_file (bytes, "d/a", "one");
  graft_cpio_fixture_add_file (bytes, "d/b", "two");
  graft_cpio_fixture_add_link (bytes, "l", "d/a");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_zeros (bytes, -bytes->len & 511);
  return bytes;
}

/* Where the header of @name is in @bytes. */
static gsize
find_header (GByteArray *bytes, const char *name)
{
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (archive, &n_records);

  for (guint i = 0; i < n_records; i++)
    if (strcmp (graft_cpio_archive_get_text (archive, records[i].name), name) == 0)
      return records[i].offset;
  g_assert_not_reached ();
}

static GraftCpioHeader
get_header (GByteArray *bytes, const char *name)
{
  GraftCpioHeader header;

  graft_cpio_header_parse (bytes->data + find_header (bytes, name), &header);
  return header;
}

static void
test_add (void)
{
  g_autoptr (GByteArray) bytes = make_simple (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new");
  gsize trailer = find_header (bytes, GRAFT_CPIO_TRAILER);

  edit (&root, "/n/m/file", file);
  edit (&root, "/d/c", file);
  edit (&root, "/d/c", NULL);
  edit (&root, "/d/z", file);
  edit (&root, "/n/m/file", NULL);
  edit (&root, "/e/f", file);
  edit (&root, "/d/z", NULL);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/d directory 0755 0:0\n"
                    "/d/a file 0644 0:0 3 \"one\"\n"
                    "/d/b file 0644 0:0 3 \"two\"\n"
                    "/e directory 0755 0:0\n"
                    "/e/f file 0644 0:0 3 \"new\"\n"
                    "/l symlink 0777 0:0 -> d/a\n");
  /* Before the trailer, parents first; what was there is the same bytes; the fill stays a fill. */
  g_assert_cmpmem (result->data, trailer, bytes->data, trailer);
  g_assert_cmpuint (find_header (result, "e"), ==, trailer);
  g_assert_cmpuint (find_header (result, "e/f"), >, trailer);
  g_assert_cmpuint (result->len % 512, ==, 0);
  g_assert_cmpuint (get_header (result, "e/f").mtime, ==, 7);
}

static void
test_remove (void)
{
  g_autoptr (GByteArray) bytes = make_simple (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  gsize a = find_header (bytes, "d/a"), b = find_header (bytes, "d/b"),
        trailer = find_header (bytes, GRAFT_CPIO_TRAILER);

  edit (&root, "/d/a", NULL);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/d directory 0755 0:0\n"
                    "/d/b file 0644 0:0 3 \"two\"\n"
                    "/l symlink 0777 0:0 -> d/a\n");
  g_assert_cmpmem (result->data, a, bytes->data, a);
  g_assert_cmpmem (result->data + a, trailer - b, bytes->data + b, trailer - b);

  edit (&root, "/d", NULL);
  g_clear_pointer (&result, g_byte_array_unref);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/l symlink 0777 0:0 -> d/a\n");
}

static void
test_replace_in_place (void)
{
  g_autoptr (GByteArray) bytes = make_simple (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("longer than it was");
  g_autoptr (GraftNode) b = find (root, "/d/b"), changed = with_mode (b, 0600);
  gsize a_at = find_header (bytes, "d/a");

  edit (&root, "/d/a", file);
  edit (&root, "/d/b", changed);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/d directory 0755 0:0\n"
                    "/d/a file 0644 0:0 18 \"longer than it was\"\n"
                    "/d/b file 0600 0:0 3 \"two\"\n"
                    "/l symlink 0777 0:0 -> d/a\n");
  g_assert_cmpuint (find_header (result, "d/a"), ==, a_at);
  g_assert_cmpuint (find_header (result, "d/b"), <, find_header (result, "l"));
}

/* An edit that is taken back gives the same bytes, even as new nodes. */
static void
test_undone (void)
{
  g_autoptr (GByteArray) bytes = make_simple (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) b = find (root, "/d/b"), changed = with_mode (b, 0600),
                        back = with_mode (changed, 0644);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = NULL;

  edit (&root, "/d/b", back);
  written = graft_cpio_fixture_write (archive, root, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (written, NULL), g_bytes_get_size (written), bytes->data,
                   bytes->len);
}

static void
test_folder_for_link (void)
{
  g_autoptr (GByteArray) bytes = make_simple (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("x");
  const GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0700 } };
  const GraftNodeInit link
      = { .type = GRAFT_NODE_SYMLINK, .attributes = { .mode = 0777 }, .target = "l" };
  g_autoptr (GraftNode) folder = graft_node_new (&init), to_l = graft_node_new (&link);

  edit (&root, "/l", folder);
  edit (&root, "/l/x", file);
  edit (&root, "/d", to_l);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/d symlink 0777 0:0 -> l\n"
                    "/l directory 0700 0:0\n"
                    "/l/x file 0644 0:0 1 \"x\"\n");
}

/* A removed entry must not come back by an earlier record of the same path. */
static void
test_remove_shadowed (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL;

  graft_cpio_fixture_add_file (bytes, "a", "first");
  graft_cpio_fixture_add_file (bytes, "b", "stays");
  graft_cpio_fixture_add_file (bytes, "./a", "second");
  graft_cpio_fixture_add_trailer (bytes);
  archive = scan (bytes);
  root = graft_cpio_archive_dup_root (archive);
  edit (&root, "/a", NULL);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/b file 0644 0:0 5 \"stays\"\n");
}

/* Three names of one file, data on the last, as GNU cpio writes it. */
static GByteArray *
make_linked (void)
{
  GByteArray *bytes = g_byte_array_new ();

  graft_cpio_fixture_add_name (bytes, "a", 0x1b, 3, NULL);
  graft_cpio_fixture_add_name (bytes, "b", 0x1b, 3, NULL);
  graft_cpio_fixture_add_file (bytes, "between", "x");
  graft_cpio_fixture_add_name (bytes, "c", 0x1b, 3, "linked");
  graft_cpio_fixture_add_trailer (bytes);
  return bytes;
}

static void
test_links_remove_data (void)
{
  g_autoptr (GByteArray) bytes = make_linked (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);

  edit (&root, "/c", NULL);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 6 \"linked\"\n"
                    "/b file 0644 0:0 6 \"linked\" = /a\n"
                    "/between file 0644 0:0 1 \"x\"\n");
  g_assert_cmpuint (get_header (result, "a").nlink, ==, 2);
  g_assert_cmpuint (get_header (result, "a").size, ==, 0);
  g_assert_cmpuint (get_header (result, "b").size, ==, 6);
  g_assert_cmpuint (get_header (result, "b").ino, ==, 0x1b);

  edit (&root, "/b", NULL);
  g_clear_pointer (&result, g_byte_array_unref);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 6 \"linked\"\n"
                    "/between file 0644 0:0 1 \"x\"\n");
  g_assert_cmpuint (get_header (result, "a").nlink, ==, 1);
}

static void
test_links_change_one (void)
{
  g_autoptr (GByteArray) bytes = make_linked (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("apart");

  edit (&root, "/c", file);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 6 \"linked\"\n"
                    "/b file 0644 0:0 6 \"linked\" = /a\n"
                    "/between file 0644 0:0 1 \"x\"\n"
                    "/c file 0644 0:0 5 \"apart\"\n");
}

/* Two of three names become another file with two names: neither may be taken for the other. */
static void
test_links_split (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL, file = graft_cpio_fixture_new_file ("other");

  graft_cpio_fixture_add_name (bytes, "a", 0x1b, 3, "linked");
  graft_cpio_fixture_add_name (bytes, "b", 0x1b, 3, NULL);
  graft_cpio_fixture_add_name (bytes, "c", 0x1b, 3, NULL);
  graft_cpio_fixture_add_name (bytes, "d", 0x1b, 3, NULL);
  graft_cpio_fixture_add_trailer (bytes);
  archive = scan (bytes);
  root = graft_cpio_archive_dup_root (archive);
  edit (&root, "/c", file);
  edit (&root, "/d", file);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 6 \"linked\"\n"
                    "/b file 0644 0:0 6 \"linked\" = /a\n"
                    "/c file 0644 0:0 5 \"other\"\n"
                    "/d file 0644 0:0 5 \"other\" = /c\n");
  g_assert_cmpuint (get_header (result, "a").ino, ==, 0x1b);
  g_assert_cmpuint (get_header (result, "c").ino, ==, 0x1c);
}

/* New names of what is there: of a file with several, of one with one, in a new folder. */
static void
test_links_add (void)
{
  g_autoptr (GByteArray) bytes = make_linked (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) a = find (root, "/a"), between = find (root, "/between");

  edit (&root, "/n/z", a);
  edit (&root, "/n/y", between);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 6 \"linked\"\n"
                    "/b file 0644 0:0 6 \"linked\" = /a\n"
                    "/between file 0644 0:0 1 \"x\"\n"
                    "/c file 0644 0:0 6 \"linked\" = /a\n"
                    "/n directory 0755 0:0\n"
                    "/n/y file 0644 0:0 1 \"x\" = /between\n"
                    "/n/z file 0644 0:0 6 \"linked\" = /a\n");
  g_assert_cmpuint (get_header (result, "n/z").nlink, ==, 4);
}

/* The same over a trailer, where names before and behind it are no links. */
static void
test_links_across_trailer (void)
{
  g_autoptr (GByteArray) bytes = make_linked (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL, a = NULL;

  graft_cpio_fixture_add_file (bytes, "second-archive", "y");
  graft_cpio_fixture_add_trailer (bytes);
  archive = scan (bytes);
  root = graft_cpio_archive_dup_root (archive);
  a = find (root, "/a");
  edit (&root, "/z", a);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 6 \"linked\"\n"
                    "/b file 0644 0:0 6 \"linked\" = /a\n"
                    "/between file 0644 0:0 1 \"x\"\n"
                    "/c file 0644 0:0 6 \"linked\" = /a\n"
                    "/second-archive file 0644 0:0 1 \"y\"\n"
                    "/z file 0644 0:0 6 \"linked\" = /a\n");
}

/* Without a number above the highest. */
static void
test_numbers_full (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL, file = graft_cpio_fixture_new_file ("x");
  const GraftCpioFixture last = { .name = "last", .header = { .ino = G_MAXUINT32 } };
  const GraftCpioFixture one = { .name = "one", .header = { .ino = 1 } };

  graft_cpio_fixture_add (bytes, &last);
  graft_cpio_fixture_add (bytes, &one);
  graft_cpio_fixture_add_trailer (bytes);
  archive = scan (bytes);
  root = graft_cpio_archive_dup_root (archive);
  edit (&root, "/m", file);
  edit (&root, "/n", file);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/last file 0644 0:0 0 \"\"\n"
                    "/m file 0644 0:0 1 \"x\"\n"
                    "/n file 0644 0:0 1 \"x\" = /m\n"
                    "/one file 0644 0:0 0 \"\"\n");
  g_assert_cmpuint (get_header (result, "n").ino, ==, 2);
}

static void
test_crc (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL, file = graft_cpio_fixture_new_file ("BA");
  const GraftCpioFixture first
      = { .name = "a", .data = "A", .header = { .crc = TRUE, .check = 'A' }, .lower = TRUE };
  const GraftCpioFixture trailer = { .header = { .crc = TRUE } };

  graft_cpio_fixture_add (bytes, &first);
  graft_cpio_fixture_add (bytes, &trailer);
  archive = scan (bytes);
  root = graft_cpio_archive_dup_root (archive);
  edit (&root, "/b", file);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 1 \"A\"\n"
                    "/b file 0644 0:0 2 \"BA\"\n");
  g_assert_true (get_header (result, "b").crc);
  g_assert_cmpuint (get_header (result, "b").check, ==, 'A' + 'B');
  /* Digits as the archive has them. */
  g_assert_cmpmem (result->data + find_header (result, "b") + 14, 8, "000081a4", 8);
}

/* Behind junk nobody reads on: what is new goes before it, the junk stays. */
static void
test_unreadable_rest (void)
{
  g_autoptr (GByteArray) bytes = make_simple ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL, file = graft_cpio_fixture_new_file ("x");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = NULL;
  gsize length;
  const char *data;

  g_byte_array_append (bytes, (const guint8 *)"junk that stays", 15);
  archive = scan (bytes);
  root = graft_cpio_archive_dup_root (archive);
  edit (&root, "/n", file);
  written = graft_cpio_fixture_write (archive, root, &error);
  g_assert_no_error (error);
  data = g_bytes_get_data (written, &length);
  g_assert_cmpmem (data + length - 15, 15, "junk that stays", 15);
}

static void
test_no_records (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new (), result = NULL;
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("x");

  edit (&root, "/a", file);
  result = rewrite (archive, root,
                    "/ implicit\n"
                    "/a file 0644 0:0 1 \"x\"\n");
  g_assert_cmpuint (find_header (result, GRAFT_CPIO_TRAILER), >, 0);
}

static void
test_too_long (void)
{
  g_autoptr (GByteArray) bytes = make_simple ();
  g_autoptr (GraftCpioArchive) archive = scan (bytes);
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("x");
  g_autofree char *component = g_strnfill (250, 'n');
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 17; i++)
    g_string_append_printf (path, "/%s", component);
  edit (&root, path->str, file);
  g_assert_null (graft_cpio_fixture_write (archive, root, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE);
}

/* What cpio(1) packs, with all types and a file with several names, comes back the same. */
static void
test_gnu_cpio (gconstpointer data)
{
  g_autofree char *command = g_strdup_printf (
      "set -e; d=$(mktemp -d); cd $d; mkdir -p a/b; echo text > a/b/c; ln a/b/c a/link; "
      "ln -s b/c a/soft; mkfifo a/pipe; head -c 100000 /dev/zero > a/zeros; : > a/empty; "
      "ln a/b/c z; find . | LC_ALL=C sort | cpio -o --quiet -H %s -R 0:0; rm -r $d",
      (const char *)data);
  g_autoptr (GBytes) packed = graft_tool_run (command, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftNode) root = NULL, a = NULL, c = NULL, link = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = NULL;

  g_byte_array_append (bytes, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  archive = scan (bytes);
  g_assert_null (graft_cpio_archive_get_stop (archive));
  g_assert_true (graft_cpio_archive_is_crc (archive) == (strcmp (data, "crc") == 0));
  root = graft_cpio_archive_dup_root (archive);
  c = find (root, "/a/b/c");
  link = find (root, "/z");
  g_assert_true (graft_node_is_same_file (c, link));
  written = graft_cpio_fixture_write (archive, root, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (written, packed));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/add", test_add);
  g_test_add_func ("/remove", test_remove);
  g_test_add_func ("/replace-in-place", test_replace_in_place);
  g_test_add_func ("/undone", test_undone);
  g_test_add_func ("/folder-for-link", test_folder_for_link);
  g_test_add_func ("/remove-shadowed", test_remove_shadowed);
  g_test_add_func ("/links/remove-data", test_links_remove_data);
  g_test_add_func ("/links/change-one", test_links_change_one);
  g_test_add_func ("/links/split", test_links_split);
  g_test_add_func ("/links/add", test_links_add);
  g_test_add_func ("/links/across-trailer", test_links_across_trailer);
  g_test_add_func ("/numbers-full", test_numbers_full);
  g_test_add_func ("/crc", test_crc);
  g_test_add_func ("/unreadable-rest", test_unreadable_rest);
  g_test_add_func ("/no-records", test_no_records);
  g_test_add_func ("/too-long", test_too_long);
  g_test_add_data_func ("/gnu-cpio/newc", "newc", test_gnu_cpio);
  g_test_add_data_func ("/gnu-cpio/crc", "crc", test_gnu_cpio);
  return g_test_run ();
}
