/* graft-squashfs-codec.h: one block in, one block out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each block of a squashfs is a stream of its own, so a codec keeps its memory from block to block
 * but nothing else: the same block gives the same bytes wherever and whenever it is encoded. Each
 * compressor is one file, graft-squashfs-codec-NAME.c. A codec is for one thread at a time.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-super.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsCodec GraftSquashfsCodec;
typedef struct _GraftSquashfsCodecClass GraftSquashfsCodecClass;

/**
 * GraftSquashfsCodecClass:
 * @new_: @window is the longest block that will be encoded
 * @decode: %FALSE when @in is damaged or would give more than @room bytes
 * @encode: %FALSE when memory ran out; *@ret_length 0 when it does not fit into @room
 */
struct _GraftSquashfsCodecClass
{
  GraftSquashfsCodec *(*new_) (const GraftSquashfsOptions *options, guint32 window,
                               GraftEffort effort);
  gboolean (*decode) (GraftSquashfsCodec *self, const guint8 *in, gsize length, guint8 *out,
                      gsize room, gsize *ret_length);
  gboolean (*encode) (GraftSquashfsCodec *self, const guint8 *in, gsize length, guint8 *out,
                      gsize room, gsize *ret_length);
  void (*free_) (GraftSquashfsCodec *self);
};

/* First member of each compressor's own struct. */
struct _GraftSquashfsCodec
{
  const GraftSquashfsCodecClass *klass;
};

extern const GraftSquashfsCodecClass graft_squashfs_codec_gzip;
extern const GraftSquashfsCodecClass graft_squashfs_codec_lzma;
extern const GraftSquashfsCodecClass graft_squashfs_codec_xz;
extern const GraftSquashfsCodecClass graft_squashfs_codec_lz4;
extern const GraftSquashfsCodecClass graft_squashfs_codec_zstd;

/* @compressor is one that graft_squashfs_super_read() let pass. @effort matters to an encoder. */
GraftSquashfsCodec *graft_squashfs_codec_new (guint compressor, const GraftSquashfsOptions *options,
                                              guint32 window, GraftEffort effort);
void graft_squashfs_codec_free (GraftSquashfsCodec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsCodec, graft_squashfs_codec_free)

gboolean graft_squashfs_codec_decode (GraftSquashfsCodec *self, const guint8 *in, gsize length,
                                      guint8 *out, gsize room, gsize *ret_length);
gboolean graft_squashfs_codec_encode (GraftSquashfsCodec *self, const guint8 *in, gsize length,
                                      guint8 *out, gsize room, gsize *ret_length);

G_END_DECLS
