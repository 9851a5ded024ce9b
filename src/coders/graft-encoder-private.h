/* graft-encoder-private.h: what the encoder of one compression implements
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "coders/graft-encoder.h"

G_BEGIN_DECLS

/**
 * GraftEncoderClass:
 * @create: an encoder at the start of a stream; @n_threads is at least 1
 * @run: encodes all of @data and writes what comes out; with @finish, ends the stream
 * @destroy: frees it, whether the stream was ended or not
 * @add_block: (optional): graft_encoder_add_block()
 */
typedef struct
{
  GraftEncoder *(*create) (GraftLevel level, guint n_threads, GError **error);
  gboolean (*run) (GraftEncoder *self, const void *data, gsize length, gboolean finish,
                   GError **error);
  void (*destroy) (GraftEncoder *self);
  gboolean (*add_block) (GraftEncoder *self, GraftInput *stream, const GraftXzBlock *block,
                         guint64 *ret_offset, GError **error);
} GraftEncoderClass;

struct _GraftEncoder
{
  const GraftEncoderClass *klass;
  GraftOutput *output;
  GCancellable *cancellable;
};

extern const GraftEncoderClass graft_encoder_gzip_class;
extern const GraftEncoderClass graft_encoder_xz_class;
extern const GraftEncoderClass graft_encoder_zstd_class;
extern const GraftEncoderClass graft_encoder_lz4_class;
extern const GraftEncoderClass graft_encoder_bzip2_class;
extern const GraftEncoderClass graft_encoder_lzma_class;
extern const GraftEncoderClass graft_encoder_lzo_class;

/* %GRAFT_ERROR_IO in the export domain: a library gave up, for want of memory as a rule. */
gboolean graft_encoder_fail (const char *library, const char *why, GError **error);

G_END_DECLS
