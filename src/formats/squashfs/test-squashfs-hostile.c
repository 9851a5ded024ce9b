/* test-squashfs-hostile.c: images that are damaged, or made to do harm
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The small ones are put together here byte by byte, with tables that are not compressed.
 */

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/graft-squashfs-stream.h"
#include "formats/squashfs/test-squashfs-common.h"

/* An image being put together: one metadata block for each table. */
typedef struct
{
  GByteArray *inodes;
  GByteArray *directories;
  GByteArray *xattrs; /* names and values of one set; empty for none */
  guint32 n_pairs;    /* that the set says to have */
  guint n_inodes;
  guint root; /* where in the inodes the root's is */
} Maker;

static Maker *
maker_new (void)
{
  Maker *self = g_new0 (Maker, 1);

  self->inodes = g_byte_array_new ();
  self->directories = g_byte_array_new ();
  self->xattrs = g_byte_array_new ();
  self->n_pairs = 1;
  return self;
}

static void
maker_free (Maker *self)
{
  g_byte_array_unref (self->inodes);
  g_byte_array_unref (self->directories);
  g_byte_array_unref (self->xattrs);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Maker, maker_free)

static void
put16 (GByteArray *to, guint16 value)
{
  guint8 data[2];

  graft_bytes_put_le16 (data, value);
  g_byte_array_append (to, data, sizeof data);
}

static void
put32 (GByteArray *to, guint32 value)
{
  put16 (to, value & 0xffff);
  put16 (to, value >> 16);
}

static void
put64 (GByteArray *to, guint64 value)
{
  put32 (to, value & 0xffffffff);
  put32 (to, value >> 32);
}

/* The head of an inode; returns where it stands. */
static guint
begin_inode (Maker *self, guint type, guint number)
{
  guint at = self->inodes->len;

  put16 (self->inodes, type);
  put16 (self->inodes, 0755);
  put32 (self->inodes, 0);
  put32 (self->inodes, 0);
  put32 (self->inodes, number);
  self->n_inodes = MAX (self->n_inodes, number);
  return at;
}

static guint
add_directory (Maker *self, guint number, guint list, guint list_size)
{
  guint at = begin_inode (self, 1, number);

  put32 (self->inodes, 0);
  put32 (self->inodes, 2);
  put16 (self->inodes, list_size + 3);
  put16 (self->inodes, list);
  put32 (self->inodes, 1);
  return at;
}

static guint
add_file (Maker *self, guint number, guint64 size, guint64 start, guint32 xattr)
{
  guint at = begin_inode (self, 9, number);

  put64 (self->inodes, start);
  put64 (self->inodes, size);
  put64 (self->inodes, 0);
  put32 (self->inodes, 1);
  put32 (self->inodes, GRAFT_SQUASHFS_NONE);
  put32 (self->inodes, 0);
  put32 (self->inodes, xattr);
  return at;
}

static void
put_entry (Maker *self, guint inode, int difference, guint type, const char *name, gsize length)
{
  put16 (self->directories, inode);
  put16 (self->directories, difference);
  put16 (self->directories, type);
  put16 (self->directories, length - 1);
  g_byte_array_append (self->directories, (const guint8 *)name, length);
}

static void
put_header (Maker *self, guint count, guint number)
{
  put32 (self->directories, count - 1);
  put32 (self->directories, 0);
  put32 (self->directories, number);
}

static void
put_block (GByteArray *to, const guint8 *data, gsize length)
{
  put16 (to, length | GRAFT_SQUASHFS_METADATA_RAW);
  g_byte_array_append (to, data, length);
}

