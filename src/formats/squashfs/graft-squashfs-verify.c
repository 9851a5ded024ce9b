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
#include "base/graft-name.h"
#include "formats/squashfs/graft-squashfs-digest.h"
#include "formats/squashfs/graft-squashfs-inode-writer.h"
#include "formats/squashfs/graft-squashfs-verify-content.h"

/* What is known about an inode of the result. */
typedef struct
{
  GraftNode *node; /* no-ref: the file of the tree that it stands for */
  guint names;     /* a directory's: as its link count is */
} Seen;

typedef struct
{
  GraftSquashfs *source;
  GraftSquashfs *result;
  Seen *seen;          /* by inode number */
  GHashTable *numbers; /* file of the tree → inode number */
  guint n_seen;
  GraftSquashfsContentCheck content;
} Verify;

static gboolean fail (Verify *self, guint32 number, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
fail (Verify *self, guint32 number, GError **error, const char *format, ...)
{
  g_autofree char *address = graft_squashfs_tree_dup_address (self->result, number);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH, _ ("%s: %s"), address, text);
  return FALSE;
}

static gboolean
compare_attributes (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  const GraftAttributes *wanted = graft_node_get_attributes (node);
  const GraftAttributes *got = graft_node_get_attributes (found);
  guint32 number = graft_node_get_handle (found);
  GraftNodeType type = graft_node_get_node_type (node);

  if (type != graft_node_get_node_type (found))
    return fail (self, number, error, _ ("is a %s instead of a %s"),
                 graft_node_type_get_name (graft_node_get_node_type (found)),
                 graft_node_type_get_name (type));
  if ((wanted->mode & 07777) != got->mode)
    return fail (self, number, error, _ ("has mode %04o instead of %04o"), got->mode,
                 wanted->mode & 07777);
  if (wanted->uid != got->uid || wanted->gid != got->gid)
    return fail (self, number, error, _ ("belongs to %u:%u instead of %u:%u"), got->uid, got->gid,
                 wanted->uid, wanted->gid);
  if (graft_squashfs_clamp_time (wanted->mtime) != got->mtime)
    return fail (self, number, error, _ ("has time %u instead of %u"), (guint)got->mtime,
                 graft_squashfs_clamp_time (wanted->mtime));
  if (g_strcmp0 (graft_node_get_target (node), graft_node_get_target (found)) != 0)
    return fail (self, number, error, _ ("is a link to somewhere else"));
  if (graft_node_get_rdev_major (node) != graft_node_get_rdev_major (found)
      || graft_node_get_rdev_minor (node) != graft_node_get_rdev_minor (found))
    return fail (self, number, error, _ ("is another device"));
  return TRUE;
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

static gboolean
compare_xattrs (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  g_autoptr (GPtrArray) wanted = NULL;
  g_autoptr (GPtrArray) got = NULL;
  guint32 before = 0, after = 0;

  if (!get_xattr_index (self->source, node, &before, error)
      || !get_xattr_index (self->result, found, &after, error))
    return FALSE;
  /* By far most have none. */
  if (before == GRAFT_SQUASHFS_NONE && after == GRAFT_SQUASHFS_NONE)
    return TRUE;
  wanted = graft_node_list_xattrs (node, error);
  if (wanted == NULL)
    return FALSE;
  got = graft_node_list_xattrs (found, error);
  if (got == NULL)
    return FALSE;
  for (guint i = 0; i < MAX (wanted->len, got->len); i++)
    {
      const GraftXattr *left = i < wanted->len ? g_ptr_array_index (wanted, i) : NULL;
      const GraftXattr *right = i < got->len ? g_ptr_array_index (got, i) : NULL;

      if (left == NULL || right == NULL || strcmp (left->name, right->name) != 0
          || !g_bytes_equal (left->value, right->value))
        return fail (self, graft_node_get_handle (found), error,
                     _ ("has other extended attributes (%u instead of %u)"), got->len, wanted->len);
    }
  return TRUE;
}

/* Whether names that were one file are one file, and others are not. @ret_first: this one was not
 * seen under another name. */
static gboolean
compare_identity (Verify *self, GraftNode *node, GraftNode *found, gboolean *ret_first,
                  GError **error)
{
  guint32 number = graft_node_get_handle (found);
  Seen *seen = &self->seen[number];
  guint32 other;

  *ret_first = seen->node == NULL;
  if (*ret_first)
    {
      seen->node = node;
      self->n_seen++;
    }
  if (graft_node_is_directory (node))
    {
      seen->names += 2;
      return TRUE;
    }
  seen->names++;
  if (!graft_node_is_same_file (seen->node, node))
    return fail (self, number, error, _ ("is linked with a file that it was not linked with"));
  if (!*ret_first)
    return TRUE;
  other = GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, node));
  if (other != 0)
    return fail (self, number, error, _ ("is no longer linked with its other names"));
  g_hash_table_insert (self->numbers, node, GUINT_TO_POINTER (number));
  return TRUE;
}

static gboolean compare_directory (Verify *self, GraftNode *node, GraftNode *found, GError **error);

static gboolean
compare_node (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  gboolean first = FALSE;

  if (!compare_attributes (self, node, found, error)
      || !compare_identity (self, node, found, &first, error))
    return FALSE;
  if (!first)
    return TRUE;
  if (!compare_xattrs (self, node, found, error))
    return FALSE;
  if (graft_node_is_directory (node))
    return compare_directory (self, node, found, error);
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    return graft_squashfs_verify_content (&self->content, node, found, error);
  return TRUE;
}

