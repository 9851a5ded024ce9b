/* graft-squashfs-encoder.h: blocks encoded on all processors, written in order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The caller's thread fills blocks and writes encoded ones; others encode. A block is encoded by
 * itself, so the same blocks give the same bytes for any number of threads. What waits is bounded:
 * a few blocks more than there are threads.
 */

#pragma once

#include "base/graft-output.h"
#include "formats/squashfs/graft-squashfs-library.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsEncoder GraftSquashfsEncoder;

/* Says where a block went, on the caller's thread, in the order of submission. @stored is the size
 * as lists give it; @tag and @index are what was submitted. */
typedef void (*GraftSquashfsEncodedFunc) (guint64 offset, guint32 stored, guint tag, guint index,
                                          gpointer data);

/* @compressor is copied for each thread; @output must outlive it; @n_threads 0: as many as there
 * are processors. NULL when memory ran out. */
GraftSquashfsEncoder *graft_squashfs_encoder_new (sqfs_compressor_t *compressor, guint32 block_size,
                                                  guint n_threads, GraftOutput *output,
                                                  GraftSquashfsEncodedFunc func, gpointer data,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Drops what was not written. Does not wait: a thread ends when its block is encoded, which may
 * take seconds, and the last one frees what they share. */
void graft_squashfs_encoder_free (GraftSquashfsEncoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsEncoder, graft_squashfs_encoder_free)

/* Room for one block; the same again until it is submitted. NULL when writing failed. */
guint8 *graft_squashfs_encoder_get_room (GraftSquashfsEncoder *self,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Hands over the first @length bytes of that room. @raw: to be stored as they are. */
void graft_squashfs_encoder_submit (GraftSquashfsEncoder *self, gsize length, gboolean raw,
                                    guint tag, guint index);

/* Hands over a block that is encoded already: the first bytes of that room, as many as @stored says
 * in the way of lists. It is written in its turn. */
void graft_squashfs_encoder_submit_stored (GraftSquashfsEncoder *self, guint32 stored, guint tag,
                                           guint index);

/* Writes all that was submitted. */
gboolean graft_squashfs_encoder_finish (GraftSquashfsEncoder *self,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