/* One set; returns where the table is. */
static guint64
put_xattrs (Maker *self, GByteArray *image)
{
  g_autoptr (GByteArray) set = g_byte_array_new ();
  guint values = image->len, sets, table;

  if (self->xattrs->len == 0)
    return GRAFT_SQUASHFS_NO_TABLE;
  put_block (image, self->xattrs->data, self->xattrs->len);
  sets = image->len;
  put64 (set, 0);
  put32 (set, self->n_pairs);
  put32 (set, self->xattrs->len);
  put_block (image, set->data, set->len);
  table = image->len;
  put64 (image, values);
  put32 (image, 1);
  put32 (image, 0);
  put64 (image, sets);
  return table;
}

static GBytes *
maker_finish (Maker *self)
{
  static const guint8 ids[4];
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GraftOutput) output = graft_output_new_memory ("test", NULL);
  g_autoptr (GraftSquashfsStream) stream = graft_squashfs_stream_new_output (output);
  sqfs_super_t super;
  guint64 at;

  g_assert_cmpuint (self->inodes->len, <=, 8192);
  g_assert_cmpuint (self->directories->len, <=, 8192);
  g_assert_cmpint (sqfs_super_init (&super, 4096, 0, SQFS_COMP_GZIP), ==, 0);
  g_byte_array_set_size (image, sizeof super);
  super.inode_count = self->n_inodes;
  super.id_count = 1;
  super.root_inode_ref = self->root;
  super.inode_table_start = image->len;
  put_block (image, self->inodes->data, self->inodes->len);
  super.directory_table_start = image->len;
  put_block (image, self->directories->data, self->directories->len);
  at = image->len;
  put_block (image, ids, sizeof ids);
  super.id_table_start = image->len;
  put64 (image, at);
  super.xattr_id_table_start = put_xattrs (self, image);
  super.bytes_used = image->len;
  g_assert_cmpint (sqfs_super_write (&super, graft_squashfs_stream_get_file (stream)), ==, 0);
  g_assert_true (graft_output_read_at (output, 0, image->data, sizeof super, NULL));
  return g_byte_array_free_to_bytes (g_steal_pointer (&image));
}

/* One file in the root, described by one entry. */
static GBytes *
make_with_entry (guint type, int difference, const char *name, gsize length)
{
  g_autoptr (Maker) maker = maker_new ();
  guint file = add_file (maker, 2, 0, 0, GRAFT_SQUASHFS_NONE);

  put_header (maker, 1, 2);
  put_entry (maker, file, difference, type, name, length);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  return maker_finish (maker);
}

/* The maker itself makes what can be read; else nothing below would mean anything. */
static void
test_maker (void)
{
  g_autoptr (GBytes) bytes = make_with_entry (2, 0, "file", 4);
  g_autoptr (GError) error = test_try_bytes (bytes);

  g_assert_no_error (error);
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    gsize length;
  } names[] = { { ".", 1 }, { "..", 2 }, { "a/b", 3 }, { "/", 1 }, { "a\0b", 3 }, { "\0", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) bytes = make_with_entry (2, 0, names[i].name, names[i].length);

      test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, "test.squashfs:/: has an entry called");
    }
}

static void
test_long_name (void)
{
  g_autofree char *name = g_strnfill (256, 'n');
  g_autoptr (GBytes) bytes = make_with_entry (2, 0, name, 256);

  test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, "more than 255 bytes");
}

/* The list and the inode must tell the same. */
static void
test_contradiction (void)
{
  g_autoptr (GBytes) type = make_with_entry (1, 0, "file", 4);
  g_autoptr (GBytes) number = make_with_entry (2, 1, "file", 4);

  test_assert_fails (type, GRAFT_ERROR_CORRUPTED, "test.squashfs:/file: the folder's list says");
  test_assert_fails (number, GRAFT_ERROR_CORRUPTED, "test.squashfs:/file: the folder's list says");
}

