/* graft-squashfs-proof.h: stored blocks decoded and held against digests, on all processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-private.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsProof GraftSquashfsProof;

/* @result outlives it. */
GraftSquashfsProof *graft_squashfs_proof_new (GraftSquashfs *result);
void graft_squashfs_proof_free (GraftSquashfsProof *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsProof, graft_squashfs_proof_free)

/**
 * graft_squashfs_proof_add:
 * @number: the inode whose bytes these are, for messages
 * @offset: where the block is stored
 * @stored: its size, as lists give it
 * @skip: where in it, decoded, the bytes begin
 * @length: how many they are
 * @whole: the block holds these bytes and no others
 * @digest: (nullable): what they must have; NULL: decoding is proof enough
 */
void graft_squashfs_proof_add (GraftSquashfsProof *self, guint32 number, guint64 offset,
                               guint32 stored, guint32 skip, guint32 length, gboolean whole,
                               const guint64 *digest);

/* Decodes each block that was added once. %GRAFT_ERROR_MISMATCH names a file that is not as it
 * should be. */
gboolean graft_squashfs_proof_run (GraftSquashfsProof *self, GraftProgress *progress,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
