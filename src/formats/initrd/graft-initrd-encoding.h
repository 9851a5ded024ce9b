/* graft-initrd-encoding.h: a segment that is written anew: its content on the way into the encoder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An xz stream of several blocks, which is what xz makes with threads, is encoded anew only where
 * its content changed: blocks of which all is kept are carried over as they are stored.
 */

#pragma once

#include "coders/graft-encoder.h"
#include "formats/initrd/graft-initrd-private.h"

G_BEGIN_DECLS

typedef struct _GraftInitrdEncoding GraftInitrdEncoding;

/* @segment of @image with @compression to @output; what is carried over is noted in @written. */
GraftInitrdEncoding *graft_initrd_encoding_new (GraftImage *image, GraftInitrdSegment *segment,
                                                GraftCompression compression, GraftLevel level,
                                                guint n_threads, GraftOutput *output,
                                                GraftWritten *written, GCancellable *cancellable,
                                                GError **error);
void graft_initrd_encoding_free (GraftInitrdEncoding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftInitrdEncoding, graft_initrd_encoding_free)

/* The archive's content, which is read once in rising order: what graft_cpio_write() needs. */
GraftInput *graft_initrd_encoding_get_content (GraftInitrdEncoding *self);

/* As the functions of a GraftCpioSink. */
gboolean graft_initrd_encoding_write (const void *bytes, gsize length, gpointer self,
                                      GError **error);
gboolean graft_initrd_encoding_copy (guint64 offset, guint64 length, gpointer self, GError **error);

/* Ends the stream; fills size and fingerprint of @encoded. */
gboolean graft_initrd_encoding_finish (GraftInitrdEncoding *self, GraftInitrdEncoded *encoded,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
