/* graft-squashfs-codec.c: one block in, one block out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-codec.h"

static const GraftSquashfsCodecClass *const classes[] = {
  [GRAFT_SQUASHFS_GZIP] = &graft_squashfs_codec_gzip,
  [GRAFT_SQUASHFS_LZMA] = &graft_squashfs_codec_lzma,
  [GRAFT_SQUASHFS_XZ] = &graft_squashfs_codec_xz,
  [GRAFT_SQUASHFS_LZ4] = &graft_squashfs_codec_lz4,
  [GRAFT_SQUASHFS_ZSTD] = &graft_squashfs_codec_zstd,
};

GraftSquashfsCodec *
graft_squashfs_codec_new (guint compressor, const GraftSquashfsOptions *options, guint32 window,
                          GraftEffort effort)
{
  const GraftSquashfsCodecClass *klass = classes[compressor];
  GraftSquashfsCodec *self = klass->new_ (options, window, effort);

  self->klass = klass;
  return self;
}

void
graft_squashfs_codec_free (GraftSquashfsCodec *self)
{
  if (self != NULL)
    self->klass->free_ (self);
}

gboolean
graft_squashfs_codec_decode (GraftSquashfsCodec *self, const guint8 *in, gsize length, guint8 *out,
                             gsize room, gsize *ret_length)
{
  return self->klass->decode (self, in, length, out, room, ret_length);
}

gboolean
graft_squashfs_codec_encode (GraftSquashfsCodec *self, const guint8 *in, gsize length, guint8 *out,
                             gsize room, gsize *ret_length)
{
  return self->klass->encode (self, in, length, out, room, ret_length);
}
