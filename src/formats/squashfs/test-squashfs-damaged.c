/* test-squashfs-damaged.c: images that were whole once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/test-squashfs-common.h"

/* A small image with something in every table. */
static GBytes *
make_real (TestFolder *folder, const char *arguments)
{
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  gsize length;

  test_folder_add (folder, "etc/motd", "hello\n", 6, 0644);
  test_folder_add (folder, "etc/other", "other\n", 6, 0600);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("files/file%02u", i);
      g_autoptr (GBytes) bytes = test_make_bytes (i, 200 * i);

      test_folder_add (folder, name, g_bytes_get_data (bytes, NULL), 200 * i, 0644);
    }
  path = test_mksquashfs (folder, "image", arguments);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  return g_bytes_new_take (g_steal_pointer (&content), length);
}

/* Whatever byte is changed, opening, listing and reading ends, with a result or a message that
 * names the image. */
static void
test_flipped (gconstpointer data)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GBytes) bytes = make_real (folder, data);
  gsize size;
  gconstpointer original = g_bytes_get_data (bytes, &size);
  guint n_refused = 0;
  gsize tables;

  {
    g_autoptr (GraftImage) image = test_open_bytes (bytes, NULL);

    tables = GRAFT_SQUASHFS (image)->super.inode_table_start;
    size = GRAFT_SQUASHFS (image)->super.bytes_used;
  }
  for (gsize offset = 0; offset < size;
       offset += offset >= sizeof (sqfs_super_t) && offset < tables ? 1499 : 2)
    for (guint i = 0; i < 2; i++)
      {
        static const guint8 masks[] = { 0x01, 0xff };
        guint8 *changed = g_memdup2 (original, g_bytes_get_size (bytes));
        g_autoptr (GBytes) damaged = g_bytes_new_take (changed, g_bytes_get_size (bytes));
        g_autoptr (GError) error = NULL;

        changed[offset] ^= masks[i];
        error = test_try_bytes (damaged);
        if (error == NULL)
          continue;
        n_refused++;
        g_assert_true (error->domain == GRAFT_IMAGE_ERROR);
        if (!g_str_has_prefix (error->message, "test.squashfs"))
          g_error ("\"%s\" does not name the image", error->message);
      }
  g_assert_cmpuint (n_refused, >, 20);
}

/* Wherever a download was cut off, it is said that it was. */
static void
test_truncated (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GBytes) bytes = make_real (folder, "-comp xz");
  gsize size = g_bytes_get_size (bytes);
  gsize used;

  {
    g_autoptr (GraftImage) image = test_open_bytes (bytes, NULL);

    used = GRAFT_SQUASHFS (image)->super.bytes_used;
  }
  for (gsize length = 0; length < size; length += 13)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, length);
      g_autoptr (GError) error = test_try_bytes (part);

      if (length < used)
        {
          g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
          g_assert_nonnull (strstr (error->message, "probably cut off while downloading"));
        }
      else
        g_assert_no_error (error);
    }
}

static GBytes *
with_field (GBytes *bytes, gsize offset, gsize width, guint64 value)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  guint8 *changed = g_memdup2 (data, size);
  guint8 stored[8];

  graft_bytes_put_le64 (stored, value);
  memcpy (changed + offset, stored, width);
  return g_bytes_new_take (changed, size);
}

