/* graft-initrd-segment.h: one segment of an initrd, with what only the initrd itself knows of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "coders/graft-compression.h"
#include "formats/cpio/graft-cpio-archive.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

/**
 * GraftInitrdSegment:
 * @info: what everybody sees; first, so that a pointer to one is a pointer to the other
 * @compression: as in @info
 * @stream_size: stored bytes without the zeros that fill it
 * @archive: (nullable): its records and tree
 * @fingerprint: (nullable) (element-type guint64): of a compressed one's content; taken only of
 * what was just written, see graft_input_was_written()
 * @reached: the kernel comes as far as its start
 */
typedef struct
{
  GraftSegment info;
  GraftCompression compression;
  guint64 stream_size;
  GraftCpioArchive *archive;
  GArray *fingerprint;
  gboolean reached;
} GraftInitrdSegment;

GraftInitrdSegment *graft_initrd_segment_new (guint number, guint64 offset,
                                              GraftCompression compression);
void graft_initrd_segment_free (GraftInitrdSegment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftInitrdSegment, graft_initrd_segment_free)

/* Adds a sentence to what is wrong with it. */
void graft_initrd_segment_add_problem (GraftInitrdSegment *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Bytes of an xz segment's content from which several threads decode it: they cost a third more
 * processor time and memory of their own, and nobody waits long for less. Tests have less. */
extern guint64 graft_initrd_segment_ahead_least;

/* Reads the stream of @compression (not none) at the segment's offset in @input: archive, sizes,
 * fingerprint. */
gboolean graft_initrd_segment_read_stream (GraftInitrdSegment *self, GraftInput *input,
                                           GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the archive that lies there as it is. Without a record: @archive stays NULL. */
gboolean graft_initrd_segment_read_stored (GraftInitrdSegment *self, GraftInput *input,
                                           GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new input of the archive's content, for reading it once in order: the one that the archive has
 * is for whoever opens its files. */
GraftInput *graft_initrd_segment_open (GraftInitrdSegment *self, GraftInput *input,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
