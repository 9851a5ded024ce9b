/* graft-ext4-edit.c: single changes to a file system: names, inodes, attributes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-edit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/ext4/graft-ext4-error.h"
#include "formats/ext4/graft-ext4-inode.h"
#include "formats/ext4/graft-ext4-xattrs.h"

static gboolean
check (GraftExt4Edit *self, errcode_t code, guint32 inode, GError **error)
{
  g_autofree char *what = NULL;

  if (code == 0)
    return TRUE;
  what = g_strdup_printf (_ ("inode %u"), inode);
  return graft_ext4_fail_writing (self->io, code, what, error);
}

/* The library follows what a hostile image says for as long as it takes, and makes room for as much
 * as it says. So what it is about to follow is walked before by our own readers, which do not.
 * @ret_clusters: of values that stand in inodes. */
static gboolean
check_inode (GraftExt4Edit *self, guint32 number, guint64 *ret_clusters, GError **error)
{
  const GraftExt4Volume volume = {
    .io = self->io,
    .fs = self->fs,
    .block_size = self->fs->blocksize,
    .n_blocks = ext2fs_blocks_count (self->fs->super),
  };
  g_auto (GraftExt4Inode) inode = { 0 };
  g_autoptr (GArray) runs = NULL;

  if (!graft_ext4_inode_read (&volume, number, &inode, error)
      || !graft_ext4_xattrs_count_clusters (&volume, &inode, ret_clusters, error))
    return FALSE;
  if (!ext2fs_inode_has_valid_blocks2 (self->fs, (struct ext2_inode *)(gpointer)inode.raw))
    return TRUE;
  runs = graft_ext4_inode_read_runs (&volume, &inode, error);
  return runs != NULL;
}

static int
unlink_entry (ext2_ino_t folder, int entry, struct ext2_dir_entry *dirent, int offset, int size,
              char *block, void *data)
{
  g_autofree char *name = g_strndup (dirent->name, ext2fs_dirent_name_len (dirent));

  if (entry != DIRENT_OTHER_FILE || !g_hash_table_contains (data, name))
    return 0;
  /* Its name is not left behind, as the kernel does not (ext4_generic_delete_entry()). */
  memset (dirent->name, 0, ext2fs_dirent_name_len (dirent));
  ext2fs_dirent_set_name_len (dirent, 0);
  ext2fs_dirent_set_file_type (dirent, EXT2_FT_UNKNOWN);
  dirent->inode = 0;
  return DIRENT_CHANGED;
}

gboolean
graft_ext4_edit_unlink (GraftExt4Edit *self, guint32 inode, GHashTable *names, GError **error)
{
  return g_hash_table_size (names) == 0
         || check (self, ext2fs_dir_iterate2 (self->fs, inode, 0, NULL, unlink_entry, names), inode,
                   error);
}

static int
get_entry_type (GraftNodeType type)
{
  switch (type)
    {
    case GRAFT_NODE_REGULAR:
      return EXT2_FT_REG_FILE;
    case GRAFT_NODE_DIRECTORY:
      return EXT2_FT_DIR;
    case GRAFT_NODE_SYMLINK:
      return EXT2_FT_SYMLINK;
    case GRAFT_NODE_CHAR_DEVICE:
      return EXT2_FT_CHRDEV;
    case GRAFT_NODE_BLOCK_DEVICE:
      return EXT2_FT_BLKDEV;
    case GRAFT_NODE_FIFO:
      return EXT2_FT_FIFO;
    case GRAFT_NODE_SOCKET:
      return EXT2_FT_SOCK;
    default:
      g_assert_not_reached ();
    }
}

gboolean
graft_ext4_edit_link (GraftExt4Edit *self, guint32 folder, const char *name, guint32 inode,
                      GraftNodeType type, GError **error)
{
  errcode_t code = ext2fs_link (self->fs, folder, name, inode, get_entry_type (type));

  /* A folder without an index does not grow by itself. */
  if (code == EXT2_ET_DIR_NO_SPACE)
    {
      code = ext2fs_expand_dir (self->fs, folder);
      if (code == 0)
        code = ext2fs_link (self->fs, folder, name, inode, get_entry_type (type));
    }
  return check (self, code, folder, error);
}

static errcode_t
read_large (GraftExt4Edit *self, guint32 inode, struct ext2_inode_large **ret_large)
{
  gsize size = MAX (EXT2_INODE_SIZE (self->fs->super), sizeof **ret_large);

  *ret_large = g_malloc0 (size);
  return ext2fs_read_inode_full (self->fs, inode, (struct ext2_inode *)*ret_large,
                                 EXT2_INODE_SIZE (self->fs->super));
}

