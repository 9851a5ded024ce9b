/* test-ext4-kinds.c: edited file systems of many kinds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "formats/ext4/test-ext4-common.h"

#define N_BIG 4000
#define N_NEW 3000

/* Kinds of which the writer must leave what e2fsck finds clean, by the words for mke2fs. */
static const struct
{
  const char *name;
  const char *arguments;
} kinds[] = {
  { "centos-7", "-t ext4 -b 1024 -m 0 -O ^metadata_csum,uninit_bg,64bit" },
  { "metadata-csum", "-t ext4 -b 4096 -O metadata_csum,64bit" },
  { "32-bit", "-t ext4 -b 4096 -O ^64bit" },
  { "no-journal", "-t ext4 -O ^has_journal" },
  { "ext3", "-t ext3" },
  { "ext2", "-t ext2 -b 1024 -I 128" },
  { "sparse-super2", "-t ext4 -O sparse_super2,^resize_inode" },
  { "csum-seed", "-t ext4 -O metadata_csum_seed,orphan_file" },
  { "large-dir", "-t ext4 -O large_dir,ea_inode" },
  { "casefold", "-t ext4 -O casefold" },
  { "bigalloc", "-t ext4 -O bigalloc -C 16384" },
  { "no-flex-bg", "-t ext4 -b 2048 -O ^flex_bg" },
  { "meta-bg", "-t ext4 -b 1024 -O meta_bg,^resize_inode" },
};

/* Every second file of big/ goes, and more come than the blocks of its index have room for. */
static GraftNode *
edit_big (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) big = graft_node_get_child (root, "big", &error);
  g_autoptr (GraftDirectory) listed = graft_node_list (big, &error);
  GraftDirectoryBuilder *builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) children = NULL;
  g_autoptr (GraftNode) edited = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  GraftNodeInit init = graft_node_to_init (big);

  g_assert_cmpuint (graft_directory_get_n_entries (listed), ==, N_BIG);
  for (guint i = 0; i < N_BIG; i += 2)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);

      graft_directory_builder_add (builder, entry->name, entry->node);
    }
  for (guint i = 0; i < N_NEW; i++)
    {
      g_autofree char *name = g_strdup_printf ("a-new-name-%u", i);
      g_autoptr (GraftNode) node = test_new_file (bytes);

      graft_directory_builder_add (builder, name, node);
    }
  children = graft_directory_builder_finish (builder);
  init.children = children;
  edited = graft_node_new (&init);
  return test_edit (root, "/big", edited);
}

static GraftNode *
add_special (GraftNode *root, const char *path, GraftNodeType type, const char *target,
             guint32 major, guint32 minor)
{
  const GraftNodeInit init = {
    .type = type,
    .attributes = { .mode = 0755, .uid = 100000, .mtime = 1700000001 },
    .target = target,
    .rdev_major = major,
    .rdev_minor = minor,
  };
  g_autoptr (GraftNode) node = graft_node_new (&init);

  return test_edit (root, path, node);
}

/* Attributes, xattrs, and a capability as setcap stores it. */
static GraftNode *
edit_attributes (GraftNode *root, const char *path)
{
  static const guint8 capability[20] = { 1, 0, 0, 2, 0, 4 };
  /* rwx for a user by name, as linux/posix_acl_xattr.h has it. */
  static const guint8 acl[] = { 2, 0,   0,   0,   1,   0,   7,  0, 255, 255, 255, 255, 2,   0,  5,
                                0, 232, 3,   0,   0,   4,   0,  5, 0,   255, 255, 255, 255, 16, 0,
                                5, 0,   255, 255, 255, 255, 32, 0, 5,   0,   255, 255, 255, 255 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &error);
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  g_autoptr (GBytes) first = g_bytes_new_static (capability, sizeof capability);
  g_autoptr (GBytes) second = g_bytes_new_static (acl, sizeof acl);
  g_autoptr (GraftNode) edited = NULL;
  GraftNodeInit init = graft_node_to_init (node);

  g_ptr_array_add (xattrs, graft_xattr_new ("security.capability", first));
  g_ptr_array_add (xattrs, graft_xattr_new ("system.posix_acl_access", second));
  init.attributes.mode = 0755;
  init.attributes.gid = 99999;
  init.xattrs = xattrs;
  edited = graft_node_new (&init);
  return test_edit (root, path, edited);
}

