/* graft-squashfs-verify.c: whether a written image is what it should be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result is read with the same reader as any image and compared with the tree that it was made
 * of, entry by entry. What was carried over was compared as stored bytes; here each file must
 * point to those bytes. What is new must decode to what was read when it was encoded.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-digest.h"
#include "formats/squashfs/graft-squashfs-inode-writer.h"
#include "formats/squashfs/graft-squashfs-verify-content.h"
#include "image/graft-tree-check.h"

typedef struct
{
  GraftSquashfs *source;
  GraftSquashfs *result;
  GraftTreeCheck *check;
  GraftSquashfsContentCheck content;
} Verify;

static char *
dup_address (gpointer data, GraftNode *found)
{
  return graft_squashfs_tree_dup_address (((Verify *)data)->result, graft_node_get_handle (found));
}

/* Seconds, of 32 bits without a sign. */
static gboolean
is_same_time (gpointer data, const GraftAttributes *wanted, const GraftAttributes *got)
{
  return graft_squashfs_clamp_time (wanted->mtime) == got->mtime;
}

/* The set that a source node has in its image; %FALSE in @ret_known when that is not @image. */
static gboolean
get_xattr_index (GraftSquashfs *image, GraftNode *node, guint32 *ret_index, GError **error)
{
  GraftNode *origin = graft_node_get_xattr_origin (node);
  GraftSquashfsInode inode;

  *ret_index = 0;
  if (origin == NULL || graft_node_get_source (origin) != GRAFT_TREE (image))
    return TRUE;
  if (!graft_squashfs_tree_read_inode (image, origin, &inode, error))
    return FALSE;
  *ret_index = image->super.xattr_id_table_start == GRAFT_SQUASHFS_NO_TABLE ? GRAFT_SQUASHFS_NONE
                                                                            : inode.xattr;
  return TRUE;
}

/* By far most have none. */
static gboolean
know_no_xattrs (gpointer data, GraftNode *node, GraftNode *found, gboolean *ret_none,
                GError **error)
{
  Verify *self = data;
  guint32 before = 0, after = 0;

  if (!get_xattr_index (self->source, node, &before, error)
      || !get_xattr_index (self->result, found, &after, error))
    return FALSE;
  *ret_none = before == GRAFT_SQUASHFS_NONE && after == GRAFT_SQUASHFS_NONE;
  return TRUE;
}

static gboolean
check_content (gpointer data, GraftNode *node, GraftNode *found, GError **error)
{
  return graft_squashfs_verify_content (&((Verify *)data)->content, node, found, error);
}

/* Inode numbers without gaps, link counts, and an export table that names each inode. */
static gboolean
compare_tables (Verify *self, GError **error)
{
  const sqfs_super_t *super = &self->result->super;
  g_autoptr (GBytes) export = NULL;

  /* An image that was copied whole has the tables it had, right or wrong. */
  if (self->content.plan == NULL)
    return TRUE;
  if (super->export_table_start != GRAFT_SQUASHFS_NO_TABLE)
    {
      export = graft_squashfs_metadata_read_table (
          self->result->metadata, super->export_table_start, super->inode_count, sizeof (sqfs_u64),
          _ ("the export table"), error);
      if (export == NULL)
        return FALSE;
    }
  for (guint i = 0; i < graft_tree_check_get_n_files (self->check); i++)
    {
      const GraftTreeChecked *file = graft_tree_check_get_file (self->check, i);
      guint32 number = graft_node_get_handle (file->found);
      guint64 ref = 0;

      if (graft_node_get_nlink (file->found) != file->n_names)
        return graft_tree_check_fail (self->check, file->found, error,
                                      _ ("says that it has %u links, but it has %u"),
                                      graft_node_get_nlink (file->found), file->n_names);
      if (export == NULL)
        continue;
      graft_bytes_get_le64 (g_bytes_get_data (export, NULL), g_bytes_get_size (export),
                            (guint64)(number - 1) * 8, &ref);
      if (ref != graft_squashfs_tree_get_ref (self->result, number))
        return graft_tree_check_fail (self->check, file->found, error,
                                      _ ("is not where the export table says"));
    }
  return TRUE;
}

