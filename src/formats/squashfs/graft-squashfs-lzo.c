/* graft-squashfs-lzo.c: blocks of LZO1X, which libsquashfs knows by name only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-lzo.h"

#include <lzo/lzo1x.h>
#include <string.h>

#include "base/graft-bytes.h"

#define LEVEL_AT 4
#define OPTIONS_SIZE 8

/* The longest that LZO1X can get (its FAQ). */
#define LONGEST(length) ((length) + (length) / 16 + 64 + 3)

typedef struct
{
  sqfs_compressor_t base;
  sqfs_compressor_config_t config;
  guint8 *work; /* liblzo2's; NULL: none yet, and none for a decoder */
  guint8 *room; /* liblzo2 does not look where its room ends, so it gets enough */
  gsize room_size;
  guint8 *again; /* a block decoded, of room_size bytes */
} Lzo;

static gboolean
is_possible (guint algorithm, guint level)
{
  if (algorithm == SQFS_LZO1X_999)
    return level >= 1 && level <= SQFS_LZO_MAX_LEVEL;
  return algorithm < SQFS_LZO1X_999 && level == 0;
}

gboolean
graft_squashfs_lzo_parse_options (const guint8 *data, gsize size, sqfs_compressor_config_t *config)
{
  guint32 algorithm = 0, level = 0;

  if (size != OPTIONS_SIZE || !graft_bytes_get_le32 (data, size, 0, &algorithm)
      || !graft_bytes_get_le32 (data, size, LEVEL_AT, &level) || !is_possible (algorithm, level))
    return FALSE;
  config->opt.lzo.algorithm = algorithm;
  config->level = level;
  return TRUE;
}

static int
compress_block (Lzo *self, const guint8 *in, gsize size, lzo_uint *length)
{
  switch (self->config.opt.lzo.algorithm)
    {
    case SQFS_LZO1X_1:
      return lzo1x_1_compress (in, size, self->room, length, self->work);
    case SQFS_LZO1X_1_11:
      return lzo1x_1_11_compress (in, size, self->room, length, self->work);
    case SQFS_LZO1X_1_12:
      return lzo1x_1_12_compress (in, size, self->room, length, self->work);
    case SQFS_LZO1X_1_15:
      return lzo1x_1_15_compress (in, size, self->room, length, self->work);
    default:
      return lzo1x_999_compress_level (in, size, self->room, length, self->work, NULL, 0, NULL,
                                       self->config.level);
    }
}

static gsize
get_work_size (guint algorithm)
{
  switch (algorithm)
    {
    case SQFS_LZO1X_1:
      return LZO1X_1_MEM_COMPRESS;
    case SQFS_LZO1X_1_11:
      return LZO1X_1_11_MEM_COMPRESS;
    case SQFS_LZO1X_1_12:
      return LZO1X_1_12_MEM_COMPRESS;
    case SQFS_LZO1X_1_15:
      return LZO1X_1_15_MEM_COMPRESS;
    default:
      return LZO1X_999_MEM_COMPRESS;
    }
}

static void
make_room (Lzo *self, gsize size)
{
  if (self->work == NULL)
    self->work = g_malloc0 (get_work_size (self->config.opt.lzo.algorithm));
  if (self->room_size >= LONGEST (size))
    return;
  g_free (self->room);
  g_free (self->again);
  self->room_size = LONGEST (size);
  self->room = g_malloc (self->room_size);
  self->again = g_malloc (self->room_size);
}

static sqfs_s32
encode (sqfs_compressor_t *base, const sqfs_u8 *in, sqfs_u32 size, sqfs_u8 *out, sqfs_u32 outsize)
{
  Lzo *self = (Lzo *)base;
  lzo_uint length = 0, decoded = size;

  make_room (self, size);
  if (compress_block (self, in, size, &length) != LZO_E_OK)
    return SQFS_ERROR_COMPRESSOR;
  if (length > outsize)
    return 0;
  /* As mksquashfs does: the same length, decoded faster. */
  if (self->config.opt.lzo.algorithm == SQFS_LZO1X_999
      && (lzo1x_optimize (self->room, length, self->again, &decoded, NULL) != LZO_E_OK
          || decoded != size))
    return SQFS_ERROR_COMPRESSOR;
  memcpy (out, self->room, length);
  return length;
}

static sqfs_s32
decode (sqfs_compressor_t *base, const sqfs_u8 *in, sqfs_u32 size, sqfs_u8 *out, sqfs_u32 outsize)
{
  lzo_uint length = outsize;

  if (lzo1x_decompress_safe (in, size, out, &length, NULL) != LZO_E_OK)
    return SQFS_ERROR_COMPRESSOR;
  return length;
}

static void
get_configuration (const sqfs_compressor_t *base, sqfs_compressor_config_t *config)
{
  *config = ((const Lzo *)base)->config;
}

static void
destroy (sqfs_object_t *object)
{
  Lzo *self = (Lzo *)object;

  g_free (self->work);
  g_free (self->room);
  g_free (self->again);
  g_free (self);
}

static sqfs_object_t *
copy (const sqfs_object_t *object)
{
  return (sqfs_object_t *)graft_squashfs_lzo_new (&((const Lzo *)object)->config);
}

sqfs_compressor_t *
graft_squashfs_lzo_new (const sqfs_compressor_config_t *config)
{
  Lzo *self;

  if (!is_possible (config->opt.lzo.algorithm, config->level))
    return NULL;
  if (lzo_init () != LZO_E_OK)
    g_error ("liblzo2: built otherwise than its headers say");
  self = g_new0 (Lzo, 1);
  self->base.base.copy = copy;
  self->base.base.destroy = destroy;
  self->base.get_configuration = get_configuration;
  self->base.do_block = (config->flags & SQFS_COMP_FLAG_UNCOMPRESS) != 0 ? decode : encode;
  self->config = *config;
  return &self->base;
}
