/* graft-decoder-lzo.c: LZO1X in the container of lzop(1); see graft-lzop.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <lzo/lzo1x.h>
#include <string.h>
#include <zlib.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "coders/graft-crc32.h"
#include "coders/graft-decoder-private.h"
#include "coders/graft-lzop.h"

#define MAX_SUMS 4
#define LENGTH 4

typedef enum
{
  AT_HEADER,
  AT_NAME,
  AT_PLAIN_LENGTH,
  AT_STORED_LENGTH,
  AT_BLOCK,
} Place;

typedef struct
{
  GraftDecoder parent;
  Place place;
  guint32 flags;
  guint32 plain_length;
  guint32 stored_length;
  gsize wanted; /* bytes of what stands at @place */
  gsize collected;
  guint8 *encoded; /* those that came so far */
  guint8 *decoded; /* of the block, when the room given is less than it needs */
  gsize decoded_length;
  gsize decoded_used;
} GraftDecoderLzo;

gboolean
graft_lzop_fits_kernel (const guint8 *data, gsize length)
{
  guint32 flags;

  if (!graft_bytes_get_be32 (data, length, GRAFT_LZOP_FLAGS_AT, &flags))
    return FALSE;
  return (flags & (GRAFT_LZOP_ADLER32_STORED | GRAFT_LZOP_CRC32_STORED)) == 0
         && !(flags & GRAFT_LZOP_ADLER32_PLAIN) != !(flags & GRAFT_LZOP_CRC32_PLAIN);
}

static void
go_to (GraftDecoderLzo *self, Place place, gsize wanted)
{
  self->place = place;
  self->wanted = wanted;
  self->collected = 0;
}

static GraftDecoder *
graft_decoder_lzo_create (void)
{
  GraftDecoderLzo *self = g_new0 (GraftDecoderLzo, 1);

  if (lzo_init () != LZO_E_OK)
    g_error ("liblzo2: built otherwise than its headers say");
  self->encoded = g_malloc (MAX_SUMS * LENGTH + GRAFT_LZOP_BLOCK);
  go_to (self, AT_HEADER, GRAFT_LZOP_NAME_AT);
  return &self->parent;
}

static gboolean
fail_damaged (const char *why, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("the lzo stream is damaged (%s)"), why);
  return FALSE;
}

static guint32
get_number (GraftDecoderLzo *self, gsize offset)
{
  guint32 value = 0;

  /* It was collected, so it is there. */
  if (!graft_bytes_get_be32 (self->encoded, self->collected, offset, &value))
    g_assert_not_reached ();
  return value;
}

static gboolean
read_header (GraftDecoderLzo *self, GError **error)
{
  const guint8 *data = self->encoded;
  guint16 version = 0, needed = 0;
  guint8 method = data[GRAFT_LZOP_METHOD_AT];

  if (!graft_bytes_match (data, self->collected, 0, GRAFT_LZOP_MAGIC, GRAFT_LZOP_MAGIC_SIZE))
    return fail_damaged (_ ("its header is not lzop"), error);
  self->flags = get_number (self, GRAFT_LZOP_FLAGS_AT);
  if (!graft_bytes_get_be16 (data, self->collected, GRAFT_LZOP_VERSION_AT, &version)
      || !graft_bytes_get_be16 (data, self->collected, GRAFT_LZOP_NEEDED_AT, &needed)
      || version < GRAFT_LZOP_VERSION_LEVEL || needed > GRAFT_LZOP_VERSION
      || method < GRAFT_LZOP_METHOD_1 || method > GRAFT_LZOP_METHOD_999
      || (self->flags & (GRAFT_LZOP_EXTRA_FIELD | GRAFT_LZOP_MULTIPART | GRAFT_LZOP_FILTER)) != 0)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                           _ ("the lzo stream is of a version or uses an option that is not "
                              "known"));
      return FALSE;
    }
  self->place = AT_NAME;
  self->wanted = GRAFT_LZOP_NAME_AT + data[GRAFT_LZOP_NAME_LENGTH_AT] + LENGTH;
  return TRUE;
}

static guint32
sum_up (gboolean crc, const guint8 *data, gsize length)
{
  return crc ? graft_crc32 (0, data, length) : adler32_z (1, data, length);
}

static gboolean
check_header (GraftDecoderLzo *self, GError **error)
{
  gsize end = self->wanted - LENGTH;

  if (sum_up ((self->flags & GRAFT_LZOP_HEADER_CRC32) != 0, self->encoded + GRAFT_LZOP_MAGIC_SIZE,
              end - GRAFT_LZOP_MAGIC_SIZE)
      != get_number (self, end))
    return fail_damaged (_ ("the checksum of its header is wrong"), error);
  go_to (self, AT_PLAIN_LENGTH, LENGTH);
  return TRUE;
}

/* How many checksums stand before the block's bytes. */
static guint
count_sums (GraftDecoderLzo *self)
{
  gboolean packed = self->stored_length < self->plain_length;

  return ((self->flags & GRAFT_LZOP_ADLER32_PLAIN) != 0)
         + ((self->flags & GRAFT_LZOP_CRC32_PLAIN) != 0)
         + (packed && (self->flags & GRAFT_LZOP_ADLER32_STORED) != 0)
         + (packed && (self->flags & GRAFT_LZOP_CRC32_STORED) != 0);
}