/* The stored bytes of superblock, options, tables and padding: what the comparison of the tree
 * does not look at (indexes, unused fields) is held against what was written by these. */
static gboolean
compare_stored (Verify *self, GError **error)
{
  GraftSquashfsPlan *plan = self->content.plan;
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (self->result));
  GraftNode *root = self->result->root;
  guint n_files = graft_tree_check_get_n_files (self->check);
  guint64 size = graft_input_get_size (input), first, end;
  g_autofree char *shown = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  g_autoptr (GBytes) tables = NULL;
  g_autoptr (GBytes) padding = NULL;

  if (plan == NULL)
    return TRUE;
  first = plan->super.inode_table_start;
  end = plan->super.bytes_used;
  if (size < end || size - end >= SQFS_DEVBLK_SIZE)
    return graft_tree_check_fail (self->check, root, error, _ ("the image is %s bytes long"),
                                  shown);
  /* All 96 bytes of the superblock are fields. */
  if (memcmp (&self->result->super, &plan->super, sizeof plan->super) != 0
      || !g_bytes_equal (self->result->stored_options, plan->options))
    return graft_tree_check_fail (self->check, root, error,
                                  _ ("the superblock reads back differently"));
  tables = graft_input_read_bytes (input, first, end - first, error);
  if (tables == NULL)
    return FALSE;
  padding = graft_input_read_bytes (input, end, size - end, error);
  if (padding == NULL)
    return FALSE;
  if (graft_squashfs_digest (0, g_bytes_get_data (tables, NULL), g_bytes_get_size (tables))
      != plan->tables_digest)
    return graft_tree_check_fail (self->check, root, error, _ ("the tables read back differently"));
  if (!graft_bytes_are_zero (g_bytes_get_data (padding, NULL), g_bytes_get_size (padding)))
    return graft_tree_check_fail (self->check, root, error,
                                  _ ("there is something behind the image"));
  return n_files == self->result->super.inode_count
         || graft_tree_check_fail (self->check, root, error,
                                   _ ("the superblock counts %u inodes, there are %u"),
                                   self->result->super.inode_count, n_files);
}

static gboolean
verify_tree (Verify *self, GraftNode *root, GraftProgress *progress, GError **error)
{
  g_autoptr (GraftProgress) proving = graft_progress_new_child (progress, 1, NULL);

  return graft_tree_check_run (self->check, root, self->result->root, error)
         && compare_stored (self, error) && compare_tables (self, error)
         && graft_squashfs_proof_run (self->content.proof, proving, self->content.cancellable,
                                      error);
}

gboolean
graft_squashfs_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                       GraftWritten *written, gboolean full, GraftProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  static const GraftTreeCheckFuncs funcs = {
    .dup_address = dup_address,
    .is_same_time = is_same_time,
    .know_no_xattrs = know_no_xattrs,
    .check_content = check_content,
  };
  g_autoptr (GraftTreeCheck) check = NULL;
  g_autoptr (GHashTable) proven = g_hash_table_new (NULL, NULL);
  g_autoptr (GraftSquashfsProof) proof = graft_squashfs_proof_new (GRAFT_SQUASHFS (result));
  g_autoptr (GraftProgress) comparing = graft_progress_new_child (progress, 0.3, NULL);
  g_autoptr (GraftProgress) rest = NULL;
  Verify self = {
    .source = GRAFT_SQUASHFS (image),
    .result = GRAFT_SQUASHFS (result),
    .content = {
      .source = GRAFT_SQUASHFS (image),
      .result = GRAFT_SQUASHFS (result),
      .carried = written->carried,
      .n_carried = written->evidence != NULL ? ((GraftSquashfsPlan *)written->evidence)->n_carried
                                             : written->carried->len,
      .plan = written->evidence,
      .full = full,
      .proof = proof,
      .proven = proven,
      .cancellable = cancellable,
    },
  };

  check = self.check = graft_tree_check_new (&funcs, &self, cancellable);
  if (!graft_image_verify_carried (image, result, written, comparing, cancellable, error))
    return FALSE;
  g_clear_object (&comparing);
  rest = graft_progress_new_child (progress, 0.7, NULL);
  return verify_tree (&self, roots[0], rest, error);
}
