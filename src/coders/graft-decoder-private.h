/* graft-decoder-private.h: what the decoder of one compression implements
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "coders/graft-decoder.h"

G_BEGIN_DECLS

/**
 * GraftDecoderClass:
 * @create: a decoder at the start of a stream; never fails (memory for windows is taken later)
 * @step: makes what progress it can, as graft_decoder_run(); need not loop, must not look for the
 *   end of the encoded bytes, and may be called with none as long as there is room for output. No
 *   progress is no error: graft_decoder_run() knows what it means. @last is for a format that has
 *   no end mark.
 * @destroy: frees it
 */
typedef struct
{
  GraftDecoder *(*create) (void);
  gboolean (*step) (GraftDecoder *self, const guint8 **in, gsize *in_length, gboolean last,
                    guint8 **out, gsize *out_length, gboolean *ret_end, GError **error);
  void (*destroy) (GraftDecoder *self);
} GraftDecoderClass;

struct _GraftDecoder
{
  const GraftDecoderClass *klass;
  GraftCompression compression;
  guint64 total_in;
  guint64 total_out;
  guint64 overrun; /* encoded bytes that were looked at but belong to what follows the stream */
  gsize wanted;    /* graft_decoder_get_wanted() */
  gboolean truncated;
};

extern const GraftDecoderClass graft_decoder_gzip_class;
extern const GraftDecoderClass graft_decoder_xz_class;
extern const GraftDecoderClass graft_decoder_zstd_class;
extern const GraftDecoderClass graft_decoder_lz4_legacy_class;
extern const GraftDecoderClass graft_decoder_lz4_frame_class;
extern const GraftDecoderClass graft_decoder_bzip2_class;
extern const GraftDecoderClass graft_decoder_lzma_class;
extern const GraftDecoderClass graft_decoder_lzo_class;

G_END_DECLS
