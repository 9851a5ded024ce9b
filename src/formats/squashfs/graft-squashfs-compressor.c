/* graft-squashfs-compressor.c: the library's compressors and our lzo, set up as the image and the
 * user want
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-compressor.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-lzo.h"

/* Measured on kernel modules: xz 7 % larger than level 6 in blocks of 128 KiB, 9 % in 1 MiB, in a
 * sixth of the time; zstd 7 % larger than 15 in a ninth; gzip 5 % larger than 9 in a twentieth; lzo
 * 5 % larger than 8 in a ninth. */
#define FAST_XZ 1
#define FAST_ZSTD 8
#define FAST_GZIP 4
#define FAST_LZO 5
/* What xz(1) and mksquashfs take; it is not in the format. */
#define USUAL_XZ 6
#define SMALLEST_XZ 9
#define SMALLEST_ZSTD 22
#define SMALLEST_GZIP 9
#define SMALLEST_LZO 9

/* So few bytes do not get fewer, and the library's lzma takes no room that is shorter than its head
 * of 13. */
#define SHORTEST 16

#define OPTIONS_AT sizeof (sqfs_super_t)
#define HEAD_SIZE 2
#define LONGEST_OPTIONS 64

static gboolean
fail_options (GraftInput *input, const sqfs_super_t *super, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s: the %s options at byte %u make no sense"), graft_input_get_name (input),
               sqfs_compressor_name_from_id (super->compression_id), (guint)OPTIONS_AT);
  return FALSE;
}

static GBytes *
read_stored (GraftInput *input, GError **error)
{
  guint8 head[HEAD_SIZE];
  guint16 length = 0;

  if (!graft_input_read_at (input, OPTIONS_AT, head, sizeof head, error))
    return NULL;
  graft_bytes_get_le16 (head, sizeof head, 0, &length);
  if ((length & GRAFT_SQUASHFS_METADATA_RAW) == 0
      || (length & ~GRAFT_SQUASHFS_METADATA_RAW) > LONGEST_OPTIONS)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s: the compressor options at byte %u are not stored as options are "
                      "(0x%04x)"),
                   graft_input_get_name (input), (guint)OPTIONS_AT, length);
      return NULL;
    }
  return graft_input_read_bytes (input, OPTIONS_AT,
                                 HEAD_SIZE + (length & ~GRAFT_SQUASHFS_METADATA_RAW), error);
}

/* format.adoc "Compressor Options": what the library reads and forgets (the level of zstd, the
 * flag of lz4), or does not need to know: filters of xz, which each block names itself, which new
 * ones go without (on kernel modules they cost three encodings for no gain), and of which
 * squashfs-tools has newer ones than the library knows. */
static void
add_forgotten (sqfs_compressor_config_t *config, GBytes *stored)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (stored, &size);
  guint32 value = 0;

  switch (config->id)
    {
    case SQFS_COMP_ZSTD:
      graft_bytes_get_le32 (data, size, HEAD_SIZE, &value);
      config->level = value;
      break;
    case SQFS_COMP_LZ4:
      graft_bytes_get_le32 (data, size, HEAD_SIZE + 4, &value);
      config->flags = value & SQFS_COMP_FLAG_LZ4_HC;
      break;
    case SQFS_COMP_XZ:
      graft_bytes_get_le32 (data, size, HEAD_SIZE, &value);
      config->opt.xz.dict_size = value;
      config->flags = 0;
      break;
    default:
      break;
    }
}

/* By a decoder: that is what the library reads options into. */
static gboolean
parse_by_library (GraftInput *input, const sqfs_super_t *super, GBytes *stored,
                  sqfs_compressor_config_t *config, GError **error)
{
  g_autoptr (GraftSquashfsStream) stream = graft_squashfs_stream_new_input (input);
  g_autoptr (sqfs_compressor_t) decoder = graft_squashfs_decoder_new (config);
  g_autoptr (sqfs_compressor_t) encoder = NULL;
  int code;

  if (decoder == NULL)
    return graft_squashfs_fail_reading (NULL, SQFS_ERROR_ALLOC, _ ("the compressor options"),
                                        OPTIONS_AT, error);
  code = decoder->read_options (decoder, graft_squashfs_stream_get_file (stream));
  if (graft_squashfs_stream_take_error (stream, error))
    return FALSE;
  if (code != 0 && !(code == SQFS_ERROR_UNSUPPORTED && config->id == SQFS_COMP_XZ))
    return fail_options (input, super, error);
  decoder->get_configuration (decoder, config);
  add_forgotten (config, stored);
  config->flags &= ~SQFS_COMP_FLAG_UNCOMPRESS;
  /* The ranges are the encoder's to know. */
  if (sqfs_compressor_create (config, &encoder) != 0)
    return fail_options (input, super, error);
  return TRUE;
}

static gboolean
parse_options (GraftInput *input, const sqfs_super_t *super, GBytes *stored,
               sqfs_compressor_config_t *config, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (stored, &size);

  switch (config->id)
    {
    case SQFS_COMP_LZMA:
      /* The library knows no options of lzma, and nobody writes any. */
      return TRUE;
    case SQFS_COMP_LZO:
      return graft_squashfs_lzo_parse_options (data + HEAD_SIZE, size - HEAD_SIZE, config)
             || fail_options (input, super, error);
    default:
      return parse_by_library (input, super, stored, config, error);
    }
}

