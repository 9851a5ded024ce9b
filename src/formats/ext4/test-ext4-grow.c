/* test-ext4-grow.c: file systems that become larger since there is no room
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "formats/ext4/test-ext4-common.h"

/* Kinds by the words for mke2fs; @refused: resize2fs 1.47.0 leaves wrong counts in them. */
static const struct
{
  const char *name;
  const char *arguments;
  gboolean refused;
} kinds[] = {
  { "centos-7", "-t ext4 -b 1024 -m 0 -O ^metadata_csum,uninit_bg,64bit", FALSE },
  { "metadata-csum", "-t ext4 -b 4096 -O metadata_csum,64bit", FALSE },
  { "no-journal", "-t ext4 -b 1024 -O ^has_journal", FALSE },
  { "ext3", "-t ext3 -b 1024", FALSE },
  { "ext2", "-t ext2 -b 1024 -I 128 -O ^resize_inode", FALSE },
  { "csum-seed", "-t ext4 -b 1024 -O metadata_csum_seed,orphan_file", FALSE },
  { "no-flex-bg", "-t ext4 -b 1024 -O ^flex_bg", FALSE },
  { "meta-bg", "-t ext4 -b 1024 -O meta_bg,^resize_inode", FALSE },
  { "casefold", "-t ext4 -b 1024 -O casefold", FALSE },
  { "sparse-super2", "-t ext4 -b 1024 -O sparse_super2,^resize_inode", TRUE },
  { "bigalloc", "-t ext4 -b 1024 -O bigalloc -C 16384", TRUE },
};

/* What lacks: blocks, inodes. */
static GraftNode *
add_much (GraftImage *image, guint n_large, guint n_small)
{
  GraftNode *root = graft_image_dup_part (image, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  GraftDirectoryBuilder *builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) children = NULL;
  g_autoptr (GraftNode) folder = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = 0755 } };

  for (guint i = 0; i < n_large; i++)
    {
      g_autofree char *path = g_strdup_printf ("/large-%u", i);

      root = test_add_bytes (root, path, 20 + i, 3000000);
    }
  for (guint i = 0; i < n_small; i++)
    {
      g_autofree char *name = g_strdup_printf ("small-%u", i);
      g_autoptr (GraftNode) node = test_new_file (bytes);

      graft_directory_builder_add (builder, name, node);
    }
  children = graft_directory_builder_finish (builder);
  init.children = children;
  folder = graft_node_new (&init);
  return test_edit (root, "/small", folder);
}

static char *
get_features (TestFolder *folder, const char *name)
{
  g_autofree char *text = test_run (0, "dumpe2fs -h %s/%s", folder->path, name);
  const char *line = strstr (text, "Filesystem features:");

  return g_strndup (line, strcspn (line, "\n"));
}

/* Entries, contents and features are as they should be, the source as it was; e2fsck is content. */
static void
assert_grows (TestFolder *folder, const char *path, guint n_large, guint n_small)
{
  g_autoptr (GraftImage) image = test_open (path);
  g_autoptr (GraftNode) root = add_much (image, n_large, n_small);
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = graft_input_digest (graft_image_get_input (image), NULL, &error);
  g_autofree char *after = NULL, *wanted = NULL, *got = NULL, *old = NULL, *new = NULL;
  g_autofree char *left = NULL;
  GraftRoom room;
  guint64 size, grown;

  g_assert_true (graft_image_check_room (image, &root, &room, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (room.missing > 0, ==, n_large > 0);
  g_assert_cmpint (room.missing_inodes > 0, ==, n_small > 0);
  g_assert_false (graft_image_check_room (image, &root, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM);
  g_clear_error (&error);
  result = test_write_larger (folder, image, root, "larger.img");
  found = graft_image_dup_part (result, 0);
  wanted = test_dump (root, &error);
  got = test_dump (found, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wanted, ==, got);
  old = get_features (folder, "rootfs.img");
  new = get_features (folder, "larger.img");
  g_assert_cmpstr (old, ==, new);
  size = graft_input_get_size (graft_image_get_input (image));
  grown = graft_input_get_size (graft_image_get_input (result)) - size;
  g_assert_cmpuint (grown, >, 0);
  g_assert_cmpuint (grown, <=, room.growth);
  /* In round steps, and by little more than is lacking where only blocks are. */
  g_assert_cmpuint ((size + room.growth) % (1 << 20), ==, 0);
  if (n_small == 0)
    g_assert_cmpuint (grown, <, room.missing + room.missing / 4 + (4 << 20));
  after = graft_input_digest (graft_image_get_input (image), NULL, &error);
  g_assert_cmpstr (before, ==, after);
  left = test_run (0, "find %s -name 'bootgraft-grow*'", folder->path);
  g_assert_cmpstr (left, ==, "");
}

static void
test_blocks (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024 -m 0", "6M");
  assert_grows (folder, path, 5, 0);
}

/* So many groups that the table of groups takes more blocks, which moves what stands behind it. */
static void
test_inodes (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img",
                          "-t ext4 -b 1024 -N 48 -O ^resize_inode,64bit,^has_journal", "8M");
  assert_grows (folder, path, 0, 1200);
}

static void
test_kind (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *arguments = g_strdup_printf ("%s -N 64", kinds[i].arguments);
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftPatchedInput) patch = NULL;
  g_autoptr (GError) error = NULL;
  const GraftImageOptions options = { .grow = TRUE, .scratch = folder->path };

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", arguments, "16M");
  if (!kinds[i].refused)
    {
      assert_grows (folder, path, 6, 2000);
      return;
    }
  image = test_open (path);
  root = add_much (image, 6, 2000);
  patch = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), root, 0, &options, NULL, NULL, &error);
  g_assert_null (patch);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "cannot grow"));
}

