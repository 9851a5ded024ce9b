/* graft-squashfs-verify-content.c: whether a file of a written image has the bytes it should have
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-verify-content.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-carry.h"
#include "formats/squashfs/graft-squashfs-digest.h"

typedef struct
{
  GraftSquashfsInode inode;
  GArray *sizes; /* of guint32 */
} Stored;

static void
stored_clear (Stored *self)
{
  g_clear_pointer (&self->sizes, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stored, stored_clear)

static gboolean
read_stored (GraftSquashfs *image, GraftNode *node, Stored *stored, GError **error)
{
  if (!graft_squashfs_tree_read_inode (image, node, &stored->inode, error))
    return FALSE;
  stored->sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  return graft_squashfs_inode_read_blocks (image->metadata, &stored->inode, image->super.block_size,
                                           stored->sizes, error);
}

static gboolean
fail (GraftSquashfsContentCheck *self, guint32 number, const char *what, GError **error)
{
  g_autofree char *address = graft_squashfs_tree_dup_address (self->result, number);

  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH, _ ("%s: %s"), address, what);
  return FALSE;
}

static guint64
get_length (const Stored *stored)
{
  guint64 length = 0;

  for (guint i = 0; i < stored->sizes->len; i++)
    length += SQFS_ON_DISK_BLOCK_SIZE (g_array_index (stored->sizes, guint32, i));
  return length;
}

/* Whether the bytes at @from in the source are those at @to in the result. */
static gboolean
is_moved (GraftSquashfsContentCheck *self, guint64 from, guint64 to, guint64 length)
{
  guint64 target = 0;

  return graft_squashfs_carry_map (self->carried, self->n_carried, from, length, &target)
         && target == to;
}

static gboolean
is_fragment_moved (GraftSquashfsContentCheck *self, const GraftSquashfsInode *before,
                   const GraftSquashfsInode *after)
{
  sqfs_fragment_t from = { 0 }, to = { 0 };

  if (before->fragment == GRAFT_SQUASHFS_NONE || after->fragment == GRAFT_SQUASHFS_NONE)
    return before->fragment == after->fragment;
  sqfs_frag_table_lookup (self->source->fragments, before->fragment, &from);
  sqfs_frag_table_lookup (self->result->fragments, after->fragment, &to);
  return from.size == to.size && before->fragment_offset == after->fragment_offset
         && is_moved (self, from.start_offset, to.start_offset,
                      SQFS_ON_DISK_BLOCK_SIZE (from.size));
}

/* The end of a file in a fragment, which must have @digest, or (NULL) only be there. */
static void
add_end (GraftSquashfsContentCheck *self, const GraftSquashfsInode *inode, const guint64 *digest)
{
  sqfs_fragment_t fragment = { 0 };

  sqfs_frag_table_lookup (self->result->fragments, inode->fragment, &fragment);
  graft_squashfs_proof_add (self->proof, inode->number, fragment.start_offset, fragment.size,
                            inode->fragment_offset, inode->size % self->result->super.block_size,
                            FALSE, digest);
}

/* Everything of a file that can be decoded, without digests. */
static void
add_all (GraftSquashfsContentCheck *self, const Stored *stored)
{
  guint32 block_size = self->result->super.block_size;
  guint64 offset = stored->inode.start, size = stored->inode.size;
  guint i;

  for (i = 0; i < stored->sizes->len; i++)
    {
      guint32 block = g_array_index (stored->sizes, guint32, i);

      if (block != 0)
        graft_squashfs_proof_add (self->proof, stored->inode.number, offset, block, 0,
                                  MIN (size - (guint64)i * block_size, block_size), TRUE, NULL);
      offset += SQFS_ON_DISK_BLOCK_SIZE (block);
    }
  if (stored->inode.fragment != GRAFT_SQUASHFS_NONE)
    add_end (self, &stored->inode, NULL);
}

static gboolean
verify_carried (GraftSquashfsContentCheck *self, GraftNode *origin, const Stored *after,
                GError **error)
{
  g_auto (Stored) before = { 0 };
  guint64 length;

  if (!read_stored (self->source, origin, &before, error))
    return FALSE;
  length = get_length (&before);
  if (before.inode.size != after->inode.size || before.inode.sparse != after->inode.sparse
      || before.sizes->len != after->sizes->len
      || (before.sizes->len > 0
          && memcmp (before.sizes->data, after->sizes->data, before.sizes->len * sizeof (guint32))
                 != 0)
      || (length > 0 && !is_moved (self, before.inode.start, after->inode.start, length))
      || !is_fragment_moved (self, &before.inode, &after->inode))
    return fail (self, after->inode.number, _ ("does not point to its unchanged blocks"), error);
  if (self->full)
    add_all (self, after);
  return TRUE;
}

/* The digest of a block that is not stored, of zeros. */
static gboolean
is_digest_of_zeros (guint32 length, guint64 digest)
{
  g_autofree guint8 *zeros = g_malloc0 (length);

  return graft_squashfs_digest (0, zeros, length) == digest;
}

/* One new block of a file: @block as lists give it, stored at @offset. */
static gboolean
add_new_block (GraftSquashfsContentCheck *self, const Stored *stored, guint i, guint64 offset,
               const guint64 *digest, GError **error)
{
  guint32 block_size = self->result->super.block_size;
  guint32 block = g_array_index (stored->sizes, guint32, i);
  guint32 length = MIN (stored->inode.size - (guint64)i * block_size, block_size);

  if (block != 0)
    graft_squashfs_proof_add (self->proof, stored->inode.number, offset, block, 0, length, TRUE,
                              digest);
  else if (!is_digest_of_zeros (length, *digest))
    return fail (self, stored->inode.number, _ ("has zeros where it should have bytes"), error);
  return TRUE;
}

