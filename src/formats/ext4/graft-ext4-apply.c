/* graft-ext4-apply.c: a plan carried out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-apply.h"

#include <glib/gi18n-lib.h>

#include "formats/ext4/graft-ext4-error.h"

/* The kernel's EXT4_LINK_MAX. */
#define LINK_MAX_FOLDER 65000

typedef struct
{
  GraftExt4Plan *plan;
  GraftExt4Edit *edit;
  GCancellable *cancellable;
  GraftProgress *progress;
  guint64 n_bytes;
  guint64 n_done;
} Apply;

static gint
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;

  return left < right ? -1 : left > right;
}

static gboolean
remove_names (Apply *self, GError **error)
{
  for (guint i = 0; i < self->plan->all->len; i++)
    {
      const GraftExt4Planned *planned = g_ptr_array_index (self->plan->all, i);
      g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

      if (!planned->kept || planned->changes == NULL)
        continue;
      for (guint k = 0; k < planned->changes->len; k++)
        {
          const GraftExt4Change *change = &g_array_index (planned->changes, GraftExt4Change, k);

          if (change->old != NULL)
            g_hash_table_add (names, change->name);
        }
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !graft_ext4_edit_unlink (self->edit, planned->inode, names, error))
        return FALSE;
    }
  return TRUE;
}

/* In the order of their numbers: so inodes are read and written block by block. */
static gboolean
free_inodes (Apply *self, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  GHashTableIter iter;
  gpointer key, fate;

  g_array_append_vals (numbers, self->plan->gone_folders->data, self->plan->gone_folders->len);
  g_hash_table_iter_init (&iter, self->plan->fates);
  while (g_hash_table_iter_next (&iter, &key, &fate))
    {
      guint32 number = GPOINTER_TO_UINT (key);

      if (graft_ext4_fate_count_links (fate) == 0)
        g_array_append_val (numbers, number);
    }
  g_array_sort (numbers, compare_numbers);
  for (guint i = 0; i < numbers->len; i++)
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
        || !graft_ext4_edit_free (self->edit, g_array_index (numbers, guint32, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
fill (Apply *self, GraftExt4Planned *planned, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (planned->node, error);

  if (input == NULL
      || !graft_ext4_edit_fill (self->edit, planned->inode, input, self->cancellable, error))
    return FALSE;
  self->n_done += graft_node_get_size (planned->node);
  graft_progress_set (self->progress, (double)self->n_done / MAX (self->n_bytes, 1));
  return TRUE;
}

static gboolean
add_names (Apply *self, GraftExt4Planned *folder, GError **error)
{
  for (guint k = 0; k < folder->changes->len; k++)
    {
      const GraftExt4Change *change = &g_array_index (folder->changes, GraftExt4Change, k);
      GraftExt4Planned *planned = change->planned;

      if (planned == NULL)
        continue;
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (planned->inode == 0)
        {
          if (!graft_ext4_edit_create (self->edit, folder->inode, planned->node, &planned->inode,
                                       error)
              || (graft_node_get_node_type (planned->node) == GRAFT_NODE_REGULAR
                  && !fill (self, planned, error)))
            return FALSE;
        }
      if (!graft_ext4_edit_link (self->edit, folder->inode, change->name, planned->inode,
                                 graft_node_get_node_type (planned->node), error))
        return FALSE;
    }
  return TRUE;
}

/* Links of a folder in the end: one for each folder in it, ".", and its name; 1 where there are
 * more than can be counted (dir_nlink). */
static gboolean
count_folder_links (Apply *self, const GraftExt4Planned *planned, guint *ret_nlink, GError **error)
{
  guint before = planned->kept ? graft_node_get_nlink (graft_node_get_origin (planned->node)) : 2;

  *ret_nlink = 1;
  if (before == 1)
    return TRUE;
  *ret_nlink = (int)before + planned->n_folders;
  if (*ret_nlink < LINK_MAX_FOLDER)
    return TRUE;
  *ret_nlink = 1;
  if (ext2fs_has_feature_dir_nlink (self->edit->fs->super))
    return TRUE;
  g_set_error (
      error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
      _ ("a folder with more than %d folders in it is more than this file system can hold"),
      LINK_MAX_FOLDER);
  return FALSE;
}

static gboolean
set_attributes (Apply *self, const GraftExt4Planned *planned, GError **error)
{
  GraftNode *node = planned->node;
  g_autoptr (GPtrArray) xattrs = NULL;
  guint nlink = planned->n_added;

  if (planned->changes != NULL)
    {
      if (!count_folder_links (self, planned, &nlink, error))
        return FALSE;
    }
  else if (!planned->touched && planned->kept)
    {
      const GraftExt4Fate *fate
          = g_hash_table_lookup (self->plan->fates, GUINT_TO_POINTER (planned->inode));

      nlink = graft_ext4_fate_count_links (fate);
    }
  if (nlink > G_MAXUINT16 || (planned->changes == NULL && nlink > LINK_MAX_FOLDER))
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("a file with more than %d names is more than this file system can hold"),
                   LINK_MAX_FOLDER);
      return FALSE;
    }
  if (!planned->kept || graft_node_get_xattr_origin (node) != graft_node_get_origin (node))
    {
      xattrs = graft_node_list_xattrs (node, error);
      if (xattrs == NULL || !graft_ext4_edit_set_xattrs (self->edit, planned->inode, xattrs, error))
        return FALSE;
    }
  return graft_ext4_edit_set_attributes (self->edit, planned->inode,
                                         graft_node_get_attributes (node), nlink, error);
}

/* Files of the source that only lost names. */
static gboolean
set_links (Apply *self, GError **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->plan->fates);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const GraftExt4Fate *fate = value;
      guint32 number = GPOINTER_TO_UINT (key);
      guint nlink = graft_ext4_fate_count_links (fate);
      struct ext2_inode inode;
      errcode_t code;

      if (nlink == 0 || fate->planned != NULL)
        continue;
      code = ext2fs_read_inode (self->edit->fs, number, &inode);
      inode.i_links_count = nlink;
      if (code == 0)
        code = ext2fs_write_inode (self->edit->fs, number, &inode);
      if (code != 0)
        {
          g_autofree char *what = g_strdup_printf (_ ("inode %u"), number);

          return graft_ext4_fail_writing (self->edit->io, code, what, error);
        }
    }
  return TRUE;
}

static void
count_bytes (Apply *self)
{
  for (guint i = 0; i < self->plan->all->len; i++)
    {
      const GraftExt4Planned *planned = g_ptr_array_index (self->plan->all, i);

      if (!planned->kept && graft_node_get_node_type (planned->node) == GRAFT_NODE_REGULAR)
        self->n_bytes += graft_node_get_size (planned->node);
    }
}

gboolean
graft_ext4_apply (GraftExt4Plan *plan, GraftExt4Edit *edit, GraftProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  Apply self = { plan, edit, cancellable, progress, 0, 0 };

  count_bytes (&self);
  graft_ext4_edit_find_free (edit);
  if (!remove_names (&self, error) || !free_inodes (&self, error))
    return FALSE;
  graft_ext4_edit_trim (edit);
  for (guint i = 0; i < plan->all->len; i++)
    {
      GraftExt4Planned *planned = g_ptr_array_index (plan->all, i);

      if (planned->changes != NULL && !add_names (&self, planned, error))
        return FALSE;
    }
  for (guint i = 0; i < plan->all->len; i++)
    {
      const GraftExt4Planned *planned = g_ptr_array_index (plan->all, i);

      if (!set_attributes (&self, planned, error))
        return FALSE;
    }
  return set_links (&self, error);
}