/* Whenever it is done, and in whatever unit the image around it has: the same bytes each time. */
static void
test_reproducible (void)
{
  static const gsize units[] = { 4096, 131072, 1048576 };
  g_autoptr (TestFolder) folder = test_folder_new ();
  const GraftImageOptions options = { .grow = TRUE };
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder, 10);
  path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024 -m 0", "6401K");
  image = test_open (path);
  root = add_much (image, 3, 0);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *first = NULL;

      for (guint k = 0; k < 2; k++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GraftPatchedInput) patch = graft_ext4_image_patch (
              GRAFT_EXT4_IMAGE (image), root, units[i], &options, NULL, NULL, &error);
          g_autofree char *digest = NULL;

          g_assert_no_error (error);
          digest = graft_input_digest (GRAFT_INPUT (patch), NULL, &error);
          g_assert_cmpstr (first != NULL ? first : digest, ==, digest);
          g_free (first);
          first = g_steal_pointer (&digest);
          if (k == 0)
            g_usleep (1100000);
        }
    }
}

/* What e2fsck does not like is not made larger; nor what has something behind it. */
static void
test_refused (void)
{
  static const struct
  {
    const char *command, *reason;
  } cases[] = {
    { "debugfs -w -R 'set_inode_field /etc/motd links_count 7' %s", "not in order" },
    { "sh -c 'echo behind >> %s'", "behind its file system" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      const GraftImageOptions options = { .grow = TRUE, .scratch = folder->path };
      g_autofree char *path = NULL, *ignored = NULL, *left = NULL;
      g_auto (GStrv) parts = g_strsplit (cases[i].command, "%s", 2);
      g_autoptr (GraftImage) image = NULL;
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GraftPatchedInput) patch = NULL;
      g_autoptr (GError) error = NULL;

      test_folder_fill (folder, 10);
      path = test_make_image (folder, "rootfs.img", "-t ext4 -b 1024 -m 0", "6M");
      ignored = test_run (0, "%s%s%s", parts[0], path, parts[1]);
      image = test_open (path);
      root = add_much (image, 3, 0);
      patch = graft_ext4_image_patch (GRAFT_EXT4_IMAGE (image), root, 0, &options, NULL, NULL,
                                      &error);
      g_assert_null (patch);
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED);
      g_assert_nonnull (strstr (error->message, cases[i].reason));
      left = test_run (0, "find %s -name 'bootgraft-grow*'", folder->path);
      g_assert_cmpstr (left, ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ext4/grow/blocks", test_blocks);
  g_test_add_func ("/ext4/grow/inodes", test_inodes);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/ext4/grow/kind/", kinds[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_kind);
    }
  g_test_add_func ("/ext4/grow/reproducible", test_reproducible);
  g_test_add_func ("/ext4/grow/refused", test_refused);
  return g_test_run ();
}