static GBytes *
make_with_two (const char *first, const char *second)
{
  g_autoptr (Maker) maker = maker_new ();
  guint a = add_file (maker, 2, 0, 0, GRAFT_SQUASHFS_NONE);
  guint b = add_file (maker, 3, 0, 0, GRAFT_SQUASHFS_NONE);
  guint c = add_file (maker, 4, 0, 0, GRAFT_SQUASHFS_NONE);

  put_header (maker, 3, 2);
  put_entry (maker, a, 0, 2, first, strlen (first));
  put_entry (maker, b, 1, 2, "between", 7);
  put_entry (maker, c, 2, 2, second, strlen (second));
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  return maker_finish (maker);
}

/* CVE-2021-41072 of unsquashfs: a link, then a folder of the same name. */
static void
test_duplicate_names (void)
{
  g_autoptr (GBytes) twice = make_with_two ("a", "a");
  g_autoptr (GBytes) unsorted = make_with_two ("z", "a");
  g_autoptr (GError) error = test_try_bytes (unsorted);

  test_assert_fails (twice, GRAFT_ERROR_CORRUPTED,
                     "test.squashfs:/: the folder's list has the same");
  /* Out of order is unusual, but says what it says. */
  g_assert_no_error (error);
}

/* Two different inodes with the same number cannot be told apart by it. */
static void
test_duplicate_numbers (void)
{
  g_autoptr (Maker) maker = maker_new ();
  guint a = add_file (maker, 2, 0, 0, GRAFT_SQUASHFS_NONE);
  guint b = add_file (maker, 2, 0, 0, GRAFT_SQUASHFS_NONE);
  g_autoptr (GBytes) bytes = NULL;

  put_header (maker, 2, 2);
  put_entry (maker, a, 0, 2, "a", 1);
  put_entry (maker, b, 0, 2, "b", 1);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  bytes = maker_finish (maker);
  test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, "test.squashfs:/b: ");
}

/* 28 folders, each with two names for the next: 2^28 paths in one kilobyte. */
static void
test_two_names (void)
{
  g_autoptr (Maker) maker = maker_new ();
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = NULL;
  guint inode = 0;

  for (guint level = 28; level >= 1; level--)
    {
      guint list = maker->directories->len;

      if (level < 28)
        {
          put_header (maker, 2, level + 1);
          put_entry (maker, inode, 0, 1, "a", 1);
          put_entry (maker, inode, 0, 1, "b", 1);
        }
      inode = add_directory (maker, level, list, maker->directories->len - list);
    }
  maker->root = inode;
  maker->n_inodes = 28;
  bytes = maker_finish (maker);
  test_assert_fails (
      bytes, GRAFT_ERROR_CORRUPTED,
      "test.squashfs:/b: the same folder as another one beside it; a folder can only");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_USEC_PER_SEC);
}

/* The same with a list that two different folders share. */
static void
test_shared_list (void)
{
  g_autoptr (Maker) maker = maker_new ();
  g_autoptr (GBytes) bytes = NULL;
  guint inner, a, b;

  inner = add_directory (maker, 4, 0, 0);
  put_header (maker, 1, 4);
  put_entry (maker, inner, 0, 1, "inner", 5);
  a = add_directory (maker, 2, 0, maker->directories->len);
  b = add_directory (maker, 3, 0, maker->directories->len);
  put_header (maker, 2, 2);
  put_entry (maker, a, 0, 1, "a", 1);
  put_entry (maker, b, 1, 1, "b", 1);
  maker->root = add_directory (maker, 1, 25, 12 + 9 + 9);
  g_assert_cmpuint (maker->directories->len, ==, 25 + 30);
  bytes = maker_finish (maker);
  test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, "the same folder as /a/inner");
}

static void
test_cycle (void)
{
  g_autoptr (Maker) maker = maker_new ();
  g_autoptr (GBytes) bytes = NULL;

  put_header (maker, 1, 1);
  put_entry (maker, 0, 0, 1, "again", 5);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  bytes = maker_finish (maker);
  test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, "test.squashfs:/again: the same folder as /");
}

