/* graft-squashfs-patch.h: a file of the source of which only some blocks change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new content is one when it is a GraftPatchedInput over the bytes of a file of this very image,
 * as graft_node_open() gave them (an ext4 that lies in the squashfs and was edited there). Its
 * pieces are cut as the source cut them: the blocks, and the end in a fragment where it has one.
 * One that is longer than the source goes on with blocks, and the piece with the source's end
 * becomes a whole block, which counts as changed.
 */

#pragma once

#include "base/graft-patched-input.h"
#include "formats/squashfs/graft-squashfs-private.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsPatch:
 * @input: the new content
 * @inode: the source's; its size, and that it has no fragment, are those of a longer content
 * @sizes: (element-type guint32): the source's stored sizes of its blocks; 0 for further ones
 * @offsets: where each block is stored in the source, and where the last ends
 * @runs: (element-type GraftCarriedRange): stored blocks that were carried over, in the order of
 *   the file; empty until they were
 * @n_pieces: blocks, and one for an end in a fragment
 * @touched_bytes: in pieces that change
 */
typedef struct
{
  GraftPatchedInput *input;
  GraftSquashfsInode inode;
  GArray *sizes;
  guint64 *offsets;
  GArray *runs;
  guint n_pieces;
  guint64 touched_bytes;
  guint32 block_size;
  guint recut; /* the block that has the source's end, in a longer content; else G_MAXUINT */
} GraftSquashfsPatch;

/* Whether @node has a patched content of a file of @source; then *@ret_patch has it, else it stays
 * as it is. %FALSE when the source's file cannot be read. */
gboolean graft_squashfs_patch_find (GraftSquashfs *source, GraftNode *node,
                                    GraftSquashfsPatch **ret_patch,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_squashfs_patch_free (GraftSquashfsPatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsPatch, graft_squashfs_patch_free)

/* Bytes of the file in a piece. */
guint32 graft_squashfs_patch_get_length (const GraftSquashfsPatch *self, guint piece);
/* Whether any byte of a piece is in a changed range. */
gboolean graft_squashfs_patch_is_touched (const GraftSquashfsPatch *self, guint piece);

/* Remembers that the stored bytes from @source_offset now stand at @target_offset. */
void graft_squashfs_patch_add_run (GraftSquashfsPatch *self, guint64 source_offset,
                                   guint64 target_offset, guint64 length);
/* Whether @length bytes from @source_offset stand at @target_offset. */
gboolean graft_squashfs_patch_is_moved (const GraftSquashfsPatch *self, guint64 source_offset,
                                        guint64 target_offset, guint64 length);

G_END_DECLS