/* Something of everything. */
static GraftNode *
edit_much (GraftImage *image)
{
  g_autoptr (GraftNode) large = test_find (image, "/usr/large");
  g_autoptr (GraftNode) usr = test_find (image, "/usr/bin");
  GraftNode *root = graft_image_dup_part (image, 0);

  root = edit_big (root);
  root = edit_attributes (root, "/usr/bin/tool");
  root = test_edit (root, "/usr/hard", NULL);
  root = test_edit (root, "/usr/large", NULL);
  root = test_edit (root, "/moved/large", large);
  root = test_edit (root, "/moved/again", large);
  root = test_edit (root, "/moved/bin", usr);
  root = test_edit (root, "/usr/sparse", NULL);
  root = test_edit (root, "/var", NULL);
  root = test_add_bytes (root, "/etc/motd", 5, 100);
  root = test_add_bytes (root, "/lib/modules/5/new.ko", 6, 1500000);
  root = test_add_bytes (root, "/lib/modules/5/small", 7, 1);
  root = add_special (root, "/dev/old", GRAFT_NODE_CHAR_DEVICE, NULL, 5, 1);
  root = add_special (root, "/dev/new", GRAFT_NODE_BLOCK_DEVICE, NULL, 259, 70000);
  root = add_special (root, "/dev/fifo", GRAFT_NODE_FIFO, NULL, 0, 0);
  root = add_special (root, "/short", GRAFT_NODE_SYMLINK, "moved", 0, 0);
  return add_special (root, "/longer", GRAFT_NODE_SYMLINK,
                      "a/link/of/more/than/sixty/bytes/which/does/not/fit/into/the/inode/itself", 0,
                      0);
}

static void
test_kind (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *arguments = NULL;
  g_autofree char *path = NULL;
  g_autofree char *features = NULL;
  g_autofree char *after = NULL;
  g_autofree char *stat = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GError) error = NULL;
  GraftExt4Need need;

  test_folder_fill (folder, N_BIG);
  arguments = g_strdup_printf ("%s -N 8000", kinds[i].arguments);
  path = test_make_image (folder, "rootfs.img", arguments, "96M");
  image = test_open (path);
  root = edit_much (image);
  g_assert_true (graft_ext4_image_measure (GRAFT_EXT4_IMAGE (image), root, &need, NULL, &error));
  result = test_write (folder, image, root, "edited.img");
  /* It was not told too small. */
  g_assert_cmpuint (graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (result))
                        + need.needed_blocks,
                    >=, need.available_blocks);
  g_assert_cmpuint (graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (result))
                        + need.needed_inodes,
                    >=, need.available_inodes);
  stat = test_run (0, "debugfs -R 'stat /big' %s/edited.img", folder->path);
  /* INDEX_FL among the flags. */
  g_assert_true (g_regex_match_simple ("Flags: 0x[0-9a-f]*1000", stat, 0, 0));
  features = test_run (0, "dumpe2fs -h %s", path);
  after = test_run (0, "dumpe2fs -h %s/edited.img", folder->path);
  *strchr (strstr (features, "Filesystem features:"), '\n') = '\0';
  *strchr (strstr (after, "Filesystem features:"), '\n') = '\0';
  g_assert_cmpstr (strstr (features, "Filesystem features:"), ==,
                   strstr (after, "Filesystem features:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/ext4/kind/", kinds[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_kind);
    }
  return g_test_run ();
}