/* A folder that cannot be listed says the same when it is tried again. */
static void
test_again (void)
{
  g_autoptr (GBytes) bytes = make_with_two ("a", "a");
  g_autoptr (GraftImage) image = test_open_bytes (bytes, NULL);
  g_autoptr (GError) first = test_walk_all (image);
  g_autoptr (GError) second = test_walk_all (image);

  g_assert_nonnull (first);
  g_assert_cmpstr (first->message, ==, second->message);
}

/* An xattr set in an image without a table of them: fatal to sqfs2tar 1.2.0. */
static void
test_xattr_without_table (void)
{
  g_autoptr (Maker) maker = maker_new ();
  guint file = add_file (maker, 2, 0, 0, 0);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GPtrArray) xattrs = NULL;
  g_autoptr (GError) error = NULL;

  put_header (maker, 1, 2);
  put_entry (maker, file, 0, 2, "file", 4);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  bytes = maker_finish (maker);
  image = test_open_bytes (bytes, &error);
  g_assert_no_error (error);
  root = graft_image_dup_part (image, 0);
  node = test_find (root, "/file");
  xattrs = graft_node_list_xattrs (node, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (xattrs->len, ==, 0);
}

/* The error of reading the xattrs of a file with one pair: @type, a name of @name_length, a value
 * that says to be of @size. */
static void
try_xattr (guint16 type, guint16 name_length, guint32 size, GError **error)
{
  g_autoptr (Maker) maker = maker_new ();
  guint file = add_file (maker, 2, 0, 0, 0);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GPtrArray) xattrs = NULL;

  put16 (maker->xattrs, type);
  put16 (maker->xattrs, name_length);
  for (guint i = 0; i < name_length; i++)
    g_byte_array_append (maker->xattrs, (const guint8 *)"n", 1);
  put32 (maker->xattrs, size);
  put32 (maker->xattrs, 0);
  put_header (maker, 1, 2);
  put_entry (maker, file, 0, 2, "file", 4);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  bytes = maker_finish (maker);
  image = test_open_bytes (bytes, error);
  g_assert_nonnull (image);
  root = graft_image_dup_part (image, 0);
  node = test_find (root, "/file");
  xattrs = graft_node_list_xattrs (node, error);
  g_assert_cmpuint (xattrs != NULL && xattrs->len == 1, ==, *error == NULL);
}

/* The library makes room for a value before it reads it; that its length is refused, and not that
 * the bytes are not there, shows that it was not asked. */