static errcode_t
write_large (GraftExt4Edit *self, guint32 inode, struct ext2_inode_large *large)
{
  return ext2fs_write_inode_full (self->fs, inode, (struct ext2_inode *)large,
                                  EXT2_INODE_SIZE (self->fs->super));
}

gboolean
graft_ext4_edit_free (GraftExt4Edit *self, guint32 inode, GError **error)
{
  g_autofree struct ext2_inode_large *large = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  gboolean folder;
  errcode_t code = 0;

  /* Values of long ones are in inodes of their own. */
  if (!graft_ext4_edit_set_xattrs (self, inode, none, error)
      || !check (self, read_large (self, inode, &large), inode, error))
    return FALSE;
  folder = LINUX_S_ISDIR (large->i_mode);
  if (ext2fs_inode_has_valid_blocks2 (self->fs, (struct ext2_inode *)large))
    code = ext2fs_punch (self->fs, inode, (struct ext2_inode *)large, NULL, 0, ~(blk64_t)0);
  large->i_links_count = 0;
  large->i_size = 0;
  large->i_size_high = 0;
  large->i_dtime = self->fs->now;
  if (code == 0)
    code = write_large (self, inode, large);
  if (code == 0)
    ext2fs_inode_alloc_stats2 (self->fs, inode, -1, folder);
  return check (self, code, inode, error);
}

/* As the kernel's old_encode_dev() where that fits, else its new_encode_dev(). */
static void
put_device (struct ext2_inode *inode, GraftNode *node)
{
  guint32 high = graft_node_get_rdev_major (node), low = graft_node_get_rdev_minor (node);

  if (high < 256 && low < 256)
    inode->i_block[0] = high << 8 | low;
  else
    inode->i_block[1] = (low & 0xff) | high << 8 | (low & ~0xffu) << 12;
}

static errcode_t
create_plain (GraftExt4Edit *self, guint32 folder, GraftNode *node, guint32 *ret_inode)
{
  ext2_filsys fs = self->fs;
  GraftNodeType type = graft_node_get_node_type (node);
  guint32 mode = graft_node_type_to_mode (type);
  struct ext2_inode inode = { .i_mode = mode, .i_links_count = 1 };
  ext2_extent_handle_t handle;
  errcode_t code = ext2fs_new_inode (fs, folder, mode, NULL, ret_inode);

  if (code != 0)
    return code;
  if (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE)
    put_device (&inode, node);
  if (type == GRAFT_NODE_REGULAR && ext2fs_has_feature_extents (fs->super))
    {
      inode.i_flags |= EXT4_EXTENTS_FL;
      code = ext2fs_extent_open2 (fs, *ret_inode, &inode, &handle);
      if (code != 0)
        return code;
      ext2fs_extent_free (handle);
    }
  ext2fs_inode_alloc_stats2 (fs, *ret_inode, 1, 0);
  return ext2fs_write_new_inode (fs, *ret_inode, &inode);
}

gboolean
graft_ext4_edit_create (GraftExt4Edit *self, guint32 folder, GraftNode *node, guint32 *ret_inode,
                        GError **error)
{
  GraftNodeType type = graft_node_get_node_type (node);
  errcode_t code;

  *ret_inode = 0;
  if (type == GRAFT_NODE_DIRECTORY || type == GRAFT_NODE_SYMLINK)
    {
      code = ext2fs_new_inode (self->fs, folder, graft_node_type_to_mode (type), NULL, ret_inode);
      if (code == 0 && type == GRAFT_NODE_DIRECTORY)
        code = ext2fs_mkdir (self->fs, folder, *ret_inode, NULL);
      else if (code == 0)
        code = ext2fs_symlink (self->fs, folder, *ret_inode, NULL, graft_node_get_target (node));
    }
  else
    code = create_plain (self, folder, node, ret_inode);
  return check (self, code, *ret_inode, error);
}

static void
put_time (struct ext2_inode_large *large, gsize size, const GraftAttributes *attributes)
{
  gint64 epoch = (attributes->mtime - (gint32)attributes->mtime) >> 32;

  large->i_mtime = (guint32)attributes->mtime;
  if (size > EXT2_GOOD_OLD_INODE_SIZE
      && large->i_extra_isize >= G_STRUCT_OFFSET (struct ext2_inode_large, i_mtime_extra) + 4
                                     - EXT2_GOOD_OLD_INODE_SIZE)
    large->i_mtime_extra = (epoch & 3) | attributes->mtime_nsec << 2;
}