/* One block of a patched file that nothing touched: the source's, moved. */
static gboolean
check_kept_block (GraftSquashfsContentCheck *self, const GraftSquashfsPatch *patch,
                  const Stored *stored, guint i, guint64 offset, GError **error)
{
  guint32 block = g_array_index (stored->sizes, guint32, i);
  guint32 size = SQFS_ON_DISK_BLOCK_SIZE (block);

  if (block != g_array_index (patch->sizes, guint32, i)
      || (size > 0 && !graft_squashfs_patch_is_moved (patch, patch->offsets[i], offset, size)))
    return fail (self, stored->inode.number, _ ("does not point to its unchanged blocks"), error);
  if (self->full && size > 0)
    graft_squashfs_proof_add (self->proof, stored->inode.number, offset, block, 0,
                              graft_squashfs_patch_get_length (patch, i), TRUE, NULL);
  return TRUE;
}

static gboolean
is_kept (const GraftSquashfsContent *content, guint piece)
{
  return content->patch != NULL && !graft_squashfs_patch_is_touched (content->patch, piece);
}

static gboolean
add_new (GraftSquashfsContentCheck *self, const GraftSquashfsContent *content, const Stored *stored,
         GError **error)
{
  guint64 offset = stored->inode.start;
  guint n = stored->sizes->len;
  const guint64 *digests = &g_array_index (self->plan->digests, guint64, content->first_digest);

  for (guint i = 0; i < n; i++)
    {
      if (is_kept (content, i) ? !check_kept_block (self, content->patch, stored, i, offset, error)
                               : !add_new_block (self, stored, i, offset, &digests[i], error))
        return FALSE;
      offset += SQFS_ON_DISK_BLOCK_SIZE (g_array_index (stored->sizes, guint32, i));
    }
  if (stored->inode.fragment == GRAFT_SQUASHFS_NONE)
    return TRUE;
  if (!is_kept (content, n))
    add_end (self, &stored->inode, &digests[n]);
  else if (!is_fragment_moved (self, &content->patch->inode, &stored->inode))
    return fail (self, stored->inode.number, _ ("does not point to its unchanged blocks"), error);
  else if (self->full)
    add_end (self, &stored->inode, NULL);
  return TRUE;
}

static gboolean
verify_new (GraftSquashfsContentCheck *self, guint index, const Stored *stored, GError **error)
{
  const GraftSquashfsContent *content
      = &g_array_index (self->plan->contents, GraftSquashfsContent, index);
  const GraftSquashfsInode *inode = &stored->inode;
  const guint32 *blocks = content->n_blocks > 0
                              ? &g_array_index (self->plan->blocks, guint32, content->first_block)
                              : NULL;

  if (inode->size != content->size || inode->start != content->start
      || stored->sizes->len != content->n_blocks || inode->fragment != content->fragment
      || (inode->fragment != GRAFT_SQUASHFS_NONE
          && inode->fragment_offset != content->fragment_offset)
      || (blocks != NULL
          && memcmp (stored->sizes->data, blocks, content->n_blocks * sizeof (guint32)) != 0))
    return fail (self, inode->number, _ ("does not point to where its blocks were written"), error);
  if (!g_hash_table_add (self->proven, GUINT_TO_POINTER (index)))
    return TRUE;
  return add_new (self, content, stored, error);
}

/* Without evidence: reads both. */
static gboolean
compare_bytes (GraftSquashfsContentCheck *self, GraftNode *node, GraftNode *written_node,
               GError **error)
{
  g_autoptr (GraftInput) wanted = graft_node_open (node, error);
  g_autoptr (GraftInput) found = NULL;
  gboolean equal = FALSE;

  if (wanted == NULL)
    return FALSE;
  found = graft_node_open (written_node, error);
  if (found == NULL || !graft_input_equal (wanted, found, &equal, self->cancellable, error))
    return FALSE;
  return equal || fail (self, graft_node_get_handle (written_node), _ ("has other bytes"), error);
}

gboolean
graft_squashfs_verify_content (GraftSquashfsContentCheck *self, GraftNode *node,
                               GraftNode *written_node, GError **error)
{
  guint32 number = graft_node_get_handle (written_node);
  g_auto (Stored) stored = { 0 };
  GraftNode *origin = NULL;

  if (!read_stored (self->result, written_node, &stored, error))
    return FALSE;
  if (self->plan != NULL)
    {
      const GraftSquashfsPlanned *planned;

      /* The evidence is about this very tree. */
      if (number > self->plan->inodes->len)
        return fail (self, number, "is not among the inodes that were written", error);
      planned = graft_squashfs_plan_get (self->plan, number);
      if (!graft_node_is_same_file (planned->node, node))
        return fail (self, number, "was written as another file", error);
      if (!g_array_index (self->plan->contents, GraftSquashfsContent, planned->content).carried)
        return verify_new (self, planned->content, &stored, error);
    }
  if (self->carried->len > 0 && graft_squashfs_plan_is_carried (self->source, node, &origin))
    return verify_carried (self, origin, &stored, error);
  return compare_bytes (self, node, written_node, error);
}