static void
test_xattrs (void)
{
  static const struct
  {
    guint16 type, name_length;
    guint32 size;
    const char *message;
  } cases[] = {
    { 0, 1, 4, NULL },
    { 0, 1, 0xfffffff0, "/file: extended attributes: a value of more than 64 KiB" },
    { 0, 1, 30000, "/file: the xattr table at byte" },
    { 3, 1, 4, "/file: extended attributes: a name of an unknown kind" },
    { 0, 0, 4, "/file: extended attributes: a name of an impossible length" },
    { 0, 256, 4, "/file: extended attributes: a name of an impossible length" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      try_xattr (cases[i].type, cases[i].name_length, cases[i].size, &error);
      if (cases[i].message == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

/* A file of set @index, where there is one set: of two pairs with the same name, which says to have
 * @n_pairs. */
static void
assert_set_refused (guint32 index, guint32 n_pairs, int code, const char *message)
{
  g_autoptr (Maker) maker = maker_new ();
  guint file = add_file (maker, 2, 0, 0, index);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      put16 (maker->xattrs, 0);
      put16 (maker->xattrs, 1);
      g_byte_array_append (maker->xattrs, (const guint8 *)"n", 1);
      put32 (maker->xattrs, 0);
    }
  maker->n_pairs = n_pairs;
  put_header (maker, 1, 2);
  put_entry (maker, file, 0, 2, "file", 4);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  bytes = maker_finish (maker);
  image = test_open_bytes (bytes, &error);
  g_assert_no_error (error);
  root = graft_image_dup_part (image, 0);
  node = test_find (root, "/file");
  g_assert_null (graft_node_list_xattrs (node, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_xattr_sets (void)
{
  assert_set_refused (0, 2, GRAFT_ERROR_CORRUPTED, "the same name twice");
  assert_set_refused (0, G_MAXUINT32, GRAFT_ERROR_TOO_LARGE, "more extended attributes");
  assert_set_refused (1, 2, GRAFT_ERROR_CORRUPTED, "the set is not in the image's table");
}

/* An image with this inode, of number 2, as its only entry. */
static void
assert_entry_refused (Maker *maker, guint inode, guint type, const char *message)
{
  g_autoptr (GBytes) bytes = NULL;

  put_header (maker, 1, 2);
  put_entry (maker, inode, 0, type, "name", 4);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  bytes = maker_finish (maker);
  test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, message);
}

static guint
add_link (Maker *self, guint32 said, const char *target, gsize length)
{
  guint at = begin_inode (self, 3, 2);

  put32 (self->inodes, 1);
  put32 (self->inodes, said);
  g_byte_array_append (self->inodes, (const guint8 *)target, length);
  return at;
}

static void
test_links (void)
{
  g_autoptr (Maker) longer = maker_new ();
  g_autoptr (Maker) cut = maker_new ();

  assert_entry_refused (longer, add_link (longer, 0xffffffff, "away", 4), 3,
                        "a link whose target is longer than any path");
  assert_entry_refused (cut, add_link (cut, 4, "a\0ay", 4), 3,
                        "a link whose target has a NUL in it");
}

/* The first owner is the only one. */
static void
test_owners (void)
{
  g_autoptr (Maker) user = maker_new ();
  g_autoptr (Maker) group = maker_new ();
  guint a = add_file (user, 2, 0, 0, GRAFT_SQUASHFS_NONE);
  guint b = add_file (group, 2, 0, 0, GRAFT_SQUASHFS_NONE);

  user->inodes->data[a + 4] = 1;
  group->inodes->data[b + 6] = 6;
  assert_entry_refused (user, a, 2, "it belongs to owner 2, group 1 of a table of 1");
  assert_entry_refused (group, b, 2, "it belongs to owner 1, group 7 of a table of 1");
}

static void
test_root_is_a_file (void)
{
  g_autoptr (Maker) maker = maker_new ();
  g_autoptr (GBytes) bytes = NULL;

  put_header (maker, 1, 1);
  maker->root = add_file (maker, 1, 0, 0, GRAFT_SQUASHFS_NONE);
  bytes = maker_finish (maker);
  test_assert_fails (bytes, GRAFT_ERROR_CORRUPTED, "its root, inode 1, is not a folder");
}

static GBytes *
make_with_file (guint64 size, guint64 start, guint32 block)
{
  g_autoptr (Maker) maker = maker_new ();
  guint file = add_file (maker, 2, size, start, GRAFT_SQUASHFS_NONE);

  put32 (maker->inodes, block);
  put_header (maker, 1, 2);
  put_entry (maker, file, 0, 2, "file", 4);
  maker->root = add_directory (maker, 1, 0, maker->directories->len);
  return maker_finish (maker);
}

/* Sizes that nothing in the image stands for. */
static void
test_declared_sizes (void)
{
  g_autoptr (GBytes) above = make_with_file (G_MAXUINT64, 0, 0);
  g_autoptr (GBytes) huge = make_with_file (G_MAXINT64, 0, 0);
  g_autoptr (GBytes) large = make_with_file (G_GUINT64_CONSTANT (1) << 36, 0, 0);
  g_autoptr (GBytes) sparse = make_with_file (4096, 0, 0);
  g_autoptr (GBytes) block = make_with_file (100, 96, 5000);
  g_autoptr (GBytes) outside = make_with_file (100, G_MAXUINT64 - 10, 100);
  g_autoptr (GBytes) behind = make_with_file (100, 100000, 100);
  g_autoptr (GBytes) short_block = make_with_file (100, 96, 50 | GRAFT_SQUASHFS_BLOCK_RAW);
  g_autoptr (GError) error = test_try_bytes (sparse);

  g_assert_no_error (error);
  test_assert_fails (above, GRAFT_ERROR_CORRUPTED, "impossible size");
  test_assert_fails (huge, GRAFT_ERROR_TOO_LARGE, "test.squashfs:/file: ");
  test_assert_fails (large, GRAFT_ERROR_CORRUPTED, "test.squashfs:/file: ");
  test_assert_fails (block, GRAFT_ERROR_CORRUPTED, "more than a block");
  test_assert_fails (outside, GRAFT_ERROR_CORRUPTED, "outside of the image");
  test_assert_fails (behind, GRAFT_ERROR_CORRUPTED, "outside of the image");
  test_assert_fails (short_block, GRAFT_ERROR_CORRUPTED, "too short or too long");
}

/* Listing does not read the lists of blocks: here there is none where one should be. */
static void
test_listing_without_blocks (void)
{
  g_autoptr (GBytes) bytes = make_with_file (1 << 30, 0, 0);
  g_autoptr (GraftImage) image = test_open_bytes (bytes, NULL);
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GraftNode) node = test_find (root, "/file");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (graft_node_get_size (node), ==, 1 << 30);
  g_assert_null (graft_node_open (node, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

static void
test_probe (void)
{
  g_autoptr (GBytes) good = make_with_entry (2, 0, "file", 4);
  g_autoptr (GBytes) text = g_bytes_new_static ("<html>", 6);
  g_autoptr (GBytes) tiny = g_bytes_new_static ("hs", 2);
  g_autoptr (GraftInput) good_input = graft_memory_input_new (good, "good");
  g_autoptr (GraftInput) text_input = graft_memory_input_new (text, "text");
  g_autoptr (GraftInput) tiny_input = graft_memory_input_new (tiny, "tiny");
  const GraftImageFormat *format = graft_squashfs_get_format ();

  g_assert_cmpint (format->probe (good_input), ==, 100);
  g_assert_cmpint (format->probe (text_input), ==, 0);
  g_assert_cmpint (format->probe (tiny_input), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/squashfs/hostile/maker", test_maker);
  g_test_add_func ("/squashfs/hostile/names", test_names);
  g_test_add_func ("/squashfs/hostile/long-name", test_long_name);
  g_test_add_func ("/squashfs/hostile/contradiction", test_contradiction);
  g_test_add_func ("/squashfs/hostile/duplicate-names", test_duplicate_names);
  g_test_add_func ("/squashfs/hostile/duplicate-numbers", test_duplicate_numbers);
  g_test_add_func ("/squashfs/hostile/two-names", test_two_names);
  g_test_add_func ("/squashfs/hostile/shared-list", test_shared_list);
  g_test_add_func ("/squashfs/hostile/cycle", test_cycle);
  g_test_add_func ("/squashfs/hostile/again", test_again);
  g_test_add_func ("/squashfs/hostile/xattr-without-table", test_xattr_without_table);
  g_test_add_func ("/squashfs/hostile/xattrs", test_xattrs);
  g_test_add_func ("/squashfs/hostile/xattr-sets", test_xattr_sets);
  g_test_add_func ("/squashfs/hostile/links", test_links);
  g_test_add_func ("/squashfs/hostile/owners", test_owners);
  g_test_add_func ("/squashfs/hostile/root-is-a-file", test_root_is_a_file);
  g_test_add_func ("/squashfs/hostile/listing-without-blocks", test_listing_without_blocks);
  g_test_add_func ("/squashfs/hostile/declared-sizes", test_declared_sizes);
  g_test_add_func ("/squashfs/hostile/probe", test_probe);
  return g_test_run ();
}