gboolean
graft_ext4_edit_set_attributes (GraftExt4Edit *self, guint32 inode,
                                const GraftAttributes *attributes, guint nlink, GError **error)
{
  g_autofree struct ext2_inode_large *large = NULL;

  if (!check (self, read_large (self, inode, &large), inode, error))
    return FALSE;
  large->i_mode = (large->i_mode & LINUX_S_IFMT) | (attributes->mode & 07777);
  large->i_uid = attributes->uid & 0xffff;
  large->i_gid = attributes->gid & 0xffff;
  ext2fs_set_i_uid_high (*large, attributes->uid >> 16);
  ext2fs_set_i_gid_high (*large, attributes->gid >> 16);
  put_time (large, EXT2_INODE_SIZE (self->fs->super), attributes);
  if (nlink != 0)
    large->i_links_count = nlink;
  return check (self, write_large (self, inode, large), inode, error);
}

static int
collect_name (char *name, char *value, size_t length, void *data)
{
  g_ptr_array_add (data, g_strdup (name));
  return 0;
}

static errcode_t
replace_xattrs (struct ext2_xattr_handle *handle, GPtrArray *xattrs)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  errcode_t code = ext2fs_xattrs_iterate (handle, collect_name, names);

  for (guint i = 0; code == 0 && i < names->len; i++)
    code = ext2fs_xattr_remove (handle, g_ptr_array_index (names, i));
  for (guint i = 0; code == 0 && i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);

      code = ext2fs_xattr_set (handle, xattr->name, g_bytes_get_data (xattr->value, NULL),
                               g_bytes_get_size (xattr->value));
    }
  return code;
}

/* The library does not count the blocks of values in inodes to the inode that has them. */
static gboolean
count_values (GraftExt4Edit *self, guint32 inode, guint64 before, guint64 after, GError **error)
{
  g_autofree struct ext2_inode_large *large = NULL;
  errcode_t code;

  if (before == after)
    return TRUE;
  code = read_large (self, inode, &large);
  if (code == 0 && after > before)
    code = ext2fs_iblk_add_blocks (self->fs, (struct ext2_inode *)large, after - before);
  /* mke2fs -d makes some that count too few. */
  else if (code == 0
           && ext2fs_iblk_sub_blocks (self->fs, (struct ext2_inode *)large, before - after) != 0)
    code = ext2fs_iblk_set (self->fs, (struct ext2_inode *)large, 0);
  if (code == 0)
    code = write_large (self, inode, large);
  return check (self, code, inode, error);
}

/* libext2fs 1.47 leaves the block that the last of them was taken out of with the inode, and used;
 * one that several inodes share loses this one only. */
static errcode_t
free_xattr_block (GraftExt4Edit *self, guint32 inode)
{
  g_autofree struct ext2_inode_large *large = NULL;
  errcode_t code = read_large (self, inode, &large);

  if (code != 0 || ext2fs_file_acl_block (self->fs, (struct ext2_inode *)large) == 0)
    return code;
  code = ext2fs_free_ext_attr (self->fs, inode, large);
  /* An inode that is given to it, it leaves to be written. */
  if (code == 0)
    code = write_large (self, inode, large);
  return code;
}

gboolean
graft_ext4_edit_set_xattrs (GraftExt4Edit *self, guint32 inode, GPtrArray *xattrs, GError **error)
{
  struct ext2_xattr_handle *handle = NULL;
  size_t count = 0;
  guint64 before = 0, after = 0;
  errcode_t code;

  if (!check_inode (self, inode, &before, error))
    return FALSE;
  /* The library does not even look for them where no feature says that there are any. */
  if (xattrs->len == 0 && !ext2fs_has_feature_xattr (self->fs->super)
      && !ext2fs_has_feature_inline_data (self->fs->super))
    return TRUE;
  code = ext2fs_xattrs_open (self->fs, inode, &handle);
  if (code == 0)
    code = ext2fs_xattrs_read (handle);
  if (code == 0)
    code = ext2fs_xattrs_count (handle, &count);
  if (code == 0 && (count > 0 || xattrs->len > 0))
    code = replace_xattrs (handle, xattrs);
  if (handle != NULL)
    ext2fs_xattrs_close (&handle);
  if (code == 0 && xattrs->len == 0)
    code = free_xattr_block (self, inode);
  return check (self, code, inode, error) && check_inode (self, inode, &after, error)
         && count_values (self, inode, before, after, error);
}
