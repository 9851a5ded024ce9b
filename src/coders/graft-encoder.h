/* graft-encoder.h: bytes to one compressed stream
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it writes is what the kernel takes as an initrd: xz with CRC32, lz4 in its legacy frame, lzo
 * as lzop packs it with one checksum. The same bytes and settings give the same stream, whatever
 * the number of threads.
 */

#pragma once

#include <gio/gio.h>

#include "base/graft-output.h"
#include "coders/graft-compression.h"
#include "coders/graft-xz-blocks.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_LEVEL_FAST,
  GRAFT_LEVEL_USUAL, /* the format's usual preset: 6 for xz, 9 for gzip, … */
  GRAFT_LEVEL_SMALLEST,
} GraftLevel;

typedef struct _GraftEncoder GraftEncoder;

/* Writes to @output at its position. @n_threads 0: as many as there are processors. */
GraftEncoder *graft_encoder_new (GraftCompression compression, GraftLevel level, guint n_threads,
                                 GraftOutput *output, GError **error);
void graft_encoder_free (GraftEncoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftEncoder, graft_encoder_free)

/* Writing and ending stop within a fraction of a second once it is cancelled. */
void graft_encoder_set_cancellable (GraftEncoder *self, GCancellable *cancellable);

gboolean graft_encoder_write (GraftEncoder *self, const void *data, gsize length,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Only of xz: puts a block of another stream here instead of encoding its content anew.
 * @ret_offset: where in the output it is stored. */
gboolean graft_encoder_add_block (GraftEncoder *self, GraftInput *stream, const GraftXzBlock *block,
                                  guint64 *ret_offset, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends the stream. */
gboolean graft_encoder_finish (GraftEncoder *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