static gboolean
compare_directory (Verify *self, GraftNode *node, GraftNode *found, GError **error)
{
  guint32 number = graft_node_get_handle (found);
  g_autoptr (GraftDirectory) wanted = graft_node_list (node, error);
  g_autoptr (GraftDirectory) got = NULL;
  guint n;

  if (wanted == NULL || g_cancellable_set_error_if_cancelled (self->content.cancellable, error))
    return FALSE;
  got = graft_node_list (found, error);
  if (got == NULL)
    return FALSE;
  n = graft_directory_get_n_entries (wanted);
  if (graft_directory_get_n_entries (got) != n)
    return fail (self, number, error, _ ("has %u entries instead of %u"),
                 graft_directory_get_n_entries (got), n);
  for (guint i = 0; i < n; i++)
    {
      const GraftEntry *left = graft_directory_get_entry (wanted, i);
      const GraftEntry *right = graft_directory_get_entry (got, i);

      if (strcmp (left->name, right->name) != 0)
        {
          g_autofree char *name = graft_name_escape (left->name);

          return fail (self, number, error, _ ("lacks %s"), name);
        }
      if (!compare_node (self, left->node, right->node, error))
        return FALSE;
      if (graft_node_is_directory (left->node))
        self->seen[number].names++;
    }
  return TRUE;
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
  for (guint32 number = 1; number <= super->inode_count; number++)
    {
      const Seen *seen = &self->seen[number];
      GraftNode *found = graft_squashfs_tree_get_node (self->result, number);
      guint64 ref = 0;

      if (seen->node == NULL || found == NULL)
        continue;
      if (graft_node_get_nlink (found) != seen->names)
        return fail (self, number, error, _ ("says that it has %u links, but it has %u"),
                     graft_node_get_nlink (found), seen->names);
      if (export == NULL)
        continue;
      graft_bytes_get_le64 (g_bytes_get_data (export, NULL), g_bytes_get_size (export),
                            (guint64)(number - 1) * 8, &ref);
      if (ref != graft_squashfs_tree_get_ref (self->result, number))
        return fail (self, number, error, _ ("is not where the export table says"));
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
  guint32 root = graft_node_get_handle (self->result->root);
  guint64 size = graft_input_get_size (input), first, end;
  g_autofree char *shown = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  g_autoptr (GBytes) tables = NULL;
  g_autoptr (GBytes) padding = NULL;

  if (plan == NULL)
    return TRUE;
  first = plan->super.inode_table_start;
  end = plan->super.bytes_used;
  if (size < end || size - end >= SQFS_DEVBLK_SIZE)
    return fail (self, root, error, _ ("the image is %s bytes long"), shown);
  /* All 96 bytes of the superblock are fields. */
  if (memcmp (&self->result->super, &plan->super, sizeof plan->super) != 0
      || !g_bytes_equal (self->result->stored_options, plan->options))
    return fail (self, root, error, _ ("the superblock reads back differently"));
  tables = graft_input_read_bytes (input, first, end - first, error);
  if (tables == NULL)
    return FALSE;
  padding = graft_input_read_bytes (input, end, size - end, error);
  if (padding == NULL)
    return FALSE;
  if (graft_squashfs_digest (0, g_bytes_get_data (tables, NULL), g_bytes_get_size (tables))
      != plan->tables_digest)
    return fail (self, root, error, _ ("the tables read back differently"));
  if (!graft_bytes_are_zero (g_bytes_get_data (padding, NULL), g_bytes_get_size (padding)))
    return fail (self, root, error, _ ("there is something behind the image"));
  return self->n_seen == self->result->super.inode_count
         || fail (self, root, error, _ ("the superblock counts %u inodes, there are %u"),
                  self->result->super.inode_count, self->n_seen);
}

static gboolean
verify_tree (Verify *self, GraftNode *root, GraftProgress *progress, GError **error)
{
  g_autoptr (GraftProgress) proving = graft_progress_new_child (progress, 1, NULL);

  return compare_node (self, root, self->result->root, error) && compare_stored (self, error)
         && compare_tables (self, error)
         && graft_squashfs_proof_run (self->content.proof, proving, self->content.cancellable,
                                      error);
}

gboolean
graft_squashfs_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                       GraftWritten *written, gboolean full, GraftProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) numbers
      = g_hash_table_new (graft_squashfs_hash_file, graft_squashfs_equal_files);
  g_autoptr (GHashTable) proven = g_hash_table_new (NULL, NULL);
  g_autoptr (GraftSquashfsProof) proof = graft_squashfs_proof_new (GRAFT_SQUASHFS (result));
  g_autofree Seen *seen = g_new0 (Seen, GRAFT_SQUASHFS (result)->n_records);
  g_autoptr (GraftProgress) comparing = graft_progress_new_child (progress, 0.3, NULL);
  g_autoptr (GraftProgress) rest = NULL;
  Verify self = {
    .source = GRAFT_SQUASHFS (image),
    .result = GRAFT_SQUASHFS (result),
    .seen = seen,
    .numbers = numbers,
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

  if (!graft_image_verify_carried (image, result, written, comparing, cancellable, error))
    return FALSE;
  g_clear_object (&comparing);
  rest = graft_progress_new_child (progress, 0.7, NULL);
  return verify_tree (&self, roots[0], rest, error);
}