static gboolean
read_plain_length (GraftDecoderLzo *self, gboolean *ret_end, GError **error)
{
  self->plain_length = get_number (self, 0);
  if (self->plain_length > GRAFT_LZOP_BLOCK)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("the lzo stream has a block of more than %d KiB, which the kernel does not "
                      "take either"),
                   GRAFT_LZOP_BLOCK >> 10);
      return FALSE;
    }
  *ret_end = self->plain_length == 0;
  go_to (self, AT_STORED_LENGTH, LENGTH);
  return TRUE;
}

static gboolean
read_stored_length (GraftDecoderLzo *self, GError **error)
{
  self->stored_length = get_number (self, 0);
  if (self->stored_length == 0 || self->stored_length > self->plain_length)
    return fail_damaged (_ ("a block has a length that none can have"), error);
  go_to (self, AT_BLOCK, count_sums (self) * LENGTH + self->stored_length);
  return TRUE;
}

/* @at: (inout): where the checksum stands, if there is one; moved past it. */
static gboolean
check_sum (GraftDecoderLzo *self, guint32 flag, gsize *at, const guint8 *data, gsize length)
{
  gboolean crc = flag == GRAFT_LZOP_CRC32_PLAIN || flag == GRAFT_LZOP_CRC32_STORED;

  if ((self->flags & flag) == 0)
    return TRUE;
  *at += LENGTH;
  return sum_up (crc, data, length) == get_number (self, *at - LENGTH);
}

static gboolean
decode_block (GraftDecoderLzo *self, guint8 *to, GError **error)
{
  const guint8 *stored = self->encoded + self->wanted - self->stored_length;
  lzo_uint made = self->plain_length;
  gsize at = 0;
  gboolean right;

  if (self->stored_length == self->plain_length)
    memcpy (to, stored, self->stored_length);
  else if (lzo1x_decompress_safe (stored, self->stored_length, to, &made, NULL) != LZO_E_OK
           || made != self->plain_length)
    return fail_damaged (_ ("a block cannot be unpacked"), error);
  right = check_sum (self, GRAFT_LZOP_ADLER32_PLAIN, &at, to, self->plain_length)
          && check_sum (self, GRAFT_LZOP_CRC32_PLAIN, &at, to, self->plain_length);
  if (self->stored_length < self->plain_length)
    right = right && check_sum (self, GRAFT_LZOP_ADLER32_STORED, &at, stored, self->stored_length)
            && check_sum (self, GRAFT_LZOP_CRC32_STORED, &at, stored, self->stored_length);
  go_to (self, AT_PLAIN_LENGTH, LENGTH);
  return right || fail_damaged (_ ("its checksum is wrong"), error);
}

/* Hands out what was decoded into our own memory. */
static void
flush_decoded (GraftDecoderLzo *self, guint8 **out, gsize *out_length)
{
  gsize count = MIN (*out_length, self->decoded_length - self->decoded_used);

  memcpy (*out, self->decoded + self->decoded_used, count);
  self->decoded_used += count;
  *out += count;
  *out_length -= count;
}

static gboolean
read_block (GraftDecoderLzo *self, guint8 **out, gsize *out_length, GError **error)
{
  if (*out_length >= self->plain_length)
    {
      if (!decode_block (self, *out, error))
        return FALSE;
      *out += self->plain_length;
      *out_length -= self->plain_length;
      return TRUE;
    }
  if (self->decoded == NULL)
    self->decoded = g_malloc (GRAFT_LZOP_BLOCK);
  if (!decode_block (self, self->decoded, error))
    return FALSE;
  self->decoded_length = self->plain_length;
  self->decoded_used = 0;
  flush_decoded (self, out, out_length);
  return TRUE;
}

static gboolean
graft_decoder_lzo_step (GraftDecoder *decoder, const guint8 **in, gsize *in_length, gboolean last,
                        guint8 **out, gsize *out_length, gboolean *ret_end, GError **error)
{
  GraftDecoderLzo *self = (GraftDecoderLzo *)decoder;
  gsize count;

  if (self->decoded_used < self->decoded_length)
    {
      flush_decoded (self, out, out_length);
      return TRUE;
    }
  count = MIN (*in_length, self->wanted - self->collected);
  if (count > 0)
    memcpy (self->encoded + self->collected, *in, count);
  self->collected += count;
  *in += count;
  *in_length -= count;
  if (self->collected < self->wanted)
    return TRUE;
  switch (self->place)
    {
    case AT_HEADER:
      return read_header (self, error);
    case AT_NAME:
      return check_header (self, error);
    case AT_PLAIN_LENGTH:
      return read_plain_length (self, ret_end, error);
    case AT_STORED_LENGTH:
      return read_stored_length (self, error);
    case AT_BLOCK:
    default:
      return read_block (self, out, out_length, error);
    }
}

static void
graft_decoder_lzo_destroy (GraftDecoder *decoder)
{
  GraftDecoderLzo *self = (GraftDecoderLzo *)decoder;

  g_free (self->encoded);
  g_free (self->decoded);
  g_free (self);
}

const GraftDecoderClass graft_decoder_lzo_class = {
  graft_decoder_lzo_create,
  graft_decoder_lzo_step,
  graft_decoder_lzo_destroy,
};