/* Each rule of the superblock. */
static void
test_superblock (void)
{
  static const struct
  {
    gsize offset;
    gsize width;
    guint64 value;
    GraftErrorCode code;
    const char *message;
  } cases[] = {
    { 0, 4, 0x12345678, GRAFT_ERROR_CORRUPTED, "not a squashfs" },
    { 0, 4, 0x68737173, GRAFT_ERROR_UNSUPPORTED, "big-endian" },
    { 4, 4, 0, GRAFT_ERROR_CORRUPTED, "counts no inodes" },
    { 4, 4, 0xffffffff, GRAFT_ERROR_TOO_LARGE, "up to 2000000 can be handled" },
    { 4, 4, 3, GRAFT_ERROR_CORRUPTED, "is not among the 3 that the superblock counts" },
    { 12, 4, 0, GRAFT_ERROR_CORRUPTED, "block size" },
    { 12, 4, 131073, GRAFT_ERROR_CORRUPTED, "block size" },
    { 12, 4, 2 << 20, GRAFT_ERROR_CORRUPTED, "block size" },
    { 16, 4, 0xffffffff, GRAFT_ERROR_TOO_LARGE, "fragments" },
    { 16, 4, 1999999, GRAFT_ERROR_CORRUPTED, "the fragment table" },
    { 20, 2, 7, GRAFT_ERROR_UNSUPPORTED, "method (number 7)" },
    { 22, 2, 16, GRAFT_ERROR_CORRUPTED, "block size" },
    { 26, 2, 0, GRAFT_ERROR_CORRUPTED, "counts no inodes or no owners" },
    { 26, 2, 60000, GRAFT_ERROR_CORRUPTED, "the id table" },
    { 28, 2, 3, GRAFT_ERROR_UNSUPPORTED, "version 3.0" },
    { 32, 8, G_MAXUINT64, GRAFT_ERROR_CORRUPTED, ":/: metadata block" },
    { 40, 8, G_MAXUINT64, GRAFT_ERROR_CORRUPTED, "probably cut off while downloading" },
    { 40, 8, 5, GRAFT_ERROR_CORRUPTED, "5 bytes long" },
    { 48, 8, 0, GRAFT_ERROR_CORRUPTED, "has the id table at byte 0" },
    { 56, 8, 100, GRAFT_ERROR_CORRUPTED, "the xattr table" },
    { 64, 8, G_MAXUINT64, GRAFT_ERROR_CORRUPTED, "has the inode table" },
    { 72, 8, 96, GRAFT_ERROR_CORRUPTED, "before the inode table" },
    { 80, 8, G_MAXUINT64, GRAFT_ERROR_CORRUPTED, "has the fragment table" },
    { 88, 8, 5, GRAFT_ERROR_CORRUPTED, "has the export table" },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GBytes) bytes = make_real (folder, "-comp gzip");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) damaged
          = with_field (bytes, cases[i].offset, cases[i].width, cases[i].value);

      test_assert_fails (damaged, cases[i].code, cases[i].message);
    }
}

/* What the options may not say. */
static void
test_options (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GBytes) bytes = make_real (folder, "-comp xz -Xdict-size 8192 -b 64K");
  g_autoptr (GBytes) dictionary = with_field (bytes, 98, 4, 0x7fffffff);
  g_autoptr (GBytes) length = with_field (bytes, 96, 2, 0x8000 | 1000);
  g_autoptr (GBytes) encoded = with_field (bytes, 96, 2, 8);
  g_autoptr (GBytes) gzip = make_real (folder, "-comp gzip -Xcompression-level 5");
  g_autoptr (GBytes) level = with_field (gzip, 98, 4, 77);
  g_autoptr (GBytes) lzo = make_real (folder, "-comp lzo -Xalgorithm lzo1x_1");
  g_autoptr (GBytes) algorithm = with_field (lzo, 98, 4, 77);

  test_assert_fails (level, GRAFT_ERROR_CORRUPTED, "gzip options at byte 96 make no sense");
  test_assert_fails (algorithm, GRAFT_ERROR_CORRUPTED, "lzo options at byte 96 make no sense");
  test_assert_fails (dictionary, GRAFT_ERROR_CORRUPTED, "xz options at byte 96 make no sense");
  test_assert_fails (length, GRAFT_ERROR_CORRUPTED, "compressor options at byte 96");
  test_assert_fails (encoded, GRAFT_ERROR_CORRUPTED, "compressor options at byte 96");
}

/* Folders 300 deep: the cap, not the stack, ends it. */
static void
test_deep (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) path = g_string_new (NULL);
  g_autofree char *image = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  for (guint i = 0; i < 300; i++)
    g_string_append (path, "d/");
  g_string_append (path, "file");
  test_folder_add (folder, path->str, "x", 1, 0644);
  image = test_mksquashfs (folder, "image", "-comp gzip");
  g_assert_true (g_file_get_contents (image, &content, &length, NULL));
  bytes = g_bytes_new_take (g_steal_pointer (&content), length);
  test_assert_fails (bytes, GRAFT_ERROR_TOO_LARGE, "deep");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/squashfs/damaged/flipped/gzip", "-comp gzip", test_flipped);
  g_test_add_data_func ("/squashfs/damaged/flipped/zstd", "-comp zstd", test_flipped);
  g_test_add_data_func ("/squashfs/damaged/flipped/lzo", "-comp lzo", test_flipped);
  g_test_add_data_func ("/squashfs/damaged/flipped/plain", "-noI -noD -noF -noX", test_flipped);
  g_test_add_func ("/squashfs/damaged/truncated", test_truncated);
  g_test_add_func ("/squashfs/damaged/superblock", test_superblock);
  g_test_add_func ("/squashfs/damaged/options", test_options);
  g_test_add_func ("/squashfs/damaged/deep", test_deep);
  return g_test_run ();
}
