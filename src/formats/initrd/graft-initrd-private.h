/* graft-initrd-private.h: the initrd, as seen by its reader, writer and verifier
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/initrd/graft-initrd-segment.h"
#include "formats/initrd/graft-initrd-view.h"
#include "formats/initrd/graft-initrd.h"

G_BEGIN_DECLS

struct _GraftInitrd
{
  GraftImage parent_instance;

  GPtrArray *segments; /* of GraftInitrdSegment */
  GPtrArray *parts;    /* of GraftInitrdSegment, those with a tree; no-ref */
};

static inline GraftInitrdSegment *
graft_initrd_get_segment (GraftInitrd *self, guint index)
{
  return g_ptr_array_index (self->segments, index);
}

static inline GraftInitrdSegment *
graft_initrd_get_part_segment (GraftInitrd *self, guint part)
{
  return g_ptr_array_index (self->parts, part);
}

/* What the kernel has when it comes to @part (n_parts: in the end). */
GraftInitrdView *graft_initrd_view_parts (GraftInitrd *self, GraftNode *const *roots, guint n_parts,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* GraftImageClass.write and .verify. */
gboolean graft_initrd_write (GraftImage *image, GraftNode *const *roots,
                             const GraftImageOptions *options, GraftOutput *output,
                             GraftWritten *written, GraftProgress *progress,
                             GCancellable *cancellable, GError **error);
gboolean graft_initrd_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                              GraftWritten *written, gboolean full, GraftProgress *progress,
                              GCancellable *cancellable, GError **error);

/**
 * GraftInitrdEncoded:
 * @offset: where the segment starts in the new image
 * @size: of what went into the encoder
 * @compression: of it
 * @part: its part
 * @fingerprint: (element-type guint64): of what went into the encoder
 *
 * The evidence that the writer leaves for the verifier, one for each segment that was written anew.
 */
typedef struct
{
  guint64 offset;
  guint64 size;
  GraftCompression compression;
  guint part;
  GArray *fingerprint;
} GraftInitrdEncoded;

G_END_DECLS