gboolean
graft_squashfs_options_read (GraftInput *input, const sqfs_super_t *super, GBytes **ret_stored,
                             sqfs_compressor_config_t *ret_config, GError **error)
{
  sqfs_compressor_config_t config;
  g_autoptr (GBytes) stored = NULL;

  sqfs_compressor_config_init (&config, super->compression_id, super->block_size, 0);
  if ((super->flags & SQFS_FLAG_COMPRESSOR_OPTIONS) == 0)
    stored = g_bytes_new (NULL, 0);
  else
    {
      stored = read_stored (input, error);
      if (stored == NULL || !parse_options (input, super, stored, &config, error))
        return FALSE;
    }
  *ret_stored = g_steal_pointer (&stored);
  *ret_config = config;
  return TRUE;
}

GBytes *
graft_squashfs_options_make (SQFS_COMPRESSOR compressor, GraftEffort effort)
{
  guint8 block[HEAD_SIZE + 8];

  /* lz4 has its version there. */
  if (compressor != SQFS_COMP_LZ4)
    return g_bytes_new (NULL, 0);
  graft_bytes_put_le16 (block, GRAFT_SQUASHFS_METADATA_RAW | 8);
  graft_bytes_put_le32 (block + HEAD_SIZE, 1);
  graft_bytes_put_le32 (block + HEAD_SIZE + 4,
                        effort == GRAFT_EFFORT_SMALLEST ? SQFS_COMP_FLAG_LZ4_HC : 0);
  return g_bytes_new (block, sizeof block);
}

static sqfs_compressor_t *
create (const sqfs_compressor_config_t *config)
{
  sqfs_compressor_t *compressor = NULL;

  if (config->id == SQFS_COMP_LZO)
    return graft_squashfs_lzo_new (config);
  return sqfs_compressor_create (config, &compressor) == 0 ? compressor : NULL;
}

sqfs_compressor_t *
graft_squashfs_decoder_new (const sqfs_compressor_config_t *config)
{
  sqfs_compressor_config_t decoding;

  /* With the defaults: each block says itself what it needs. */
  sqfs_compressor_config_init (&decoding, config->id, config->block_size,
                               SQFS_COMP_FLAG_UNCOMPRESS);
  return create (&decoding);
}

sqfs_compressor_t *
graft_squashfs_block_compressor_new (const sqfs_compressor_config_t *config, guint32 window,
                                     GraftEffort effort)
{
  sqfs_compressor_config_t encoding = *config;
  gboolean fast = effort == GRAFT_EFFORT_FAST, smallest = effort == GRAFT_EFFORT_SMALLEST;

  encoding.block_size = window;
  switch (encoding.id)
    {
    case SQFS_COMP_GZIP:
      encoding.level = smallest ? SMALLEST_GZIP : encoding.level;
      if (fast)
        {
          encoding.level = MIN (encoding.level, FAST_GZIP);
          encoding.flags = 0;
        }
      break;
    case SQFS_COMP_XZ:
    case SQFS_COMP_LZMA:
      encoding.level = smallest ? SMALLEST_XZ : fast ? FAST_XZ : USUAL_XZ;
      encoding.opt.xz.dict_size
          = CLAMP (encoding.opt.xz.dict_size, SQFS_XZ_MIN_DICT_SIZE, MAX (window, 8192));
      if (smallest)
        encoding.flags
            = encoding.id == SQFS_COMP_XZ ? SQFS_COMP_FLAG_XZ_EXTREME : SQFS_COMP_FLAG_LZMA_EXTREME;
      break;
    case SQFS_COMP_ZSTD:
      encoding.level = smallest ? SMALLEST_ZSTD : encoding.level;
      if (fast)
        encoding.level = MIN (encoding.level, FAST_ZSTD);
      break;
    case SQFS_COMP_LZ4:
      if (smallest)
        encoding.flags = SQFS_COMP_FLAG_LZ4_HC;
      break;
    case SQFS_COMP_LZO:
      if (smallest)
        {
          encoding.opt.lzo.algorithm = SQFS_LZO1X_999;
          encoding.level = SMALLEST_LZO;
        }
      if (fast)
        encoding.level = MIN (encoding.level, FAST_LZO);
      break;
    default:
      break;
    }
  return create (&encoding);
}

sqfs_s32
graft_squashfs_encode (sqfs_compressor_t *encoder, const guint8 *in, gsize length, guint8 *out)
{
  return length < SHORTEST ? 0 : encoder->do_block (encoder, in, length, out, length - 1);
}

typedef struct
{
  sqfs_compressor_t base;
  sqfs_compressor_t *inner; /* no-ref */
} TableCompressor;

static sqfs_s32
encode_table (sqfs_compressor_t *base, const sqfs_u8 *in, sqfs_u32 size, sqfs_u8 *out,
              sqfs_u32 outsize)
{
  TableCompressor *self = (TableCompressor *)base;

  return self->inner != NULL ? graft_squashfs_encode (self->inner, in, size, out) : 0;
}

static void
free_table_compressor (sqfs_object_t *self)
{
  g_free (self);
}

sqfs_compressor_t *
graft_squashfs_table_compressor_new (sqfs_compressor_t *inner)
{
  TableCompressor *self = g_new0 (TableCompressor, 1);

  self->base.base.destroy = free_table_compressor;
  self->base.do_block = encode_table;
  self->inner = inner;
  return &self->base;
}

gboolean
graft_squashfs_decode (sqfs_compressor_t *decoder, const guint8 *in, gsize length, guint8 *out,
                       gsize room, gsize *ret_length)
{
  sqfs_compressor_config_t config;
  sqfs_s32 result;

  /* The library believes the length at the head of an lzma block that ends too early. */
  decoder->get_configuration (decoder, &config);
  if (config.id == SQFS_COMP_LZMA)
    memset (out, 0, room);
  result = decoder->do_block (decoder, in, length, out, room);
  if (result <= 0)
    return FALSE;
  *ret_length = result;
  return TRUE;
}
